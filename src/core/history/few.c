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
		if (parts[i].history == NULL)
			continue;
		single_open(&few->cursors[i], parts[i].history, parts[i].filter, gather->times_only);
		few->heads[i] = &few->cursors[i].key;
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

/* The first entity of one that has rows; NULL if there is none. */
static const EntityKey *
find_head(HistoryCursor *single)
{
	ReadyEntities *ready = &single->ready;

	while (ready->next < ready->end || single_fill(single))
	{
		if (ready->counts[ready->next] > 0)
			return &ready->keys[ready->next];
		pass_ready(ready, 1, 0);
	}
	return NULL;
}

static void
find_heads(FewCursors *few)
{
	for (int i = 0; i < few->n; i++)
	{
		if (few->heads[i] != NULL)
			few->heads[i] = find_head(&few->cursors[i]);
	}
}

/* Finds out who has the first entity, and who of the others have the first of theirs; false if there are none. */
static bool
find_first(FewCursors *few, EntityKind kind)
{
	const EntityKey **heads = few->heads;

	find_heads(few);
	few->first = -1;
	for (int i = 0; i < few->n; i++)
	{
		if (heads[i] != NULL && (few->first < 0 || compare_entities(kind, heads[i], heads[few->first]) < 0))
			few->first = i;
	}
	few->limit = NULL;
	few->n_others = 0;
	for (int i = 0; i < few->n; i++)
	{
		int			order;

		if (heads[i] == NULL || i == few->first)
			continue;
		order = few->limit == NULL ? -1 : compare_entities(kind, heads[i], few->limit);
		if (order < 0)
		{
			few->limit = heads[i];
			few->n_others = 0;
		}
		if (order <= 0)
			few->others[few->n_others++] = i;
	}
	return few->first >= 0;
}

static inline void
copy_rows(Gathering *gather, const int64 *from_at, const uint32 *from_code, int64 n)
{
	int64	   *at = gather->at + gather->n;
	uint32	   *code = gather->code + gather->n;

	if (n > 4)
	{
		memcpy(at, from_at, n * sizeof(int64));
		if (!gather->times_only)
			memcpy(code, from_code, n * sizeof(uint32));
		return;
	}
	/* less than a call takes */
	for (int64 i = 0; i < n; i++)
	{
		at[i] = from_at[i];
		code[i] = from_code[i];
	}
}

static void
gather_rows(const FewCursors *few, int which)
{
	Gathering  *gather = few->gather;
	ReadyEntities *ready = &few->cursors[which].ready;
	int64		n = ready->counts[ready->next];

	gather_make_room(gather, n);
	copy_rows(gather, ready->at + ready->row, ready->code + ready->row, n);
	gather_add(gather, (uint32) which, n);
	pass_ready(ready, 1, n);
}

/* Puts together what all have of the first entity; false if nothing is left. */
static bool
gather_same(const FewCursors *few, EntityKind kind)
{
	const EntityKey *key = few->heads[few->first];
	bool		shared = few->limit != NULL && compare_entities(kind, key, few->limit) == 0;

	gather_begin(few->gather, key);
	gather_rows(few, few->first);
	for (int i = 0; shared && i < few->n_others; i++)
		gather_rows(few, few->others[i]);
	return gather_end(few->gather);
}

static inline bool
is_gone(const FewCursors *few, int which)
{
	return which >= few->n - few->gather->pieces->n_gone;
}

/*
 * Puts the rows that another one has of an entity behind those of the first, if they
 * are few and later: at a place where rows of the next entity lie, which are kept until
 * they are uncovered.  Returns how many, or 0 if it cannot be done.
 */
static int64
put_behind(FewCursors *few, int64 *at, uint32 *code)
{
	int			other = few->others[0];
	ReadyEntities *later = &few->cursors[other].ready;
	const int64 *later_at = later->at + later->row;
	uint32	   *later_code = later->code + later->row;
	int64		more = later->counts[later->next];

	if (few->n_others > 1 || is_gone(few, other) || few->cursors[few->first].history->sorter != NULL ||
		more > ROWS_BEHIND || later_at[0] <= at[-1])
		return 0;
	map_codes(few->gather, (uint32) other, later_code, more);
	few->covered = at;
	few->covered_code = code;
	few->n_covered = (int) more;
	for (int64 i = 0; i < more; i++)
	{
		few->kept[i] = at[i];
		few->kept_code[i] = code[i];
		at[i] = later_at[i];
		code[i] = later_code[i];
	}
	pass_ready(later, 1, more);
	return more;
}

static inline void
uncover(FewCursors *few)
{
	for (int i = 0; i < few->n_covered; i++)
	{
		few->covered[i] = few->kept[i];
		few->covered_code[i] = few->kept_code[i];
	}
	few->n_covered = 0;
}

/*
 * Delivers what is ready of the one that has the first entity, before the limit and
 * if possible up to it; false if nothing is.
 */
static bool
lead(FewCursors *few, EntityKind kind)
{
	ReadyEntities *ready = &few->cursors[few->first].ready;
	const EntityKey *limit = few->limit;
	int64	   *counts = ready->counts;
	int64		rows = ready->row;
	int			end = ready->next;

	if (is_gone(few, few->first))
		return false;
	while (end < ready->end && (limit == NULL || compare_entities(kind, &ready->keys[end], limit) < 0))
		rows += counts[end++];
	few->cursor->ready = *ready;
	if (end < ready->end && counts[end] > 0 && counts[end] <= MAX_ENTITY_ROWS - ROWS_BEHIND &&
		compare_entities(kind, &ready->keys[end], limit) == 0)
	{
		int64		n = counts[end];
		int64		behind = put_behind(few, ready->at + rows + n, ready->code + rows + n);

		if (behind > 0)
		{
			counts[end++] += behind;
			rows += n;
		}
	}
	few->cursor->ready.end = end;
	map_codes(few->gather, (uint32) few->first, ready->code + ready->row, rows - ready->row);
	ready->row = rows;
	if (ready->next == end)
		return false;
	ready->next = end;
	return true;
}

bool
few_fill(FewCursors *few)
{
	EntityKind	kind = few->gather->history->kind;

	uncover(few);
	do
	{
		if (!find_first(few, kind))
			return false;
		if (lead(few, kind))
			return true;
	} while (!gather_same(few, kind));
	few->cursor->ready = gathered(few->gather);
	return true;
}
