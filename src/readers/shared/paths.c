/* Paths from one row of each entity; see paths.h. */
#include "readers/shared/paths.h"

#include "core/base/elapsed.h"
#include "readers/shared/labels.h"

static bool
arg_after(FunctionCallInfo fcinfo, int argno)
{
	static const char *const directions[] = {"after", "before"};

	return arg_choice(fcinfo, argno, "direction", directions, lengthof(directions)) == 0;
}

Paths *
arg_paths(FunctionCallInfo fcinfo)
{
	Paths	   *paths = palloc(sizeof(Paths));

	paths->depth = arg_positive(fcinfo, DEPTH, "depth");
	paths->after = arg_after(fcinfo, DIRECTION);
	paths->within = arg_within(fcinfo, WITHIN);
	paths->collapse = !PG_ARGISNULL(COLLAPSE) && PG_GETARG_BOOL(COLLAPSE);
	arg_observed(fcinfo, AS_OF, ENTERED, &paths->observed);
	return paths;
}

bool
paths_open(FunctionCallInfo fcinfo, Paths *paths)
{
	if (!arg_observed_journeys(fcinfo, J, &paths->journeys, &paths->observed.as_of))
		return false;
	paths->is_from = arg_label_class(fcinfo, FROM_EVENT, "from_event", &paths->journeys);
	paths->capacity = 16;
	paths->at = palloc(paths->capacity * sizeof(int64));
	paths->code = palloc(paths->capacity * sizeof(uint32));
	cursor_open(&paths->cursor, &paths->journeys, NULL);
	cursor_any_order(&paths->cursor);
	return true;
}

static void
put_step(Paths *paths, int64 row)
{
	if (paths->length == paths->capacity)
	{
		paths->capacity *= 2;
		paths->at = repalloc_huge(paths->at, paths->capacity * sizeof(int64));
		paths->code = repalloc_huge(paths->code, paths->capacity * sizeof(uint32));
	}
	paths->at[paths->length] = paths->cursor.at[row];
	paths->code[paths->length++] = paths->cursor.code[row];
}

/* Adds a row to the path, unless it starts with it; false when it is complete. */
static bool
add_step(Paths *paths, int64 row, int64 first)
{
	TimestampTz start = paths->at[0];
	TimestampTz at = paths->cursor.at[row];

	if (row == first)
		return true;
	if ((paths->after ? elapsed(start, at) : elapsed(at, start)) > paths->within)
		return false;
	if (paths->collapse && paths->code[paths->length - 1] == paths->cursor.code[row])
		return true;
	put_step(paths, row);
	return paths->length <= paths->depth;
}

/*
 * Reads the path of the entity at hand; false if it has none.  Other rows at
 * the first one's instant are its neighbours whichever way the path goes.
 */
static bool
read_path(Paths *paths)
{
	const HistoryCursor *cursor = &paths->cursor;
	int64		n = rows_observed(cursor->at, cursor->n, paths->observed.as_of);
	int64		first = 0;
	int64		row;
	TimestampTz start;

	if (paths->is_from != NULL)
	{
		while (first < n && !paths->is_from[cursor->code[first]])
			first++;
	}
	if (first >= n)
		return false;
	start = cursor->at[first];
	if (!entered_in_time(&paths->observed, start) ||
		(paths->after && !observed_for(paths->observed.as_of, start, paths->within)))
		return false;

	paths->length = 0;
	put_step(paths, first);
	row = first;
	if (paths->after)
	{
		while (row > 0 && cursor->at[row - 1] == start)
			row--;
		while (row < n && add_step(paths, row, first))
			row++;
	}
	else
	{
		while (row + 1 < n && cursor->at[row + 1] == start)
			row++;
		while (row >= 0 && add_step(paths, row, first))
			row--;
	}
	return true;
}

bool
paths_next(Paths *paths)
{
	while (cursor_next(&paths->cursor))
	{
		if (read_path(paths))
			return true;
	}
	cursor_close(&paths->cursor);
	cursor_open(&paths->cursor, &paths->journeys, NULL);
	cursor_any_order(&paths->cursor);
	return false;
}
