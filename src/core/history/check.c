/* Checking histories that come from outside; the layout is described in history.h. */
#include "core/history/writer.h"

/* What is checked across blocks. */
typedef struct Check
{
	const History *history;
	uint8	   *used;			/* by code */
	uint8	   *scratch;
	Size		scratch_size;
	uint64		entities;
	Modulus		modulus;
	EntityKey	key;			/* of the last row, if entities > 0 */
	int64		at;
	int64		code;
	int64		first_at;
	int64		last_at;
} Check;

static const char *
check_order(Check *check, const HistoryBlock *block, const EntityKey *keys, const int64 *counts,
			const int64 *at, const int64 *code)
{
	const History *history = check->history;
	int			row = 0;

	for (int run = 0; run < block->n_runs; run++)
	{
		int			order = check->entities == 0 ? -1 :
			compare_entities(history->kind, &check->key, &keys[run]);

		if (order > 0 || (order == 0 && run > 0))
			return "has entities out of order";
		if (order < 0)
		{
			check->entities++;
			modulus_add(&check->modulus, history->kind, &keys[run]);
			check->key = keys[run];
			check->at = PG_INT64_MIN;
			check->code = 0;
		}
		for (int i = 0; i < counts[run]; i++, row++)
		{
			if (at[row] < check->at || (at[row] == check->at && code[row] < check->code))
				return "has rows out of order";
			check->at = at[row];
			check->code = code[row];
		}
	}
	return NULL;
}

static const char *
check_block(Check *check, uint32 index)
{
	const History *history = check->history;
	const uint8 *entry = history->directory + (Size) index * DIRECTORY_ENTRY;
	Size		from = index == 0 ? 0 : block_end(history, index - 1);
	const uint8 *start = history->bytes + history->blocks + from;
	Size		length = block_end(history, index) - from;
	HistoryBlock block;
	EntityKey	keys[BLOCK_ROWS];
	int64		counts[BLOCK_ROWS];
	int64		at[BLOCK_ROWS];
	int64		code[BLOCK_ROWS];
	uint64		key_bytes = 0;
	TimeRange	times = {0, 0, 0};
	Size		bound;
	const char *reason = block_open(&block, history, index, NULL);

	if (reason == NULL)
		reason = block_runs(&block, history, keys, counts);
	if (reason != NULL)
		return reason;

	column_unpack(&block.at, block.n, at);
	column_unpack(&block.code, block.n, code);
	times.min = times.max = at[0];
	for (int i = 0; i < block.n; i++)
	{
		if (code[i] < 0 || code[i] >= history->n_strings)
			return "has a row whose code is not in the dictionary";
		check->used[code[i]] = 1;
		times.min = Min(times.min, at[i]);
		times.max = Max(times.max, at[i]);
	}
	if ((int64) load_uint64(entry + 4) != times.min || (int64) load_uint64(entry + 12) != times.max)
		return "has a directory that does not match its blocks";
	check->first_at = index == 0 ? times.min : Min(check->first_at, times.min);
	check->last_at = index == 0 ? times.max : Max(check->last_at, times.max);

	reason = check_order(check, &block, keys, counts, at, code);
	if (reason != NULL)
		return reason;

	/* whatever could still differ from the one right form shows here */
	for (int run = 0; run < block.n_runs; run++)
		key_bytes += keys[run].length;
	bound = block_bound(block.n_runs, key_bytes, block.n);
	if (bound > check->scratch_size)
	{
		pfree(check->scratch);
		check->scratch = palloc_huge(bound);
		check->scratch_size = bound;
	}
	if (write_block(check->scratch, history->kind, block.n_runs, keys, counts,
					block.n, at, &times, code) != check->scratch + length ||
		memcmp(check->scratch, start, length) != 0)
		return "is not in canonical form";
	return NULL;
}

static const char *
check_strings(const History *history)
{
	uint32		n = history->n_strings + ((history->flags & HISTORY_TITLED) != 0);
	Size		size = 0;

	for_many(i, n)
	{
		const HistoryString *string = &history->strings[i];
		uint8		varint[MAX_VARINT];

		if (i > 0 && compare_bytes(string[-1].bytes, string[-1].length,
								   string->bytes, string->length) >= 0)
			return "has a dictionary that is not in order";
		size += put_varint(varint, string->length) - varint + string->length;
	}
	return size == history->strings_size ? NULL : "is not in canonical form";
}

/*
 * Checks bytes from outside: whether they can be read, and whether they are
 * just the bytes that the writer would make of their rows.
 */
const char *
history_check(const uint8 *bytes, Size size)
{
	History		history;
	Check		check;
	const char *reason = history_open(&history, bytes, size);

	if (reason == NULL)
		reason = check_strings(&history);
	if (reason != NULL)
		return reason;
	if (!all_zero(bytes + history.end, COLUMN_SLACK))
		return "does not end in zeros";
	if (history.blocks + (history.n_blocks == 0 ? 0 : block_end(&history, history.n_blocks - 1)) != history.end)
		return "has bytes that belong to no block";

	memset(&check, 0, sizeof(check));
	check.history = &history;
	check.used = palloc_huge(Max(history.n_strings, 1));
	memset(check.used, 0, Max(history.n_strings, 1));
	check.scratch = palloc(1);
	check.scratch_size = 1;

	for (uint32 index = 0; index < history.n_blocks && reason == NULL; index++)
	{
		CHECK_FOR_INTERRUPTS();
		reason = check_block(&check, index);
	}
	if (reason == NULL && memchr(check.used, 0, history.n_strings) != NULL)
		reason = "has a string that no row uses";
	if (reason == NULL && (check.entities != history.entities ||
						   modulus_of(&check.modulus, check.entities) != history.modulus ||
						   check.first_at != history.first_at ||
						   check.last_at != history.last_at))
		reason = "has totals that do not match its rows";

	pfree(check.scratch);
	pfree(check.used);
	pfree(history.strings);
	return reason;
}
