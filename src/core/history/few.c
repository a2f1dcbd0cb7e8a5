/* A few histories read as one; see few.h. */
#include "core/history/few.h"

void
few_open(FewCursors *few, HistoryCursor *cursor, Gathering *gather, const HistoryPart *parts)
{
	int			n = gather->pieces->n;

	*few = (FewCursors) {.cursor = cursor, .gather = gather, .n = n, .parts = parts};
	few->cursors = palloc_huge(n * sizeof(HistoryCursor));
	for (int i = 0; i < n; i++)
	{
		few->cursors[i].n = 0;
		if (parts[i].history == NULL)
			continue;
		single_open(&few->cursors[i], parts[i].history, parts[i].filter, gather->times_only);
		few->same[few->n_same++] = (uint32) i;
	}
}

void
few_close(FewCursors *few)
{
	for (int i = 0; i < few->n; i++)
	{
		if (few->parts[i].history != NULL)
			single_close(&few->cursors[i]);
	}
	pfree(few->cursors);
}

static inline void
put_at_hand(HistoryCursor *cursor, const HistoryCursor *other)
{
	cursor->key = other->key;
	cursor->n = other->n;
	cursor->at = other->at;
	cursor->code = other->code;
}

/* Finds out who has the first of the entities at hand, and up to where he has them alone; false if there are none. */
static bool
find_first(FewCursors *few, EntityKind kind)
{
	const EntityKey *first = NULL;

	few->n_same = 0;
	few->limit = NULL;
	for (int i = 0; i < few->n; i++)
	{
		const EntityKey *key = &few->cursors[i].key;
		int			order;

		if (few->cursors[i].n == 0)
			continue;
		order = first == NULL ? -1 : compare_entities(kind, key, first);
		if (order < 0)
		{
			few->limit = first;
			few->n_same = 0;
			first = key;
		}
		if (order <= 0)
			few->same[few->n_same++] = (uint32) i;
		else if (few->limit == NULL || compare_entities(kind, key, few->limit) < 0)
			few->limit = key;
	}
	return first != NULL;
}

static inline void
copy_rows(Gathering *gather, const HistoryCursor *single)
{
	int64	   *at = gather->at + gather->n;
	uint32	   *code = gather->code + gather->n;

	if (single->n > 4)
	{
		memcpy(at, single->at, single->n * sizeof(int64));
		if (!gather->times_only)
			memcpy(code, single->code, single->n * sizeof(uint32));
		return;
	}
	/* less than a call takes */
	for (int64 i = 0; i < single->n; i++)
	{
		at[i] = single->at[i];
		code[i] = single->code[i];
	}
}

/* Puts together what several have of an entity; false if nothing is left. */
static bool
gather_same(const FewCursors *few)
{
	Gathering  *gather = few->gather;

	gather_begin(gather, &few->cursors[few->same[0]].key);
	for (int i = 0; i < few->n_same; i++)
	{
		const HistoryCursor *single = &few->cursors[few->same[i]];

		gather_make_room(gather, single->n);
		copy_rows(gather, single);
		gather_add(gather, few->same[i], single->n);
	}
	return gather_end(gather);
}

/* Goes to the next entity of the leader, and to hand if no other piece may have it. */
static inline bool
lead_on(FewCursors *few, EntityKind kind)
{
	HistoryCursor *leader = few->leader;
	HistoryCursor *cursor = few->cursor;

	if (!single_next_into(leader, cursor))
	{
		leader->n = 0;
		return false;
	}
	if (few->limit == NULL ||
		(kind == ENTITY_BIGINT ? cursor->key.number < few->limit->number : compare_entities(kind, &cursor->key, few->limit) < 0))
	{
		map_codes(few->gather, few->same[0], cursor->code, cursor->n);
		return true;
	}
	put_at_hand(leader, cursor);
	return false;
}

bool
few_next(FewCursors *few)
{
	const Gathering *gather = few->gather;
	EntityKind	kind = gather->history->kind;

	if (likely(few->leader != NULL) && lead_on(few, kind))
		return true;
	do
	{
		for (int i = 0; i < few->n_same && few->leader == NULL; i++)
		{
			HistoryCursor *single = &few->cursors[few->same[i]];

			if (!single_next(single))
				single->n = 0;
		}
		few->leader = NULL;
		if (!find_first(few, kind))
			return false;
		if (few->n_same == 1 && few->same[0] < (uint32) (gather->pieces->n - gather->pieces->n_gone))
		{
			few->leader = &few->cursors[few->same[0]];
			put_at_hand(few->cursor, few->leader);
			map_codes(gather, few->same[0], few->cursor->code, few->cursor->n);
			return true;
		}
	} while (!gather_same(few));
	gather_deliver(gather, few->cursor);
	return true;
}
