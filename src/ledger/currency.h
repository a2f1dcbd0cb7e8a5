/*
 * The currency of a ledger: a state has one, or none, before anything is added.
 */
#ifndef PLG_LEDGER_CURRENCY_H
#define PLG_LEDGER_CURRENCY_H

#include "ledger/state.h"

extern const uint8 *history_currency(const History *history, uint32 *length);
extern void check_currency(const text *currency);
extern void refuse_currency(const uint8 *a, uint32 a_length, const uint8 *b, uint32 b_length);
extern void set_row_currency(FunctionCallInfo fcinfo, int argno, LedgerState *state);
extern void set_history_currency(LedgerState *state, const History *history);
extern void add_title(const LedgerState *state, HistoryString *strings, uint32 *n, uint8 *flags);

#endif							/* PLG_LEDGER_CURRENCY_H */
