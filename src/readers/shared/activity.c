/* Visiting entrants and their activity; see activity.h. */
#include "readers/shared/activity.h"

#include "readers/shared/labels.h"

/* Classes of labels; a label may be both. */
#define START 1
#define ACTIVITY 2

/* An instant with a start event. */
typedef struct Starting
{
	TimestampTz at;
	bool		plain;			/* one of them is a start only */
} Starting;

ActivityVisitor *
arg_activity(FunctionCallInfo fcinfo, int as_of_arg, int activity_arg, int entered_arg)
{
	ActivityVisitor *visitor = palloc0(sizeof(ActivityVisitor));
	History    *journeys = &visitor->journeys;
	bool		any_start = PG_ARGISNULL(1);
	uint8	   *classes = NULL;

	arg_observed(fcinfo, as_of_arg, entered_arg, &visitor->observed);
	if (!arg_observed_journeys(fcinfo, 0, journeys, &visitor->observed.as_of))
		return NULL;

	visitor->all_active = PG_ARGISNULL(activity_arg);
	if (!any_start || !visitor->all_active)
	{
		classes = palloc_huge(Max(journeys->n_strings, 1));
		memset(classes, (any_start ? START : 0) | (visitor->all_active ? ACTIVITY : 0),
			   journeys->n_strings);
		if (!any_start)
			add_label_class(fcinfo, journeys, arg_name(fcinfo, 1, "start"), classes, START);
		if (!visitor->all_active)
			add_label_class(fcinfo, journeys, arg_name(fcinfo, activity_arg, "activity"),
							classes, ACTIVITY);
	}
	cursor_open(&visitor->cursor, journeys, classes);
	cursor_any_order(&visitor->cursor);
	return visitor;
}

/*
 * Moves the times of activity among rows from..n together; returns how many.
 * *plain_start tells whether a row at the first instant is a start only.
 */
static int64
gather_activity(HistoryCursor *cursor, int64 from, bool *plain_start)
{
	TimestampTz started = cursor->at[from];
	int64		n = 0;

	for (int64 i = from; i < cursor->n; i++)
	{
		*plain_start |= cursor->code[i] == START && cursor->at[i] == started;
		cursor->at[from + n] = cursor->at[i];
		n += (cursor->code[i] & ACTIVITY) != 0;
	}
	return n;
}

/* Lists the starts of the entity at hand, and moves the times of its activity together. */
static void
list_starts(ActivityVisitor *visitor)
{
	HistoryCursor *cursor = &visitor->cursor;
	int64		n = rows_observed(cursor->at, cursor->n, visitor->observed.as_of);

	if (n > visitor->capacity)
	{
		if (visitor->starts != NULL)
			pfree(visitor->starts);
		visitor->capacity = Max(n, visitor->capacity * 2);
		visitor->starts = palloc_huge(visitor->capacity * sizeof(Starting));
	}
	visitor->n_starts = visitor->next_start = 0;
	visitor->n_rows = visitor->row = 0;
	for_many(i, n)
	{
		TimestampTz at = cursor->at[i];
		uint32		class = cursor->classes != NULL ? cursor->code[i] : START | ACTIVITY;

		if (class & START)
		{
			if (visitor->n_starts == 0 || visitor->starts[visitor->n_starts - 1].at != at)
				visitor->starts[visitor->n_starts++] = (Starting) {.at = at};
			visitor->starts[visitor->n_starts - 1].plain |= class == START;
		}
		cursor->at[visitor->n_rows] = at;
		visitor->n_rows += (class & ACTIVITY) != 0;
	}
}

static bool
next_start(ActivityVisitor *visitor)
{
	HistoryCursor *cursor = &visitor->cursor;
	const Starting *start;

	while (visitor->next_start == visitor->n_starts)
	{
		if (!cursor_next(cursor))
			return false;
		visitor->entity++;
		list_starts(visitor);
	}
	start = &visitor->starts[visitor->next_start++];
	while (visitor->row < visitor->n_rows && cursor->at[visitor->row] < start->at)
		visitor->row++;
	visitor->started = start->at;
	visitor->at = cursor->at + visitor->row + !start->plain;
	visitor->n = visitor->n_rows - visitor->row - !start->plain;
	return true;
}

bool
activity_next(ActivityVisitor *visitor)
{
	HistoryCursor *cursor = &visitor->cursor;

	if (visitor->recurring)
		return next_start(visitor);
	while (cursor_next(cursor))
	{
		int64		from = 0;
		bool		plain_start = false;

		if (cursor->classes != NULL)
		{
			while (from < cursor->n && !(cursor->code[from] & START))
				from++;
			if (from == cursor->n)
				continue;
		}
		visitor->started = cursor->at[from];
		if (!entered_in_time(&visitor->observed, visitor->started))
			continue;

		/* events at one instant may be taken in any order */
		while (from > 0 && cursor->at[from - 1] == visitor->started)
			from--;
		visitor->n = cursor->n - from;
		if (!visitor->all_active)
			visitor->n = gather_activity(cursor, from, &plain_start);
		visitor->at = cursor->at + from;

		/* no row is both; the one that is a start only is not among these */
		if (!plain_start)
		{
			visitor->at++;
			visitor->n--;
		}
		visitor->n = rows_observed(visitor->at, visitor->n, visitor->observed.as_of);
		return true;
	}
	return false;
}
