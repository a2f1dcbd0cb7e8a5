/*
 * Journeys made of the rows of other journeys; see rewrite.h.
 *
 * The journeys are read twice: once to count the rows that stay and to find
 * the labels still in use, for both stand at the head of the new value, and
 * once to write it.
 */
#include "journeys/rewrite.h"

#include "core/base/ascending.h"
#include "core/history/writer.h"
#include "state/history_value.h"

void
rewrite_begin(Rewrite *rewrite, const History *journeys)
{
	memset(rewrite, 0, sizeof(*rewrite));
	rewrite->journeys = journeys;
	rewrite->since = PG_INT64_MIN;
	rewrite->until = PG_INT64_MAX;
}

/*
 * The rows of the entity at hand that stay, moved together from cursor->at[]
 * on; returns how many.  *next is the next of the entities asked for.
 */
static int64
choose_rows(const Rewrite *rewrite, HistoryCursor *cursor, int64 *next)
{
	int64		from;
	int64		to;
	int64		n = 0;

	if (rewrite->entities != NULL)
	{
		EntityKind	kind = rewrite->journeys->kind;
		int			order = 1;

		while (*next < rewrite->n_entities &&
			   (order = compare_entities(kind, &rewrite->entities[*next], &cursor->key)) < 0)
			(*next)++;
		if ((*next < rewrite->n_entities && order == 0) == rewrite->except)
			return 0;
	}

	from = lower_bound_time(cursor->at, 0, cursor->n, rewrite->since);
	to = rewrite->until == PG_INT64_MAX ? cursor->n :
		lower_bound_time(cursor->at, 0, cursor->n, rewrite->until + 1);
	if (rewrite->labels == NULL)
	{
		cursor->at += from;
		cursor->code += from;
		return Max(to - from, 0);
	}
	for (int64 i = from; i < to; i++)
	{
		cursor->at[n] = cursor->at[i];
		cursor->code[n] = cursor->code[i];
		n += rewrite->labels[cursor->code[i]] != 0;
	}
	return n;
}

/* Counts the rows that stay and keeps only the labels among them. */
static uint64
count_rows(Rewrite *rewrite, HistoryCursor *cursor)
{
	const History *journeys = rewrite->journeys;
	uint8	   *used = palloc_huge(Max(journeys->n_strings, 1));
	HistoryString *strings;
	uint64		rows = 0;
	int64		next = 0;

	memset(used, 0, journeys->n_strings);
	cursor_open(cursor, journeys, NULL);
	while (cursor_next(cursor))
	{
		int64		n = choose_rows(rewrite, cursor, &next);

		for (int64 i = 0; i < n; i++)
			used[cursor->code[i]] = 1;
		rows += n;
	}
	cursor_close(cursor);

	if (rewrite->strings == NULL)
	{
		strings = palloc_huge(Max(journeys->n_strings, 1) * sizeof(HistoryString));
		rewrite->codes = palloc_huge(Max(journeys->n_strings, 1) * sizeof(uint32));
		for_many(i, journeys->n_strings)
		{
			rewrite->codes[i] = rewrite->n_strings;
			if (used[i])
				strings[rewrite->n_strings++] = journeys->strings[i];
		}
		rewrite->strings = strings;
	}
	pfree(used);
	return rows;
}

struct varlena *
rewrite_journeys(Rewrite *rewrite)
{
	const History *journeys = rewrite->journeys;
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	HistoryWriter *writer;
	uint64		rows = count_rows(rewrite, cursor);
	int64		next = 0;
	uint8	   *bytes;
	Size		size = 0;

	if (rows == 0)
		return NULL;
	writer = palloc(sizeof(HistoryWriter));
	history_begin(writer, VARHDRSZ, journeys_kind.magic, journeys->kind, journeys->flags,
				  rows, rewrite->strings, rewrite->n_strings);
	cursor_open(cursor, journeys, NULL);
	while (cursor_next(cursor))
	{
		int64		n = choose_rows(rewrite, cursor, &next);

		if (n == 0)
			continue;
		for (int64 i = 0; i < n; i++)
			cursor->code[i] = rewrite->codes[cursor->code[i]];

		/* new labels may stand in another order, which rows at one instant follow */
		sort_entity_rows(cursor->at, cursor->code, n);
		history_add(writer, &cursor->key, n, cursor->at, cursor->code);
	}
	cursor_close(cursor);
	bytes = history_finish(writer, &size);
	return history_as_value(bytes, size, &journeys_kind);
}
