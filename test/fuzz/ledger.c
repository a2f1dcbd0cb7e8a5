/*
 * Histories that ledger_form_problem accepts as ledgers hold amounts that are
 * written to the same bytes and can be added up, marks of customers that take
 * turns, and keys that come apart and together again.
 */
#include "core/history/ledger_form.h"
#include "target.h"

static const uint8 head[8] = {'p', 'l', 'g', 'L', 1, 0, 0, 0};

/* In place of the database's encoding: ASCII. */
static bool
is_ascii(const uint8 *bytes, uint32 length)
{
	for (uint32 i = 0; i < length; i++)
		if (bytes[i] == 0 || bytes[i] >= 0x80)
			return false;
	return true;
}

/* All amounts, at the finest of their scales where they fit it. */
static Money *
amounts_of(const History *history)
{
	Money	   *money = palloc(Max(history->n_strings, 1) * sizeof(Money));
	uint8		bytes[MONEY_MAX_BYTES];
	int			scale = 0;

	for (uint32 i = 0; i < history->n_strings; i++)
	{
		const HistoryString *string = &history->strings[i];
		Money		opposite;

		money[i] = (Money) {0, 0};
		if (customer_step(string) != 0)
			continue;
		must(money_read(&money[i], string->bytes, string->length), "an amount that is accepted can be read");
		must(money_write(bytes, money[i]) == string->length &&
			 memcmp(bytes, string->bytes, string->length) == 0, "it is written to the same bytes");
		opposite = (Money) {-money[i].mantissa, money[i].scale};
		must(money_read(&opposite, bytes, money_write(bytes, opposite)) &&
			 opposite.mantissa == -money[i].mantissa && opposite.scale == money[i].scale, "so is its opposite");
		scale = Max(scale, money[i].scale);
	}
	for (uint32 i = 0; i < history->n_strings; i++)
	{
		bool		fits = money_rescale(&money[i], scale);
		Money		back = money[i];

		if (customer_step(&history->strings[i]) != 0)
			continue;
		must(fits || (history->flags & LEDGER_PENDING) != 0, "changes fit one scale");
		if (fits)
			money_drop_zeros(&back);
		must(!fits || (money_write(bytes, back) == history->strings[i].length &&
					   memcmp(bytes, history->strings[i].bytes, history->strings[i].length) == 0), "and are the same amounts there");
	}
	return money;
}

static void
check_changes(const HistoryCursor *cursor, const History *history, const Money *money)
{
	int128		total = 0;
	int			step = 0;
	int			customer = 0;

	for (int64 i = 0; i < cursor->n; i++)
	{
		int			before = step;

		step = customer_step(&history->strings[cursor->code[i]]);
		must(i == 0 || cursor->at[i] > cursor->at[i - 1] || (step != 0 && before == 0), "one change at a time, and one mark after it");
		customer += step;
		must(customer == 0 || customer == 1, "marks take turns");
		total += money[cursor->code[i]].mantissa;
		must(money_absolute(total) < MONEY_LIMIT, "totals stay within the limit");
	}
}

static void
check_key(uint8 flags, const EntityKey *key)
{
	EntityKey	account;
	EntityKey	subscription;
	uint8	   *bytes;

	must(pending_key_read(flags, key, &account, &subscription), "a key that is accepted comes apart");
	if (pending_subscription_type(flags) == NO_SUBSCRIPTION)
		return;
	bytes = palloc(PENDING_KEY_BOUND(&account, &subscription));
	must(pending_key_write(bytes, flags, &account, &subscription) == bytes + key->length &&
		 memcmp(bytes, key->bytes, key->length) == 0, "and together again");
	pfree(bytes);
}

bool
try_bytes(const uint8 *bytes, Size size)
{
	History		history;
	HistoryCursor *cursor;
	Money	   *money;
	bool		accepted;

	if (history_check(bytes, size) != NULL || memcmp(bytes, head, sizeof(head)) != 0)
		return false;
	must(history_open(&history, bytes, size) == NULL, "what is accepted opens");
	accepted = ledger_form_problem(&history, is_ascii) == NULL;
	if (accepted)
	{
		money = amounts_of(&history);
		cursor = palloc(sizeof(HistoryCursor));
		cursor_open(cursor, &history, NULL);
		while (cursor_next(cursor))
		{
			if (history.flags & LEDGER_PENDING)
				check_key(history.flags & ~HISTORY_TITLED, &cursor->key);
			else
				check_changes(cursor, &history, money);
		}
		cursor_close(cursor);
		pfree(cursor);
		pfree(money);
	}
	pfree(history.strings);
	return accepted;
}

/* An entity of a kind; a later number comes later in order. */
static EntityKey
entity_of(EntityKind kind, int number)
{
	EntityKey	key = {.number = number};

	if (kind == ENTITY_UUID)
	{
		key.bytes = memset(palloc(UUID_BYTES), number, UUID_BYTES);
		key.length = UUID_BYTES;
	}
	else if (kind == ENTITY_TEXT)
	{
		key.bytes = (uint8 *) psprintf("a%03d", number);
		key.length = 4;
	}
	return key;
}

static EntityKey
key_of(uint8 flags, int number)
{
	EntityKey	account = entity_of(pending_account_kind(flags), number / 2);
	EntityKey	subscription;
	EntityKey	key = {0};
	uint8	   *bytes;

	if (pending_subscription_type(flags) == NO_SUBSCRIPTION)
		return entity_of(pending_account_kind(flags), number);
	subscription = entity_of((EntityKind) (pending_subscription_type(flags) - 1), number % 2);
	bytes = palloc(PENDING_KEY_BOUND(&account, &subscription));
	key.bytes = bytes;
	key.length = (uint32) (pending_key_write(bytes, flags, &account, &subscription) - bytes);
	return key;
}

static int
compare_strings(const void *x, const void *y)
{
	const HistoryString *a = x;
	const HistoryString *b = y;

	return compare_plain(a->bytes, a->length, b->bytes, b->length);
}

/* Amounts of every size, two marks if they are wanted, and last the currency, if there is one. */
static HistoryString *
strings_of(uint64 *seed, int n, bool marked, bool titled)
{
	HistoryString *strings = palloc((n + 3) * sizeof(HistoryString));

	for (int i = 0; i < n; i++)
	{
		uint8	   *bytes = palloc(MONEY_MAX_BYTES);
		Money		money = {(int128) (i + 1) * (i % 2 ? -1 : 1), i % 3};

		/* 90 bits at most: several fit together at one scale */
		for (int digits = (int) below(seed, 25) * (i % 4 == 3); digits > 0; digits--)
			money.mantissa = money.mantissa * 10 + 7;
		money_drop_zeros(&money);
		strings[i] = (HistoryString) {bytes, money_write(bytes, money)};
	}
	qsort(strings, n, sizeof(HistoryString), compare_strings);
	if (marked)
	{
		strings[n++] = (HistoryString) {(const uint8 *) "\375", 1};
		strings[n++] = (HistoryString) {(const uint8 *) "\376", 1};
	}
	if (titled)
		strings[n] = (HistoryString) {(const uint8 *) "\377EUR", 4};
	return strings;
}

/* Plain ledgers of each kind of account, pending ones of each kind of key, and plain ones with marks. */
Bytes
valid_bytes(int n)
{
	static const int accounts[] = {0, 1, 2, 30, 120};
	EntityKind	account = (EntityKind) (n % 3);
	int			subscription = n / 3 % 4;
	bool		pending = n / 12 % 2 == 1;
	uint8		flags = pending_flags(account, subscription);
	int			n_accounts = accounts[n % lengthof(accounts)];
	int			rows = 1 + n % 4;
	int			n_strings = Min(n_accounts * rows, 5);
	bool		titled = n % 2 == 1;
	bool		marked = n >= 48 && n_accounts > 0;
	uint64		seed = n + 1;
	int64		at[6];
	uint32		code[6];
	HistoryWriter *writer;

	if (n >= 72)
		return (Bytes) {NULL, 0};
	pending = pending && !marked && n_accounts > 0;	/* a pending one has rows */
	if (!pending)
		flags = pending_flags(account, NO_SUBSCRIPTION);
	writer = palloc(sizeof(HistoryWriter));
	history_begin(writer, 4, "plgL", pending_key_kind(flags),
				  (pending ? flags : 0) | (titled ? HISTORY_TITLED : 0), (uint64) n_accounts * (rows + 2 * marked),
				  strings_of(&seed, n_strings, marked, titled), n_strings + 2 * marked + titled);
	writer->extra = pending ? 0 : n % 3 * 1000000;
	for (int i = 0; i < n_accounts; i++)
	{
		EntityKey	key = key_of(flags, i);

		for (int j = 0; j < rows; j++)
		{
			at[j] = (j == 0 ? (int64) below(&seed, 1000) : at[j - 1] / 1000000 + 1 + (int64) below(&seed, 9)) * 1000000;
			code[j] = (uint32) (i * rows + j) % n_strings;
		}
		/* the first mark at the instant of the last change */
		for (int j = rows; j < rows + 2 * marked; j++)
		{
			at[j] = at[j - 1] + (j > rows) * 1000000;
			code[j] = (uint32) (n_strings + 1 - (j - rows));
		}
		history_add(writer, &key, rows + 2 * marked, at, code);
	}
	return finish_bytes(writer);
}
