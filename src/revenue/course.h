/*
 * The course of one account through consecutive periods: from each period that
 * holds one of its changes, what it came with and what it left with.
 *
 * A customer is an account that pays, or is marked as one whatever it pays.  With a
 * bridge_gap it also is one in a gap of at most that length between two such times.
 */
#ifndef PLG_REVENUE_COURSE_H
#define PLG_REVENUE_COURSE_H

#include "ledger/reader.h"

typedef struct CourseOptions
{
	TimestampTz as_of;			/* later changes are not used */
	int64		reactivation_within;	/* who comes back later is new */
	int64		bridge_gap;
} CourseOptions;

typedef struct Move
{
	int128		opening;
	int128		closing;
	int128		highest;		/* after the opening */
	int128		lowest;			/* the opening included */
	int128		fallen;			/* sum of the falls, as far as above zero */
	bool		was_customer;
	bool		is_customer;
	bool		returns;		/* if it was none at the opening */
} Move;

typedef struct Course
{
	const CourseOptions *options;
	const TimestampTz *starts;	/* n_periods + 1, ascending */
	int			n_periods;
	bool		by_change;		/* a move for each change, not each period */

	double		pace;			/* periods a microsecond, once known */

	/* at hand; the opening is what it pays before the first period */
	int			period;
	Move		move;
	int128		opening;
	bool		opens_as_customer;

	const int64 *at;
	const int128 *total;
	const bool *marked;			/* by change: a customer whatever it pays; or NULL */
	bool	   *bridged;		/* by change: in a gap that is bridged; or NULL */
	int64		capacity;
	int64		n;
	int64		next;
	int128		level;
	bool		customer;
	bool		has_left;
	int64		left_at;
} Course;

static inline int128
positive(int128 amount)
{
	return amount > 0 ? amount : 0;
}

extern void course_begin(Course *course, const LedgerReader *reader);
extern bool course_next(Course *course);

/* The move of a period without a change. */
extern void course_stay(Course *course);

/* How a move is called, and its amount without what is below zero. */
typedef enum Movement
{
	MOVEMENT_NONE,
	MOVEMENT_NEW,
	MOVEMENT_REACTIVATION,
	MOVEMENT_EXPANSION,
	MOVEMENT_CONTRACTION,
	MOVEMENT_CHURN,
	MOVEMENT_FLASH
} Movement;

extern Movement movement_of(const Move *move, int128 *amount);

#endif							/* PLG_REVENUE_COURSE_H */
