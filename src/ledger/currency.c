/*
 * The currency of a ledger.
 *
 * The aggregates take it as a last argument that may be left out.  A state then
 * has it from its first row on, and refuses rows and values of another, or of
 * none; a value has it as its title.
 */
#include "ledger/currency.h"

#include "pg/args.h"

#define MAX_CURRENCY 255

static char *
describe_currency(const uint8 *bytes, uint32 length)
{
	return bytes == NULL ? "none" : psprintf("\"%s\"", describe_text((const char *) bytes, length));
}

void
check_currency(const text *currency)
{
	Size		length = VARSIZE_ANY_EXHDR(currency);

	if (length > MAX_CURRENCY)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a currency of %zu bytes is too long: \"%s\"", length,
						describe_text(VARDATA_ANY(currency), length)),
				 errhint("The limit is %d bytes; a name such as EUR is enough.", MAX_CURRENCY)));
}

/* An error unless both are one; NULL is none. */
void
refuse_currency(const uint8 *a, uint32 a_length, const uint8 *b, uint32 b_length)
{
	if (a == NULL || b == NULL ? a == b : compare_bytes(a, a_length, b, b_length) == 0)
		return;

	/* in one order, so that the message does not depend on that of the rows */
	if (b == NULL || (a != NULL && compare_bytes(a, a_length, b, b_length) > 0))
		refuse_currency(b, b_length, a, a_length);
	ereport(ERROR,
			(errcode(ERRCODE_CARDINALITY_VIOLATION),
			 errmsg("currencies %s and %s are mixed",
					describe_currency(a, a_length), describe_currency(b, b_length)),
			 errhint("GROUP BY the currency, or convert the amounts at one rate.")));
}

static void
set_currency(LedgerState *state, const uint8 *bytes, uint32 length)
{
	LedgerArena *arena = (LedgerArena *) state->state.arena;
	uint32		currency = bytes == NULL ? 0 :
		intern_string(&arena->currencies, bytes, length, arena->arena.context) + 1;

	if (state->has_kind && state->currency != currency)
	{
		const DictString *own = state->currency == 0 ? NULL : dict_string(&arena->currencies, state->currency - 1);

		refuse_currency(own == NULL ? NULL : own->bytes, own == NULL ? 0 : own->length, bytes, length);
	}
	state->currency = currency;
}

/* argno is 0 if the call has none */
void
set_row_currency(FunctionCallInfo fcinfo, int argno, LedgerState *state)
{
	if (argno == 0)
		set_currency(state, NULL, 0);
	else
	{
		text	   *currency = PG_GETARG_TEXT_PP(argno);

		check_currency(currency);
		set_currency(state, (const uint8 *) VARDATA_ANY(currency), VARSIZE_ANY_EXHDR(currency));
	}
}

/* The currency of a value; NULL if it has none. */
const uint8 *
history_currency(const History *history, uint32 *length)
{
	const HistoryString *title = &history->strings[history->n_strings];

	*length = 0;
	if (!(history->flags & HISTORY_TITLED))
		return NULL;
	if (title->length == 0)
		report_damaged_value("has a currency that is not well formed");
	*length = title->length - 1;
	return title->bytes + 1;
}

void
set_history_currency(LedgerState *state, const History *history)
{
	uint32		length;
	const uint8 *currency = history_currency(history, &length);

	set_currency(state, currency, length);
}

/* Adds the title, if there is one, to the strings of a value, which have room for it. */
void
add_title(const LedgerState *state, HistoryString *strings, uint32 *n, uint8 *flags)
{
	const LedgerArena *arena = (const LedgerArena *) state->state.arena;
	const DictString *currency;
	uint8	   *title;

	if (state->currency == 0)
		return;

	currency = dict_string(&arena->currencies, state->currency - 1);
	title = palloc(currency->length + 1);
	title[0] = CURRENCY_MARK;
	memcpy(title + 1, currency->bytes, currency->length);
	strings[*n].bytes = title;
	strings[(*n)++].length = currency->length + 1;
	*flags |= HISTORY_TITLED;
}
