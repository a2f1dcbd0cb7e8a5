/* Opening histories; the layout is described in history.h. */
#include "core/history/history.h"

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
	for_many(i, history->n_strings)
	{
		uint64		length;

		if (!take_varint(&lengths, &length) || length > size)
			return "has a string of impossible length";
		history->strings[i].length = (uint32) length;
	}
	next = lengths.p;
	for_many(i, history->n_strings)
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
	memset(history, 0, sizeof(*history));
	history->kind = (EntityKind) bytes[8];
	history->flags = bytes[9];
	history->modulus = (uint16) (bytes[10] | bytes[11] << 8);
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
	if (bytes[8] > ENTITY_TEXT)
		return "has an unknown kind of entity";
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
	return NULL;
}

/* Where some blocks begin, and where they end, the slack included. */
const char *
blocks_place(const History *history, uint32 index, uint32 n, Size *start, Size *end)
{
	*start = index == 0 ? 0 : block_end(history, index - 1);
	*end = block_end(history, index + n - 1);
	if (*start > *end || *end > history->end - history->blocks)
		return "has a block out of place";
	*start += history->blocks;
	*end += history->blocks + COLUMN_SLACK;
	return NULL;
}

/* Some bytes, which stay as long as the stretch is used for nothing else. */
const uint8 *
history_bytes(const History *history, HistoryStretch *stretch, Size start, Size end)
{
	if (history->source == NULL)
		return history->bytes + start;
	if (stretch->source != history->source || start < stretch->from || end > stretch->to)
		history->source->fetch(history->source, stretch, start, end);
	return stretch->bytes + (start - stretch->from);
}

void
stretch_end(HistoryStretch *stretch)
{
	if (stretch->memory != NULL && !stretch->lent)
		pfree(stretch->memory);
}

/* The stretch is of no use where all bytes are at hand. */
const char *
block_open(HistoryBlock *block, const History *history, uint32 index, HistoryStretch *stretch)
{
	Size		start;
	Size		end;
	const char *reason = blocks_place(history, index, 1, &start, &end);

	return reason != NULL ? reason :
		block_open_at(block, history, index, history_bytes(history, stretch, start, end), end - start);
}

/* The same of a block whose bytes are at hand. */
const char *
block_open_at(HistoryBlock *block, const History *history, uint32 index, const uint8 *at, Size size)
{
	ByteReader	bytes = {at, at + size};
	uint64		n_runs;

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

/* The lengths of a block's runs. */
const char *
block_counts(const HistoryBlock *block, int64 *counts)
{
	uint64		impossible = 0;
	uint64		total = 0;

	column_unpack(&block->counts, block->n_runs, counts);
	for (int i = 0; i < block->n_runs; i++)
	{
		impossible |= (uint64) counts[i] - 1 >= (uint64) block->n;
		total += (uint64) counts[i];
	}
	if (impossible)
		return "has a run of impossible length";
	return total == (uint64) block->n ? NULL : "has runs that do not fill their block";
}

/* The runs of a block: their entities and lengths. */
const char *
block_runs(const HistoryBlock *block, const History *history, EntityKey *keys, int64 *counts)
{
	const uint8 *bytes = block->key_bytes;

	for (int i = 0; i < block->n_runs; i++)
	{
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
	return block_counts(block, counts);
}
