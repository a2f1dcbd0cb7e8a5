/*
 * The type plg.journeys and its aggregates.
 *
 * While rows arrive they go to a row log, labels and entities that are not
 * numbers to dictionaries shared by all groups of the aggregate.  Values that
 * arrive whole, from parallel workers or from rollup, are kept as they are and
 * merged at the end; small ones are taken apart into the log instead.
 */
#include "journeys/journeys.h"

#include "pg/args.h"
#include "state/history_value.h"
#include "journeys/worker_rows.h"
#include "journeys/pieces.h"
#include "journeys/row_batch.h"

static void journeys_add_value(State *base, Datum datum);
static struct varlena *journeys_pack(State *base);
static Size journeys_worker_rows_size(State *base);
static void journeys_write_worker_rows(State *base, struct varlena *image, Size size);
static bool keep_unpacked(State *base);
static bool is_nothing(State *base);
static void free_rows(State *base);

PLG_CALLS(plg_journeys_combine, combine_states(fcinfo, &journeys_aggregates))

const AggregateKind journeys_aggregates = {
	"plg.journeys",
	plg_journeys_combine,
	sizeof(JourneysArena),
	sizeof(JourneysState),
	journeys_add_value,
	journeys_pack,
	journeys_worker_rows_size,
	journeys_write_worker_rows,
	keep_unpacked,
	is_nothing,
	free_rows
};

/* What a state takes away, as a state of its own beside it. */
static JourneysState *
gone_side(JourneysState *state)
{
	if (state->gone == NULL)
	{
		state->gone = MemoryContextAllocZero(state->state.arena->context, sizeof(JourneysState));
		state->gone->state.arena = state->state.arena;
	}
	return state->gone;
}

/* Of a state with pieces. */
static void
make_log_a_piece(JourneysState *state)
{
	uint64		rows = rowlog_rows(&state->log);

	if (rows == 0)
		return;
	keep_piece(state, pack_log(CurrentMemoryContext, state), rows);
	state->log = (RowLog) {.source = state->log.source};
}

/*
 * Large logs of numbers stay as they are: their rows were dealt as they came, which
 * is half of the sort.  So do pieces, a small log being made one of them.
 */
static bool
keep_unpacked(State *base)
{
	JourneysState *state = (JourneysState *) base;
	bool		in_pieces = state->n_pieces > 0 || state->gone != NULL;

	flush_batch((JourneysArena *) base->arena);
	if (in_pieces && state->log.dealt == NULL)
		make_log_a_piece(state);
	if (state->gone != NULL && state->gone->log.dealt == NULL)
		make_log_a_piece(state->gone);
	return in_pieces || state->log.dealt != NULL;
}

/* Whether all that was added is taken away again, here or in the parts of which it was added up. */
static bool
is_nothing(State *base)
{
	JourneysState *state = (JourneysState *) base;
	History		history;

	flush_batch((JourneysArena *) base->arena);
	if (state->gone == NULL)
		return held_rows(state) == 0;
	if (held_rows(state) > held_rows(state->gone))
		return false;
	open_state(&history, state);
	return history.rows == 0;
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

	/* what is out of line has a short header, too, that says 0 */
	if (likely(VARATT_IS_SHORT(label) && (uint32) VARSIZE_SHORT(label) - (uint32) VARHDRSZ_SHORT <= SHORT_STRING))
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

/* a timestamp without time zone is read as UTC, so it needs no function of its own */
PLG_CALLS(plg_journeys_add_bigint, add_event(fcinfo, ENTITY_BIGINT, false))
PLG_CALLS(plg_journeys_add_uuid, add_event(fcinfo, ENTITY_UUID, false))
PLG_CALLS(plg_journeys_add_text, add_event(fcinfo, ENTITY_TEXT, false))
PLG_CALLS(plg_journeys_add_bigint_date, add_event(fcinfo, ENTITY_BIGINT, true))
PLG_CALLS(plg_journeys_add_uuid_date, add_event(fcinfo, ENTITY_UUID, true))
PLG_CALLS(plg_journeys_add_text_date, add_event(fcinfo, ENTITY_TEXT, true))

/* Takes a small value apart into the log. */
static void
log_history(JourneysState *state, const History *history)
{
	JourneysArena *arena = (JourneysArena *) state->state.arena;
	MemoryContext context = arena->arena.context;
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	uint32	   *codes = palloc_huge(Max(history->n_strings, 1) * sizeof(uint32));

	for_many(i, history->n_strings)
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

/* Adds a value; if it holds the pieces of a state it may take away from the other side. */
static void
add_flat_value(JourneysState *state, JourneysState *other_side, struct varlena *value)
{
	JourneysArena *arena = (JourneysArena *) state->state.arena;
	History		history;

	if (is_worker_rows(value))
	{
		set_kind(state, ENTITY_BIGINT);
		add_worker_rows(&state->log, &arena->labels, value, &arena->arena);
		return;
	}
	if (is_sent_pieces(value))
	{
		add_sent_pieces(state, other_side, value);
		return;
	}
	check_value(value, &journeys_kind);
	open_history(&history, value);
	set_kind(state, history.kind);
	if (history.rows < SMALL_VALUE_ROWS)
		log_history(state, &history);
	else
		keep_piece(state, value, history.rows);
	pfree(history.strings);
}

/*
 * Adds what another state holds, but for what it takes away.  If its rows are many
 * they are taken over before they are sorted; unless it is a window's, which goes on.
 */
static void
add_held(JourneysState *state, JourneysState *other)
{
	JourneysArena *arena = (JourneysArena *) state->state.arena;
	JourneysArena *from = (JourneysArena *) other->state.arena;
	Size		size = 0;

	if (!other->has_kind)
		return;
	set_kind(state, other->kind);
	keep_pieces(state, other);
	if (rowlog_rows(&other->log) == 0)
		return;
	if (from->arena.aggregate != NULL)
		size = worker_rows_size(&other->log, &from->labels, from->arena.context);
	if (size > 0)
	{
		struct varlena *rows = palloc_huge(size);

		write_worker_rows(&other->log, &from->labels, rows, size);
		add_worker_rows(&state->log, &arena->labels, rows, &arena->arena);
		pfree(rows);
	}
	else
		add_flat_value(state, NULL, pack_log(CurrentMemoryContext, other));
}

/* Adds a value to a state, or to what it takes away. */
static void
add_datum(JourneysState *state, bool gone, Datum datum)
{
	State	   *base = datum_state(datum);
	History		history;

	if (base != NULL && base != &state->state && base->arena->kind == &journeys_aggregates && base->flat == NULL)
	{
		JourneysState *other = (JourneysState *) base;

		flush_batch((JourneysArena *) base->arena);
		add_held(gone ? gone_side(state) : state, other);
		if (other->gone != NULL)
			add_held(gone ? state : gone_side(state), other->gone);
	}
	else if (base == NULL && open_stored_history(&history, (struct varlena *) DatumGetPointer(datum), &journeys_kind, PG_INT16_MAX))
	{
		JourneysState *side = gone ? gone_side(state) : state;

		set_kind(side, history.kind);
		keep_piece(side, (struct varlena *) DatumGetPointer(datum), history.rows);
	}
	else
	{
		struct varlena *value = flat_value(datum);

		if (gone)
			add_flat_value(gone_side(state), state, value);
		else
			add_flat_value(state, is_sent_pieces(value) && takes_away(value) ? gone_side(state) : NULL, value);
	}
	if (state->gone != NULL && state->gone->has_kind)
		set_kind(state, state->gone->kind);
}

static void
journeys_add_value(State *base, Datum datum)
{
	add_datum((JourneysState *) base, false, datum);
}

/* Transition of the rollup that takes away: a value, and one that is taken away. */
PLG_FUNCTION(plg_journeys_add_signed);
Datum
plg_journeys_add_signed(PG_FUNCTION_ARGS)
{
	JourneysState *state;

	if (PG_ARGISNULL(1) && PG_ARGISNULL(2))
		PG_RETURN_UNCHANGED_STATE(fcinfo);
	state = (JourneysState *) transition_state(fcinfo, &journeys_aggregates);
	for (int i = 1; i <= 2; i++)
	{
		if (!PG_ARGISNULL(i))
			add_datum(state, i == 2, PG_GETARG_DATUM(i));
	}
	PG_RETURN_STATE(fcinfo, &state->state);
}

static struct varlena *
journeys_pack(State *base)
{
	JourneysState *state = (JourneysState *) base;
	MemoryContext result_context = CurrentMemoryContext;
	MemoryContext work = AllocSetContextCreate(result_context, "plg pack", ALLOCSET_DEFAULT_SIZES);
	struct varlena *value;

	flush_batch((JourneysArena *) base->arena);

	/* what sorting and merging need is given back at once */
	MemoryContextSwitchTo(work);
	if (state->n_pieces == 0 && state->gone == NULL)
		value = pack_log(result_context, state);
	else
	{
		History		history;

		open_state(&history, state);
		value = write_journeys(result_context, &history);
	}
	MemoryContextSwitchTo(result_context);
	MemoryContextDelete(work);
	return value;
}

/* Of a state that is its packed value from now on; but a reader may have the rows open, and ask for the value besides. */
static void
free_rows(State *base)
{
	JourneysState *state = (JourneysState *) base;

	if (state->opened || state->n_pieces > 0 || state->gone != NULL || state->log.dealt == NULL)
		return;
	dealt_free(state->log.dealt);
	state->log = (RowLog) {.source = state->log.source};
}

static Size
journeys_worker_rows_size(State *base)
{
	JourneysState *state = (JourneysState *) base;

	flush_batch((JourneysArena *) base->arena);
	if (state->n_pieces == 0 && state->gone == NULL)
		return worker_rows_size(&state->log, &((JourneysArena *) base->arena)->labels, base->arena->context);
	make_log_a_piece(state);
	if (state->gone != NULL)
		make_log_a_piece(state->gone);
	return sent_pieces_size(state);
}

static void
journeys_write_worker_rows(State *base, struct varlena *image, Size size)
{
	const JourneysState *state = (const JourneysState *) base;

	if (state->n_pieces > 0 || state->gone != NULL)
		write_pieces(state, image, size);
	else
		write_worker_rows(&state->log, &((JourneysArena *) base->arena)->labels, image, size);
}
