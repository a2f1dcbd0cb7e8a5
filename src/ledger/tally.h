/*
 * What happened to MRR in consecutive periods, added up over all accounts.
 */
#ifndef PLG_TALLY_H
#define PLG_TALLY_H

#include "ledger/ledger.h"

typedef struct PeriodTally
{
	/* what all accounts pay just before the period starts and ends */
	int128		opening;
	int128		closing;
	int128		paid_at_opening;	/* without accounts below zero */

	int128		new;
	int128		reactivation;
	int128		expansion;
	int128		contraction;
	int128		churn;
	int128		credit;
	int128		flash;

	int64		accounts_opening;	/* that pay: more than zero */
	int64		accounts_new;
	int64		accounts_reactivated;
	int64		accounts_expanded;
	int64		accounts_contracted;
	int64		accounts_churned;
	int64		accounts_closing;
	int64		accounts_flash;
} PeriodTally;

typedef struct Tally
{
	int			n;
	const TimestampTz *starts;	/* n + 1, ascending */
	TimestampTz as_of;			/* later changes are not used */
	int			scale;
	PeriodTally *periods;
} Tally;

extern void tally_ledger(Tally *tally, LedgerReader *reader);

/* A ratio of amounts of one scale; false if the denominator is zero. */
extern bool money_ratio(int128 numerator, int128 denominator, double *ratio);

extern bool tally_nrr(const PeriodTally *period, double *ratio);
extern bool tally_grr(const PeriodTally *period, double *ratio);
extern bool tally_logo_retention(const PeriodTally *period, double *ratio);
extern bool tally_quick_ratio(const PeriodTally *period, double *ratio);

#endif							/* PLG_TALLY_H */
