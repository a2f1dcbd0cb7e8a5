/*
 * Arguments that many functions take, checked in one place so that every
 * function refuses the same things in the same words.
 *
 * Durations are int64 microseconds.  A day is 24 hours, as in date_bin; months
 * and years have no fixed length and are refused.
 */
#ifndef PLG_PG_ARGS_H
#define PLG_PG_ARGS_H

#include "pg/compat.h"
#include "utils/date.h"
#include "utils/timestamp.h"

/* What a NULL "within" means: no limit, "so far". */
#define WITHIN_UNLIMITED PG_INT64_MAX

/*
 * A whole number of seconds that is shorter than shortest may have been meant
 * as days: PostgreSQL reads '7' as 7 seconds.  A NOTICE says so, once for each
 * call site.
 */
extern int64 interval_microseconds(FunctionCallInfo fcinfo, const Interval *interval, const char *argument,
								   int64 shortest);

/* The same of an argument; NULL gives what is missing, or is refused. */
extern int64 arg_duration(FunctionCallInfo fcinfo, int argno, const char *argument, int64 shortest, int64 missing);
extern struct varlena *arg_aligned(FunctionCallInfo fcinfo, int argno);
pg_noreturn extern void refuse_damaged_state(const char *aggregate);
extern int64 arg_within(FunctionCallInfo fcinfo, int argno);

/* An aggregate's rows of one group must agree on it. */
extern void require_one_within(int64 within, int64 other);

/* How long somebody counts as active: a half-open stretch, which must not be empty. */
extern int64 arg_active_within(FunctionCallInfo fcinfo, int argno);

#define DURATION_REQUIRED INT64CONST(-1)
#define ANY_LENGTH INT64CONST(0)
#define SHORTEST_TIME USECS_PER_MINUTE	/* of what users do */
#define SHORTEST_ABSENCE USECS_PER_HOUR /* of who pays */

/* When we stopped looking; AS_OF_MISSING if it is NULL. */
extern TimestampTz arg_as_of(FunctionCallInfo fcinfo, int argno);
extern void check_as_of(TimestampTz as_of);

#define AS_OF_MISSING DT_NOBEGIN	/* which it is not otherwise */

/* The elements of an array of one dimension; -1 if it is NULL. */
extern int	arg_array(FunctionCallInfo fcinfo, int argno, const char *argument, Oid type, const char *hint,
					  Datum **values, bool **nulls);

/* A text[] argument that is not NULL and holds none, as C strings. */
extern char **arg_texts(FunctionCallInfo fcinfo, int argno, const char *argument, const char *hint, int *n);

extern int	arg_positive(FunctionCallInfo fcinfo, int argno, const char *argument);
extern double arg_fraction(double p, const char *argument);
extern double arg_level(FunctionCallInfo fcinfo, int argno);
extern char *arg_name(FunctionCallInfo fcinfo, int argno, const char *argument);
extern TimestampTz arg_event_time(FunctionCallInfo fcinfo, int argno, bool is_date);
extern int	arg_choice(FunctionCallInfo fcinfo, int argno, const char *argument, const char *const *names, int n);
extern DateADT arg_date(FunctionCallInfo fcinfo, int argno, const char *argument);

/* For error messages: the beginning of a text. */
extern char *describe_text(const char *bytes, Size length);

extern TimestampTz timestamp_of_date(DateADT d);
extern Interval *microseconds_interval(int64 us);
extern char *describe_time(TimestampTz t);
extern char *describe_date(DateADT d);
extern char *describe_duration(int64 us);

#endif							/* PLG_PG_ARGS_H */
