/*
 * Reading several histories as one: cursors in the order of the entities that
 * they stand at.  An entity that only one history knows, the usual case where
 * they were split by entity or one is small, is passed on where it lies; rows
 * from several are put together and sorted.
 *
 * Which cursor comes next is found by a tournament: a cursor that moved on plays
 * again only those that it had beaten on its way, log2(n) of them.  They are
 * compared by a number that begins to tell the order of entities, and only where
 * that is the same by the entities themselves.
 */
#include "core/history/merge.h"

#include "core/base/ranking.h"
#include "core/history/sorter.h"
#include "core/history/writer.h"

/* An entity's rows from more histories than this are sorted, not merged. */
#define MERGED_SOURCES 8

/* Unites the dictionaries; the order of strings stays the same in each. */
static void
unite_strings(History *united, HistoryPieces *pieces)
{
	Dict	   *dict = palloc0(sizeof(Dict));
	uint8	   *used;
	Ranking		ranking;

	pieces->code_maps = palloc(pieces->n * sizeof(uint32 *));
	for (int i = 0; i < pieces->n; i++)
	{
		const History *history = &pieces->histories[i];

		pieces->code_maps[i] = palloc_huge(Max(history->n_strings, 1) * sizeof(uint32));
		for_many(code, history->n_strings)
			pieces->code_maps[i][code] = dict_intern(dict, history->strings[code].bytes, history->strings[code].length);
	}
	used = palloc_huge(Max(dict->n, 1));
	memset(used, 1, dict->n);
	rank_used_ids(&ranking, dict, used);
	for (int i = 0; i < pieces->n; i++)
	{
		uint32	   *map = pieces->code_maps[i];
		bool		same = true;

		for_many(code, pieces->histories[i].n_strings)
		{
			map[code] = ranking.ranks[map[code]];
			same &= map[code] == code;
		}
		if (same)
		{
			pfree(map);
			pieces->code_maps[i] = NULL;
		}
	}
	united->strings = ranked_strings(&ranking, dict);
	united->n_strings = ranking.n;
}

void
pieces_open(History *history, const History *histories, int n)
{
	HistoryPieces *pieces = palloc(sizeof(HistoryPieces));

	pieces->n = n;
	pieces->histories = histories;
	memset(history, 0, sizeof(*history));
	history->kind = histories[0].kind;
	history->first_at = PG_INT64_MAX;
	history->last_at = PG_INT64_MIN;
	for (int i = 0; i < n; i++)
	{
		Assert(histories[i].kind == history->kind);
		history->rows += histories[i].rows;
		history->entities += histories[i].entities;
		if (histories[i].rows > 0)
		{
			history->first_at = Min(history->first_at, histories[i].first_at);
			history->last_at = Max(history->last_at, histories[i].last_at);
		}
	}
	unite_strings(history, pieces);
	history->pieces = pieces;
}

/* Numbers that are in the order of entities, though different entities may have the same. */
static inline uint64
order_of(EntityKind kind, const EntityKey *key)
{
	return kind == ENTITY_BIGINT ? (uint64) key->number ^ UINT64CONST(0x8000000000000000) :
		first_eight_bytes(key->bytes, key->length);
}

static pg_noinline bool
same_order_before(const HistoryMerge *merge, int a, int b)
{
	int			order;

	if (merge->ended[a] || merge->ended[b])
		return !merge->ended[a] || (merge->ended[b] && a < b);
	order = compare_entities(merge->kind, &merge->cursors[a].key, &merge->cursors[b].key);
	return order != 0 ? order < 0 : a < b;
}

static inline bool
comes_before(const HistoryMerge *merge, int a, int b)
{
	uint64		order_a = merge->order[a];
	uint64		order_b = merge->order[b];

	return likely(order_a != order_b) ? order_a < order_b : same_order_before(merge, a, b);
}

/* Whether another cursor than the winner stands at its entity, too: then it lost to the winner. */
static inline bool
is_shared(const HistoryMerge *merge, int winner)
{
	for (int node = (winner + merge->n_cursors) / 2; node > 0; node /= 2)
	{
		int			loser = merge->losers[node];

		if (unlikely(merge->order[loser] == merge->order[winner]) && !merge->ended[loser] &&
			compare_entities(merge->kind, &merge->cursors[loser].key, &merge->cursors[winner].key) == 0)
			return true;
	}
	return false;
}

/* A cursor goes to its next entity. */
static inline void
advance(HistoryMerge *merge, int which)
{
	HistoryCursor *cursor = &merge->cursors[which];

	if (unlikely(!single_next(cursor)))
	{
		merge->ended[which] = true;
		merge->order[which] = PG_UINT64_MAX;
		return;
	}
	merge->order[which] = order_of(merge->kind, &cursor->key);

	/* other cursors come first, and take their places in the cache */
	__builtin_prefetch(cursor->at);
	__builtin_prefetch(cursor->code);
}

/* The winner goes to its next entity, and plays again. */
static inline void
advance_winner(HistoryMerge *merge)
{
	int			which = merge->losers[0];

	advance(merge, which);
	for (int node = (which + merge->n_cursors) / 2; node > 0; node /= 2)
	{
		int			other = merge->losers[node];

		if (comes_before(merge, other, which))
		{
			merge->losers[node] = which;
			which = other;
		}
	}
	merge->losers[0] = which;
}

/* Plays the whole tournament below a node; the winner. */
static int
play(HistoryMerge *merge, int node)
{
	int			a;
	int			b;

	if (node >= merge->n_cursors)
		return node - merge->n_cursors;
	a = play(merge, 2 * node);
	b = play(merge, 2 * node + 1);
	if (comes_before(merge, b, a))
	{
		merge->losers[node] = a;
		return b;
	}
	merge->losers[node] = b;
	return a;
}

/* What a history's codes have for classes; NULL if none has one. */
static uint8 *
classes_of(const HistoryPieces *pieces, int which, const uint8 *classes)
{
	const uint32 *map = pieces->code_maps[which];
	uint32		n = pieces->histories[which].n_strings;
	uint8	   *own = palloc_huge(Max(n, 1));
	bool		any = false;

	for_many(code, n)
	{
		own[code] = classes[map == NULL ? code : map[code]];
		any |= own[code] != 0;
	}
	if (any)
		return own;
	pfree(own);
	return NULL;
}

void
merge_open(HistoryMerge *merge, const History *history, const uint8 *classes, bool times_only)
{
	const HistoryPieces *pieces = history->pieces;
	int			n = pieces->n;

	memset(merge, 0, sizeof(*merge));
	merge->kind = history->kind;
	merge->pieces = pieces;
	merge->with_codes = classes == NULL && !times_only;
	merge->times_only = times_only;
	merge->n_cursors = n;
	merge->cursors = palloc_huge(n * sizeof(HistoryCursor));
	merge->classes = palloc0(n * sizeof(uint8 *));
	merge->losers = palloc(n * sizeof(int));
	merge->order = palloc(n * sizeof(uint64));
	merge->ended = palloc0(n * sizeof(bool));
	for (int i = 0; i < n; i++)
	{
		if (classes != NULL)
			merge->classes[i] = classes_of(pieces, i, classes);
		single_open(&merge->cursors[i], &pieces->histories[i], merge->classes[i], times_only);
		if (classes == NULL || merge->classes[i] != NULL)
			advance(merge, i);
		else
		{
			merge->ended[i] = true;
			merge->order[i] = PG_UINT64_MAX;
		}
	}
	merge->losers[0] = play(merge, 1);
}

void
merge_close(HistoryMerge *merge)
{
	for (int i = 0; i < merge->n_cursors; i++)
	{
		single_close(&merge->cursors[i]);
		if (merge->classes[i] != NULL)
			pfree(merge->classes[i]);
	}
	pfree(merge->cursors);
	pfree(merge->classes);
	pfree(merge->losers);
	pfree(merge->order);
	pfree(merge->ended);
	if (merge->all_at != NULL)
	{
		pfree(merge->all_at);
		pfree(merge->all_code);
	}
}

/* Turns the codes of the entity at hand into those of the union. */
static inline void
map_codes(const HistoryMerge *merge, int which)
{
	HistoryCursor *cursor = &merge->cursors[which];
	const uint32 *map = merge->pieces->code_maps[which];

	if (!merge->with_codes || map == NULL)
		return;
	for (int64 i = 0; i < cursor->n; i++)
		cursor->code[i] = map[cursor->code[i]];
}

/* Adds the rows of a cursor to those at hand. */
static void
gather(HistoryMerge *merge, int which)
{
	HistoryCursor *cursor = &merge->cursors[which];
	int64		n = merge->n + cursor->n;

	if (n > MAX_ENTITY_ROWS)
		report_crowded_entity();
	if (n > merge->capacity)
	{
		merge->capacity = Max(n, 2 * merge->capacity);
		if (merge->all_at == NULL)
		{
			merge->all_at = palloc_huge(merge->capacity * sizeof(int64));
			merge->all_code = palloc_huge(merge->capacity * sizeof(uint32));
		}
		else
		{
			merge->all_at = repalloc_huge(merge->all_at, merge->capacity * sizeof(int64));
			merge->all_code = repalloc_huge(merge->all_code, merge->capacity * sizeof(uint32));
		}
	}
	map_codes(merge, which);
	memcpy(merge->all_at + merge->n, cursor->at, cursor->n * sizeof(int64));
	if (merge->times_only)
		memset(merge->all_code + merge->n, 0, cursor->n * sizeof(uint32));
	else
		memcpy(merge->all_code + merge->n, cursor->code, cursor->n * sizeof(uint32));
	merge->n = n;
}

/*
 * Merges the rows at hand, of which the first and the rest are sorted; from the
 * back, so that only the shorter rest has to be set aside.
 */
static void
merge_rest(HistoryMerge *merge, int64 first)
{
	int64	   *at = merge->all_at;
	uint32	   *code = merge->all_code;
	int64		rest = merge->n - first;
	int64		to = merge->n - 1;
	int64	   *rest_at;
	uint32	   *rest_code;

	if (first == 0 || at[first - 1] < at[first])
		return;
	rest_at = palloc_huge(rest * (sizeof(int64) + sizeof(uint32)));
	rest_code = (uint32 *) (rest_at + rest);
	memcpy(rest_at, at + first, rest * sizeof(int64));
	memcpy(rest_code, code + first, rest * sizeof(uint32));
	for (; rest > 0; to--)
	{
		bool		from_first = first > 0 &&
			(at[first - 1] > rest_at[rest - 1] ||
			 (at[first - 1] == rest_at[rest - 1] && code[first - 1] > rest_code[rest - 1]));

		at[to] = from_first ? at[first - 1] : rest_at[rest - 1];
		code[to] = from_first ? code[first - 1] : rest_code[rest - 1];
		first -= from_first;
		rest -= !from_first;
	}
	pfree(rest_at);
}

/* Puts together the rows of an entity that several histories know. */
static void
gather_all(HistoryMerge *merge)
{
	int			sources = 0;

	merge->n = 0;
	do
	{
		int64		first = merge->n;

		gather(merge, merge->losers[0]);
		if (++sources <= MERGED_SOURCES)
			merge_rest(merge, first);
		advance_winner(merge);
	} while (!merge->ended[merge->losers[0]] &&
			 compare_entities(merge->kind, &merge->cursors[merge->losers[0]].key, &merge->key) == 0);
	if (sources > MERGED_SOURCES)
		sort_entity_rows(merge->all_at, merge->all_code, merge->n);
	merge->at = merge->all_at;
	merge->code = merge->all_code;
}

/* Goes to the next entity; false after the last. */
bool
merge_next(HistoryMerge *merge)
{
	HistoryCursor *cursor;
	int			which;

	if (merge->is_delivered)
		advance_winner(merge);
	merge->is_delivered = false;
	which = merge->losers[0];
	if (merge->ended[which])
		return false;
	cursor = &merge->cursors[which];
	merge->key = cursor->key;
	if (unlikely(is_shared(merge, which)))
	{
		gather_all(merge);
		return true;
	}
	map_codes(merge, which);
	merge->n = cursor->n;
	merge->at = cursor->at;
	merge->code = cursor->code;
	merge->is_delivered = true;
	return true;
}

/* Steps over entities before one; whoever did plays again. */
void
merge_seek(HistoryMerge *merge, const EntityKey *key)
{
	if (merge->is_delivered)
		advance_winner(merge);
	merge->is_delivered = false;
	for (int i = 0; i < merge->n_cursors; i++)
	{
		if (merge->ended[i] || compare_entities(merge->kind, &merge->cursors[i].key, key) >= 0)
			continue;
		single_seek(&merge->cursors[i], key);
		advance(merge, i);
	}
	merge->losers[0] = play(merge, 1);
}
