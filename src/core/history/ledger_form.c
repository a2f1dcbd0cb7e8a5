/* A ledger as a history; see ledger_form.h. */
#include "core/history/ledger_form.h"

#include "datatype/timestamp.h"

bool
pending_flags_are_valid(const History *history)
{
	return (history->flags & LEDGER_PENDING) != 0 && history->rows > 0 &&
		(history->flags & ~(HISTORY_TITLED | LEDGER_PAYMENTS)) >> 5 == 0 &&
		(!(history->flags & LEDGER_PAYMENTS) || pending_subscription_type(history->flags) == ENTITY_BIGINT + 1) &&
		pending_account_kind(history->flags) <= ENTITY_TEXT &&
		pending_key_kind(history->flags) == history->kind;
}

static uint8 *
put_entity(uint8 *out, EntityKind kind, const EntityKey *key)
{
	if (kind == ENTITY_BIGINT)
	{
		uint64		number = pg_hton64((uint64) key->number);

		memcpy(out, &number, sizeof(number));
		return out + sizeof(number);
	}
	memcpy(out, key->bytes, key->length);
	return out + key->length;
}

uint8 *
pending_key_write(uint8 *out, uint8 flags, const EntityKey *account, const EntityKey *subscription)
{
	if (pending_account_kind(flags) == ENTITY_TEXT)
		out = put_varint(out, account->length);
	out = put_entity(out, pending_account_kind(flags), account);
	return put_entity(out, (EntityKind) (pending_subscription_type(flags) - 1), subscription);
}

static bool
take_entity(ByteReader *bytes, EntityKind kind, uint64 length, EntityKey *key)
{
	memset(key, 0, sizeof(*key));
	if ((kind == ENTITY_BIGINT && length != sizeof(int64)) ||
		(kind == ENTITY_UUID && length != UUID_BYTES) ||
		length > bytes_left(bytes))
		return false;
	key->bytes = take_bytes(bytes, length);
	key->length = (uint32) length;
	if (kind == ENTITY_BIGINT)
	{
		uint64		number;

		memcpy(&number, key->bytes, sizeof(number));
		key->number = (int64) pg_ntoh64(number);
		key->bytes = NULL;
		key->length = 0;
	}
	return true;
}

bool
pending_key_read(uint8 flags, const EntityKey *key, EntityKey *account, EntityKey *subscription)
{
	ByteReader	bytes = {key->bytes, key->bytes + key->length};
	EntityKind	kind = pending_account_kind(flags);
	uint64		length = kind == ENTITY_BIGINT ? sizeof(int64) : UUID_BYTES;
	uint8		varint[MAX_VARINT];

	*account = *key;
	if (pending_subscription_type(flags) == NO_SUBSCRIPTION)
		return true;
	if (kind == ENTITY_TEXT &&
		(!take_varint(&bytes, &length) ||
		 put_varint(varint, length) - varint != bytes.p - key->bytes))
		return false;
	return take_entity(&bytes, kind, length, account) &&
		take_entity(&bytes, (EntityKind) (pending_subscription_type(flags) - 1), bytes_left(&bytes),
					subscription);
}

static bool
pending_key_is_valid(const History *history, const EntityKey *key, TextCheck is_text)
{
	EntityKey	account;
	EntityKey	subscription;

	if (!pending_key_read(history->flags, key, &account, &subscription))
		return false;
	return (pending_account_kind(history->flags) != ENTITY_TEXT ||
			is_text(account.bytes, account.length)) &&
		(pending_subscription_type(history->flags) != ENTITY_TEXT + 1 ||
		 is_text(subscription.bytes, subscription.length));
}

static bool
currency_is_valid(const History *history, TextCheck is_text)
{
	const HistoryString *title = &history->strings[history->n_strings];

	return !(history->flags & HISTORY_TITLED) ||
		(title->length > 0 && title->bytes[0] == CURRENCY_MARK &&
		 is_text(title->bytes + 1, title->length - 1));
}

/* The amounts that the codes stand for; false if one is not well formed. */
static bool
read_amounts(Money *money, const History *history, bool pending)
{
	for (uint32 code = 0; code < history->n_strings; code++)
	{
		const HistoryString *string = &history->strings[code];

		if (!pending && customer_step(string) != 0)
			money[code] = (Money) {0, 0};
		else if (!money_read(&money[code], string->bytes, string->length) ||
				 (!pending && money[code].mantissa == 0))
			return false;
	}
	return true;
}

/* What is wrong with an account's changes and marks; what they come to is added to the volume. */
static const char *
changes_problem(const HistoryCursor *cursor, const History *history, const Money *money, int scale,
				int128 *volume)
{
	int			customer = 0;
	int			step = 0;

	for (int64 i = 0; i < cursor->n; i++)
	{
		Money		change = money[cursor->code[i]];
		int			before = step;

		step = customer_step(&history->strings[cursor->code[i]]);
		if (i > 0 && cursor->at[i] == cursor->at[i - 1] && (step == 0 || before != 0))
			return "It has two changes of one account at one time.";
		customer += step;
		if (customer < 0 || customer > 1)
			return "It has an account that is a customer twice.";
		if (!money_rescale(&change, scale))
			return "It has an amount that is too large.";
		*volume += money_absolute(change.mantissa);
		if (*volume >= MONEY_LIMIT)
			return "It has amounts that are too large together.";
	}
	return NULL;
}

static const char *
rows_problem(const History *history, const Money *money, TextCheck is_text)
{
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	bool		pending = (history->flags & LEDGER_PENDING) != 0;
	int128		volume = 0;
	int			scale = 0;
	const char *reason = NULL;

	for (uint32 code = 0; code < history->n_strings; code++)
		scale = Max(scale, money[code].scale);
	cursor_open(cursor, history, NULL);
	while (reason == NULL && cursor_next(cursor))
	{
		/* levels may come in any number and be told twice */
		if (!pending)
			reason = changes_problem(cursor, history, money, scale, &volume);
		else if (!pending_key_is_valid(history, &cursor->key, is_text))
			reason = "It has a subscription that is not well formed.";
	}
	cursor_close(cursor);
	pfree(cursor);
	return reason;
}

const char *
ledger_form_problem(const History *history, TextCheck is_text)
{
	bool		pending = (history->flags & LEDGER_PENDING) != 0;
	const char *reason;
	Money	   *money;

	if (pending ? !pending_flags_are_valid(history) || history->extra != 0 :
		(history->flags & ~HISTORY_TITLED) != 0)
		return "It has flags that do not exist.";
	if (!currency_is_valid(history, is_text))
		return "It has a currency that is not well formed.";
	if (history->extra >= TIMESTAMP_END_JULIAN)
		return "It is known until a day that does not exist.";
	money = palloc_huge(Max(history->n_strings, 1) * sizeof(Money));
	reason = read_amounts(money, history, pending) ? rows_problem(history, money, is_text) :
		"It has an amount that is not well formed.";
	pfree(money);
	return reason;
}
