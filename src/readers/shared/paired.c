/* Going through two journeys in step; see paired.h. */
#include "readers/shared/paired.h"

#include "journeys/journeys.h"
#include "pg/entity.h"

Paired *
arg_paired(FunctionCallInfo fcinfo, int journeys_arg, int context_arg, const char *name)
{
	Paired	   *paired;
	EntityKind	kind;

	if (PG_ARGISNULL(journeys_arg))
		return NULL;
	paired = palloc0(sizeof(Paired));
	arg_journeys(fcinfo, journeys_arg, &paired->journeys.history);
	kind = paired->journeys.history.kind;
	paired->contexts.history.kind = kind;
	if (!PG_ARGISNULL(context_arg))
		arg_journeys(fcinfo, context_arg, &paired->contexts.history);
	if (paired->contexts.history.kind != kind)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("entities of \"j\" are %s, those of \"%s\" are %s",
						entity_kind_name(kind), name, entity_kind_name(paired->contexts.history.kind)),
				 errhint("Build both over one type of entity; a column can be cast, as in user_id::text.")));
	return paired;
}

static void
begin_side(PairedSide *side, const uint8 *classes)
{
	cursor_open(&side->cursor, &side->history, classes);
	side->passed = true;
	side->ended = false;
}

void
paired_begin(Paired *paired, int wanted, const uint8 *classes)
{
	paired->wanted = wanted;
	begin_side(&paired->journeys, classes);
	begin_side(&paired->contexts, NULL);
}

/* Makes a side stand at an entity that has not been given yet. */
static inline void
go_on(PairedSide *side)
{
	if (side->passed && !side->ended)
		side->ended = !cursor_next(&side->cursor);
	side->passed = false;
}

/* Steps over a side's entities before the other side's one; false if that has none. */
static inline bool
catch_up(PairedSide *side, const PairedSide *other)
{
	if (other->ended)
		return false;
	cursor_seek(&side->cursor, &other->cursor.key);
	side->ended = !cursor_next(&side->cursor);
	return true;
}

static inline PairedRows
give(PairedSide *side, bool has_entity)
{
	side->passed = has_entity;
	if (!has_entity)
		return (PairedRows) {0, NULL, NULL};
	return (PairedRows) {side->cursor.n, side->cursor.at, side->cursor.code};
}

bool
paired_next(Paired *paired)
{
	PairedSide *journeys = &paired->journeys;
	PairedSide *contexts = &paired->contexts;
	int			order;

	go_on(journeys);
	go_on(contexts);
	for (;;)
	{
		if (journeys->ended && contexts->ended)
			return false;
		if (journeys->ended || contexts->ended)
			order = journeys->ended ? 1 : -1;
		else
			order = compare_entities(journeys->history.kind, &journeys->cursor.key, &contexts->cursor.key);
		if (order == 0 || (paired->wanted & (order < 0 ? PAIRED_WITHOUT_CONTEXT : PAIRED_WITHOUT_EVENTS)) != 0)
			break;
		if (order < 0 ? !catch_up(journeys, contexts) : !catch_up(contexts, journeys))
			return false;
	}
	paired->key = order <= 0 ? &journeys->cursor.key : &contexts->cursor.key;
	paired->events = give(journeys, order <= 0);
	paired->context = give(contexts, order >= 0);
	return true;
}

void
paired_end(Paired *paired)
{
	cursor_close(&paired->journeys.cursor);
	cursor_close(&paired->contexts.cursor);
}
