/*
 * What happened to MRR in consecutive periods, added up over all accounts.
 */
#ifndef PLG_REVENUE_TALLY_H
#define PLG_REVENUE_TALLY_H

#include "revenue/course.h"

/* What GRR counts of an account that paid at the opening. */
typedef enum GrrMethod
{
	GRR_LEAST,					/* the lesser of opening and closing remains */
	GRR_LOW_WATER,				/* the lowest in between remains */
	GRR_FLOW					/* all falls are lost, whatever rises follow */
} GrrMethod;

typedef struct TallyOptions
{
	CourseOptions course;
	bool		by_event;		/* a movement for each change, not each period */
	GrrMethod	grr;
} TallyOptions;

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
	int128		expanded;		/* of the expansion, what was not from 0, as after a gap that is bridged */

	/* of those who paid at the opening, over the whole period */
	int128		change;			/* what they pay more at the closing */
	int128		loss;			/* as GRR counts it */

	int64		accounts_opening;	/* customers */
	int64		accounts_new;
	int64		accounts_reactivated;
	int64		accounts_expanded;
	int64		accounts_contracted;
	int64		accounts_churned;
	int64		accounts_closing;
	int64		accounts_flash;
	int64		accounts_lost;	/* customers at the opening, not at the closing */
} PeriodTally;

typedef struct Tally
{
	int			n;
	const TimestampTz *starts;	/* n + 1, ascending */
	TallyOptions options;
	int			scale;
	PeriodTally *periods;
} Tally;

extern void tally_ledger(Tally *tally, LedgerReader *reader);

/* The same for windows that overlap: starts are n + span, and period i is from starts[i] up to starts[i + span]. */
extern void tally_windows(Tally *tally, int span, LedgerReader *reader);

/* Adds one account's net movement; and what it means for retention. */
extern void tally_movement(PeriodTally *period, const Move *move);
extern void tally_retention(PeriodTally *period, const Move *move, GrrMethod grr);

/* A ratio of amounts of one scale; false if the denominator is zero. */
extern bool money_ratio(int128 numerator, int128 denominator, double *ratio);

extern bool tally_nrr(const PeriodTally *period, double *ratio);
extern bool tally_grr(const PeriodTally *period, double *ratio);
extern bool tally_logo_retention(const PeriodTally *period, double *ratio);
extern bool tally_quick_ratio(const PeriodTally *period, double *ratio);

#define MAX_LEDGER_PERIODS 50000

/* options.c */
extern TallyOptions default_options(void);
extern bool arg_by_event(FunctionCallInfo fcinfo, int argno);
extern GrrMethod arg_grr_method(FunctionCallInfo fcinfo, int argno);
extern int64 arg_reactivation_within(FunctionCallInfo fcinfo, int argno);
extern int64 arg_bridge_gap(FunctionCallInfo fcinfo, int argno);

/*
 * Up to when what accounts pay is known, infinity if for ever: up to as_of, or
 * if that is missing, as long as the ledger says itself.  Leaves what the course
 * must not use out of it.
 */
extern TimestampTz known_until(const LedgerReader *reader, TimestampTz as_of, CourseOptions *course);

#endif							/* PLG_REVENUE_TALLY_H */
