/*
 * Scores: points for what somebody did, which lose half of what they are worth
 * with each half-life.
 *
 * A point is rounded once, by itself; sums are exact (core/base/exact_sum.h) and
 * rounded once, at the end.  So a score depends on nothing but the rows.
 */
#ifndef PLG_LEADS_SCORE_H
#define PLG_LEADS_SCORE_H

#include "core/base/exact_sum.h"
#include "pg/args.h"

/* The arguments half_life and as_of; a NULL half-life is WITHIN_UNLIMITED. */
extern int64 arg_half_life(FunctionCallInfo fcinfo, int argno);
extern void check_decay(int64 half_life, TimestampTz as_of);

/* A weight must be a number. */
extern double check_weight(double weight);

/* What a row at an instant no later than as_of is worth then. */
extern double score_point(double weight, TimestampTz at, int64 half_life, TimestampTz as_of);

/* The score; an error if it is beyond a double. */
extern double check_score(double score);

#endif							/* PLG_LEADS_SCORE_H */
