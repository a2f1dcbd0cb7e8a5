/*
 * A few histories read as one, a cursor each side by side.
 *
 * One of them leads as long as its entities come before those of all others, which
 * stand still.  So a large history beside small ones is read nearly as if it were
 * alone, and who else has an entity is asked only where another one's turn comes.
 */
#include "core/history/merge.h"

void
few_open(FewCursors *few, const MergePart *parts, int n, bool times_only)
{
	few->cursors = palloc_huge(n * sizeof(HistoryCursor));
	few->n = n;
	for (int i = 0; i < n; i++)
	{
		few->cursors[i].n = 0;
		if (parts[i].history == NULL)
			continue;
		single_open(&few->cursors[i], parts[i].history, parts[i].filter, times_only);
		few->same[few->n_same++] = (uint32) i;
	}
}

void
few_close(FewCursors *few, const MergePart *parts)
{
	for (int i = 0; i < few->n; i++)
	{
		if (parts[i].history != NULL)
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
gather_same(HistoryMerge *merge)
{
	const FewCursors *few = &merge->few;
	Gathering  *gather = &merge->gather;

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
lead_on(HistoryMerge *merge, EntityKind kind)
{
	FewCursors *few = &merge->few;
	HistoryCursor *leader = few->leader;
	HistoryCursor *cursor = merge->cursor;

	if (!single_next_into(leader, cursor))
	{
		leader->n = 0;
		return false;
	}
	if (few->limit == NULL ||
		(kind == ENTITY_BIGINT ? cursor->key.number < few->limit->number : compare_entities(kind, &cursor->key, few->limit) < 0))
	{
		map_codes(&merge->gather, few->same[0], cursor->code, cursor->n);
		return true;
	}
	put_at_hand(leader, cursor);
	return false;
}

bool
few_next(HistoryMerge *merge)
{
	FewCursors *few = &merge->few;
	EntityKind	kind = merge->history->kind;

	if (likely(few->leader != NULL) && lead_on(merge, kind))
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
		if (few->n_same == 1 && few->same[0] < (uint32) merge->n_kept)
		{
			few->leader = &few->cursors[few->same[0]];
			put_at_hand(merge->cursor, few->leader);
			map_codes(&merge->gather, few->same[0], merge->cursor->code, merge->cursor->n);
			return true;
		}
	} while (!gather_same(merge));
	merge_deliver_gathered(merge);
	return true;
}
