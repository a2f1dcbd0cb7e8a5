/*
 * The aggregates plg.ledger_changes: rows that say what a subscription pays
 * from an instant on, until the next row of that subscription.
 *
 * How much a row changes is known only beside the row before it, and a partial
 * state sees any part of the rows.  So states keep the levels as they came, by
 * account and subscription; the final function goes through each subscription
 * in order of time, and gives the changes, by account, to the same code that
 * packs any ledger.
 *
 * When a state travels it becomes a pending ledger (core/history/ledger_form.h).
 */
#include "ledger/changes.h"

#include "core/history/sorter.h"
#include "ledger/currency.h"
#include "ledger/intervals.h"
#include "pg/args.h"

static void changes_add_value(State *base, Datum datum);

static const AggregateKind changes_aggregates;
PLG_CALLS(plg_ledger_changes_combine, combine_states(fcinfo, &changes_aggregates))

static const AggregateKind changes_aggregates = {
	.name = "plg.ledger_changes",
	.combine = plg_ledger_changes_combine,
	.arena_size = sizeof(LedgerArena),
	.state_size = sizeof(LedgerState),
	.add_value = changes_add_value,
	.pack = pack_pending
};

static void
refuse_state(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("this ledger is no unfinished state of the same aggregate"),
			 errhint("Ledgers are added up with plg.rollup.")));
}

void
set_pending_flags(LedgerState *state, uint8 flags)
{
	if (state->has_kind && state->flags != flags)
		refuse_state();
	state->has_kind = true;
	state->flags = flags;
	state->kind = pending_key_kind(flags);
}

int64
intern_pending_key(LedgerArena *arena, uint8 flags, const EntityKey *account, const EntityKey *subscription)
{
	uint8	   *bytes = palloc(PENDING_KEY_BOUND(account, subscription));
	uint8	   *end = pending_key_write(bytes, flags, account, subscription);
	int64		number = intern_string(&arena->accounts, bytes, (uint32) (end - bytes), arena->arena.context);

	pfree(bytes);
	return number;
}

static int64
intern_key(LedgerArena *arena, const LedgerArgs *row, FunctionCallInfo fcinfo)
{
	EntityKey	account = row_account(fcinfo, row);
	EntityKey	subscription;

	if (row->subscription == 0)
		return intern_entity(&arena->accounts, row->kind, &account, arena->arena.context);
	arg_entity(fcinfo, row->subscription, row->subscription_kind, &subscription);
	return intern_pending_key(arena, pending_flags(row->kind, (int) row->subscription_kind + 1), &account, &subscription);
}

/* Transition (state, account [, subscription], mrr, at [, currency]). */
static Datum
add_change(FunctionCallInfo fcinfo, EntityKind kind, int subscription, bool at_is_date)
{
	LedgerArgs	row = {.kind = kind, .account = 1, .mrr = 2, .mrr_name = "mrr", .start = 3,
	.start_is_date = at_is_date, .start_name = "at"};
	LedgerState *state;
	LedgerArena *arena;
	TimestampTz at;
	uint32		mrr;

	if (subscription != NO_SUBSCRIPTION)
	{
		row.subscription = row.mrr++;
		row.subscription_kind = (EntityKind) (subscription - 1);
		row.start++;
	}
	row.currency = optional_arg(fcinfo, row.start + 1);
	refuse_nulls(fcinfo, &row);
	at = row_time(fcinfo, row.start, at_is_date);
	if (TIMESTAMP_NOT_FINITE(at))
		refuse_start(fcinfo, &row);

	state = (LedgerState *) transition_state(fcinfo, &changes_aggregates);
	arena = (LedgerArena *) state->state.arena;
	set_row_currency(fcinfo, row.currency, state);
	set_pending_flags(state, pending_flags(kind, subscription));
	mrr = row_mrr(fcinfo, &row, arena);
	log_row(&state->log, intern_key(arena, &row, fcinfo), at, mrr, arena->arena.context);
	PG_RETURN_STATE(fcinfo, &state->state);
}

void
add_pending(State *base, Datum datum, bool payments)
{
	struct varlena *value = flat_value(datum);
	LedgerState *state = (LedgerState *) base;
	LedgerArena *arena = (LedgerArena *) base->arena;
	History		history;

	check_value(value, &ledger_kind);
	open_history(&history, value);
	if (!pending_flags_are_valid(&history) || payments != ((history.flags & LEDGER_PAYMENTS) != 0))
		refuse_state();
	set_history_currency(state, &history);
	set_pending_flags(state, history.flags & ~HISTORY_TITLED);
	log_history(&history, &state->log, &arena->accounts, &arena->amounts, base->arena->context);
	pfree(history.strings);
}

static void
changes_add_value(State *base, Datum datum)
{
	add_pending(base, datum, false);
}

struct varlena *
pack_pending(State *base)
{
	const LedgerArena *arena = (const LedgerArena *) base->arena;

	return pack_levels((const LedgerState *) base, &arena->accounts, &arena->amounts);
}

/* Whether an amount comes before another in a dictionary. */
static bool
comes_before(Money a, Money b)
{
	uint8		a_bytes[MONEY_MAX_BYTES];
	uint8		b_bytes[MONEY_MAX_BYTES];
	uint32		a_length = money_write(a_bytes, a);
	uint32		b_length = money_write(b_bytes, b);

	return compare_bytes(a_bytes, a_length, b_bytes, b_length) < 0;
}

/*
 * Row i has another level than all rows before it at the same time.  The message
 * names the first two of the levels in an order that has nothing to do with that
 * of the rows.
 */
static void
report_contradiction(uint8 flags, const RowSorter *sorter, int64 i, const Amounts *amounts)
{
	const EntityKey *key = &sorter->key;
	int64		at = sorter->at[i];
	Money		a = amounts_money(amounts, sorter->code[i - 1]);
	Money		b = amounts_money(amounts, sorter->code[i]);
	bool		has_subscription = pending_subscription_type(flags) != NO_SUBSCRIPTION;
	const char *subscription_column = has_subscription ? "subscription, " : "";
	const char *other_cause = has_subscription ? "two subscriptions must not have one name" :
		"several subscriptions of one account need ledger_changes(account, subscription, mrr, at)";
	EntityKey	account;
	EntityKey	subscription;

	for (; i < sorter->n && sorter->at[i] == at; i++)
	{
		Money		level = amounts_money(amounts, sorter->code[i]);

		if (comes_before(level, a))
		{
			b = a;
			a = level;
		}
		else if (comes_before(a, level) && comes_before(level, b))
			b = level;
	}
	if (!pending_key_read(flags, key, &account, &subscription))
		report_damaged_value("has a subscription that is not well formed");
	ereport(ERROR,
			(errcode(ERRCODE_CARDINALITY_VIOLATION),
			 !has_subscription ?
			 errmsg("account %s pays both %s and %s from %s on",
					describe_entity(pending_account_kind(flags), &account),
					describe_money(a.mantissa, a.scale), describe_money(b.mantissa, b.scale),
					describe_time(at)) :
			 errmsg("subscription %s of account %s pays both %s and %s from %s on",
					describe_entity((EntityKind) (pending_subscription_type(flags) - 1), &subscription),
					describe_entity(pending_account_kind(flags), &account),
					describe_money(a.mantissa, a.scale), describe_money(b.mantissa, b.scale),
					describe_time(at)),
			 errhint("Take the last row of each instant, SELECT DISTINCT ON (account, %sat) ... ORDER BY account, %sat, and what tells their order, descending; %s.",
					 subscription_column, subscription_column, other_cause)));
}

/* Carries the levels of each subscription forward and logs the changes by account. */
static void
carry_forward(const LedgerState *state, RowLog *log, Dict *accounts, Amounts *amounts)
{
	const LedgerArena *arena = (const LedgerArena *) state->state.arena;
	RowSorter	sorter;

	sorter_begin(&sorter, &state->log, state->kind == ENTITY_BIGINT ? NULL : &arena->accounts, NULL);
	while (sorter_next(&sorter))
	{
		EntityKey	account;
		EntityKey	subscription;
		int64		number;
		Money		before = {0, 0};

		CHECK_FOR_INTERRUPTS();
		if (!pending_key_read(state->flags, &sorter.key, &account, &subscription))
			report_damaged_value("has a subscription that is not well formed");
		number = intern_entity(accounts, pending_account_kind(state->flags), &account, CurrentMemoryContext);
		for (int64 i = 0; i < sorter.n; i++)
		{
			Money		level = amounts_money(&arena->amounts, sorter.code[i]);
			Money		scaled = level;
			int			scale = Max(before.scale, level.scale);
			int128		change;

			if (i > 0 && sorter.at[i] == sorter.at[i - 1])
			{
				if (sorter.code[i] != sorter.code[i - 1])
					report_contradiction(state->flags, &sorter, i, &arena->amounts);
				continue;
			}
			if (!money_rescale(&scaled, scale) || !money_rescale(&before, scale))
				refuse_total(pending_account_kind(state->flags), &account, sorter.at[i]);
			change = scaled.mantissa - before.mantissa;
			if (change != 0)
				log_row(log, number, sorter.at[i], amounts_code_of_sum(amounts, change, scale),
						CurrentMemoryContext);
			before = level;
		}
	}
	sorter_end(&sorter);
}


PLG_FUNCTION(plg_ledger_changes_final);
Datum
plg_ledger_changes_final(PG_FUNCTION_ARGS)
{
	MemoryContext result_context = CurrentMemoryContext;
	MemoryContext work;
	const LedgerState *state;
	RowLog	   *log;
	Dict	   *accounts;
	Amounts    *amounts;
	struct varlena *value;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = (const LedgerState *) final_state(fcinfo, &changes_aggregates);

	work = AllocSetContextCreate(result_context, "plg ledger changes", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(work);
	log = palloc0(sizeof(RowLog));
	accounts = palloc0(sizeof(Dict));
	amounts = palloc0(sizeof(Amounts));
	carry_forward(state, log, accounts, amounts);
	MemoryContextSwitchTo(result_context);
	value = pack_changes(state, pending_account_kind(state->flags), log, accounts, amounts);
	MemoryContextDelete(work);
	PG_RETURN_POINTER(value);
}

#define ADD_FUNCTION(name, account, subscription, at_is_date) \
	PLG_CALLS(plg_ledger_changes_add_##name, add_change(fcinfo, account, subscription, at_is_date))

#define TIME_FUNCTIONS(name, account, at, at_is_date) \
	ADD_FUNCTION(name##_##at, account, NO_SUBSCRIPTION, at_is_date) \
	ADD_FUNCTION(name##_bigint_##at, account, ENTITY_BIGINT + 1, at_is_date) \
	ADD_FUNCTION(name##_uuid_##at, account, ENTITY_UUID + 1, at_is_date) \
	ADD_FUNCTION(name##_text_##at, account, ENTITY_TEXT + 1, at_is_date)

/* a timestamp without time zone is read as UTC, so it needs no function of its own */
#define ACCOUNT_FUNCTIONS(name, account) \
	TIME_FUNCTIONS(name, account, time, false) \
	TIME_FUNCTIONS(name, account, date, true)

ACCOUNT_FUNCTIONS(bigint, ENTITY_BIGINT)
ACCOUNT_FUNCTIONS(uuid, ENTITY_UUID)
ACCOUNT_FUNCTIONS(text, ENTITY_TEXT)
