/*
 * Reading several histories as one: a heap of cursors, ordered by the entity
 * each one stands at.  An entity that only one history knows, the usual case
 * where they were split by entity, is passed on as it comes; rows from several
 * are put together and sorted.
 */
#include "core/history/merge.h"

#include "core/base/ranking.h"
#include "core/history/sorter.h"
#include "core/history/writer.h"

/* An entity's rows from more histories than this are sorted, not merged. */
#define MERGED_SOURCES 8

static inline bool
comes_before(const HistoryMerge *merge, int a, int b)
{
	return compare_entities(merge->kind, &merge->cursors[a].key, &merge->cursors[b].key) < 0;
}

/* Puts the cursor at a place of the heap where it belongs, further down. */
static void
sift_down(HistoryMerge *merge, int place)
{
	int			cursor = merge->heap[place];

	for (;;)
	{
		int			child = 2 * place + 1;

		if (child >= merge->n_heap)
			break;
		if (child + 1 < merge->n_heap &&
			comes_before(merge, merge->heap[child + 1], merge->heap[child]))
			child++;
		if (!comes_before(merge, merge->heap[child], cursor))
			break;
		merge->heap[place] = merge->heap[child];
		place = child;
	}
	merge->heap[place] = cursor;
}

/* Unites the dictionaries; the order of strings stays the same in each. */
static void
unite_strings(HistoryMerge *merge, const History *histories, int n)
{
	Dict	   *dict = palloc0(sizeof(Dict));
	uint8	   *used;
	Ranking		ranking;

	merge->code_maps = palloc(n * sizeof(uint32 *));
	for (int i = 0; i < n; i++)
	{
		merge->code_maps[i] = palloc_huge(Max(histories[i].n_strings, 1) * sizeof(uint32));
		for_many(code, histories[i].n_strings)
		{
			const HistoryString *string = &histories[i].strings[code];

			merge->code_maps[i][code] = dict_intern(dict, string->bytes, string->length);
		}
	}
	used = palloc_huge(Max(dict->n, 1));
	memset(used, 1, dict->n);
	rank_used_ids(&ranking, dict, used);
	for (int i = 0; i < n; i++)
	{
		for_many(code, histories[i].n_strings)
			merge->code_maps[i][code] = ranking.ranks[merge->code_maps[i][code]];
	}
	merge->strings = ranked_strings(&ranking, dict);
	merge->n_strings = ranking.n;
}

/* The histories must stay open and be of one kind. */
void
merge_begin(HistoryMerge *merge, const History *histories, int n)
{
	memset(merge, 0, sizeof(*merge));
	merge->kind = histories[0].kind;
	unite_strings(merge, histories, n);

	merge->cursors = palloc_huge(n * sizeof(HistoryCursor));
	merge->heap = palloc(n * sizeof(int));
	for (int i = 0; i < n; i++)
	{
		Assert(histories[i].kind == merge->kind);
		merge->rows += histories[i].rows;
		cursor_open(&merge->cursors[i], &histories[i], NULL);
		if (cursor_next(&merge->cursors[i]))
			merge->heap[merge->n_heap++] = i;
	}
	for (int place = merge->n_heap / 2 - 1; place >= 0; place--)
		sift_down(merge, place);
}

/* Adds the rows of a cursor to those at hand. */
static void
gather(HistoryMerge *merge, int which)
{
	HistoryCursor *cursor = &merge->cursors[which];
	const uint32 *code_map = merge->code_maps[which];
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
	memcpy(merge->all_at + merge->n, cursor->at, cursor->n * sizeof(int64));
	for (int64 i = 0; i < cursor->n; i++)
		merge->all_code[merge->n + i] = code_map[cursor->code[i]];
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

/* Goes to the next entity; false after the last. */
bool
merge_next(HistoryMerge *merge)
{
	int			sources = 0;

	if (merge->n_heap == 0)
		return false;
	merge->key = merge->cursors[merge->heap[0]].key;
	merge->n = 0;
	do
	{
		int			which = merge->heap[0];
		int64		first = merge->n;

		gather(merge, which);
		if (++sources <= MERGED_SOURCES)
			merge_rest(merge, first);
		if (!cursor_next(&merge->cursors[which]))
			merge->heap[0] = merge->heap[--merge->n_heap];
		if (merge->n_heap > 0)
			sift_down(merge, 0);
	} while (merge->n_heap > 0 &&
			 compare_entities(merge->kind, &merge->cursors[merge->heap[0]].key, &merge->key) == 0);

	merge->at = merge->all_at;
	merge->code = merge->all_code;
	if (sources > MERGED_SOURCES)
		sort_entity_rows(merge->at, merge->code, merge->n);
	return true;
}
