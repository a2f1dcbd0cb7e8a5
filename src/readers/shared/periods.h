/*
 * Periods of a cohort: how triangles count time.
 *
 * An entrant's units run on its own clock (rolling: k weeks after its own
 * start) or by the calendar (the k-th week after the week it started in).
 * Period k is one unit, or, with brackets, the units from brackets[k] up to
 * brackets[k + 1].
 */
#ifndef PLG_READERS_SHARED_PERIODS_H
#define PLG_READERS_SHARED_PERIODS_H

#include "core/base/divide.h"
#include "pg/units.h"
#include "readers/shared/observed.h"

typedef struct Periods
{
	Calendar   *calendar;
	int64		rolling;		/* length of a unit in us; 0: by the calendar */
	Divisor		by_rolling;
	int			n;
	int32	   *units;			/* n + 1: the first unit of each, and the end */
	int32	   *of_unit;		/* by unit before the end: its period, or -1 */
} Periods;

/* The argument periods alone: how many. */
extern int	arg_period_count(FunctionCallInfo fcinfo, int argno);

/* The arguments unit, periods, mode, tz and origin. */
extern void arg_periods(FunctionCallInfo fcinfo, int unit_arg, int periods_arg,
						int mode_arg, int tz_arg, int origin_arg, Periods *periods);

/* Replaces the periods by those of an argument, unless it is NULL. */
extern void arg_brackets(FunctionCallInfo fcinfo, int argno, Periods *periods);

/*
 * The period of a cohort's entrant in which a time at or after its start lies:
 * -1 before the first period, n after the last.  From that time up to *until
 * the answer is the same.
 */
extern int	period_at(const Periods *periods, int32 cohort, TimestampTz started,
					  TimestampTz at, TimestampTz *until);

/*
 * The same for many times at once, without a branch a time: a mask with bit k
 * set if one of the n ascending times lies in period k.  Only where
 * periods_fit_mask, and by the calendar with units from the first time on.
 */
#define MAX_MASK_UNITS 63

static inline bool
periods_fit_mask(const Periods *periods)
{
	return periods->units[periods->n] <= MAX_MASK_UNITS;
}

extern uint64 period_mask(const Periods *periods, const Units *units, int32 cohort,
						  TimestampTz started, const int64 *at, int64 n);

/*
 * Whether a cohort is complete and even its latest member has been watched to
 * the end of a period.
 */
extern bool period_is_over(const Periods *periods, int32 cohort, int period, TimestampTz as_of);

#endif							/* PLG_READERS_SHARED_PERIODS_H */
