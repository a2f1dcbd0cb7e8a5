/*
 * Sorting a row log into entities.
 *
 * Rows are dealt to partitions by entity, each about as large as a cache: large
 * logs of numbers were dealt as they grew (partitions.h), others are dealt here;
 * strings by their rank.  A partition is sorted when it is asked for.  Its rows
 * get ordinals of 32 bits that ascend with their entities, the distance from the
 * smallest that there may be, and are sorted by these, digit by digit, into
 * columns.  All of that keeps the order of arrival, so the rows of an entity
 * usually come out in order of time already; if not, they are sorted when they
 * are delivered (sorter_read.c).
 */
#include "core/history/sorter.h"

#include "core/base/radix.h"

/* A log with more rows than this is dealt before it is sorted. */
#define PARTITION_ROWS 32768

#define DIGIT_BITS 11
#define DIGITS (1 << DIGIT_BITS)

/* Below this a comparison sort costs less than clearing the digits' counts. */
#define FEW_ROWS 256

/*
 * With so many rows for each string of a dictionary it costs more to find out
 * which entities occur than to rank some that do not.
 */
#define ROWS_PER_STRING 8

static inline int
compare_rows(const SortedRow *a, const SortedRow *b)
{
	if (a->entity != b->entity)
		return a->entity < b->entity ? -1 : 1;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return a->code < b->code ? -1 : a->code > b->code;
}

#define ST_SORT sort_rows
#define ST_ELEMENT_TYPE SortedRow
#define ST_COMPARE(a, b) compare_rows(a, b)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE extern
#define ST_DECLARE
#define ST_DEFINE
#include "lib/sort_template.h"

/* Whether to mark every string of a dictionary is too much for so few rows. */
static bool
is_sparse(const Dict *dict, uint64 rows)
{
	return rows < dict->n / 8;
}

/* Ranks the strings that stand for entities, or those that stand for codes. */
static void
rank_strings(RowSorter *sorter, Ranking *ranking, const Dict *dict, bool are_entities)
{
	uint64		rows = rowlog_rows(sorter->log);
	bool		sparse = is_sparse(dict, rows);
	uint32	   *ids = sparse ? palloc(rows * sizeof(uint32)) : NULL;
	uint8	   *used = sparse ? NULL : palloc_huge(Max(dict->n, 1));
	uint32		row = 0;

	if (used != NULL)
		memset(used, 0, dict->n);
	rowlog_rewind(sorter->reader, sorter->log);
	while (rowlog_next(sorter->reader))
	{
		const Chunk *chunk = &sorter->reader->chunk;

		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < chunk->n; i++)
		{
			uint32		id = are_entities ? (uint32) chunk->entity[i] : chunk->code[i];

			if (sparse)
				ids[row++] = id;
			else
				used[id] = 1;
		}
	}
	if (sparse)
		rank_few_ids(ranking, dict, ids, row);
	else
	{
		rank_used_ids(ranking, dict, used);
		pfree(used);
	}
}

/* The same for the codes of a log that was dealt, which knows them. */
static void
rank_dealt_codes(RowSorter *sorter, const Dict *codes)
{
	uint8	   *used = palloc_huge(Max(codes->n, 1));

	memset(used, 0, codes->n);
	dealt_mark_codes(sorter->dealt, used);
	rank_used_ids(&sorter->codes, codes, used);
	pfree(used);
}

static void
deal_log(RowSorter *sorter)
{
	int64		min = 0;
	int64		max = (int64) sorter->ranking.n - 1;
	uint64		rows = rowlog_rows(sorter->log);
	int			shift = 0;
	Dealt	   *dealt;

	if (sorter->dict == NULL)
		rowlog_entity_range(sorter->log, &min, &max);
	dealt = sorter_begin_dealing(sorter, min, max, rows);
	if (sorter->dict != NULL)
	{
		/* ranks lie densely: no more partitions than fill half a cache, which are fewer places to write to */
		while (max >> shift > (int64) (rows / (PARTITION_ROWS / 2)))
			shift++;
		dealt_widen(dealt, number_key(min), number_key(max), shift);
	}
	rowlog_rewind(sorter->reader, sorter->log);
	while (rowlog_next(sorter->reader))
	{
		CHECK_FOR_INTERRUPTS();
		sorter_rank_entities(sorter, &sorter->reader->chunk);
		dealt_put_chunk(dealt, &sorter->reader->chunk);
	}
	dealt_close_chunks(dealt);
	sorter->dealt = dealt;
}

/*
 * Prepares the rows of a log, which is not empty, for delivery.  entities is
 * the dictionary of entities, or NULL if they are numbers; codes that of the
 * codes, or NULL if they are to stay as they are.
 */
void
sorter_begin(RowSorter *sorter, const RowLog *log, const Dict *entities, const Dict *codes)
{
	memset(sorter, 0, sizeof(*sorter));
	sorter->log = log;
	sorter->dict = entities;
	sorter->codes_ranked = codes != NULL;
	sorter->dealt = log->dealt;
	if (log->dealt != NULL)
		dealt_close_chunks(log->dealt);
	sorter->reader = palloc(sizeof(LogReader));
	Assert(rowlog_rows(log) > 0 && (log->dealt == NULL || entities == NULL));

	if (entities != NULL && rowlog_rows(log) / ROWS_PER_STRING >= entities->n)
		rank_used_ids(&sorter->ranking, entities, NULL);
	else if (entities != NULL)
		rank_strings(sorter, &sorter->ranking, entities, true);
	if (log->dealt == NULL && rowlog_rows(log) > PARTITION_ROWS)
		deal_log(sorter);
	if (codes == NULL)
		return;
	if (sorter->dealt != NULL)
		rank_dealt_codes(sorter, codes);
	else
		rank_strings(sorter, &sorter->codes, codes, false);
}

/* What the last digit leaves of the rows. */
static void
put_in_columns(RowSorter *sorter, int shift, uint64 *place)
{
	const SortedRow *from = sorter->rows;
	uint64		n = sorter->n_rows;
	uint32	   *entity = sorter->sorted_entity;
	int64	   *at = sorter->sorted_at;
	uint32	   *code = sorter->sorted_code;

	if (shift == 0 && sorter->layout.code_bits >= 0)
	{
		for_many(i, n)
			at[place[from[i].entity & (DIGITS - 1)]++] = from[i].at;
		return;
	}
	for_many(i, n)
	{
		uint64		to = place[from[i].entity >> shift & (DIGITS - 1)]++;

		entity[to] = from[i].entity;
		at[to] = from[i].at;
		code[to] = from[i].code;
	}
}

/* The entities of sorted rows, and where the rows of each end. */
static void
find_runs(RowSorter *sorter)
{
	uint32	   *entity = sorter->sorted_entity;
	uint64		runs = 0;

	for_many(i, sorter->n_rows)
	{
		entity[runs] = entity[i];
		sorter->run_end[runs] = i + 1;
		runs += i + 1 == sorter->n_rows || entity[i + 1] != entity[i];
	}
	sorter->n_runs = runs;
}

/* The same where a single digit told entities apart, and place is where each one's rows end. */
static void
take_runs(RowSorter *sorter, const uint64 *place)
{
	uint64		runs = 0;
	uint64		end = 0;

	for (uint32 digit = 0; digit < DIGITS; digit++)
	{
		sorter->sorted_entity[runs] = digit;
		sorter->run_end[runs] = place[digit];
		runs += place[digit] != end;
		end = place[digit];
	}
	sorter->n_runs = runs;
}

/*
 * Sorts the rows at hand by one digit of their ordinals.  The last digit puts
 * them into columns.
 */
static void
sort_by_digit(RowSorter *sorter, int shift, bool last)
{
	const SortedRow *from = sorter->rows;
	uint64		n = sorter->n_rows;
	uint64		place[DIGITS];
	uint64		sum = 0;

	memset(place, 0, sizeof(place));
	for_many(i, n)
		place[from[i].entity >> shift & (DIGITS - 1)]++;
	for (int digit = 0; digit < DIGITS; digit++)
	{
		uint64		count = place[digit];

		place[digit] = sum;
		sum += count;
	}
	if (last)
	{
		put_in_columns(sorter, shift, place);
		if (shift == 0)
			take_runs(sorter, place);
		else
			find_runs(sorter);
	}
	else
	{
		SortedRow  *to = sorter->scratch;

		for_many(i, n)
			to[place[from[i].entity >> shift & (DIGITS - 1)]++] = from[i];
		sorter->scratch = sorter->rows;
		sorter->rows = to;
	}
}

static void
sort_by_digits(RowSorter *sorter, int bits)
{
	if (sorter->scratch == NULL && bits > DIGIT_BITS)
		sorter->scratch = palloc_huge(sorter->capacity * sizeof(SortedRow));
	for (int done = 0; done < bits; done += DIGIT_BITS)
		sort_by_digit(sorter, done, done + DIGIT_BITS >= bits);
}

typedef struct RowKey
{
	int64		number;
	int64		row;
} RowKey;

/* Numbers too far apart for ordinals that are distances get their ranks. */
static int
rank_far_keys(RowSorter *sorter)
{
	RowKey	   *order = palloc_huge(sorter->n_rows * sizeof(RowKey));
	uint32		n = 0;

	for_many(i, sorter->n_rows)
	{
		order[i].number = key_number(sorter->far_keys[i]);
		order[i].row = (int64) i;
	}
	sort_pairs((int64 *) order, (int64) sorter->n_rows, 0);
	for_many(i, sorter->n_rows)
	{
		if (i == 0 || order[i].number != order[i - 1].number)
			sorter->far_keys[n++] = number_key(order[i].number);
		sorter->rows[order[i].row].entity = n - 1;
	}
	pfree(order);
	return bits_of(n - 1);
}

/* Sorts the next partition into columns. */
void
sorter_sort_partition(RowSorter *sorter)
{
	int			bits;

	if (sorter->is_far)
		pfree(sorter->far_keys);
	sorter->is_far = false;
	while (sorter_deal_again(sorter))
		;
	bits = sorter_gather(sorter);
	if (sorter->is_far && sorter->n_rows > 0)
		bits = rank_far_keys(sorter);

	sorter->run = 0;
	sorter->n_runs = 0;
	if (sorter->n_rows > FEW_ROWS && bits > 0)
		sort_by_digits(sorter, bits);
	else if (sorter->n_rows > 0)
	{
		/* rows that are words have no code beside them, which comparing reads */
		for (uint64 i = 0; i < sorter->n_rows && sorter->layout.code_bits >= 0; i++)
			sorter->rows[i].code = 0;
		if (bits > 0)
			sort_rows(sorter->rows, sorter->n_rows);
		for_many(i, sorter->n_rows)
		{
			sorter->sorted_entity[i] = sorter->rows[i].entity;
			sorter->sorted_at[i] = sorter->rows[i].at;
			sorter->sorted_code[i] = sorter->rows[i].code;
		}
		find_runs(sorter);
	}
}
