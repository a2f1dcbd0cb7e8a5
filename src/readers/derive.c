/*
 * Derive: journeys with one more event for each entity that achieved something:
 * at_least of some goals, each met so many times, within a time of its start.
 *
 * Rows from the first start on count, but not the row that is the start itself;
 * the event lies where the last of them that it takes lies.  As rows at one
 * instant may be taken in any order, of several start rows at the first start's
 * instant that one is the start which lets the goals be met the earliest.
 *
 * The events found are a small history, which is added to the journeys as rollup
 * adds one.
 */
#include "journeys/pieces.h"

#include "catalog/pg_type.h"
#include "core/base/elapsed.h"
#include "core/history/net.h"
#include "core/history/writer.h"
#include "journeys/journeys.h"
#include "pg/args.h"
#include "readers/shared/labels.h"
#include "readers/shared/observed.h"
#include "state/state.h"
#include "utils/builtins.h"

/* The arguments. */
enum
{
	J, LABEL, START, GOALS, WITHIN, COUNTS, AT_LEAST
};

#define MAX_GOALS 63
#define START_BIT (UINT64CONST(1) << MAX_GOALS)
#define NEVER PG_INT64_MAX

typedef struct Derive
{
	int			n_goals;
	char	  **goals;
	int32	   *counts;
	int			at_least;
	int64		within;
	uint64	   *roles;			/* by code: a bit for each goal, and the start's */

	/* events found */
	int64		n;
	int64		capacity;
	EntityKey  *keys;
	int64	   *at;
} Derive;

static void
arg_goals(FunctionCallInfo fcinfo, Derive *derive)
{
	static const char *const hint = "Give the labels to be met, for example '{create_project,invite}'.";
	Datum	   *values;
	bool	   *nulls;
	int			n = arg_array(fcinfo, GOALS, "goals", TEXTOID, hint, &values, &nulls);

	if (n <= 0)
		ereport(ERROR,
				(errcode(n < 0 ? ERRCODE_NULL_VALUE_NOT_ALLOWED : ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"goals\" must name at least one goal"),
				 errhint("%s", hint)));
	if (n > MAX_GOALS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many goals: %d", n),
				 errhint("The limit is %d goals; a|b names several labels that serve one goal.", MAX_GOALS)));
	derive->n_goals = n;
	derive->goals = palloc(n * sizeof(char *));
	for (int i = 0; i < n; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("element %d of \"goals\" must not be null", i + 1),
					 errhint("%s", hint)));
		derive->goals[i] = TextDatumGetCString(values[i]);
	}
}

static void
arg_counts(FunctionCallInfo fcinfo, Derive *derive)
{
	static const char *const hint = "Give one number for each goal, how many times it has to be met.";
	Datum	   *values;
	bool	   *nulls;
	int			n = arg_array(fcinfo, COUNTS, "counts", INT4OID, hint, &values, &nulls);

	derive->counts = palloc(derive->n_goals * sizeof(int32));
	for (int i = 0; i < derive->n_goals; i++)
		derive->counts[i] = 1;
	if (n < 0)
		return;
	if (n != derive->n_goals)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("\"counts\" has %d elements for %d goals", n, derive->n_goals),
				 errhint("%s", hint)));
	for (int i = 0; i < n; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("element %d of \"counts\" must not be null", i + 1),
					 errhint("%s", hint)));
		derive->counts[i] = DatumGetInt32(values[i]);
		if (derive->counts[i] < 1)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("element %d of \"counts\" must be positive, not %d", i + 1, derive->counts[i]),
					 errhint("%s", hint)));
	}
}

static void
arg_at_least(FunctionCallInfo fcinfo, Derive *derive)
{
	derive->at_least = PG_ARGISNULL(AT_LEAST) ? derive->n_goals : arg_positive(fcinfo, AT_LEAST, "at_least");
	if (derive->at_least > derive->n_goals)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"at_least\" is %d, but there are only %d goals", derive->at_least, derive->n_goals),
				 errhint("Use a number from 1 to the number of goals, or leave it out where all of them have to be met.")));
}

/* An event that is there already would not be told from those that are found. */
static void
check_new_label(const History *journeys, const char *label)
{
	if (find_label(journeys, (const uint8 *) label, (uint32) strlen(label)) >= 0)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("there is an event named \"%s\" already", describe_text(label, strlen(label))),
				 errhint("Choose another label for what is derived.")));
}

static void
find_roles(FunctionCallInfo fcinfo, const History *journeys, Derive *derive)
{
	derive->roles = palloc_extended(Max(journeys->n_strings, 1) * sizeof(uint64), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (int goal = -1; goal < derive->n_goals; goal++)
	{
		uint64		bit = goal < 0 ? START_BIT : UINT64CONST(1) << goal;
		uint32	   *codes;
		int			n;

		if (goal < 0 && PG_ARGISNULL(START))
		{
			for_many(code, journeys->n_strings)
				derive->roles[code] |= bit;
			continue;
		}
		codes = label_codes(fcinfo, journeys, goal < 0 ? arg_name(fcinfo, START, "start") : derive->goals[goal], &n);
		for (int i = 0; i < n; i++)
			derive->roles[codes[i]] |= bit;
		pfree(codes);
	}
}

/* When the goals are met by the rows from first up to end, all but the start. */
static int64
met_at(const Derive *derive, const int64 *at, const uint32 *code, int64 first, int64 end, int64 start)
{
	int64		missing[MAX_GOALS];
	int			met = 0;

	for (int goal = 0; goal < derive->n_goals; goal++)
		missing[goal] = derive->counts[goal];
	for (int64 i = first; i < end; i++)
	{
		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		if (i == start)
			continue;
		for (uint64 goals = derive->roles[code[i]] & ~START_BIT; goals != 0; goals &= goals - 1)
		{
			if (--missing[pg_rightmost_one_pos64(goals)] == 0 && ++met == derive->at_least)
				return at[i];
		}
	}
	return NEVER;
}

/* When an entity achieved it. */
static int64
achieved_at(const Derive *derive, const HistoryCursor *cursor)
{
	const int64 *at = cursor->at;
	const uint32 *code = cursor->code;
	const uint64 *roles = derive->roles;
	int64		start = 0;
	int64		first;
	int64		end;
	int64		same_instant;
	int64		earliest = NEVER;

	while (start < cursor->n && !(roles[code[start]] & START_BIT))
		start++;
	if (start == cursor->n)
		return NEVER;
	first = lower_bound_time(at, 0, start, at[start]);
	end = derive->within == WITHIN_UNLIMITED ? cursor->n :
		rows_observed(at, cursor->n, later_by(at[start], derive->within));
	same_instant = rows_observed(at, end, at[start]);

	/* a start that is no goal takes nothing away */
	for (int64 i = start; i < same_instant; i++)
	{
		if (roles[code[i]] == START_BIT)
			return met_at(derive, at, code, first, end, i);
	}
	for (int64 i = start; i < same_instant && earliest > at[start]; i++)
	{
		if ((roles[code[i]] & START_BIT) && (i == start || roles[code[i]] != roles[code[i - 1]]))
			earliest = Min(earliest, met_at(derive, at, code, first, end, i));
	}
	return earliest;
}

static void
keep_event(Derive *derive, EntityKind kind, const EntityKey *key, int64 at)
{
	if (derive->n == derive->capacity)
	{
		derive->capacity *= 2;
		derive->keys = repalloc_huge(derive->keys, derive->capacity * sizeof(EntityKey));
		derive->at = repalloc_huge(derive->at, derive->capacity * sizeof(int64));
	}
	derive->keys[derive->n] = entity_copy(kind, key);
	derive->at[derive->n++] = at;
}

static void
find_events(Derive *derive, const History *journeys)
{
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));

	derive->capacity = 1024;
	derive->keys = palloc(derive->capacity * sizeof(EntityKey));
	derive->at = palloc(derive->capacity * sizeof(int64));
	cursor_open(cursor, journeys, NULL);
	while (cursor_next(cursor))
	{
		int64		at = achieved_at(derive, cursor);

		if (at != NEVER)
			keep_event(derive, journeys->kind, &cursor->key, at);
	}
	cursor_close(cursor);
	pfree(cursor);
}

/* The events found, as journeys of their own. */
static void
open_events(History *events, const Derive *derive, EntityKind kind, const char *label)
{
	HistoryString name = {(const uint8 *) label, (uint32) strlen(label)};
	HistoryWriter *writer = palloc(sizeof(HistoryWriter));
	uint32		code = 0;
	uint8	   *bytes;
	Size		size = 0;

	history_begin(writer, VARHDRSZ, journeys_kind.magic, kind, 0, (uint64) derive->n, &name, 1);
	for (int64 i = 0; i < derive->n; i++)
		history_add(writer, &derive->keys[i], 1, &derive->at[i], &code);
	bytes = history_finish(writer, &size);
	open_history(events, history_as_value(bytes, size, &journeys_kind));
	pfree(writer);
}

PLG_FUNCTION(plg_derive);
Datum
plg_derive(PG_FUNCTION_ARGS)
{
	Derive		derive = {0};
	char	   *label = arg_name(fcinfo, LABEL, "label");
	History		journeys;
	History		events;
	History		both[2];
	History		all;

	derive.within = arg_within(fcinfo, WITHIN);
	arg_goals(fcinfo, &derive);
	arg_counts(fcinfo, &derive);
	arg_at_least(fcinfo, &derive);
	if (PG_ARGISNULL(J))
		PG_RETURN_NULL();
	arg_journeys(fcinfo, J, &journeys);
	check_new_label(&journeys, label);
	find_roles(fcinfo, &journeys, &derive);
	find_events(&derive, &journeys);
	if (derive.n == 0)
		PG_RETURN_POINTER(flat_value(PG_GETARG_DATUM(J)));
	open_events(&events, &derive, journeys.kind, label);
	both[0] = journeys;
	both[1] = events;
	net_open(&all, both, 2, 0, journeys.pieces == NULL ? NULL : journeys.pieces->missing);
	PG_RETURN_POINTER(write_journeys(CurrentMemoryContext, &all));
}
