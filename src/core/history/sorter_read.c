/* Delivering the rows of a sorter, entity by entity; see sorter_sort.c. */
#include "core/history/sorter.h"

#include "core/base/radix.h"
#include "core/base/grain.h"

/* Moving late rows may cost as much as this before sorting is cheaper. */
#define MOVES_PER_ROW 8

/* So far ahead strings are called for, which lie anywhere in memory. */
#define KEYS_AHEAD 16

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
		if ((sorted & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		if (!in_order(at, code, sorted))
			moves += insert_row(at, code, sorted);
	}
	if (sorted >= n)
		return;

	rows = palloc_huge(n * sizeof(SortedRow));
	for_many(i, n)
	{
		rows[i].at = at[i];
		rows[i].entity = 0;
		rows[i].code = code[i];
	}
	sort_rows(rows, n);
	for_many(i, n)
	{
		at[i] = rows[i].at;
		code[i] = rows[i].code;
	}
	pfree(rows);
}

static void
set_key(RowSorter *sorter, uint32 ordinal)
{
	int64		number = key_number(sorter->is_far ? sorter->far_keys[ordinal] : sorter->base + ordinal);

	memset(&sorter->key, 0, sizeof(sorter->key));
	if (sorter->dict == NULL)
		sorter->key.number = number;
	else
	{
		const DictString *string = ranked_string(&sorter->ranking, sorter->dict, (uint32) number);

		sorter->key.bytes = string->bytes;
		sorter->key.length = string->length;
		if (number + KEYS_AHEAD < sorter->ranking.n)
			__builtin_prefetch(ranked_string(&sorter->ranking, sorter->dict, (uint32) number + KEYS_AHEAD));
	}
}

/* Sorts the words of one entity, which are nearly in order. */
static void
sort_words(int64 *word, int64 n)
{
	int64		moves = MOVES_PER_ROW * n;

	for (int64 i = 1; i < n; i++)
	{
		int64		this = word[i];
		int64		to = i;

		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		if (likely(word[i - 1] <= this))
			continue;
		for (; to > 0 && word[to - 1] > this; to--)
			word[to] = word[to - 1];
		word[to] = this;
		moves -= i - to;
		if (moves < 0)
		{
			sort_int64(word, n);
			return;
		}
	}
}

/* Some rows of the entity at hand, for a writer of histories. */
void
sorter_read(const RowSorter *sorter, int64 first, int n, int64 *at, int64 *code)
{
	const int64 *from = sorter->at + first;
	const uint32 *from_code = sorter->code + first;
	uint64		min_at = (uint64) sorter->layout.min_at;
	uint64		grain = grains[sorter->layout.grain].size;
	int			code_bits = sorter->layout.code_bits;
	uint64		code_mask = (UINT64CONST(1) << (code_bits & 63)) - 1;

	if (code_bits < 0)
	{
		memcpy(at, from, n * sizeof(int64));
		for (int i = 0; i < n; i++)
			code[i] = from_code[i];
		return;
	}
	for (int i = 0; i < n; i++)
	{
		uint64		word = (uint64) from[i];

		code[i] = (int64) (word & code_mask);
		at[i] = (int64) (min_at + grain * (word >> code_bits));
	}
}

/* Goes back from a partition that was dealt again. */
static void
leave_partition(RowSorter *sorter)
{
	dealt_free((Dealt *) sorter->dealt);
	sorter->depth--;
	sorter->dealt = sorter->outer[sorter->depth].dealt;
	sorter->partition = sorter->outer[sorter->depth].partition;
}

/* Goes to the next entity, whose rows sorter_read gives; false after the last. */
bool
sorter_next_entity(RowSorter *sorter)
{
	uint64		first;

	while (sorter->run == sorter->n_runs)
	{
		if (sorter->partition < (sorter->dealt == NULL ? 1 : DEALT_PARTITIONS))
			sorter_sort_partition(sorter);
		else if (sorter->depth == 0)
			return false;
		else
			leave_partition(sorter);
	}

	first = sorter->run == 0 ? 0 : sorter->run_end[sorter->run - 1];
	sorter->n = (int64) (sorter->run_end[sorter->run] - first);
	sorter->at = sorter->sorted_at + first;
	sorter->code = sorter->sorted_code + first;
	if (sorter->layout.code_bits >= 0)
		sort_words(sorter->at, sorter->n);
	else
		sort_entity_rows(sorter->at, sorter->code, sorter->n);
	set_key(sorter, sorter->sorted_entity[sorter->run++]);
	return true;
}

/*
 * Leaves of the entity at hand the rows that have a class, and their classes for
 * codes; without classes, all rows, with codes unless only times are wanted.
 * Returns how many; they are in at[] and code[].
 */
int64
sorter_filter_rows(RowSorter *sorter, const uint8 *classes, bool times_only)
{
	int64	   *at = sorter->at;
	uint32	   *code = sorter->code;
	uint64		min_at = (uint64) sorter->layout.min_at;
	uint64		grain = grains[sorter->layout.grain].size;
	int			code_bits = sorter->layout.code_bits;
	uint64		code_mask = (UINT64CONST(1) << (code_bits & 63)) - 1;
	int64		n = 0;

	if (code_bits < 0)
	{
		if (classes == NULL)
			return sorter->n;
		for (int64 i = 0; i < sorter->n; i++)
		{
			uint32		class = classes[code[i]];

			at[n] = at[i];
			code[n] = class;
			n += class != 0;
		}
		return n;
	}
	if (times_only)
	{
		for (int64 i = 0; i < sorter->n; i++)
			at[i] = (int64) (min_at + grain * ((uint64) at[i] >> code_bits));
		return sorter->n;
	}
	for (int64 i = 0; i < sorter->n; i++)
	{
		uint64		word = (uint64) at[i];
		uint32		this_code = (uint32) (word & code_mask);

		if (classes != NULL)
			this_code = classes[this_code];
		at[n] = (int64) (min_at + grain * (word >> code_bits));
		code[n] = this_code;
		n += classes == NULL || this_code != 0;
	}
	return n;
}

/* Goes to the next entity, with its rows in at[] and code[]. */
bool
sorter_next(RowSorter *sorter)
{
	if (!sorter_next_entity(sorter))
		return false;
	sorter_filter_rows(sorter, NULL, false);
	return true;
}

/* Goes back to where the sorter began. */
void
sorter_rewind(RowSorter *sorter)
{
	while (sorter->depth > 0)
		leave_partition(sorter);
	sorter->partition = 0;
	sorter->run = sorter->n_runs = 0;
}
