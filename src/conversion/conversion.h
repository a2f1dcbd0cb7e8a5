/*
 * plg.conversion: how long from start to goal, for those who got there and
 * those still on the way.
 */
#ifndef PLG_CONVERSION_CONVERSION_H
#define PLG_CONVERSION_CONVERSION_H

#include "pg/args.h"
#include "common/int.h"
#include "core/history/entrants.h"
#include "state/value.h"

extern const ValueKind conversion_kind;

pg_noreturn extern void refuse_time_between(TimestampTz from, TimestampTz to);

/* A time that is kept or told; an error if it is longer than can be. */
static inline int64
time_between(TimestampTz from, TimestampTz to)
{
	int64		us;

	if (unlikely(pg_sub_s64_overflow(to, from, &us) || us == FOREVER))
		refuse_time_between(from, to);
	return us;
}

static inline int64
watched_until(TimestampTz started, TimestampTz as_of)
{
	return TIMESTAMP_IS_NOEND(as_of) ? FOREVER : time_between(started, as_of);
}

/* The flat value of entrants, which it sorts, in the current context. */
extern struct varlena *entrants_value(EntrantList *list);

/* Argument argno, which must not be NULL, opened. */
extern void arg_conversion(FunctionCallInfo fcinfo, int argno, Entrants *entrants);

/* The same entrants as the Kaplan-Meier estimate reads them, once. */
extern SurvivalInput *survival_input(const Entrants *entrants);

/* Entrants, and those of them who were watched for a time, and who converted within it. */
typedef struct EntrantCounts
{
	int64		entered;
	int64		mature;
	int64		converted;
	int64		mature_converted;
} EntrantCounts;

extern EntrantCounts count_entrants(const Entrants *entrants, int64 within);

/* A rate and what it was made of; the row of activation(). */
typedef struct Activation
{
	int64		entered;
	int64		mature;
	int64		converted;
	bool		known;			/* whether there is a rate, and its bounds */
	double		rate;
	double		low;
	double		high;
} Activation;

extern void set_proportion(Activation *activation, int64 converted, int64 total, double level);
extern Datum activation_row(FunctionCallInfo fcinfo, const Activation *activation);

#endif							/* PLG_CONVERSION_CONVERSION_H */
