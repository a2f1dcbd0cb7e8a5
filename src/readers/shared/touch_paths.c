/* Visiting conversions and their touches; see touch_paths.h. */
#include "readers/shared/touch_paths.h"

#include "readers/shared/labels.h"

/* The class of goals that are no label of touches; those that are have the next ones. */
#define GOAL 1

static void
name_goals(TouchPaths *paths)
{
	const History *journeys = &paths->paired->journeys.history;
	int			last = GOAL;

	paths->goal_codes[GOAL] = -1;
	for (uint32 i = 0; i < journeys->n_strings; i++)
	{
		const HistoryString *label = &journeys->strings[i];
		int64		code = -1;

		if (paths->goals[i] != 0)
			code = find_label(&paths->paired->contexts.history, label->bytes, label->length);
		if (code < 0)
			continue;
		if (last == lengthof(paths->goal_codes) - 1)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("more than %d labels of \"goal\" are touches, too", last - GOAL),
					 errhint("Build the touches from other rows, or give these goals one label by plg.relabel.")));
		paths->goals[i] = (uint8) ++last;
		paths->goal_codes[last] = code;
	}
}

TouchPaths *
arg_touch_paths(FunctionCallInfo fcinfo, int journeys_arg, int per_arg, int entered_arg)
{
	static const char *const per[] = {"first", "each"};
	TouchPaths *paths = palloc0(sizeof(TouchPaths));
	const int	goal_arg = journeys_arg + 2;

	(void) arg_name(fcinfo, goal_arg, "goal");
	paths->lookback = arg_duration(fcinfo, journeys_arg + 4, "lookback", SHORTEST_TIME, WITHIN_UNLIMITED);
	paths->each = arg_choice(fcinfo, per_arg, "per", per, lengthof(per)) == 1;
	arg_observed(fcinfo, journeys_arg + 3, entered_arg, &paths->observed);
	paths->paired = arg_paired(fcinfo, journeys_arg, journeys_arg + 1, "touches");
	if (paths->paired == NULL)
		return NULL;
	if (paths->observed.as_of == AS_OF_MISSING)
		paths->observed.as_of = paths->paired->journeys.history.last_at;
	paths->goals = arg_label_class(fcinfo, goal_arg, "goal", &paths->paired->journeys.history);
	name_goals(paths);
	paired_begin(paths->paired, PAIRED_WITHOUT_CONTEXT, paths->goals);
	return paths;
}

/* Finds the path of a conversion of that class. */
static void
find_path(TouchPaths *paths, uint32 goal)
{
	const PairedRows *touches = &paths->paired->context;
	int64		until = rows_observed(touches->at, touches->n, paths->converted);
	int64		i = until;

	paths->at = touches->at;
	paths->code = touches->code;
	paths->from = 0;
	if (paths->lookback != WITHIN_UNLIMITED && paths->converted >= PG_INT64_MIN + paths->lookback)
		paths->from = lower_bound_time(touches->at, 0, until, paths->converted - paths->lookback);
	while (i > paths->from && touches->at[i - 1] == paths->converted && touches->code[i - 1] != paths->goal_codes[goal])
		i--;
	paths->own = i > paths->from && touches->at[i - 1] == paths->converted ? i - 1 : touches->n;
	paths->n = until - paths->from - (paths->own < until);
}

/* Of goals at one instant, in any order, the first: so that it is the same however they come. */
static int64
first_goal(const PairedRows *goals)
{
	int64		first = 0;

	for (int64 i = 1; i < goals->n && goals->at[i] == goals->at[0]; i++)
	{
		if (goals->code[i] < goals->code[first])
			first = i;
	}
	return first;
}

static bool
next_conversion(TouchPaths *paths)
{
	const PairedRows *goals = &paths->paired->events;

	while (paths->next_goal < goals->n)
	{
		int64		goal = paths->each ? paths->next_goal : first_goal(goals);

		paths->next_goal = paths->each ? paths->next_goal + 1 : goals->n;
		paths->converted = goals->at[goal];
		if (!entered_in_time(&paths->observed, paths->converted))
			continue;
		find_path(paths, goals->code[goal]);
		return true;
	}
	return false;
}

bool
touch_paths_next(TouchPaths *paths)
{
	bool		is_first = paths->key == NULL;

	while (paths->key == NULL || !next_conversion(paths))
	{
		if (!paired_next(paths->paired))
			return false;
		paths->key = paths->paired->key;
		paths->next_goal = 0;
		is_first = true;
	}
	paths->n_entities += is_first;
	return true;
}
