/*
 * A ledger account by account.  total[i] is what the account pays from at[i] on,
 * a mantissa at the reader's scale.
 *
 * A ledger in which accounts are customers that pay nothing has marks of these
 * beside the changes; customer[i] is whether there is such a mark from at[i] on.
 */
#ifndef PLG_LEDGER_READER_H
#define PLG_LEDGER_READER_H

#include "ledger/form.h"
#include "ledger/money.h"

typedef struct LedgerReader
{
	EntityKey	key;
	int64		n;
	const int64 *at;
	int128	   *total;
	bool	   *customer;		/* NULL if the ledger has no marks */

	int			scale;
	TimestampTz known_until;	/* from then on nothing is known; or infinity */
	History		history;
	HistoryCursor *cursor;
	int128	   *changes;		/* by code */
	int8	   *steps;			/* by code, of marks; NULL if there are none */
	int64	   *own_at;			/* with marks, where at points to */
	int64		capacity;
} LedgerReader;

extern LedgerReader *arg_ledger(FunctionCallInfo fcinfo, int argno);
extern bool next_account(LedgerReader *reader);

#endif							/* PLG_LEDGER_READER_H */
