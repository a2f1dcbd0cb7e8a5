/*
 * The aggregates plg.milestones(within, at, VARIADIC boolean[]) and, alike but
 * for their final function, plg.milestones_increasing: the milestones of one
 * entity, steps being any conditions.
 *
 * The state is a bytea of its own layout: a type with a name, so that
 * distributed executors push the aggregate down; appended to in place, so that
 * a row costs little; and small, so that a hundred thousand groups fit.  It
 * holds the rows that meet a condition, in the order they came, each as its
 * time and its conditions as bits, followed by unused room.  Everything is
 * checked before it is used, since anybody could pass any bytes.
 */
#include "pg/args.h"

#include "core/chain/rules.h"
#include "core/base/dict.h"
#include "milestones/reached.h"
#include "state/state.h"

#define STATE_MAGIC 0x6d676c70	/* "plgm" */
#define FIRST_ROWS 4

typedef struct ConditionsState
{
	int32		vl_len_;
	uint32		magic;
	int32		n_steps;
	int32		n_rows;
	int64		within;
	uint8		rows[FLEXIBLE_ARRAY_MEMBER];
} ConditionsState;

static inline Size
set_bytes(int n_steps)
{
	return (n_steps + 7) / 8;
}

static inline Size
row_bytes(int n_steps)
{
	return sizeof(int64) + set_bytes(n_steps);
}

static ConditionsState *
arg_state(FunctionCallInfo fcinfo, int argno)
{
	ConditionsState *state = (ConditionsState *) arg_aligned(fcinfo, argno);
	Size		size = VARSIZE(state);

	if (size < offsetof(ConditionsState, rows) || state->magic != STATE_MAGIC ||
		state->n_steps < 1 || state->n_steps > CHAIN_MAX_STEPS || state->n_rows < 0 || state->within < 0 ||
		(size - offsetof(ConditionsState, rows)) / row_bytes(state->n_steps) < (Size) state->n_rows)
		refuse_damaged_state("milestones");
	return state;
}

/* Room for more rows: the state itself, or a larger copy. */
static ConditionsState *
with_room(ConditionsState *state, int n_steps, int64 within, int64 more)
{
	Size		used = state == NULL ? 0 : state->n_rows;
	Size		room = state == NULL ? 0 :
		(VARSIZE(state) - offsetof(ConditionsState, rows)) / row_bytes(n_steps);
	ConditionsState *larger;
	Size		size;

	if (used + more <= room)
		return state;
	room = Max(Max(FIRST_ROWS, used + more), room * 2);
	size = offsetof(ConditionsState, rows) + room * row_bytes(n_steps);
	if (!AllocSizeIsValid(size))
	{
		room = used + more;
		size = offsetof(ConditionsState, rows) + room * row_bytes(n_steps);
	}
	if (!AllocSizeIsValid(size))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("one group of plg.milestones has too many events: " INT64_FORMAT, (int64) (used + more)),
				 errhint("Use plg.journeys, which packs events, or leave out events that meet no condition you need.")));
	larger = palloc(size);
	if (state != NULL)
		memcpy(larger, state, offsetof(ConditionsState, rows) + used * row_bytes(n_steps));
	else
	{
		larger->magic = STATE_MAGIC;
		larger->n_steps = n_steps;
		larger->n_rows = 0;
		larger->within = within;
	}
	/* what is not used yet travels too, so it must not be chance */
	memset(larger->rows + used * row_bytes(n_steps), 0, (room - used) * row_bytes(n_steps));
	SET_VARSIZE(larger, size);
	return larger;
}

static void
check_same(const ConditionsState *state, int n_steps, int64 within)
{
	if (state->n_steps != n_steps)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("rows of one group have %d and %d conditions", state->n_steps, n_steps),
				 errhint("Give the same list of conditions for every row.")));
	require_one_within(state->within, within);
}

/* The conditions of a row as bits; false if it meets none. */
static bool
read_conditions(ArrayType *array, int *n_steps, uint8 *set)
{
	uint8	   *bitmap = ARR_NULLBITMAP(array);
	const uint8 *value = (const uint8 *) ARR_DATA_PTR(array);
	bool		any = false;
	int			n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("conditions must have one dimension, not %d", ARR_NDIM(array)),
				 errhint("Use a plain list, with a condition for each step.")));
	if (n == 0)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("conditions must be a list of at least one"),
				 errhint("Give a condition for each step.")));
	if (n > CHAIN_MAX_STEPS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many steps: %d", n),
				 errhint("The limit is %d steps.", CHAIN_MAX_STEPS)));
	*n_steps = n;
	memset(set, 0, set_bytes(n));
	for (int i = 0; i < n; i++)
	{
		/* elements that are null take no room */
		if (bitmap != NULL && !(bitmap[i / 8] >> (i % 8) & 1))
			continue;
		if (*value++)
		{
			set[i / 8] |= 1 << (i % 8);
			any = true;
		}
	}
	return any;
}

static Datum
add_row(FunctionCallInfo fcinfo, bool is_date)
{
	ConditionsState *state = NULL;
	uint8		set[CHAIN_MAX_STEPS / 8];
	uint8	   *row;
	int			n_steps;
	int64		within;
	TimestampTz at;
	bool		any;

	(void) aggregate_context(fcinfo);
	if (PG_ARGISNULL(3))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the list of conditions must not be null"),
				 errhint("Give a condition for each step.")));
	within = arg_within(fcinfo, 1);
	any = read_conditions(PG_GETARG_ARRAYTYPE_P(3), &n_steps, set);
	if (!PG_ARGISNULL(0))
	{
		state = arg_state(fcinfo, 0);
		check_same(state, n_steps, within);
	}
	if (PG_ARGISNULL(2) || !any)
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	at = arg_event_time(fcinfo, 2, is_date);
	state = with_room(state, n_steps, within, 1);
	row = state->rows + state->n_rows++ * row_bytes(n_steps);
	memcpy(row, &at, sizeof(at));
	memcpy(row + sizeof(at), set, set_bytes(n_steps));
	PG_RETURN_POINTER(state);
}

/* A timestamp without time zone is read as UTC, so it needs no function of its own. */
PLG_CALLS(plg_milestones_add, add_row(fcinfo, false))
PLG_CALLS(plg_milestones_add_date, add_row(fcinfo, true))

PLG_FUNCTION(plg_milestones_combine);
Datum
plg_milestones_combine(PG_FUNCTION_ARGS)
{
	ConditionsState *state;
	ConditionsState *other;

	PLG_BEGIN_COMBINE(fcinfo, other, arg_state);
	state = arg_state(fcinfo, 0);
	check_same(state, other->n_steps, other->within);
	state = with_room(state, other->n_steps, other->within, other->n_rows);
	memcpy(state->rows + state->n_rows * row_bytes(state->n_steps), other->rows,
		   other->n_rows * row_bytes(state->n_steps));
	state->n_rows += other->n_rows;
	PG_RETURN_POINTER(state);
}

typedef struct ConditionsRow
{
	int64		at;
	uint32		row_class;
} ConditionsRow;

#define ST_SORT sort_rows
#define ST_ELEMENT_TYPE ConditionsRow
#define ST_COMPARE(a, b) ((a)->at < (b)->at ? -1 : (a)->at > (b)->at)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* The different sets of conditions that rows meet, numbered as they come. */
typedef struct ConditionSets
{
	int			n;
	int			capacity;
	RowClass   *classes;
	int			of_byte[256];	/* up to 8 steps: number + 1 */
	Dict		dict;			/* more steps */
} ConditionSets;

static uint32
number_of_set(ConditionSets *sets, const uint8 *set, int n_steps)
{
	int			number = n_steps <= 8 ? sets->of_byte[set[0]] - 1 :
		(int) dict_intern(&sets->dict, set, (uint32) set_bytes(n_steps));

	if (number >= 0 && number < sets->n)
		return (uint32) number;
	if (sets->n == sets->capacity)
	{
		sets->capacity = Max(16, sets->capacity * 2);
		sets->classes = sets->classes == NULL ? palloc(sets->capacity * sizeof(RowClass)) :
			repalloc_huge(sets->classes, sets->capacity * sizeof(RowClass));
	}
	memset(&sets->classes[sets->n], 0, sizeof(RowClass));
	for (int step = 0; step < n_steps; step++)
	{
		if (set[step / 8] >> (step % 8) & 1)
			add_step(&sets->classes[sets->n].steps, step);
	}
	if (n_steps <= 8)
		sets->of_byte[set[0]] = sets->n + 1;
	return (uint32) sets->n++;
}

/* Whether a set has a step, and none beyond the last. */
static bool
is_valid_set(const uint8 *set, int n_steps)
{
	int			last = (n_steps - 1) / 8;
	uint8		any = 0;

	for (int i = 0; i <= last; i++)
		any |= set[i];
	return any != 0 && set[last] >> ((n_steps - 1) % 8) <= 1;
}

static ConditionsRow *
read_rows(const ConditionsState *state, ConditionSets *sets)
{
	ConditionsRow *rows = palloc_extended(state->n_rows * sizeof(ConditionsRow), MCXT_ALLOC_HUGE);
	bool		sorted = true;

	for (int i = 0; i < state->n_rows; i++)
	{
		const uint8 *row = state->rows + i * row_bytes(state->n_steps);

		if ((i & 0xfff) == 0)
			CHECK_FOR_INTERRUPTS();
		memcpy(&rows[i].at, row, sizeof(int64));
		if (!IS_VALID_TIMESTAMP(rows[i].at) || !is_valid_set(row + sizeof(int64), state->n_steps))
			refuse_damaged_state("milestones");
		rows[i].row_class = number_of_set(sets, row + sizeof(int64), state->n_steps);
		sorted &= i == 0 || rows[i - 1].at <= rows[i].at;
	}
	if (!sorted)
		sort_rows(rows, state->n_rows);
	return rows;
}

static Datum
best_chain(FunctionCallInfo fcinfo, bool strictly_increasing)
{
	ConditionsState *state;
	ConditionsRow *rows;
	ConditionSets *sets;
	ChainRules	rules = {0};
	Chain		chain;
	ChainEngine *engine;
	int64	   *at;
	uint32	   *row_class;

	(void) aggregate_context(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = arg_state(fcinfo, 0);
	if (state->n_rows == 0)
		PG_RETURN_NULL();
	sets = palloc0(sizeof(ConditionSets));
	rows = read_rows(state, sets);
	at = palloc_extended(state->n_rows * sizeof(int64), MCXT_ALLOC_HUGE);
	row_class = palloc_extended(state->n_rows * sizeof(uint32), MCXT_ALLOC_HUGE);
	for (int i = 0; i < state->n_rows; i++)
	{
		at[i] = rows[i].at;
		row_class[i] = rows[i].row_class;
	}
	rules.n_steps = state->n_steps;
	rules.within = state->within;
	rules.strictly_increasing = strictly_increasing;
	engine = chain_engine(&rules, sets->classes, sets->n);
	chain_rows(engine, state->n_rows, at, row_class);
	if (!chain_next(engine, &chain))
		PG_RETURN_NULL();
	PG_RETURN_ARRAYTYPE_P(times_array(chain.at, state->n_steps));
}

PLG_CALLS(plg_milestones_final, best_chain(fcinfo, false))
PLG_CALLS(plg_milestones_increasing_final, best_chain(fcinfo, true))
