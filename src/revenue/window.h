/* Functions over one window of a ledger. */
#ifndef PLG_REVENUE_WINDOW_H
#define PLG_REVENUE_WINDOW_H

#include "revenue/tally.h"

/* Their first arguments; each has further ones. */
enum
{
	L, SINCE, UNTIL, TIME_ZONE, AS_OF, WINDOW_ARGS
};

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

#endif							/* PLG_REVENUE_WINDOW_H */
