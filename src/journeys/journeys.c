/*
 * The type plg.journeys and its aggregates.
 *
 * While rows arrive they go to a row log, labels and entities that are not
 * numbers to dictionaries shared by all groups of the aggregate.  Values that
 * arrive whole, from parallel workers or from rollup, are kept as they are and
 * merged at the end; small ones are taken apart into the log instead.
 */
#include "journeys/journeys.h"

#include "core/history/merge.h"
#include "core/history/writer.h"
#include "pg/args.h"
#include "state/history_value.h"
#include "journeys/worker_rows.h"
#include "journeys/row_batch.h"

/* Values with fewer rows than this are cheaper to sort again than to merge. */
#define SMALL_VALUE_ROWS 8192

static const char *journeys_problem(const uint8 *body, Size size);
static void journeys_add_value(State *base, struct varlena *value);
static struct varlena *journeys_pack(State *base);
static Size journeys_worker_rows_size(State *base);
static void journeys_write_worker_rows(State *base, struct varlena *image, Size size);
static bool keep_unpacked(State *base);

const ValueKind journeys_kind = {
	"plg.journeys",
	"plgJ",
	"GROUP BY plg.bucket(entity, n), then read each bucket and add up the results.",
	journeys_problem
};

static const AggregateKind journeys_aggregates;
PLG_CALLS(plg_journeys_combine, combine_states(fcinfo, &journeys_aggregates))

static const AggregateKind journeys_aggregates = {
	"plg.journeys",
	plg_journeys_combine,
	sizeof(JourneysArena),
	sizeof(JourneysState),
	journeys_add_value,
	journeys_pack,
	journeys_worker_rows_size,
	journeys_write_worker_rows,
	keep_unpacked
};

static const char *
journeys_problem(const uint8 *body, Size size)
{
	History		history;
	const char *reason = history_problem(body, size, &history);

	if (reason != NULL)
		return reason;
	if (history.flags != 0 || history.extra != 0)
		return "It has flags that do not exist.";
	for (uint32 i = 0; i < history.n_strings; i++)
	{
		if (!is_valid_text(history.strings[i].bytes, history.strings[i].length))
			return "It has a label that is not valid text in this database's encoding.";
	}
	return NULL;
}

/* Large logs of numbers stay as they are: their rows were dealt as they came, which is half of the sort. */
static bool
keep_unpacked(State *base)
{
	JourneysState *state = (JourneysState *) base;

	flush_batch((JourneysArena *) base->arena);
	return state->n_values == 0 && state->log.dealt != NULL;
}

/* Opens journeys whose rows have not been packed. */
static void
open_log(History *journeys, JourneysState *state)
{
	const Dict *labels = &((JourneysArena *) state->state.arena)->labels;
	const Dealt *dealt = state->log.dealt;

	memset(journeys, 0, sizeof(*journeys));
	journeys->sorter = palloc(sizeof(RowSorter));
	sorter_begin(journeys->sorter, &state->log, NULL, labels);
	journeys->kind = state->kind;
	journeys->n_strings = journeys->sorter->codes.n;
	journeys->strings = ranked_strings(&journeys->sorter->codes, labels);
	journeys->rows = dealt_rows(dealt);
	journeys->entities = Min(journeys->rows, (uint64) DEALT_PARTITIONS << Min(dealt->shift, 32));
	journeys->first_at = dealt->first_at;
	journeys->last_at = dealt->last_at;
}

void
arg_journeys(FunctionCallInfo fcinfo, int argno, History *journeys)
{
	State	   *state = finished_state(PG_GETARG_DATUM(argno));

	if (state != NULL && state->arena->kind == &journeys_aggregates && state->flat == NULL)
		open_log(journeys, (JourneysState *) state);
	else
		arg_history(fcinfo, argno, &journeys_kind, journeys);
}

void
arg_whole_journeys(FunctionCallInfo fcinfo, int argno, History *journeys)
{
	open_history(journeys, arg_value(fcinfo, argno, &journeys_kind));
}

static void
refuse_time(FunctionCallInfo fcinfo, EntityKind kind, TimestampTz at)
{
	EntityKey	key;

	arg_entity(fcinfo, 1, kind, &key);
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
			 errmsg("event time of entity \"%s\" is infinite: %s",
					describe_entity(kind, &key), describe_time(at)),
			 errhint("Leave such rows out with FILTER (WHERE isfinite(...)).")));
}

/* The code of a label that is long, not in the cache, or not stored as in rows. */
static pg_noinline uint32
intern_label(JourneysArena *arena, const struct varlena *label)
{
	const uint8 *bytes = (const uint8 *) VARDATA_ANY(label);
	uint32		length = VARSIZE_ANY_EXHDR(label);
	LabelKey	key;
	uint32		id;

	if (length > SHORT_STRING)
		return intern_string(&arena->labels, bytes, length, arena->arena.context);
	key = label_key(bytes, length);
	if (!label_cache_find(&arena->label_cache, &key, &id))
	{
		id = intern_string(&arena->labels, bytes, length, arena->arena.context);
		label_cache_put(&arena->label_cache, &key, id);
	}
	return id;
}

static pg_attribute_always_inline uint32
label_code(JourneysArena *arena, Datum datum)
{
	const struct varlena *label = (const struct varlena *) DatumGetPointer(datum);

	if (likely(VARATT_IS_SHORT(label) && VARSIZE_SHORT(label) <= VARHDRSZ_SHORT + SHORT_STRING))
	{
		LabelKey	key = label_key((const uint8 *) VARDATA_SHORT(label),
									VARSIZE_SHORT(label) - VARHDRSZ_SHORT);
		uint32		id;

		if (likely(label_cache_find(&arena->label_cache, &key, &id)))
			return id;
	}
	return intern_label(arena, packed_varlena(datum));
}

static inline void
put_row(JourneysState *state, EntityKind kind, int64 entity, int64 at, uint32 code)
{
	MemoryContext context = state->state.arena->context;

	if (kind == ENTITY_BIGINT)
		log_number_row(&state->log, entity, at, code, context);
	else
		log_row(&state->log, entity, at, code, context);
}

/*
 * Transition: adds one event.  A row with a NULL is ignored.  It is what every
 * row goes through, so it is written out for each type of entity and of time.
 */
static pg_attribute_always_inline Datum
add_event(FunctionCallInfo fcinfo, EntityKind kind, bool is_date)
{
	JourneysState *state;
	JourneysArena *arena;
	TimestampTz at;
	uint32		code;

	if (unlikely(PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3)))
		PG_RETURN_UNCHANGED_STATE(fcinfo);

	at = is_date ? timestamp_of_date(PG_GETARG_DATEADT(2)) : PG_GETARG_TIMESTAMPTZ(2);
	if (unlikely(TIMESTAMP_NOT_FINITE(at)))
		refuse_time(fcinfo, kind, at);

	state = (JourneysState *) state_of_many_groups(fcinfo, &journeys_aggregates);
	if (state != NULL)
		arena = (JourneysArena *) crowded_arena;
	else
	{
		state = (JourneysState *) transition_state(fcinfo, &journeys_aggregates);
		set_kind(state, kind);
		arena = (JourneysArena *) state->state.arena;
		if (unlikely(arena->arena.n_states > CROWD_STATES))
			crowded_arena = &arena->arena;
	}
	code = label_code(arena, PG_GETARG_DATUM(3));
	if (kind == ENTITY_BIGINT)
		add_number_row(arena, state, PG_GETARG_INT64(1), at, code);
	else
	{
		EntityKey	key;

		arg_entity(fcinfo, 1, kind, &key);
		add_string_row(arena, state, kind, &key, at, code);
	}
	PG_RETURN_STATE(fcinfo, &state->state);
}

#define ADD_FUNCTION(name, kind, is_date) \
	PLG_FUNCTION(name); \
	Datum \
	name(PG_FUNCTION_ARGS) \
	{ \
		return add_event(fcinfo, kind, is_date); \
	}

/* a timestamp without time zone is read as UTC, so it needs no function of its own */
ADD_FUNCTION(plg_journeys_add_bigint, ENTITY_BIGINT, false)
ADD_FUNCTION(plg_journeys_add_uuid, ENTITY_UUID, false)
ADD_FUNCTION(plg_journeys_add_text, ENTITY_TEXT, false)
ADD_FUNCTION(plg_journeys_add_bigint_date, ENTITY_BIGINT, true)
ADD_FUNCTION(plg_journeys_add_uuid_date, ENTITY_UUID, true)
ADD_FUNCTION(plg_journeys_add_text_date, ENTITY_TEXT, true)

/* Takes a small value apart into the log. */
static void
log_history(JourneysState *state, const History *history)
{
	JourneysArena *arena = (JourneysArena *) state->state.arena;
	MemoryContext context = arena->arena.context;
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	uint32	   *codes = palloc(Max(history->n_strings, 1) * sizeof(uint32));

	for (uint32 i = 0; i < history->n_strings; i++)
		codes[i] = intern_string(&arena->labels, history->strings[i].bytes,
								 history->strings[i].length, context);
	cursor_open(cursor, history, NULL);
	while (cursor_next(cursor))
	{
		int64		entity = intern_entity(&arena->entities, history->kind, &cursor->key, context);

		for (int64 i = 0; i < cursor->n; i++)
			put_row(state, history->kind, entity, cursor->at[i], codes[cursor->code[i]]);
	}
	cursor_close(cursor);
	pfree(cursor);
	pfree(codes);
}

static void
keep_value(JourneysState *state, struct varlena *value)
{
	MemoryContext old = MemoryContextSwitchTo(state->state.arena->context);

	if (state->n_values == state->max_values)
	{
		state->max_values = Max(4, state->max_values * 2);
		if (state->values == NULL)
			state->values = palloc(state->max_values * sizeof(struct varlena *));
		else
			state->values = repalloc(state->values, state->max_values * sizeof(struct varlena *));
	}
	state->values[state->n_values] = palloc(VARSIZE(value));
	memcpy(state->values[state->n_values++], value, VARSIZE(value));
	MemoryContextSwitchTo(old);
}

static void
journeys_add_value(State *base, struct varlena *value)
{
	JourneysState *state = (JourneysState *) base;
	JourneysArena *arena = (JourneysArena *) base->arena;
	History		history;

	if (is_worker_rows(value))
	{
		set_kind(state, ENTITY_BIGINT);
		add_worker_rows(&state->log, &arena->labels, value, &arena->arena);
		return;
	}
	check_value(value, &journeys_kind);
	open_history(&history, value);
	set_kind(state, history.kind);
	if (history.rows < SMALL_VALUE_ROWS)
		log_history(state, &history);
	else
		keep_value(state, value);
	pfree(history.strings);
}

/* Writes what a sorter or a merge delivers; the value is made in the given context. */
static struct varlena *
write_history(MemoryContext context, EntityKind kind, uint64 rows,
			  const HistoryString *strings, uint32 n_strings,
			  RowSorter *sorter, HistoryMerge *merge)
{
	HistoryWriter *writer = palloc(sizeof(HistoryWriter));
	MemoryContext old = MemoryContextSwitchTo(context);
	struct varlena *value;
	uint8	   *bytes;
	Size		size = 0;

	history_begin(writer, VARHDRSZ, journeys_kind.magic, kind, 0, rows, strings, n_strings);
	MemoryContextSwitchTo(old);
	if (sorter != NULL)
		history_add_sorted(writer, sorter);
	while (merge != NULL && merge_next(merge))
		history_add(writer, &merge->key, merge->n, merge->at, merge->code);
	bytes = history_finish(writer, &size);
	value = history_as_value(bytes, size, &journeys_kind);
	pfree(writer);
	return value;
}

static struct varlena *
pack_log(MemoryContext context, const JourneysState *state)
{
	const JourneysArena *arena = (const JourneysArena *) state->state.arena;
	RowSorter	sorter;
	struct varlena *value;

	sorter_begin(&sorter, &state->log,
				 state->kind == ENTITY_BIGINT ? NULL : &arena->entities, &arena->labels);
	value = write_history(context, state->kind, rowlog_rows(&state->log),
						  ranked_strings(&sorter.codes, &arena->labels), sorter.codes.n,
						  &sorter, NULL);
	sorter_end(&sorter);
	return value;
}

static struct varlena *
journeys_pack(State *base)
{
	JourneysState *state = (JourneysState *) base;
	bool		has_rows;
	MemoryContext result_context = CurrentMemoryContext;
	MemoryContext work = AllocSetContextCreate(result_context, "plg pack", ALLOCSET_DEFAULT_SIZES);
	struct varlena *value;

	flush_batch((JourneysArena *) base->arena);
	has_rows = rowlog_rows(&state->log) > 0;

	/* what sorting and merging need is given back at once */
	MemoryContextSwitchTo(work);
	if (state->n_values == 0 && has_rows)
		value = pack_log(result_context, state);
	else if (state->n_values == 0)
		value = write_history(result_context, state->kind, 0, NULL, 0, NULL, NULL);
	else
	{
		int			n = state->n_values + has_rows;
		History    *histories = palloc(n * sizeof(History));
		HistoryMerge merge;

		for (int i = 0; i < state->n_values; i++)
			open_history(&histories[i], state->values[i]);
		if (has_rows)
			open_history(&histories[n - 1], pack_log(work, state));
		merge_begin(&merge, histories, n);
		value = write_history(result_context, state->kind, merge.rows,
							  merge.strings, merge.n_strings, NULL, &merge);
	}
	MemoryContextSwitchTo(result_context);
	MemoryContextDelete(work);
	return value;
}

static Size
journeys_worker_rows_size(State *base)
{
	JourneysState *state = (JourneysState *) base;

	flush_batch((JourneysArena *) base->arena);
	return state->n_values > 0 ? 0 :
		worker_rows_size(&state->log, &((JourneysArena *) base->arena)->labels, base->arena->context);
}

static void
journeys_write_worker_rows(State *base, struct varlena *image, Size size)
{
	write_worker_rows(&((JourneysState *) base)->log, &((JourneysArena *) base->arena)->labels, image, size);
}

PLG_FUNCTION(plg_journeys_in);
Datum
plg_journeys_in(PG_FUNCTION_ARGS)
{
	return value_in(fcinfo, &journeys_kind);
}

PLG_FUNCTION(plg_journeys_recv);
Datum
plg_journeys_recv(PG_FUNCTION_ARGS)
{
	return value_recv(fcinfo, &journeys_kind);
}
