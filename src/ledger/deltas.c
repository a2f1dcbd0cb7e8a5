/*
 * The aggregates plg.ledger_deltas, rows that are changes themselves, and
 * plg.ledger_snapshots, rows that say what an account pays in one month.
 *
 * A snapshot is an interval of that month.  Months of one amount become one
 * interval when changes are netted, a missing month is a gap.  After the last
 * month that has a row nothing is known: a row of 0 is enough for a month to be
 * known.
 */
#include "ledger/intervals.h"

#include "pg/args.h"
#include "utils/datetime.h"

/* Transition (state, account, delta, at [, currency]). */
static Datum
add_delta(FunctionCallInfo fcinfo, EntityKind kind, bool at_is_date)
{
	LedgerArgs	row = {.kind = kind, .account = 1, .mrr = 2, .mrr_name = "delta", .start = 3,
	.start_is_date = at_is_date, .start_name = "at", .currency = optional_arg(fcinfo, 4)};
	TimestampTz at;

	refuse_nulls(fcinfo, &row);
	at = row_time(fcinfo, 3, at_is_date);
	if (TIMESTAMP_NOT_FINITE(at))
		refuse_start(fcinfo, &row);
	return add_interval(fcinfo, &row, at, DT_NOEND);
}

/* Transition (state, account, mrr, month [, currency]). */
static Datum
add_snapshot(FunctionCallInfo fcinfo, EntityKind kind)
{
	LedgerArgs	row = {.kind = kind, .account = 1, .mrr = 2, .mrr_name = "mrr", .start = 3,
	.start_is_date = true, .start_name = "month", .currency = optional_arg(fcinfo, 4)};
	TimestampTz start;
	LedgerState *state;
	DateADT		month;
	int			next;
	int			y;
	int			m;
	int			d;

	refuse_nulls(fcinfo, &row);
	start = row_time(fcinfo, 3, true);
	if (TIMESTAMP_NOT_FINITE(start))
		refuse_start(fcinfo, &row);
	month = PG_GETARG_DATEADT(3);
	j2date(month + POSTGRES_EPOCH_JDATE, &y, &m, &d);
	if (d != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("account %s has month %s, which does not begin a month",
						row_account_text(fcinfo, &row), describe_date(month)),
				 errhint("Give the first day of the month, for example date_trunc('month', day)::date.")));
	next = m == 12 ? date2j(y + 1, 1, 1) : date2j(y, m + 1, 1);
	state = ledger_state(fcinfo, &row);
	state->known_day = Max(state->known_day, (uint32) next);

	log_interval(fcinfo, &row, state, start, timestamp_of_date(next - POSTGRES_EPOCH_JDATE));
	PG_RETURN_STATE(fcinfo, &state->state);
}

/* a timestamp without time zone is read as UTC, so it needs no function of its own */
#define ACCOUNT_FUNCTIONS(name, account) \
	PLG_CALLS(plg_ledger_deltas_add_##name##_time, add_delta(fcinfo, account, false)) \
	PLG_CALLS(plg_ledger_deltas_add_##name##_date, add_delta(fcinfo, account, true)) \
	PLG_CALLS(plg_ledger_snapshots_add_##name, add_snapshot(fcinfo, account))

ACCOUNT_FUNCTIONS(bigint, ENTITY_BIGINT)
ACCOUNT_FUNCTIONS(uuid, ENTITY_UUID)
ACCOUNT_FUNCTIONS(text, ENTITY_TEXT)
