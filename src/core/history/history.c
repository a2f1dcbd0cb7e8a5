/* Opening and checking histories; the layout is described in history.h. */
#include "core/history/history.h"

int
compare_entities(EntityKind kind, const EntityKey *a, const EntityKey *b)
{
	if (kind == ENTITY_BIGINT)
		return a->number < b->number ? -1 : a->number > b->number;
	return compare_bytes(a->bytes, a->length, b->bytes, b->length);
}

static bool
all_zero(const uint8 *bytes, int n)
{
	for (int i = 0; i < n; i++)
	{
		if (bytes[i] != 0)
			return false;
	}
	return true;
}

/* Reads the dictionary, which is size bytes long. */
static const char *
open_strings(History *history, const uint8 *bytes, Size size)
{
	ByteReader	lengths = {bytes, bytes + size};
	const uint8 *next;

	/* a length is at least one byte */
	if (history->n_strings > size || history->n_strings > DICT_MAX)
		return "has more strings than bytes for them";
	history->strings = palloc_huge(Max(history->n_strings, 1) * sizeof(HistoryString));
	for (uint32 i = 0; i < history->n_strings; i++)
	{
		uint64		length;

		if (!take_varint(&lengths, &length) || length > size)
			return "has a string of impossible length";
		history->strings[i].length = (uint32) length;
	}
	next = lengths.p;
	for (uint32 i = 0; i < history->n_strings; i++)
	{
		history->strings[i].bytes = next;
		if (history->strings[i].length > (Size) (lengths.end - next))
			return "has strings that run past the dictionary";
		next += history->strings[i].length;
	}
	return next == lengths.end ? NULL : "has a dictionary of the wrong size";
}

/* Reads the first HISTORY_HEAD bytes, which are there. */
void
history_read_head(History *history, const uint8 *bytes)
{
	history->kind = (EntityKind) bytes[8];
	history->flags = bytes[9];
	history->n_strings = load_uint32(bytes + 12);
	history->rows = load_uint64(bytes + 16);
	history->entities = load_uint64(bytes + 24);
	history->first_at = (int64) load_uint64(bytes + 32);
	history->last_at = (int64) load_uint64(bytes + 40);
	history->strings_size = load_uint32(bytes + 48);
	history->extra = load_uint32(bytes + 52);
}

/*
 * How many of the size bytes history_open needs at hand, by the first
 * HISTORY_HEAD of them: all in front of the blocks.
 */
Size
history_front(const uint8 *head, Size size)
{
	History		history;
	uint64		directory;

	history_read_head(&history, head);
	directory = (history.rows / BLOCK_ROWS + 1) * DIRECTORY_ENTRY;
	return (Size) Min(HISTORY_HEAD + history.strings_size + directory, size);
}

/*
 * Opens a history of which the magic and the version are known to be right.
 * Only what reading needs is checked here; history_check does the rest.
 */
const char *
history_open(History *history, const uint8 *bytes, Size size)
{
	Size		left;
	const char *reason;

	if (size < HISTORY_HEAD + COLUMN_SLACK)
		return "is too short";
	if (size > MAX_VALUE_SIZE)
		return "is too long";
	if (bytes[8] > ENTITY_TEXT || !all_zero(bytes + 10, 2))
		return "has an unknown kind of entity or a reserved bit set";
	history_read_head(history, bytes);

	left = size - HISTORY_HEAD - COLUMN_SLACK;
	if (history->strings_size > left)
		return "ends in its dictionary";
	reason = open_strings(history, bytes + HISTORY_HEAD, history->strings_size);
	if (reason != NULL)
		return reason;
	left -= history->strings_size;
	if (history->flags & HISTORY_TITLED)
	{
		if (history->n_strings == 0)
			return "has no title";
		history->n_strings--;
	}

	if (history->rows > left / DIRECTORY_ENTRY * BLOCK_ROWS)
		return "ends in its directory";
	history->n_blocks = (uint32) ((history->rows + BLOCK_ROWS - 1) / BLOCK_ROWS);
	history->bytes = bytes;
	history->directory = bytes + HISTORY_HEAD + history->strings_size;
	history->blocks = HISTORY_HEAD + history->strings_size + (Size) history->n_blocks * DIRECTORY_ENTRY;
	history->end = size - COLUMN_SLACK;
	history->source = NULL;
	history->sorter = NULL;
	return NULL;
}

static uint32
block_end(const History *history, uint32 index)
{
	return load_uint32(history->directory + (Size) index * DIRECTORY_ENTRY);
}

const char *
block_open(Block *block, const History *history, uint32 index)
{
	Size		start = index == 0 ? 0 : block_end(history, index - 1);
	Size		end = block_end(history, index);
	ByteReader	bytes;
	uint64		n_runs;

	if (start > end || end > history->end - history->blocks)
		return "has a block out of place";
	start += history->blocks;
	end += history->blocks + COLUMN_SLACK;
	bytes.p = history->source == NULL ? history->bytes + start : history->source->bytes(history->source, start, end);
	bytes.end = bytes.p + (end - start);

	block->n = (int) Min(history->rows - (uint64) index * BLOCK_ROWS, BLOCK_ROWS);
	if (!take_varint(&bytes, &n_runs) || n_runs < 1 || n_runs > (uint64) block->n)
		return "has a block with an impossible number of entities";
	block->n_runs = (int) n_runs;

	block->key_bytes = NULL;
	if (history->kind == ENTITY_UUID)
		block->key_bytes = take_bytes(&bytes, (Size) n_runs * UUID_BYTES);
	else if (column_open(&block->numbers, &bytes, block->n_runs))
	{
		block->key_bytes = bytes.p;
		if (history->kind == ENTITY_TEXT)
		{
			uint64		total = 0;

			for (int i = 0; i < block->n_runs; i++)
			{
				uint64		length = (uint64) column_get(&block->numbers, i);

				if (length > bytes_left(&bytes))
					return "has an entity of impossible length";
				total += length;
			}
			block->key_bytes = take_bytes(&bytes, total);
		}
	}
	if (block->key_bytes == NULL ||
		!column_open(&block->counts, &bytes, block->n_runs) ||
		!column_open(&block->at, &bytes, block->n) ||
		!column_open(&block->code, &bytes, block->n) ||
		bytes_left(&bytes) != COLUMN_SLACK)
		return "has a block that is not well formed";
	return NULL;
}

/* The runs of a block: their entities and lengths. */
const char *
block_runs(const Block *block, const History *history, EntityKey *keys, int64 *counts)
{
	const uint8 *bytes = block->key_bytes;
	int64		total = 0;

	column_unpack(&block->counts, block->n_runs, counts);
	for (int i = 0; i < block->n_runs; i++)
	{
		if (counts[i] < 1 || counts[i] > block->n)
			return "has a run of impossible length";
		total += counts[i];

		keys[i].number = 0;
		keys[i].bytes = bytes;
		keys[i].length = 0;
		if (history->kind == ENTITY_BIGINT)
			keys[i].number = column_get(&block->numbers, i);
		else
		{
			keys[i].length = history->kind == ENTITY_UUID ? UUID_BYTES :
				(uint32) column_get(&block->numbers, i);
			bytes += keys[i].length;
		}
	}
	return total == block->n ? NULL : "has runs that do not fill their block";
}

/* What is checked across blocks. */
typedef struct Check
{
	const History *history;
	uint8	   *used;			/* by code */
	uint8	   *scratch;
	Size		scratch_size;
	uint64		entities;
	EntityKey	key;			/* of the last row, if entities > 0 */
	int64		at;
	int64		code;
	int64		first_at;
	int64		last_at;
} Check;

static const char *
check_order(Check *check, const Block *block, const EntityKey *keys, const int64 *counts,
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
	Block		block;
	EntityKey	keys[BLOCK_ROWS];
	int64		counts[BLOCK_ROWS];
	int64		at[BLOCK_ROWS];
	int64		code[BLOCK_ROWS];
	uint64		key_bytes = 0;
	TimeRange	times = {0, 0, 0};
	Size		bound;
	const char *reason = block_open(&block, history, index);

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

	for (uint32 i = 0; i < n; i++)
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
	for (uint32 i = 0; i < history.n_strings && reason == NULL; i++)
	{
		if (!check.used[i])
			reason = "has a string that no row uses";
	}
	if (reason == NULL && (check.entities != history.entities ||
						   check.first_at != history.first_at ||
						   check.last_at != history.last_at))
		reason = "has totals that do not match its rows";

	pfree(check.scratch);
	pfree(check.used);
	pfree(history.strings);
	return reason;
}
