/*
 * plg.ledger: what each account pays, over time.
 *
 * A ledger is a history of the changes of accounts' MRR (core/ledger_form.h).
 * Changes at one instant are netted and those that come to nothing are dropped,
 * so one course of payments has one form, whatever rows it was told in.  What an
 * account pays from an instant on is the sum of its changes up to it; ledgers
 * are added by adding their changes.
 *
 * Snapshots are known to the end of their last month; where ledgers are added up
 * the latest end counts, as it would had their rows been in one.
 */
#ifndef PLG_LEDGER_H
#define PLG_LEDGER_H

#include "core/history/ledger_form.h"
#include "state/history_value.h"
#include "ledger/amounts.h"
#include "state/state.h"

extern const ValueKind ledger_kind;
extern const Noun ledger_noun;

/* What the states of one aggregate share. */
typedef struct LedgerArena
{
	Arena		arena;
	Dict		accounts;		/* unless they are numbers */
	Dict		currencies;
	Amounts		amounts;
	SeenAmounts seen;
} LedgerArena;

typedef struct LedgerState
{
	State		state;
	bool		has_kind;		/* something was added */
	EntityKind	kind;			/* of account */
	uint8		flags;			/* of ledger_changes: see changes.c */
	uint32		currency;		/* number + 1, or 0 if there is none */
	uint32		known_day;
	RowLog		log;			/* account, instant, code of the change */
} LedgerState;

/* pack.c */
extern struct varlena *pack_changes(const LedgerState *state, EntityKind kind, const RowLog *log,
									const Dict *accounts, const Amounts *amounts);
extern struct varlena *pack_levels(const LedgerState *state, const Dict *accounts,
								   const Amounts *amounts);
pg_noreturn extern void refuse_total(EntityKind kind, const EntityKey *account, int64 at);

/* ledger.c */
extern void log_history(const History *history, RowLog *log, Dict *keys,
						Amounts *amounts, MemoryContext context);
pg_noreturn extern void report_pending_ledger(void);
extern Money history_money(const History *history, uint32 code);
extern void refuse_other_kind(EntityKind a, EntityKind b);

/* currency.c; a state has one currency or none, before anything is added */
extern void check_currency(const text *currency);
extern void refuse_currency(const uint8 *a, uint32 a_length, const uint8 *b, uint32 b_length);
extern void set_row_currency(FunctionCallInfo fcinfo, int argno, LedgerState *state);
extern void set_history_currency(LedgerState *state, const History *history);
extern void add_title(const LedgerState *state, HistoryString *strings, uint32 *n, uint8 *flags);

/*
 * intervals.c: what the aggregates' transition functions share.  Arguments are
 * counted as the function's own; 0 means that there is no such argument.
 */
typedef struct LedgerRow
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
} LedgerRow;

/* The number of an argument, or 0 if the function has fewer. */
static inline int
optional_arg(FunctionCallInfo fcinfo, int argno)
{
	return PG_NARGS() > argno ? argno : 0;
}

extern LedgerState *ledger_state(FunctionCallInfo fcinfo, const LedgerRow *row);
extern void log_interval(FunctionCallInfo fcinfo, const LedgerRow *row, LedgerState *state,
						 TimestampTz start, TimestampTz end);
extern Datum add_interval(FunctionCallInfo fcinfo, const LedgerRow *row, TimestampTz start,
						  TimestampTz end);
extern EntityKey row_account(FunctionCallInfo fcinfo, const LedgerRow *row);
extern uint32 row_mrr(FunctionCallInfo fcinfo, const LedgerRow *row, LedgerArena *arena);
extern TimestampTz row_time(FunctionCallInfo fcinfo, int argno, bool is_date);
extern void refuse_nulls(FunctionCallInfo fcinfo, const LedgerRow *row);
pg_noreturn extern void refuse_start(FunctionCallInfo fcinfo, const LedgerRow *row);
extern char *row_account_text(FunctionCallInfo fcinfo, const LedgerRow *row);

/*
 * reader.c: a ledger account by account.  total[i] is what the account pays
 * from at[i] on, a mantissa at the reader's scale.
 */
typedef struct LedgerReader
{
	EntityKey	key;
	int64		n;
	const int64 *at;
	int128	   *total;

	int			scale;
	TimestampTz known_until;	/* from then on nothing is known; or infinity */
	History		history;
	HistoryCursor *cursor;
	int128	   *changes;		/* by code */
	int64		capacity;
} LedgerReader;

extern LedgerReader *arg_ledger(FunctionCallInfo fcinfo, int argno);
extern bool next_account(LedgerReader *reader);

#endif							/* PLG_LEDGER_H */
