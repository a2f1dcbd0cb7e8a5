/*
 * What the transition functions of ledgers' aggregates share.  Arguments are
 * counted as the function's own; 0 means that there is no such argument.
 */
#ifndef PLG_LEDGER_INTERVALS_H
#define PLG_LEDGER_INTERVALS_H

#include "ledger/state.h"

typedef struct LedgerArgs
{
	EntityKind	kind;
	int			account;
	int			subscription;
	EntityKind	subscription_kind;
	int			mrr;
	const char *mrr_name;
	int			currency;
	int			start;
	bool		start_is_date;
	bool		start_is_range;
	bool		start_is_multirange;
	const char *start_name;
} LedgerArgs;

/* The number of an argument, or 0 if the function has fewer. */
static inline int
optional_arg(FunctionCallInfo fcinfo, int argno)
{
	return PG_NARGS() > argno ? argno : 0;
}

extern LedgerState *ledger_state(FunctionCallInfo fcinfo, const LedgerArgs *row);
extern void log_interval(FunctionCallInfo fcinfo, const LedgerArgs *row, LedgerState *state,
						 TimestampTz start, TimestampTz end);
extern Datum add_interval(FunctionCallInfo fcinfo, const LedgerArgs *row, TimestampTz start,
						  TimestampTz end);
extern EntityKey row_account(FunctionCallInfo fcinfo, const LedgerArgs *row);
extern uint32 amount_code(FunctionCallInfo fcinfo, const LedgerArgs *row, LedgerArena *arena,
						   struct varlena *amount);
extern uint32 row_mrr(FunctionCallInfo fcinfo, const LedgerArgs *row, LedgerArena *arena);
extern TimestampTz row_time(FunctionCallInfo fcinfo, int argno, bool is_date);
extern void refuse_nulls(FunctionCallInfo fcinfo, const LedgerArgs *row);
pg_noreturn extern void refuse_start(FunctionCallInfo fcinfo, const LedgerArgs *row);
extern char *row_account_text(FunctionCallInfo fcinfo, const LedgerArgs *row);

#endif							/* PLG_LEDGER_INTERVALS_H */
