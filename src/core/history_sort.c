/*
 * Sorting a row log into entities.
 *
 * Each entity gets an ordinal of 32 bits that ascends with its order: a number
 * its distance from the smallest one, a string its rank.  Numbers spread wider
 * than 32 bits are ranked like strings, by their big-endian bytes.
 *
 * Rows are then dealt, in one pass over the log, to partitions by the high
 * bits of the ordinal, each partition about as large as a cache; a partition
 * is sorted by the low bits, digit by digit, only when it is asked for, and
 * its rows are handed out entity by entity.  Both steps keep the order of
 * arrival, so the rows of an entity usually come out in order of time already;
 * if not, they are sorted too.
 */
#include "history.h"

#include "port/pg_bitutils.h"
#include "port/pg_bswap.h"

/* Rows of a partition that a cache should hold. */
#define PARTITION_ROWS 16384
#define MAX_PARTITION_BITS 11

#define DIGIT_BITS 11
#define DIGITS (1 << DIGIT_BITS)

/* Below this a comparison sort costs less than clearing the digits' counts. */
#define FEW_ROWS 256

/* Moving late rows may cost as much as this before sorting is cheaper. */
#define MOVES_PER_ROW 8

#define SIGN_BIT (UINT64CONST(1) << 63)

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
#define ST_SCOPE static
#define ST_DECLARE
#define ST_DEFINE
#include "lib/sort_template.h"

static void
number_as_bytes(int64 number, uint8 *bytes)
{
	uint64		big_endian = pg_hton64((uint64) number ^ SIGN_BIT);

	memcpy(bytes, &big_endian, sizeof(big_endian));
}

static int64
bytes_as_number(const uint8 *bytes)
{
	uint64		big_endian;

	memcpy(&big_endian, bytes, sizeof(big_endian));
	return (int64) (pg_ntoh64(big_endian) ^ SIGN_BIT);
}

/* Gives numbers that are spread too wide the numbers of strings. */
static void
intern_far_numbers(RowSorter *sorter, LogReader *reader)
{
	uint64		row = 0;

	sorter->far_numbers = palloc0(sizeof(Dict));
	sorter->far_ids = palloc_huge(sorter->n_rows * sizeof(uint32));
	rowlog_rewind(reader, sorter->log);
	while (rowlog_next_entities(reader))
	{
		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < reader->n; i++)
		{
			uint8		bytes[sizeof(int64)];

			number_as_bytes(reader->entity[i], bytes);
			sorter->far_ids[row++] = dict_intern(sorter->far_numbers, bytes, sizeof(bytes));
		}
	}
}

/* Whether to mark every string of a dictionary is too much for so few rows. */
static bool
is_sparse(const Dict *dict, uint64 rows)
{
	return rows < dict->n / 8;
}

/* Ranks the strings that stand for entities. */
static void
rank_entities(RowSorter *sorter, LogReader *reader)
{
	const Dict *dict = sorter->dict;
	bool		sparse = is_sparse(dict, sorter->n_rows);
	uint32	   *ids = sparse ? palloc(sorter->n_rows * sizeof(uint32)) : NULL;
	uint8	   *used = sparse ? NULL : palloc_huge(Max(dict->n, 1));
	uint64		row = 0;

	if (used != NULL)
		memset(used, sorter->far_numbers != NULL, dict->n);
	rowlog_rewind(reader, sorter->log);
	while (sorter->far_numbers == NULL && rowlog_next_entities(reader))
	{
		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < reader->n; i++)
		{
			if (sparse)
				ids[row++] = (uint32) reader->entity[i];
			else
				used[reader->entity[i]] = 1;
		}
	}
	if (sparse)
		rank_few_ids(&sorter->ranking, dict, ids, (uint32) row);
	else
	{
		rank_used_ids(&sorter->ranking, dict, used);
		pfree(used);
	}
}

/* The ordinals of a chunk's entities; row is the chunk's first in the log. */
static void
chunk_ordinals(const RowSorter *sorter, const LogReader *reader, uint64 row, uint32 *ordinals)
{
	if (sorter->far_ids != NULL)
	{
		for (int i = 0; i < reader->n; i++)
			ordinals[i] = sorter->ranking.ranks[sorter->far_ids[row + i]];
	}
	else if (sorter->dict != NULL)
	{
		for (int i = 0; i < reader->n; i++)
			ordinals[i] = rank_of(&sorter->ranking, (uint32) reader->entity[i]);
	}
	else
	{
		for (int i = 0; i < reader->n; i++)
			ordinals[i] = (uint32) ((uint64) reader->entity[i] - (uint64) sorter->min_entity);
	}
}

/* Chooses the number of partitions and finds where each one ends. */
static void
plan_partitions(RowSorter *sorter, LogReader *reader, uint32 last_ordinal)
{
	int			bits = last_ordinal == 0 ? 0 : pg_leftmost_one_pos32(last_ordinal) + 1;
	int			top = 0;
	uint32		ordinals[CHUNK_ROWS];
	uint64		largest = sorter->n_rows;
	uint64		row = 0;

	while (top < bits && top < MAX_PARTITION_BITS && sorter->n_rows >> top > PARTITION_ROWS)
		top++;
	sorter->shift = bits - top;
	sorter->n_partitions = 1 << top;
	sorter->ends = palloc0(sorter->n_partitions * sizeof(uint64));

	if (top == 0)
		sorter->ends[0] = sorter->n_rows;
	else
	{
		rowlog_rewind(reader, sorter->log);
		while (rowlog_next_entities(reader))
		{
			CHECK_FOR_INTERRUPTS();
			chunk_ordinals(sorter, reader, row, ordinals);
			for (int i = 0; i < reader->n; i++)
				sorter->ends[ordinals[i] >> sorter->shift]++;
			row += reader->n;
		}
		largest = 0;
		for (uint32 i = 0; i < sorter->n_partitions; i++)
		{
			largest = Max(largest, sorter->ends[i]);
			sorter->ends[i] += i == 0 ? 0 : sorter->ends[i - 1];
		}
	}
	sorter->scratch_rows = largest;
}

/* Deals the rows to their partitions and ranks the codes that occur. */
static void
deal_rows(RowSorter *sorter, LogReader *reader, const Dict *codes)
{
	bool		sparse = is_sparse(codes, sorter->n_rows);
	uint32	   *few_codes = sparse ? palloc(sorter->n_rows * sizeof(uint32)) : NULL;
	uint8	   *used = sparse ? NULL : palloc_huge(Max(codes->n, 1));
	uint64	   *place = palloc(sorter->n_partitions * sizeof(uint64));
	uint32		ordinals[CHUNK_ROWS];
	uint64		row = 0;

	for (uint32 i = 0; i < sorter->n_partitions; i++)
		place[i] = i == 0 ? 0 : sorter->ends[i - 1];
	if (!sparse)
		memset(used, 0, codes->n);

	sorter->rows = in_huge_pages(palloc_huge(sorter->n_rows * sizeof(SortedRow)),
								 sorter->n_rows * sizeof(SortedRow));
	rowlog_rewind(reader, sorter->log);
	while (rowlog_next(reader))
	{
		CHECK_FOR_INTERRUPTS();
		chunk_ordinals(sorter, reader, row, ordinals);
		for (int i = 0; i < reader->n; i++)
		{
			/* a shift by 32 is what one partition of all ordinals asks for */
			uint32		partition = (uint32) ((uint64) ordinals[i] >> sorter->shift);
			SortedRow  *to = &sorter->rows[place[partition]++];

			to->at = reader->at[i];
			to->entity = ordinals[i];
			to->code = reader->code[i];
			if (sparse)
				few_codes[row + i] = reader->code[i];
			else
				used[reader->code[i]] = 1;
		}
		row += reader->n;
	}
	pfree(place);
	if (sparse)
		rank_few_ids(&sorter->codes, codes, few_codes, (uint32) row);
	else
	{
		rank_used_ids(&sorter->codes, codes, used);
		pfree(used);
	}
}

/*
 * Prepares the rows of a log, which is not empty, for delivery.  entities is
 * the dictionary of entities, or NULL if they are numbers.
 */
void
sorter_begin(RowSorter *sorter, const RowLog *log, const Dict *entities, const Dict *codes)
{
	LogReader  *reader = palloc(sizeof(LogReader));
	uint32		last_ordinal = 0;

	memset(sorter, 0, sizeof(*sorter));
	sorter->log = log;
	sorter->dict = entities;
	sorter->n_rows = rowlog_rows(log);
	Assert(sorter->n_rows > 0);

	if (entities == NULL)
	{
		int64		max_entity;

		rowlog_entity_range(log, &sorter->min_entity, &max_entity);
		if ((uint64) max_entity - (uint64) sorter->min_entity < PG_UINT32_MAX)
			last_ordinal = (uint32) ((uint64) max_entity - (uint64) sorter->min_entity);
		else
		{
			intern_far_numbers(sorter, reader);
			sorter->dict = sorter->far_numbers;
		}
	}
	if (sorter->dict != NULL)
	{
		rank_entities(sorter, reader);
		last_ordinal = sorter->ranking.n - 1;
	}
	plan_partitions(sorter, reader, last_ordinal);
	deal_rows(sorter, reader, codes);

	pfree(reader);
}

/* Sorts rows by the low bits of their ordinals, least digit first. */
static void
sort_by_digits(RowSorter *sorter, SortedRow *rows, uint64 n)
{
	SortedRow  *from = rows;
	SortedRow  *to;

	if (sorter->scratch == NULL)
		sorter->scratch = palloc_huge(sorter->scratch_rows * sizeof(SortedRow));
	to = sorter->scratch;

	for (int done = 0; done < sorter->shift; done += DIGIT_BITS)
	{
		uint64		place[DIGITS];
		uint64		sum = 0;
		SortedRow  *swap = from;

		CHECK_FOR_INTERRUPTS();
		memset(place, 0, sizeof(place));
		for (uint64 i = 0; i < n; i++)
			place[from[i].entity >> done & (DIGITS - 1)]++;
		for (int digit = 0; digit < DIGITS; digit++)
		{
			uint64		count = place[digit];

			place[digit] = sum;
			sum += count;
		}
		for (uint64 i = 0; i < n; i++)
			to[place[from[i].entity >> done & (DIGITS - 1)]++] = from[i];
		from = to;
		to = swap;
	}
	if (from != rows)
		memcpy(rows, from, n * sizeof(SortedRow));
}

static inline bool
in_order(const int64 *at, const uint32 *code, int64 i)
{
	return at[i - 1] < at[i] || (at[i - 1] == at[i] && code[i - 1] <= code[i]);
}

/* Moves row i to its place among the sorted rows before it; returns how far. */
static int64
insert_row(int64 *at, uint32 *code, int64 i)
{
	int64		this_at = at[i];
	uint32		this_code = code[i];
	int64		to = i;

	for (; to > 0 && (at[to - 1] > this_at || (at[to - 1] == this_at && code[to - 1] > this_code)); to--)
	{
		at[to] = at[to - 1];
		code[to] = code[to - 1];
	}
	at[to] = this_at;
	code[to] = this_code;
	return i - to;
}

/*
 * Sorts the rows of one entity by time and code.  They are mostly sorted, but
 * for a few late rows, which are moved to their places one by one; only when
 * that has cost some moves a row is everything sorted anew.
 */
void
sort_entity_rows(int64 *at, uint32 *code, int64 n)
{
	SortedRow  *rows;
	int64		sorted = 1;
	int64		moves = 0;

	for (; sorted < n && moves <= MOVES_PER_ROW * n; sorted++)
	{
		if (!in_order(at, code, sorted))
			moves += insert_row(at, code, sorted);
	}
	if (sorted >= n)
		return;

	rows = palloc_huge(n * sizeof(SortedRow));
	for (int64 i = 0; i < n; i++)
	{
		rows[i].at = at[i];
		rows[i].entity = 0;
		rows[i].code = code[i];
	}
	sort_rows(rows, n);
	for (int64 i = 0; i < n; i++)
	{
		at[i] = rows[i].at;
		code[i] = rows[i].code;
	}
	pfree(rows);
}

static void
set_key(RowSorter *sorter, uint32 ordinal)
{
	const DictEntry *entry;

	memset(&sorter->key, 0, sizeof(sorter->key));
	if (sorter->dict == NULL)
	{
		sorter->key.number = (int64) ((uint64) sorter->min_entity + ordinal);
		return;
	}
	entry = &sorter->dict->entries[sorter->ranking.ids[ordinal]];
	if (sorter->far_numbers != NULL)
		sorter->key.number = bytes_as_number(entry->bytes);
	else
	{
		sorter->key.bytes = entry->bytes;
		sorter->key.length = entry->length;
	}
}

/* Goes to the next entity; false after the last. */
bool
sorter_next(RowSorter *sorter)
{
	uint64		first = sorter->next;
	uint32		ordinal;
	uint64		end;

	if (first == sorter->n_rows)
		return false;
	while (first == sorter->sorted_to)
	{
		uint64		n = sorter->ends[sorter->partition++] - first;

		sorter->sorted_to += n;
		if (n > FEW_ROWS)
			sort_by_digits(sorter, sorter->rows + first, n);
		else if (n > 1)
			sort_rows(sorter->rows + first, n);
	}

	ordinal = sorter->rows[first].entity;
	for (end = first + 1; end < sorter->sorted_to && sorter->rows[end].entity == ordinal;)
		end++;
	sorter->next = end;
	sorter->n = (int64) (end - first);
	if (sorter->n > sorter->capacity)
	{
		if (sorter->at != NULL)
		{
			pfree(sorter->at);
			pfree(sorter->code);
		}
		sorter->capacity = Max(sorter->n, 2 * sorter->capacity);
		sorter->at = palloc_huge(sorter->capacity * sizeof(int64));
		sorter->code = palloc_huge(sorter->capacity * sizeof(uint32));
	}
	for (int64 i = 0; i < sorter->n; i++)
	{
		sorter->at[i] = sorter->rows[first + i].at;
		sorter->code[i] = rank_of(&sorter->codes, sorter->rows[first + i].code);
	}
	sort_entity_rows(sorter->at, sorter->code, sorter->n);
	set_key(sorter, ordinal);
	return true;
}

/* Gives back the large pieces; the rest goes with the context. */
void
sorter_end(RowSorter *sorter)
{
	pfree(sorter->rows);
	if (sorter->scratch != NULL)
		pfree(sorter->scratch);
	if (sorter->far_ids != NULL)
		pfree(sorter->far_ids);
}
