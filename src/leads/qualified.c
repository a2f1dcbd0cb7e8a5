/*
 * The aggregate plg.qualified(members, within, at, member): the spells in which
 * an account had so many different members active within so long.
 *
 * The state (state/flat_rows.h) holds the rows as they came: a time, and the
 * member's bytes, of texts after their length.  They are put in order at the end.
 */
#include "pg/args.h"

#include "catalog/pg_type.h"
#include "core/base/radix.h"
#include "core/spells/spells.h"
#include "pg/entity.h"
#include "state/flat_rows.h"
#include "state/state.h"
#include "utils/multirangetypes.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"

#define NAME "qualified"
#define STATE_MAGIC 0x71676c70	/* "plgq" */

typedef struct QualifiedState
{
	FlatRows	flat;
	int32		members;
	int32		kind;
	int64		within;
	uint8		rows[FLEXIBLE_ARRAY_MEMBER];
} QualifiedState;

#define HEAD offsetof(QualifiedState, rows)

static QualifiedState *
arg_state(FunctionCallInfo fcinfo, int argno)
{
	QualifiedState *state = (QualifiedState *) arg_flat_rows(fcinfo, argno, NAME, STATE_MAGIC, HEAD);

	if (state->members < 1 || state->within < 1 || state->kind < ENTITY_BIGINT || state->kind > ENTITY_TEXT)
		refuse_damaged_state(NAME);
	return state;
}

static void
check_same(const QualifiedState *state, int members, int64 within, int kind)
{
	if (state->kind != kind)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("members are of type %s and of type %s",
						entity_kind_name((EntityKind) state->kind), entity_kind_name((EntityKind) kind)),
				 errhint("Cast them to one type.")));
	if (state->members != members)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"members\" differs between rows of one group: %d and %d", state->members, members),
				 errhint("Use one number for the whole group, or group by it.")));
	require_one_within(state->within, within);
}

static Datum
add_row(FunctionCallInfo fcinfo, EntityKind kind, bool is_date)
{
	int			members = arg_positive(fcinfo, 1, "members");
	int64		within = arg_active_within(fcinfo, 2);
	QualifiedState *state = NULL;
	EntityKey	key;
	TimestampTz at;
	Size		size;
	uint8	   *row;

	(void) aggregate_context(fcinfo);
	if (!PG_ARGISNULL(0))
	{
		state = arg_state(fcinfo, 0);
		check_same(state, members, within, kind);
	}
	if (PG_ARGISNULL(3) || PG_ARGISNULL(4))
		PG_RETURN_UNCHANGED_STATE(fcinfo);
	at = arg_event_time(fcinfo, 3, is_date);
	arg_entity(fcinfo, 4, kind, &key);
	if (state == NULL)
	{
		state = (QualifiedState *) make_flat_rows(STATE_MAGIC, HEAD);
		state->members = members;
		state->kind = kind;
		state->within = within;
	}

	size = sizeof(at) + (kind == ENTITY_BIGINT ? sizeof(key.number) :
						 key.length + (kind == ENTITY_TEXT ? sizeof(key.length) : 0));
	state = (QualifiedState *) flat_rows_with_room(&state->flat, NAME, HEAD, size);
	row = state->rows + state->flat.used;
	state->flat.used += (int64) size;
	memcpy(row, &at, sizeof(at));
	row += sizeof(at);
	if (kind == ENTITY_BIGINT)
		memcpy(row, &key.number, sizeof(key.number));
	else
	{
		if (kind == ENTITY_TEXT)
		{
			memcpy(row, &key.length, sizeof(key.length));
			row += sizeof(key.length);
		}
		memcpy(row, key.bytes, key.length);
	}
	PG_RETURN_POINTER(state);
}

/* A timestamp without time zone is read as UTC, so it needs no function of its own. */
PLG_CALLS(plg_qualified_add_bigint_time, add_row(fcinfo, ENTITY_BIGINT, false))
PLG_CALLS(plg_qualified_add_uuid_time, add_row(fcinfo, ENTITY_UUID, false))
PLG_CALLS(plg_qualified_add_text_time, add_row(fcinfo, ENTITY_TEXT, false))
PLG_CALLS(plg_qualified_add_bigint_date, add_row(fcinfo, ENTITY_BIGINT, true))
PLG_CALLS(plg_qualified_add_uuid_date, add_row(fcinfo, ENTITY_UUID, true))
PLG_CALLS(plg_qualified_add_text_date, add_row(fcinfo, ENTITY_TEXT, true))

PLG_FUNCTION(plg_qualified_combine);
Datum
plg_qualified_combine(PG_FUNCTION_ARGS)
{
	QualifiedState *state;
	QualifiedState *other;

	PLG_BEGIN_COMBINE(fcinfo, other, arg_state);
	state = arg_state(fcinfo, 0);
	check_same(state, other->members, other->within, other->kind);
	PG_RETURN_POINTER(flat_rows_append(&state->flat, &other->flat, NAME, HEAD));
}

/* The rows as pairs of a time and a member's number, in order of time; how many in *n. */
static int64 *
read_rows(const QualifiedState *state, Dict *members, int64 *n)
{
	const uint8 *row = state->rows;
	const uint8 *end = row + state->flat.used;
	Size		fixed = sizeof(int64) + (state->kind == ENTITY_BIGINT ? sizeof(int64) :
										 state->kind == ENTITY_UUID ? UUID_BYTES : sizeof(uint32));
	int64	   *pairs = palloc_huge((state->flat.used / fixed + 1) * 2 * sizeof(int64));

	for (*n = 0; row < end; ++*n)
	{
		uint32		length = (uint32) (fixed - sizeof(int64));
		int64		at;

		if ((*n & 0xfff) == 0)
			CHECK_FOR_INTERRUPTS();
		if ((Size) (end - row) < fixed)
			refuse_damaged_state(NAME);
		memcpy(&at, row, sizeof(at));
		row += sizeof(at);
		if (state->kind == ENTITY_TEXT)
		{
			memcpy(&length, row, sizeof(length));
			row += sizeof(length);
		}
		if (!IS_VALID_TIMESTAMP(at) || length > (Size) (end - row))
			refuse_damaged_state(NAME);
		pairs[2 * *n] = at;
		pairs[2 * *n + 1] = dict_intern(members, row, length);
		row += length;
	}
	sort_pairs(pairs, *n, 0);
	return pairs;
}

/* What ends after time itself has no end. */
static RangeType *
spell_range(TypeCacheEntry *cache, const Spell *spell)
{
	RangeBound	lower = {.val = TimestampTzGetDatum(spell->since), .inclusive = true, .lower = true};
	RangeBound	upper = {.val = TimestampTzGetDatum(spell->until), .infinite = spell->until == SPELL_FOREVER};

	return plg_make_range(cache, &lower, &upper);
}

PLG_FUNCTION(plg_qualified_final);
Datum
plg_qualified_final(PG_FUNCTION_ARGS)
{
	TypeCacheEntry *cache = lookup_type_cache(TSTZRANGEOID, TYPECACHE_RANGE_INFO);
	QualifiedState *state;
	Dict		members = {0};
	Spells		spells = {0};
	int64	   *pairs;
	int64	   *at;
	uint32	   *member;
	RangeType **ranges;
	int64		n;

	(void) aggregate_context(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = arg_state(fcinfo, 0);
	dict_begin(&members);
	pairs = read_rows(state, &members, &n);
	at = palloc_huge((n + 1) * sizeof(int64));
	member = palloc_huge((n + 1) * sizeof(uint32));
	for_many(i, n)
	{
		at[i] = pairs[2 * i];
		member[i] = (uint32) pairs[2 * i + 1];
	}
	spells.rules = (SpellRules) {
		.members = state->members, .days = 1, .within = state->within, .as_of = END_TIMESTAMP - 1
	};
	find_spells(&spells, at, member, NULL, n, members.n);
	ranges = palloc_huge((spells.n + 1) * sizeof(RangeType *));
	for_many(i, spells.n)
		ranges[i] = spell_range(cache, &spells.spells[i]);
	PG_RETURN_MULTIRANGE_P(make_multirange(TSTZMULTIRANGEOID, cache, (int32) spells.n, ranges));
}
