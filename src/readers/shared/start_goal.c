/* Visiting entrants and their goals; see start_goal.h. */
#include "readers/shared/start_goal.h"

#include "readers/shared/labels.h"

/* Classes of labels; a label may be both. */
#define START 1
#define GOAL 2

StartGoal *
arg_start_goal(FunctionCallInfo fcinfo, int journeys_arg, int as_of_arg, int entered_arg)
{
	int			start_arg = journeys_arg + 1;
	StartGoal  *visitor = palloc(sizeof(StartGoal));
	History    *journeys = &visitor->journeys;
	char	   *goal = arg_name(fcinfo, journeys_arg + 2, "goal");
	uint8	   *classes;

	visitor->min_count = arg_positive(fcinfo, entered_arg + 1, "min_count");
	arg_observed(fcinfo, as_of_arg, entered_arg, &visitor->observed);
	if (!arg_observed_journeys(fcinfo, journeys_arg, journeys, &visitor->observed.as_of))
		return NULL;

	classes = palloc_huge(Max(journeys->n_strings, 1));
	memset(classes, PG_ARGISNULL(start_arg) ? START : 0, journeys->n_strings);
	if (!PG_ARGISNULL(start_arg))
		add_label_class(fcinfo, journeys, arg_name(fcinfo, start_arg, "start"), classes, START);
	add_label_class(fcinfo, journeys, goal, classes, GOAL);
	cursor_open(&visitor->cursor, journeys, classes);
	cursor_any_order(&visitor->cursor);
	return visitor;
}

/*
 * Events at one instant may be taken in any order, and no row is both the start
 * and a goal of one entrant.  So of several start events at the first instant
 * the one that is no goal, if any, is the start.
 */
static TimestampTz
find_goal(const HistoryCursor *cursor, int64 first, TimestampTz as_of, int min_count)
{
	TimestampTz started = cursor->at[first];
	bool		plain_start = false;
	int64		goals = 0;
	int64		i = first;

	while (i > 0 && cursor->at[i - 1] == started)
		i--;
	for (; i < cursor->n && cursor->at[i] == started; i++)
	{
		plain_start |= cursor->code[i] == START;
		goals += (cursor->code[i] & GOAL) != 0;
	}
	if (!plain_start)
		goals--;
	if (goals >= min_count)
		return started;

	for (; i < cursor->n && cursor->at[i] <= as_of; i++)
	{
		goals += (cursor->code[i] & GOAL) != 0;
		if (goals >= min_count)
			return cursor->at[i];
	}
	return DT_NOEND;
}

bool
start_goal_next(StartGoal *visitor)
{
	HistoryCursor *cursor = &visitor->cursor;

	while (cursor_next(cursor))
	{
		int64		first = 0;

		while (first < cursor->n && !(cursor->code[first] & START))
			first++;
		if (first == cursor->n)
			continue;
		visitor->started = cursor->at[first];
		if (!entered_in_time(&visitor->observed, visitor->started))
			continue;
		visitor->converted = find_goal(cursor, first, visitor->observed.as_of, visitor->min_count);
		return true;
	}
	return false;
}
