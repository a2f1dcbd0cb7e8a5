/*
 * Two arms: b, the treatment, against a, the control.  What functions over
 * conversions and over exposures have in common.
 */
#ifndef PLG_EXPERIMENTS_COMPARE_H
#define PLG_EXPERIMENTS_COMPARE_H

#include "core/stats/difference.h"
#include "core/stats/survival.h"
#include "pg/args.h"
#include "pg/result.h"

typedef struct Arm
{
	int64		entered;
	int64		mature;			/* watched for the time that counts */
	int64		converted;		/* of these, within it */

	/* the times of all who entered, anew at each call */
	SurvivalInput *(*times) (const struct Arm *arm);
} Arm;

/* How surely b is said to differ, and for how many units that is surest. */
typedef struct Certainty
{
	double		level;
	int			tuning;
} Certainty;

/* The arguments level and tuning. */
extern Certainty arg_certainty(FunctionCallInfo fcinfo, int level_arg, int tuning_arg);

extern void put_difference(ResultRow *row, const ProportionDifference *difference);

/* The columns from difference to rmst_difference_seconds; NULL in all of them if an arm is compared with itself. */
extern void put_comparison(ResultRow *row, const Arm *a, const Arm *b, int64 within, Certainty certainty);

#endif							/* PLG_EXPERIMENTS_COMPARE_H */
