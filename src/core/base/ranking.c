/* Ordering the strings of a dictionary; see ranking.h. */
#include "core/base/ranking.h"

#include "core/base/radix.h"

/*
 * The eight bytes after the beginning that all strings share order most of them
 * without a look at the string; they are a number whose sign is turned, as
 * numbers sort.  Only those that are equal so far are compared.
 */
typedef struct Ranked
{
	int64		prefix;
	uint32		id;
	uint32		place;
} Ranked;

StaticAssertDecl(sizeof(Ranked) == 2 * sizeof(int64), "strings to rank are no pairs of numbers");

static inline int
compare_ranked(const Ranked *a, const Ranked *b, const Dict *dict)
{
	const DictString *x = string_at(dict, a->place);
	const DictString *y = string_at(dict, b->place);

	return compare_bytes(x->bytes, x->length, y->bytes, y->length);
}

#define ST_SORT sort_ranked
#define ST_ELEMENT_TYPE Ranked
#define ST_COMPARE(a, b, dict) compare_ranked(a, b, dict)
#define ST_COMPARE_ARG_TYPE const Dict
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DECLARE
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT sort_ids
#define ST_ELEMENT_TYPE uint32
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DECLARE
#define ST_DEFINE
#include "lib/sort_template.h"

/* How many bytes all of the strings begin with alike. */
static uint32
shared_beginning(const Ranked *order, uint32 n, const Dict *dict)
{
	const DictString *first = string_at(dict, order[0].place);
	uint32		shared = first->length;

	for (uint32 i = 1; i < n && shared > 0; i++)
	{
		const DictString *string = string_at(dict, order[i].place);
		uint32		same = 0;

		CHECK_FOR_INTERRUPTS();
		shared = Min(shared, string->length);
		while (same < shared && string->bytes[same] == first->bytes[same])
			same++;
		shared = same;
	}
	return shared;
}

/* Ranks the strings whose ids are in an array of n > 0, which is given back. */
static void
rank_ordered(Ranking *ranking, const Dict *dict, Ranked *order, uint32 n)
{
	uint32		shared;

	for_many(i, n)
		order[i].place = dict->places[order[i].id];
	shared = shared_beginning(order, n, dict);
	for_many(i, n)
	{
		const DictString *string = string_at(dict, order[i].place);

		order[i].prefix = (int64) (first_eight_bytes(string->bytes + shared, string->length - shared) ^ UINT64CONST(1) << 63);
	}
	sort_pairs((int64 *) order, n, 0);
	for (uint32 i = 0, end; i < n; i = end)
	{
		CHECK_FOR_INTERRUPTS();
		for (end = i + 1; end < n && order[end].prefix == order[i].prefix;)
			end++;
		if (end - i > 1)
			sort_ranked(order + i, end - i, dict);
	}
	for_many(rank, n)
	{
		ranking->places[rank] = order[rank].place;
		ranking->ranks[ranking_index(ranking, order[rank].id)] = (uint32) rank;
	}
	free_huge_pages(order);
}

/* Ranks the ids marked in used, an array of dict->n flags; all if it is NULL. */
void
rank_used_ids(Ranking *ranking, const Dict *dict, const uint8 *used)
{
	Ranked	   *order = palloc_huge_pages(Max(dict->n, 1) * sizeof(Ranked));

	ranking->sorted_ids = NULL;
	ranking->n = 0;
	for_many(id, dict->n)
	{
		if (used == NULL || used[id])
			order[ranking->n++].id = (uint32) id;
	}
	ranking->places = palloc_huge_pages(Max(ranking->n, 1) * sizeof(uint32));
	ranking->ranks = palloc_huge_pages(Max(dict->n, 1) * sizeof(uint32));
	if (ranking->n > 0)
		rank_ordered(ranking, dict, order, ranking->n);
}

/*
 * Ranks n ids, repeated ones once, at a cost that does not depend on the size
 * of the dictionary, which thousands of small groups may share.
 */
void
rank_few_ids(Ranking *ranking, const Dict *dict, uint32 *ids, uint32 n)
{
	Ranked	   *order;
	uint32		distinct = 0;

	sort_ids(ids, n);
	for_many(i, n)
	{
		if (distinct == 0 || ids[i] != ids[distinct - 1])
			ids[distinct++] = ids[i];
	}
	order = palloc_huge_pages(Max(distinct, 1) * sizeof(Ranked));
	for_many(i, distinct)
		order[i].id = ids[i];
	ranking->n = distinct;
	ranking->sorted_ids = ids;
	ranking->places = palloc_huge_pages(Max(distinct, 1) * sizeof(uint32));
	ranking->ranks = palloc_huge_pages(Max(distinct, 1) * sizeof(uint32));
	if (distinct > 0)
		rank_ordered(ranking, dict, order, distinct);
}

/* Where an id, which is among them, stands in sorted_ids. */
uint32
sparse_index(const Ranking *ranking, uint32 id)
{
	uint32		low = 0;
	uint32		high = ranking->n - 1;

	while (low < high)
	{
		uint32		middle = (low + high) / 2;

		if (ranking->sorted_ids[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
