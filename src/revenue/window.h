/*
 * The arguments of functions over one window: (ledger, since date, until date,
 * tz text, as_of timestamptz, ...).
 */
#ifndef PLG_LEDGER_WINDOW_H
#define PLG_LEDGER_WINDOW_H

#include "revenue/tally.h"

typedef struct LedgerWindow
{
	LedgerReader *reader;
	TimestampTz bounds[2];
	TimestampTz as_of;
	bool		known;			/* what is paid at its end is */
} LedgerWindow;

extern void arg_window(FunctionCallInfo fcinfo, LedgerWindow *window);

/* Opens the ledger; false if it is NULL. */
extern bool open_window(FunctionCallInfo fcinfo, LedgerWindow *window, CourseOptions *course);

#endif							/* PLG_LEDGER_WINDOW_H */
