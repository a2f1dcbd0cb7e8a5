/* The type plg.conversion, its aggregates and its counts. */
#include "conversion/conversion.h"

#include "core/base/radix.h"
#include "state/state.h"

const ValueKind conversion_kind = {
	"plg.conversion",
	"plgC",
	"Build one value for each of several parts, for example by month of the start, and read each.",
	entrants_validate
};

/*
 * A conversion under construction.  Each row is a start, a goal (DT_NOEND if
 * there is none yet) and the time we stopped looking; what comes after that is
 * not known: a later goal is none yet, a later start is no entrant.
 */
typedef struct ConversionBuilder
{
	MemoryContext context;
	EntrantList list;
	int64		capacity;
	int64		run_capacity;
	int64		late_capacity;
} ConversionBuilder;

/* States begin small: there may be one for each of 100,000 groups. */
#define FIRST_CAPACITY 4

static void
refuse_entrants(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("too many entrants for one value of type %s, the limit is " INT64_FORMAT,
					conversion_kind.name, (int64) MAX_ENTRANTS),
			 errhint("%s", conversion_kind.limit_hint)));
}

static void
reserve(ConversionBuilder *builder, int64 more)
{
	int64		needed = builder->list.n + more;
	int64		capacity = Max(builder->capacity * 2, FIRST_CAPACITY);

	if (needed <= builder->capacity)
		return;
	if (needed > MAX_ENTRANTS)
		refuse_entrants();
	capacity = Max(capacity, needed);
	if (builder->list.entrants == NULL)
		builder->list.entrants = MemoryContextAllocHuge(builder->context, capacity * sizeof(Entrant));
	else
		builder->list.entrants = repalloc_huge(builder->list.entrants, capacity * sizeof(Entrant));
	builder->capacity = capacity;
}

static void
add_waiting_forever(ConversionBuilder *builder, int64 n)
{
	if (n > MAX_ENTRANTS - builder->list.waiting_forever)
		refuse_entrants();
	builder->list.waiting_forever += n;
}

static void
add_entrant(ConversionBuilder *builder, int64 time, int64 watched)
{
	Entrant    *entrant;

	if (time == NOT_CONVERTED && watched == FOREVER)
	{
		add_waiting_forever(builder, 1);
		return;
	}
	reserve(builder, 1);
	entrant = &builder->list.entrants[builder->list.n++];
	entrant->time = time;
	entrant->watched = watched;
}

void
refuse_time_between(TimestampTz from, TimestampTz to)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("time from %s to %s is too long", describe_time(from), describe_time(to)),
			 errhint("Times of less than 292,000 years can be kept. Repair such rows.")));
	pg_unreachable();
}

static LateEntrant *
reserve_late(ConversionBuilder *builder, int64 more)
{
	EntrantList *list = &builder->list;

	if (list->n_late + more > MAX_ENTRANTS)
		refuse_entrants();
	if (list->n_late + more > builder->late_capacity)
	{
		builder->late_capacity = Max(Max(builder->late_capacity * 2, FIRST_CAPACITY), list->n_late + more);
		if (list->late == NULL)
			list->late = MemoryContextAllocHuge(builder->context, builder->late_capacity * sizeof(LateEntrant));
		else
			list->late = repalloc_huge(list->late, builder->late_capacity * sizeof(LateEntrant));
	}
	list->n_late += more;
	return &list->late[list->n_late - more];
}

/* Who was first seen some time after the start; nobody can be seen so who had converted by then. */
static void
add_late(ConversionBuilder *builder, int64 time, int64 watched, int64 entry)
{
	if (entry < (time == NOT_CONVERTED ? watched : time))
		*reserve_late(builder, 1) = (LateEntrant) {time, watched, entry};
}

static void
conversion_add(ConversionBuilder *builder, TimestampTz started,
			   TimestampTz converted, TimestampTz as_of, TimestampTz seen_from)
{
	int64		watched;
	int64		time = NOT_CONVERTED;

	if (TIMESTAMP_NOT_FINITE(started))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("start must be finite, not %s (as_of %s)",
						describe_time(started), describe_time(as_of)),
				 errhint("Who has no start yet is no entrant: leave such rows out with FILTER (WHERE isfinite(started)).")));
	if (converted < started)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("converted at %s, before the start at %s",
						describe_time(converted), describe_time(started)),
				 errhint("Who did not convert after the start still waits: give CASE WHEN converted >= started THEN converted END. To leave the row out would change the rate.")));
	check_as_of(as_of);
	if (started > as_of)
		return;
	watched = watched_until(started, as_of);
	if (!TIMESTAMP_IS_NOEND(converted) && converted <= as_of)
		time = time_between(started, converted);
	if (seen_from <= started)
		add_entrant(builder, time, watched);
	else if (!TIMESTAMP_IS_NOEND(seen_from))
		add_late(builder, time, watched, time_between(started, seen_from));
}

/*
 * Entrants that are all alike are counted, as they are in the value that they
 * come from: it may be small, and they very many.
 */
static void
add_run(ConversionBuilder *builder, Entrant entrant, int64 n)
{
	EntrantList *list = &builder->list;
	EntrantRun *last = list->n_runs > 0 ? &list->runs[list->n_runs - 1] : NULL;

	if (last != NULL && compare_entrants(&last->entrant, &entrant) == 0)
	{
		if (n > MAX_ENTRANTS - last->n)
			refuse_entrants();
		last->n += n;
		return;
	}
	if (list->n_runs == builder->run_capacity)
	{
		builder->run_capacity = Max(builder->run_capacity * 2, FIRST_CAPACITY);
		if (list->runs == NULL)
			list->runs = MemoryContextAlloc(builder->context, builder->run_capacity * sizeof(EntrantRun));
		else
			list->runs = repalloc_huge(list->runs, builder->run_capacity * sizeof(EntrantRun));
	}
	list->runs[list->n_runs++] = (EntrantRun) {entrant, n};
}

/* An entrant of a section's block. */
static inline Entrant
entrant_at(const EntrantStream *s, EntrantSection section, int i)
{
	if (section == SECTION_WAITING)
		return (Entrant) {NOT_CONVERTED, s->times[i]};
	return (Entrant) {s->times[i], section == SECTION_CONVERTED ? s->watched[i] : FOREVER};
}

static void
add_section(ConversionBuilder *builder, const Entrants *entrants, EntrantSection section)
{
	EntrantStream *s = entrants_stream(entrants, section);

	while (entrant_stream_next(s))
	{
		int			n = (int) s->stream.n;	/* of a block */
		Entrant		first = entrant_at(s, section, 0);
		Entrant		last = entrant_at(s, section, n - 1);

		CHECK_FOR_INTERRUPTS();
		if (n == ENTRANTS_BLOCK && compare_entrants(&first, &last) == 0)
		{
			add_run(builder, first, n);
			continue;
		}
		reserve(builder, n);
		for (int i = 0; i < n; i++)
			builder->list.entrants[builder->list.n++] = entrant_at(s, section, i);
	}
	pfree(s);
}

static void
open_conversion(Entrants *entrants, struct varlena *value)
{
	if (!entrants_open(entrants, VALUE_BODY(value), VALUE_BODY_SIZE(value)))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("stored value of type %s is damaged", conversion_kind.name),
				 errhint("Build it again from its rows.")));
}

static void
conversion_add_value(ConversionBuilder *builder, struct varlena *value)
{
	Entrants	entrants;

	check_value(value, &conversion_kind);
	open_conversion(&entrants, value);
	add_waiting_forever(builder, entrants.waiting_forever);
	add_section(builder, &entrants, SECTION_WAITING);
	add_section(builder, &entrants, SECTION_CONVERTED_FOREVER);
	add_section(builder, &entrants, SECTION_CONVERTED);
	if (late_total(&entrants.late) > 0)
	{
		LateEntrant *late = late_read(&entrants.late);

		memcpy(reserve_late(builder, late_total(&entrants.late)), late, late_total(&entrants.late) * sizeof(LateEntrant));
		pfree(late);
	}
}

struct varlena *
entrants_value(EntrantList *list)
{
	Writer		w;

	entrants_sort(list);
	value_begin(&w, &conversion_kind);
	entrants_write(&w, list);
	return value_end(&w, &conversion_kind);
}

void
arg_conversion(FunctionCallInfo fcinfo, int argno, Entrants *entrants)
{
	open_conversion(entrants, arg_value(fcinfo, argno, &conversion_kind));
}

/* Times of late entrants, in order. */
static TimeStream *
late_stream(int64 *times, int64 n)
{
	TimeStream *stream = palloc0(sizeof(TimeStream));

	sort_int64(times, n);
	stream->times = times;
	stream->n = n;
	return stream;
}

static void
add_late_entrants(SurvivalInput *input, const LateEntrants *late)
{
	LateEntrant *entrants = late_read(late);
	int64	   *events = palloc_huge(Max(late->converted, 1) * sizeof(int64));
	int64	   *censored = palloc_huge(Max(late->waiting, 1) * sizeof(int64));
	int64	   *entries = palloc_huge(late_total(late) * sizeof(int64));
	int64		left = 0;

	for_many(i, late_total(late))
	{
		const LateEntrant *e = &entrants[i];

		entries[i] = e->entry;
		if (e->time != NOT_CONVERTED)
			events[i - late->waiting] = e->time;
		else if (e->watched == FOREVER)
			input->forever++;
		else
			censored[left++] = e->watched;
	}
	pfree(entrants);
	input->events[2] = late_stream(events, late->converted);
	input->censored[1] = late_stream(censored, left);
	input->entries = late_stream(entries, late_total(late));
	input->late = late_total(late);
}

SurvivalInput *
survival_input(const Entrants *entrants)
{
	SurvivalInput *input = palloc0(sizeof(SurvivalInput));

	input->events[0] = &entrants_stream(entrants, SECTION_CONVERTED)->stream;
	input->events[1] = &entrants_stream(entrants, SECTION_CONVERTED_FOREVER)->stream;
	input->censored[0] = &entrants_stream(entrants, SECTION_WAITING)->stream;
	input->forever = entrants->waiting_forever;
	input->total = entrants_total(entrants);
	if (late_total(&entrants->late) > 0)
		add_late_entrants(input, &entrants->late);
	return input;
}

PLG_CALLS(plg_conversion_in, value_in(fcinfo, &conversion_kind))
PLG_CALLS(plg_conversion_recv, value_recv(fcinfo, &conversion_kind))

/* The aggregates' state: a builder. */
typedef struct ConversionState
{
	State		state;
	ConversionBuilder builder;
} ConversionState;

static ConversionBuilder *
state_builder(State *state)
{
	ConversionBuilder *builder = &((ConversionState *) state)->builder;

	builder->context = state->arena->context;
	return builder;
}

static void
add_value(State *state, Datum value)
{
	conversion_add_value(state_builder(state), flat_value(value));
}

static struct varlena *
pack(State *state)
{
	return entrants_value(&state_builder(state)->list);
}

static const AggregateKind conversion_aggregates;
PLG_CALLS(plg_conversion_combine, combine_states(fcinfo, &conversion_aggregates))

static const AggregateKind conversion_aggregates = {
	.name = "plg.conversion",
	.combine = plg_conversion_combine,
	.arena_size = sizeof(Arena),
	.state_size = sizeof(ConversionState),
	.add_value = add_value,
	.pack = pack
};

/* A timestamp without time zone is read as UTC, so it is one as it stands. */
static TimestampTz
time_argument(FunctionCallInfo fcinfo, int argno, bool is_date)
{
	return is_date ? timestamp_of_date(PG_GETARG_DATEADT(argno)) : PG_GETARG_TIMESTAMPTZ(argno);
}

static Datum
add_row(FunctionCallInfo fcinfo, bool started_is_date, bool converted_is_date)
{
	TimestampTz started;
	TimestampTz converted = DT_NOEND;
	TimestampTz seen_from = DT_NOBEGIN;
	State	   *state;

	if (PG_ARGISNULL(1))
		PG_RETURN_UNCHANGED_STATE(fcinfo);
	started = time_argument(fcinfo, 1, started_is_date);
	if (!PG_ARGISNULL(2))
		converted = time_argument(fcinfo, 2, converted_is_date);
	if (PG_ARGISNULL(3))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("\"as_of\" must not be null (started %s, converted %s)",
						describe_time(started),
						PG_ARGISNULL(2) ? "null" : describe_time(converted)),
				 errhint("Pass now(), a constant, or 'infinity' if all have been fully observed.")));
	/* of who was seen from the start on the aggregate has one argument less, or NULL */
	if (PG_NARGS() > 4 && !PG_ARGISNULL(4))
		seen_from = PG_GETARG_TIMESTAMPTZ(4);
	state = transition_state(fcinfo, &conversion_aggregates);
	conversion_add(state_builder(state), started, converted, PG_GETARG_TIMESTAMPTZ(3), seen_from);
	PG_RETURN_STATE(fcinfo, state);
}

PLG_CALLS(plg_conversion_add, add_row(fcinfo, false, false))
PLG_CALLS(plg_conversion_add_to_date, add_row(fcinfo, false, true))
PLG_CALLS(plg_conversion_add_from_date, add_row(fcinfo, true, false))
PLG_CALLS(plg_conversion_add_dates, add_row(fcinfo, true, true))

static Datum
counted(FunctionCallInfo fcinfo, int64 (*count) (const Entrants *))
{
	Entrants	entrants;

	arg_conversion(fcinfo, 0, &entrants);
	PG_RETURN_INT64(count(&entrants));
}

PLG_CALLS(plg_conversion_entered, counted(fcinfo, entrants_total))
PLG_CALLS(plg_conversion_converted, counted(fcinfo, entrants_converted))
PLG_CALLS(plg_conversion_waiting, counted(fcinfo, entrants_waiting))

PLG_FUNCTION(plg_conversion_entered_late);
Datum
plg_conversion_entered_late(PG_FUNCTION_ARGS)
{
	Entrants	entrants;

	arg_conversion(fcinfo, 0, &entrants);
	PG_RETURN_INT64(late_total(&entrants.late));
}
