/*
 * The course of an account; course.h says what is told of it.
 *
 * Changes are visited once, in order.  Only whether a gap is bridged needs a
 * look ahead, and takes a pass of its own when it is asked for: over all known
 * changes, also those after the last period, so that who is a customer at an
 * instant does not depend on the window.
 */
#include "revenue/course.h"

#include "core/base/elapsed.h"

/*
 * The last period that starts at or before t, the one at hand or a later one.
 * Periods are all about as long, so the place by time alone is nearly right.
 */
static int
find_period(const Course *course, TimestampTz t)
{
	const TimestampTz *starts = course->starts;
	int			last = course->n_periods - 1;
	int			period = (int) (((double) t - (double) starts[0]) * course->pace);

	period = Max(course->period, Min(period, last));
	while (period > course->period && starts[period] > t)
		period--;
	while (period < last && starts[period + 1] <= t)
		period++;
	return period;
}

/* Without gaps that are bridged. */
static inline bool
is_present(const Course *course, int64 change)
{
	return course->total[change] > 0 || (course->marked != NULL && course->marked[change]);
}

/* Finds the changes that begin or go on with a gap that is bridged. */
static void
bridge_gaps(Course *course, int64 n)
{
	bool		has_been = false;
	int64		gap = -1;		/* where the last gap begins */

	if (n > course->capacity)
	{
		if (course->bridged != NULL)
			pfree(course->bridged);
		course->capacity = Max(n, 2 * course->capacity);
		course->bridged = palloc_huge(course->capacity * sizeof(bool));
	}
	for (int64 i = 0; i < n; i++)
		course->bridged[i] = false;
	for (int64 i = 0; i < n; i++)
	{
		if (is_present(course, i))
		{
			if (gap >= 0 && elapsed(course->at[gap], course->at[i]) <= course->options->bridge_gap)
			{
				for (int64 j = gap; j < i; j++)
					course->bridged[j] = true;
			}
			gap = -1;
			has_been = true;
		}
		else if (has_been && gap < 0)
			gap = i;
	}
}

static inline bool
is_customer(const Course *course, int64 change)
{
	return is_present(course, change) || (course->bridged != NULL && course->bridged[change]);
}

/* Passes the next change. */
static inline void
pass_change(Course *course)
{
	int64		i = course->next++;
	bool		customer = is_customer(course, i);

	if (course->customer && !customer)
	{
		course->has_left = true;
		course->left_at = course->at[i];
	}
	course->customer = customer;
	course->level = course->total[i];
}

/* Begins with the account at hand; starts, n_periods and options are given. */
void
course_begin(Course *course, const LedgerReader *reader)
{
	TimestampTz as_of = course->options->as_of;
	TimestampTz until = course->starts[course->n_periods];
	int64		n = reader->n;

	if (course->pace == 0)
		course->pace = course->n_periods / ((double) until - (double) course->starts[0]);
	course->at = reader->at;
	course->total = reader->total;
	course->marked = reader->customer;
	while (n > 0 && reader->at[n - 1] > as_of)
		n--;
	if (course->options->bridge_gap > 0)
		bridge_gaps(course, n);
	while (n > 0 && reader->at[n - 1] >= until)
		n--;
	course->n = n;
	course->next = 0;
	course->period = 0;
	course->level = 0;
	course->customer = false;
	course->has_left = false;
	while (course->next < n && reader->at[course->next] < course->starts[0])
		pass_change(course);
	course->opening = course->level;
	course->opens_as_customer = course->customer;
}

void
course_stay(Course *course)
{
	Move	   *move = &course->move;

	move->opening = move->closing = move->lowest = course->level;
	move->highest = 0;
	move->fallen = 0;
	move->was_customer = move->is_customer = course->customer;
	move->returns = false;
}

/* Goes to the next period with a change, or to the next change. */
bool
course_next(Course *course)
{
	Move	   *move = &course->move;
	bool		joined = false;
	TimestampTz end;

	if (course->next >= course->n)
		return false;
	course->period = find_period(course, course->at[course->next]);
	end = course->starts[course->period + 1];
	course_stay(course);
	do
	{
		int128		before = positive(course->level);

		if (!joined && !course->customer && is_customer(course, course->next))
		{
			joined = true;
			move->returns = course->has_left &&
				elapsed(course->left_at, course->at[course->next]) <= course->options->reactivation_within;
		}
		pass_change(course);
		move->highest = Max(move->highest, course->level);
		move->lowest = Min(move->lowest, course->level);
		move->fallen = money_add(move->fallen, positive(before - positive(course->level)));
	} while (!course->by_change && course->next < course->n && course->at[course->next] < end);
	move->closing = course->level;
	move->is_customer = course->customer;
	return true;
}

Movement
movement_of(const Move *move, int128 *amount)
{
	int128		opening = positive(move->opening);
	int128		closing = positive(move->closing);

	*amount = 0;
	if (!move->was_customer && !move->is_customer)
	{
		*amount = move->highest;
		return move->highest > 0 ? MOVEMENT_FLASH : MOVEMENT_NONE;
	}
	if (!move->was_customer)
	{
		*amount = closing;
		return move->returns ? MOVEMENT_REACTIVATION : MOVEMENT_NEW;
	}
	if (!move->is_customer)
	{
		*amount = opening;
		return MOVEMENT_CHURN;
	}
	*amount = money_absolute(closing - opening);
	return closing > opening ? MOVEMENT_EXPANSION :
		closing < opening ? MOVEMENT_CONTRACTION : MOVEMENT_NONE;
}
