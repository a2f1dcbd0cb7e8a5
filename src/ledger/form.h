/*
 * plg.ledger: what each account pays, over time; the form of its values.
 *
 * A ledger is a history of the changes of accounts' MRR (ledger_form.h).
 * Changes at one instant are netted and those that come to nothing are dropped,
 * so one course of payments has one form, whatever rows it was told in.  What an
 * account pays from an instant on is the sum of its changes up to it; ledgers
 * are added by adding their changes.
 *
 * Snapshots are known to the end of their last month; where ledgers are added up
 * the latest end counts, as it would had their rows been in one.
 */
#ifndef PLG_LEDGER_FORM_H
#define PLG_LEDGER_FORM_H

#include "core/history/ledger_form.h"
#include "state/history_value.h"

extern const ValueKind ledger_kind;

extern Money history_money(const History *history, uint32 code);
pg_noreturn extern void report_pending_ledger(void);

#endif							/* PLG_LEDGER_FORM_H */
