/*
 * The aggregate plg.ledger_payments: single charges, each of which pays for a
 * time that it covers.
 *
 * A charge pays from its time on until what it covers and the grace have passed,
 * or until the account's next charge, if that comes earlier.  So the ledger up to
 * any instant depends on the charges up to it, and on no later one: who pays late,
 * within the grace, moves nothing, now or afterwards.  Charges of one instant add
 * up.  A refund, which is below zero, takes away until the charge before it ends,
 * or as long as it covers where it has that charge's time.
 *
 * When the next charge comes is known only among all of them, so states keep them
 * as they came: a pending ledger (core/history/ledger_form.h), in which the time
 * that a charge lasts, a number of microseconds, stands for the subscription.  The
 * final function goes through each account.
 */
#include "ledger/intervals.h"

#include "core/history/sorter.h"
#include "ledger/changes.h"
#include "ledger/currency.h"
#include "pg/args.h"
#include "utils/fmgrprotos.h"

/* The arguments of the transition, state included; a currency may follow. */
enum
{
	ACCOUNT = 1, AMOUNT, AT, COVERS, GRACE, CURRENCY
};

static void payments_add_value(State *base, Datum datum);

static const AggregateKind payments_aggregates;
PLG_CALLS(plg_ledger_payments_combine, combine_states(fcinfo, &payments_aggregates))

static const AggregateKind payments_aggregates = {
	.name = "plg.ledger_payments",
	.combine = plg_ledger_payments_combine,
	.arena_size = sizeof(LedgerArena),
	.state_size = sizeof(LedgerState),
	.add_value = payments_add_value,
	.pack = pack_pending
};

static void
payments_add_value(State *base, Datum datum)
{
	add_pending(base, datum, true);
}

static Interval *
arg_payment_interval(FunctionCallInfo fcinfo, const LedgerArgs *row, int argno, const char *name)
{
	if (PG_ARGISNULL(argno))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("\"%s\" must not be null in a row of a ledger", name),
				 errdetail("The row has account %s.", row_account_text(fcinfo, row)),
				 errhint("Give an interval, such as '1 month'; '0' is no grace.")));
	return PG_GETARG_INTERVAL_P(argno);
}

/* What an amount for the time covered is a month: months exactly, weeks of which a year has 52, or days of which it has 365. */
static struct varlena *
monthly_amount(Datum amount, const Interval *covers)
{
	Datum		monthly;

	if (covers->time != 0 || covers->month < 0 || covers->day < 0 || (covers->month > 0) == (covers->day > 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"covers\" must be a number of months or of days, not %s",
						DatumGetCString(DirectFunctionCall1(interval_out, IntervalPGetDatum(covers)))),
				 errhint("Give what one charge pays for, such as '1 month', '1 year' or '7 days'.")));
	if (covers->month > 0)
		monthly = numeric_fraction(amount, 1, covers->month);
	else if (covers->day % 7 == 0)
		monthly = numeric_fraction(amount, 52, 12 * (int64) (covers->day / 7));
	else
		monthly = numeric_fraction(amount, 365, 12 * (int64) covers->day);
	return (struct varlena *) DatumGetPointer(monthly);
}

/* How long a charge lasts; by the calendar of UTC, whatever the session's time zone. */
static int64
payment_lasts(TimestampTz at, Interval *covers, Interval *grace)
{
	Timestamp	covered = DatumGetTimestamp(DirectFunctionCall2(timestamp_pl_interval, TimestampGetDatum(at), IntervalPGetDatum(covers)));
	int64		lasts;
	Timestamp	end = DatumGetTimestamp(DirectFunctionCall2(timestamp_pl_interval, TimestampGetDatum(covered), IntervalPGetDatum(grace)));

	if (end < covered)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"grace\" must not be negative, not %s",
						DatumGetCString(DirectFunctionCall1(interval_out, IntervalPGetDatum(grace)))),
				 errhint("Give how many days late a charge may come, such as '10 days', or '0'.")));
	if (pg_sub_s64_overflow(end, at, &lasts))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("a charge from %s to %s lasts too long", describe_time(at), describe_time(end)),
				 errhint("Times of less than 292,000 years can be kept. Repair such rows.")));
	return lasts;
}

/* Transition (state, account, amount, at, covers, grace [, currency]). */
static Datum
add_payment(FunctionCallInfo fcinfo, EntityKind kind, bool at_is_date)
{
	LedgerArgs	row = {.kind = kind, .account = ACCOUNT, .mrr = AMOUNT, .mrr_name = "amount", .start = AT,
	.start_is_date = at_is_date, .start_name = "at", .currency = optional_arg(fcinfo, CURRENCY)};
	uint8		flags = pending_flags(kind, ENTITY_BIGINT + 1) | LEDGER_PAYMENTS;
	Interval   *covers;
	Interval   *grace;
	LedgerState *state;
	LedgerArena *arena;
	EntityKey	account;
	EntityKey	lasts = {0};
	TimestampTz at;
	uint32		mrr;

	refuse_nulls(fcinfo, &row);
	at = row_time(fcinfo, AT, at_is_date);
	if (TIMESTAMP_NOT_FINITE(at))
		refuse_start(fcinfo, &row);
	covers = arg_payment_interval(fcinfo, &row, COVERS, "covers");
	grace = arg_payment_interval(fcinfo, &row, GRACE, "grace");
	state = (LedgerState *) transition_state(fcinfo, &payments_aggregates);
	arena = (LedgerArena *) state->state.arena;
	set_row_currency(fcinfo, row.currency, state);
	set_pending_flags(state, flags);
	mrr = amount_code(fcinfo, &row, arena, monthly_amount(PG_GETARG_DATUM(AMOUNT), covers));
	lasts.number = payment_lasts(at, covers, grace);
	account = row_account(fcinfo, &row);
	log_row(&state->log, intern_pending_key(arena, flags, &account, &lasts), at, mrr, arena->arena.context);
	PG_RETURN_STATE(fcinfo, &state->state);
}

typedef struct Payment
{
	int64		at;
	int64		lasts;
	uint32		mrr;			/* its code */
} Payment;

#define ST_SORT sort_payments
#define ST_ELEMENT_TYPE Payment
#define ST_COMPARE(a, b) ((a)->at < (b)->at ? -1 : (a)->at > (b)->at)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* The payments of one account. */
typedef struct Payments
{
	EntityKind	kind;
	EntityKey	account;
	uint8	   *bytes;			/* the account's own */
	Payment    *payments;
	int64		n;
	int64		capacity;
	RowLog	   *log;			/* what becomes of them */
	Dict	   *accounts;
} Payments;

static inline bool
is_refund(const Payment *payment)
{
	return (payment->mrr & AMOUNT_NEGATIVE) != 0;
}

static void
log_payment(const Payments *p, int64 account, const Payment *payment, int64 end)
{
	if (payment->mrr == AMOUNT_ZERO || end == payment->at)
		return;
	log_row(p->log, account, payment->at, payment->mrr, CurrentMemoryContext);
	log_row(p->log, account, end, amount_opposite(payment->mrr), CurrentMemoryContext);
}

/* When the first charge after an instant comes. */
static int64
next_charge(const Payments *p, int64 i, int64 at)
{
	while (i < p->n && (p->payments[i].at == at || is_refund(&p->payments[i])))
	{
		i++;
		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
	}
	return i < p->n ? p->payments[i].at : DT_NOEND;
}

static void
log_account(Payments *p)
{
	int64		account;
	int64		charged_at = DT_NOBEGIN;	/* the last charges, and when the last of them ends */
	int64		ends = DT_NOBEGIN;
	int64		next = DT_NOBEGIN;

	if (p->n == 0)
		return;
	account = intern_entity(p->accounts, p->kind, &p->account, CurrentMemoryContext);
	sort_payments(p->payments, p->n);
	for (int64 first = 0, end; first < p->n; first = end)
	{
		int64		at = p->payments[first].at;

		for (end = first; end < p->n && p->payments[end].at == at; end++)
		{
			const Payment *payment = &p->payments[end];

			if (is_refund(payment))
				continue;
			if (charged_at != at)
			{
				charged_at = at;
				ends = at;
				next = next_charge(p, first, at);
			}
			ends = Max(ends, Min(at + payment->lasts, next));
			log_payment(p, account, payment, Min(at + payment->lasts, next));
		}
		for (int64 i = first; i < end; i++)
		{
			const Payment *refund = &p->payments[i];

			if (!is_refund(refund))
				continue;
			if (at >= ends && at != charged_at)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("account %s has a refund at %s, when no charge pays",
								describe_entity(p->kind, &p->account), describe_time(at)),
						 errhint("Give a refund the time of the charge that it takes back; leave refunds of charges that are not there out with FILTER.")));
			log_payment(p, account, refund, at == charged_at ? Min(Min(at + refund->lasts, next), ends) : ends);
		}
	}
	p->n = 0;
}

static bool
is_same_account(const Payments *p, const EntityKey *account)
{
	return p->n > 0 && compare_entities(p->kind, &p->account, account) == 0;
}

/* Keeps an account whose bytes are the sorter's. */
static void
set_account(Payments *p, const EntityKey *account)
{
	p->account = *account;
	if (p->kind == ENTITY_BIGINT)
		return;
	if (p->bytes != NULL)
		pfree(p->bytes);
	p->bytes = palloc(Max(account->length, 1));
	memcpy(p->bytes, account->bytes, account->length);
	p->account.bytes = p->bytes;
}

static void
add_rows(Payments *p, const RowSorter *sorter, int64 lasts)
{
	if (p->n + sorter->n > p->capacity)
	{
		p->capacity = Max(2 * p->capacity, p->n + sorter->n);
		p->payments = resize_huge(p->payments, p->capacity * sizeof(Payment));
	}
	for (int64 i = 0; i < sorter->n; i++)
		p->payments[p->n++] = (Payment) {sorter->at[i], lasts, sorter->code[i]};
}

/* Rows of one account and one length come together, and those of one account after one another. */
static void
log_payments(const LedgerState *state, Payments *p)
{
	const LedgerArena *arena = (const LedgerArena *) state->state.arena;
	RowSorter	sorter;

	sorter_begin(&sorter, &state->log, &arena->accounts, NULL);
	while (sorter_next(&sorter))
	{
		EntityKey	account;
		EntityKey	lasts;

		CHECK_FOR_INTERRUPTS();
		if (!pending_key_read(state->flags, &sorter.key, &account, &lasts))
			report_damaged_value("has a payment that is not well formed");
		for (int64 i = 0; i < sorter.n; i++)
		{
			int64		end;

			if (lasts.number <= 0 || __builtin_add_overflow(sorter.at[i], lasts.number, &end) || !IS_VALID_TIMESTAMP(end))
				report_damaged_value("has a payment that lasts for no possible time");
		}
		if (!is_same_account(p, &account))
		{
			log_account(p);
			set_account(p, &account);
		}
		add_rows(p, &sorter, lasts.number);
	}
	log_account(p);
	sorter_end(&sorter);
}

PLG_FUNCTION(plg_ledger_payments_final);
Datum
plg_ledger_payments_final(PG_FUNCTION_ARGS)
{
	MemoryContext result_context = CurrentMemoryContext;
	MemoryContext work;
	const LedgerState *state;
	const LedgerArena *arena;
	Payments   *p;
	struct varlena *value;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = (const LedgerState *) final_state(fcinfo, &payments_aggregates);
	arena = (const LedgerArena *) state->state.arena;

	work = AllocSetContextCreate(result_context, "plg ledger payments", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(work);
	p = palloc0(sizeof(Payments));
	p->kind = pending_account_kind(state->flags);
	p->log = palloc0(sizeof(RowLog));
	p->accounts = palloc0(sizeof(Dict));
	log_payments(state, p);
	MemoryContextSwitchTo(result_context);
	value = pack_changes(state, p->kind, p->log, p->accounts, &arena->amounts);
	MemoryContextDelete(work);
	PG_RETURN_POINTER(value);
}

/* a timestamp without time zone is read as UTC, so it needs no function of its own */
#define ACCOUNT_FUNCTIONS(name, account) \
	PLG_CALLS(plg_ledger_payments_add_##name##_time, add_payment(fcinfo, account, false)) \
	PLG_CALLS(plg_ledger_payments_add_##name##_date, add_payment(fcinfo, account, true))

ACCOUNT_FUNCTIONS(bigint, ENTITY_BIGINT)
ACCOUNT_FUNCTIONS(uuid, ENTITY_UUID)
ACCOUNT_FUNCTIONS(text, ENTITY_TEXT)
