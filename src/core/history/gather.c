/* The rows of one entity out of several pieces; see gather.h. */
#include "core/history/gather.h"

#include "core/history/sorter.h"

/* An entity's rows from more pieces than this are sorted, not merged. */
#define MERGED_SOURCES 8

void
gather_begin(Gathering *gather, const EntityKey *key)
{
	gather->key = *key;
	gather->n = gather->begin = 0;
	gather->gone = -1;
	gather->sources = 0;
}

void
gather_free(Gathering *gather)
{
	if (gather->at == NULL)
		return;
	pfree(gather->at);
	pfree(gather->code);
}

void
gather_grow(Gathering *gather, int64 n)
{
	gather->capacity = Max(n, 2 * gather->capacity);
	gather->at = resize_huge(gather->at, gather->capacity * sizeof(int64));
	gather->code = resize_huge(gather->code, gather->capacity * sizeof(uint32));
}

/*
 * Merges the rows at hand from begin on, of which those before first and the rest
 * are sorted; from the back, so that only the shorter rest has to be set aside.
 */
static void
merge_rest(Gathering *gather, int64 first)
{
	int64	   *at = gather->at;
	uint32	   *code = gather->code;
	int64		rest = gather->n - first;
	int64		to = gather->n - 1;
	int64	   *rest_at;
	uint32	   *rest_code;

	if (first == gather->begin || at[first - 1] < at[first] ||
		(at[first - 1] == at[first] && code[first - 1] <= code[first]))
		return;
	rest_at = palloc_huge(rest * (sizeof(int64) + sizeof(uint32)));
	rest_code = (uint32 *) (rest_at + rest);
	memcpy(rest_at, at + first, rest * sizeof(int64));
	memcpy(rest_code, code + first, rest * sizeof(uint32));
	for (; rest > 0; to--)
	{
		bool		from_first = first > gather->begin &&
			(at[first - 1] > rest_at[rest - 1] ||
			 (at[first - 1] == rest_at[rest - 1] && code[first - 1] > rest_code[rest - 1]));

		at[to] = from_first ? at[first - 1] : rest_at[rest - 1];
		code[to] = from_first ? code[first - 1] : rest_code[rest - 1];
		first -= from_first;
		rest -= !from_first;
		if ((to & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
	}
	pfree(rest_at);
}

/* Of many sources, sorts what was not merged as it came. */
static void
finish_rows(Gathering *gather)
{
	if (gather->sources > MERGED_SOURCES)
		sort_entity_rows(gather->at + gather->begin, gather->code + gather->begin, gather->n - gather->begin);
}

void
gather_add(Gathering *gather, uint32 piece, int64 n)
{
	int64		first = gather->n;

	/* what is taken away comes last */
	if (gather->gone < 0 && piece >= (uint32) (gather->pieces->n - gather->pieces->n_gone))
	{
		finish_rows(gather);
		gather->gone = gather->begin = first;
		gather->sources = 0;
	}
	map_codes(gather, piece, gather->code + first, n);
	if (gather->times_only)
		memset(gather->code + first, 0, n * sizeof(uint32));
	gather->n += n;
	check_entity_rows(gather->n - gather->begin);
	if (++gather->sources <= MERGED_SOURCES)
		merge_rest(gather, first);
}

/* Of the rows at hand some are taken away from the others; both are in order. */
static void
cancel(Gathering *gather)
{
	int64	   *at = gather->at;
	uint32	   *code = gather->code;
	int64		first = gather->gone;
	int64		gone = first;
	int64		n = 0;

	for_many(i, first)
	{
		while (gone < gather->n && (at[gone] < at[i] || (at[gone] == at[i] && code[gone] < code[i])))
		{
			if (gather->pieces->missing != NULL)
				gather->report_missing(gather, at[gone], code[gone]);
			gone++;
		}
		if (gone < gather->n && at[gone] == at[i] && code[gone] == code[i])
		{
			gone++;
			continue;
		}
		at[n] = at[i];
		code[n++] = code[i];
	}
	if (gone < gather->n && gather->pieces->missing != NULL)
		gather->report_missing(gather, at[gone], code[gone]);
	gather->n = n;
}

bool
gather_end(Gathering *gather)
{
	/* entities of which nothing is left come one after the other */
	CHECK_FOR_INTERRUPTS();
	finish_rows(gather);
	if (gather->gone >= 0)
	{
		/* rows at one instant come in any order with classes, or if codes stand for trimmed strings */
		if (!gather->times_only && (!gather->with_codes || gather->pieces->trimmed))
		{
			sort_entity_rows(gather->at, gather->code, gather->gone);
			sort_entity_rows(gather->at + gather->gone, gather->code + gather->gone, gather->n - gather->gone);
		}
		cancel(gather);
	}
	return gather->n > 0;
}
