/*
 * The aggregates plg.ledger: rows that say what an account pays from when to
 * when, as a range or in two columns.
 *
 * A row is two changes, one up at its start and one down at its end, and so
 * rows of one account add up.  Times without a zone are read as UTC; a bound
 * of a range on its unusual side, exclusive below or inclusive above, is the
 * next microsecond.  A row's end may be open: NULL, unbounded or infinite.
 */
#include "ledger/intervals.h"

#include "ledger/currency.h"
#include "pg/args.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/fmgrprotos.h"
#include "utils/multirangetypes.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"

TimestampTz
row_time(FunctionCallInfo fcinfo, int argno, bool is_date)
{
	if (is_date)
		return timestamp_of_date(PG_GETARG_DATEADT(argno));
	return PG_GETARG_TIMESTAMPTZ(argno);
}

EntityKey
row_account(FunctionCallInfo fcinfo, const LedgerArgs *row)
{
	EntityKey	key;

	arg_entity(fcinfo, row->account, row->kind, &key);
	return key;
}

char *
row_account_text(FunctionCallInfo fcinfo, const LedgerArgs *row)
{
	EntityKey	key = row_account(fcinfo, row);

	return describe_entity(row->kind, &key);
}

/* The bounds of a range; false if it is empty. */
static bool
range_bounds(RangeType *range, RangeBound *lower, RangeBound *upper)
{
	bool		empty;

	range_deserialize(lookup_type_cache(RangeTypeGetOid(range), TYPECACHE_RANGE_INFO),
					  range, lower, upper, &empty);
	return !empty;
}

static TimestampTz
bound_time(const RangeType *range, const RangeBound *bound)
{
	if (bound->infinite)
		return bound->lower ? DT_NOBEGIN : DT_NOEND;
	if (RangeTypeGetOid(range) == DATERANGEOID)
		return timestamp_of_date(DatumGetDateADT(bound->val));
	return DatumGetTimestampTz(bound->val);
}

/* The ranges of an argument that is a multirange; how many. */
static int
multirange_ranges(FunctionCallInfo fcinfo, int argno, RangeType ***ranges)
{
	MultirangeType *multirange = PG_GETARG_MULTIRANGE_P(argno);
	TypeCacheEntry *type = lookup_type_cache(MultirangeTypeGetOid(multirange),
											 TYPECACHE_MULTIRANGE_INFO);
	int32		n;

	multirange_deserialize(type->rngtype, multirange, &n, ranges);
	return n;
}

static char *
describe_range(RangeType *range)
{
	RangeBound	lower;
	RangeBound	upper;

	if (!range_bounds(range, &lower, &upper))
		return "empty";
	return psprintf("%c%s, %s%c", lower.inclusive ? '[' : '(',
					describe_time(bound_time(range, &lower)),
					describe_time(bound_time(range, &upper)), upper.inclusive ? ']' : ')');
}

/* Of many ranges the first says enough. */
static char *
describe_multirange(FunctionCallInfo fcinfo, int argno)
{
	RangeType **ranges;
	int			n = multirange_ranges(fcinfo, argno, &ranges);

	if (n == 0)
		return "empty";
	return psprintf("{%s%s}", describe_range(ranges[0]), n > 1 ? ", ..." : "");
}

/* What is known of a row, as the detail of an error. */
static char *
describe_row(FunctionCallInfo fcinfo, const LedgerArgs *row)
{
	StringInfoData buf;
	char	   *mrr = NULL;

	if (!PG_ARGISNULL(row->mrr))
		mrr = DatumGetCString(DirectFunctionCall1(numeric_out, PG_GETARG_DATUM(row->mrr)));
	initStringInfo(&buf);
	appendStringInfo(&buf, "The row has account %s",
					 PG_ARGISNULL(row->account) ? "null" : row_account_text(fcinfo, row));
	if (row->subscription != 0)
	{
		EntityKey	key;

		if (!PG_ARGISNULL(row->subscription))
			arg_entity(fcinfo, row->subscription, row->subscription_kind, &key);
		appendStringInfo(&buf, ", subscription %s", PG_ARGISNULL(row->subscription) ? "null" :
						 describe_entity(row->subscription_kind, &key));
	}
	appendStringInfo(&buf, ", %s %s", row->mrr_name, mrr == NULL ? "null" : describe_text(mrr, strlen(mrr)));
	appendStringInfo(&buf, ", \"%s\" %s.", row->start_name, PG_ARGISNULL(row->start) ? "null" :
					 row->start_is_multirange ? describe_multirange(fcinfo, row->start) :
					 row->start_is_range ? describe_range(PG_GETARG_RANGE_P(row->start)) :
					 describe_time(row_time(fcinfo, row->start, row->start_is_date)));
	return buf.data;
}

/* The code of what a row's amount comes to. */
uint32
amount_code(FunctionCallInfo fcinfo, const LedgerArgs *row, LedgerArena *arena, struct varlena *amount)
{
	MemoryContext old = MemoryContextSwitchTo(arena->arena.context);
	uint32		code = AMOUNT_ZERO;
	const char *reason = amounts_of_numeric(&code, &arena->amounts, &arena->seen, amount);

	MemoryContextSwitchTo(old);
	if (reason != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("\"%s\" %s in a row of a ledger", row->mrr_name, reason),
				 errdetail("%s", describe_row(fcinfo, row)),
				 errhint("Repair or round such amounts; a row that is left out is revenue that is missing.")));
	return code;
}

uint32
row_mrr(FunctionCallInfo fcinfo, const LedgerArgs *row, LedgerArena *arena)
{
	return amount_code(fcinfo, row, arena, PG_GETARG_VARLENA_PP(row->mrr));
}

static void
refuse_null(FunctionCallInfo fcinfo, const LedgerArgs *row, int argno, const char *name)
{
	if (argno != 0 && PG_ARGISNULL(argno))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("\"%s\" must not be null in a row of a ledger", name),
				 errdetail("%s", describe_row(fcinfo, row)),
				 argno == row->mrr ?
				 errhint("Write 0 for nothing; repair other such rows, or leave them out with FILTER (WHERE ... IS NOT NULL).") :
				 errhint("Repair such rows, or leave them out with FILTER (WHERE ... IS NOT NULL).")));
}

/* A row that a failed join has emptied must not be lost in silence. */
void
refuse_nulls(FunctionCallInfo fcinfo, const LedgerArgs *row)
{
	refuse_null(fcinfo, row, row->account, "account");
	refuse_null(fcinfo, row, row->subscription, "subscription");
	refuse_null(fcinfo, row, row->mrr, row->mrr_name);
	refuse_null(fcinfo, row, row->start, row->start_name);
	refuse_null(fcinfo, row, row->currency, "currency");
}

/* A start that is no instant. */
void
refuse_start(FunctionCallInfo fcinfo, const LedgerArgs *row)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("a row of a ledger must have a finite start"),
			 errdetail("%s", describe_row(fcinfo, row)),
			 errhint("Give the time from which on the account pays, or leave such rows out with FILTER.")));
}

LedgerState *
ledger_state(FunctionCallInfo fcinfo, const LedgerArgs *row)
{
	LedgerState *state = (LedgerState *) transition_state(fcinfo, &ledger_aggregates);

	if (state->has_kind)
		refuse_other_kind(state->kind, row->kind);
	set_row_currency(fcinfo, row->currency, state);
	state->has_kind = true;
	state->kind = row->kind;
	return state;
}

/* Logs that the row is paid from start to end, which is infinity if open. */
void
log_interval(FunctionCallInfo fcinfo, const LedgerArgs *row, LedgerState *state,
			 TimestampTz start, TimestampTz end)
{
	LedgerArena *arena = (LedgerArena *) state->state.arena;
	MemoryContext context = arena->arena.context;
	uint32		mrr = row_mrr(fcinfo, row, arena);
	EntityKey	key;
	int64		account;

	if (mrr == AMOUNT_ZERO)
		return;
	key = row_account(fcinfo, row);
	account = intern_entity(&arena->accounts, row->kind, &key, context);
	log_row(&state->log, account, start, mrr, context);
	if (!TIMESTAMP_IS_NOEND(end))
		log_row(&state->log, account, end, amount_opposite(mrr), context);
}

/* The same as a transition that does nothing else. */
Datum
add_interval(FunctionCallInfo fcinfo, const LedgerArgs *row, TimestampTz start, TimestampTz end)
{
	LedgerState *state = ledger_state(fcinfo, row);

	log_interval(fcinfo, row, state, start, end);
	PG_RETURN_STATE(fcinfo, &state->state);
}

/* Transition (state, account, mrr, from, to [, currency]). */
static Datum
add_from_to(FunctionCallInfo fcinfo, EntityKind kind, bool from_is_date, bool to_is_date)
{
	LedgerArgs	row = {.kind = kind, .account = 1, .mrr = 2, .mrr_name = "mrr", .start = 3,
	.start_is_date = from_is_date, .start_name = "from", .currency = optional_arg(fcinfo, 5)};
	TimestampTz start;
	TimestampTz end = DT_NOEND;

	refuse_nulls(fcinfo, &row);
	start = row_time(fcinfo, 3, from_is_date);
	if (!PG_ARGISNULL(4))
		end = row_time(fcinfo, 4, to_is_date);

	if (TIMESTAMP_NOT_FINITE(start))
		refuse_start(fcinfo, &row);
	if (end < start)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("account %s has \"to\" %s before \"from\" %s",
						row_account_text(fcinfo, &row), describe_time(end), describe_time(start)),
				 errhint("Repair such rows, or leave them out with FILTER.")));
	if (end == start)
		PG_RETURN_UNCHANGED_STATE(fcinfo);
	return add_interval(fcinfo, &row, start, end);
}

/* The first instant at or after a lower bound, the first one past an upper one. */
static TimestampTz
first_instant(const RangeType *range, const RangeBound *bound)
{
	TimestampTz t = bound_time(range, bound);

	if (bound->lower == bound->inclusive || TIMESTAMP_NOT_FINITE(t))
		return t;
	if (!IS_VALID_TIMESTAMP(t + 1))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("timestamp out of range"),
				 errhint("Times must lie between 4713 BC and 294276 AD.")));
	return t + 1;
}

/* Where a range starts and ends; false if it holds no instant. */
static bool
range_instants(FunctionCallInfo fcinfo, const LedgerArgs *row, RangeType *range,
			   TimestampTz *start, TimestampTz *end)
{
	RangeBound	lower;
	RangeBound	upper;

	if (!range_bounds(range, &lower, &upper))
		return false;
	*start = first_instant(range, &lower);
	if (TIMESTAMP_NOT_FINITE(*start))
		refuse_start(fcinfo, row);
	*end = first_instant(range, &upper);
	return *start < *end;
}

/* Transition (state, account, mrr, during [, currency]), during of any type of time range. */
static Datum
add_range(FunctionCallInfo fcinfo, EntityKind kind)
{
	LedgerArgs	row = {.kind = kind, .account = 1, .mrr = 2, .mrr_name = "mrr", .start = 3,
	.start_is_range = true, .start_name = "during", .currency = optional_arg(fcinfo, 4)};
	TimestampTz start;
	TimestampTz end;

	refuse_nulls(fcinfo, &row);
	if (!range_instants(fcinfo, &row, PG_GETARG_RANGE_P(3), &start, &end))
		PG_RETURN_UNCHANGED_STATE(fcinfo);
	return add_interval(fcinfo, &row, start, end);
}

/* The same with a multirange: one amount, paid in each of its ranges. */
static Datum
add_multirange(FunctionCallInfo fcinfo, EntityKind kind)
{
	LedgerArgs	row = {.kind = kind, .account = 1, .mrr = 2, .mrr_name = "mrr", .start = 3,
	.start_is_multirange = true, .start_name = "during", .currency = optional_arg(fcinfo, 4)};
	LedgerState *state = NULL;
	RangeType **ranges;
	int			n;

	refuse_nulls(fcinfo, &row);
	n = multirange_ranges(fcinfo, 3, &ranges);
	for (int i = 0; i < n; i++)
	{
		TimestampTz start;
		TimestampTz end;

		CHECK_FOR_INTERRUPTS();
		if (!range_instants(fcinfo, &row, ranges[i], &start, &end))
			continue;
		if (state == NULL)
			state = ledger_state(fcinfo, &row);
		log_interval(fcinfo, &row, state, start, end);
	}
	if (state == NULL)
		PG_RETURN_UNCHANGED_STATE(fcinfo);
	PG_RETURN_STATE(fcinfo, &state->state);
}

/* a timestamp without time zone is read as UTC, so it needs no function of its own */
#define ACCOUNT_FUNCTIONS(name, account) \
	PLG_CALLS(plg_ledger_add_##name##_time_time, add_from_to(fcinfo, account, false, false)) \
	PLG_CALLS(plg_ledger_add_##name##_time_date, add_from_to(fcinfo, account, false, true)) \
	PLG_CALLS(plg_ledger_add_##name##_date_time, add_from_to(fcinfo, account, true, false)) \
	PLG_CALLS(plg_ledger_add_##name##_date_date, add_from_to(fcinfo, account, true, true)) \
	PLG_CALLS(plg_ledger_add_##name##_range, add_range(fcinfo, account)) \
	PLG_CALLS(plg_ledger_add_##name##_multirange, add_multirange(fcinfo, account))

ACCOUNT_FUNCTIONS(bigint, ENTITY_BIGINT)
ACCOUNT_FUNCTIONS(uuid, ENTITY_UUID)
ACCOUNT_FUNCTIONS(text, ENTITY_TEXT)
