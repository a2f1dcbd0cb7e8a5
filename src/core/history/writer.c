/* Writing histories; the layout is described in history.h. */
#include "core/history/writer.h"

/* The most bytes that a block can take. */
Size
block_bound(int n_runs, uint64 key_bytes, int n)
{
	return MAX_VARINT + (Size) key_bytes + 2 * COLUMN_BOUND(n_runs) + 2 * COLUMN_BOUND(n);
}

/* Writes one block and returns its end. */
uint8 *
write_block(uint8 *out, EntityKind kind, int n_runs, const EntityKey *keys,
			const int64 *counts, int n, const int64 *at, const TimeRange *times, const int64 *code)
{
	int64		numbers[BLOCK_ROWS];

	Assert(n_runs > 0);
	numbers[0] = 0;				/* keeps compilers from worrying */
	out = put_varint(out, n_runs);
	if (kind != ENTITY_UUID)
	{
		for (int i = 0; i < n_runs; i++)
			numbers[i] = kind == ENTITY_BIGINT ? keys[i].number : keys[i].length;
		out = column_write(out, numbers, n_runs);
	}
	if (kind != ENTITY_BIGINT)
	{
		for (int i = 0; i < n_runs; i++)
		{
			memcpy(out, keys[i].bytes, keys[i].length);
			out += keys[i].length;
		}
	}
	out = column_write(out, counts, n_runs);
	out = column_write_range(out, at, n, times->min, times->max, times->grain);
	return column_write(out, code, n);
}

/* Room for more bytes; false, once for all, beyond the largest size. */
static bool
make_room(HistoryWriter *writer, Size more)
{
	if (writer->too_large)
		return false;
	if (writer->size - writer->used >= more)
		return true;
	if (writer->used - writer->reserve > MAX_VALUE_SIZE)
	{
		writer->too_large = true;
		return false;
	}
	writer->size = Max(writer->size + writer->size / 2, writer->used + more);
	writer->out = in_huge_pages(repalloc_huge(writer->out, writer->size), writer->size);
	return true;
}

static void
store_strings(HistoryWriter *writer, const HistoryString *strings, uint32 n_strings)
{
	Size		start = writer->used;

	for_many(i, n_strings)
	{
		if (!make_room(writer, MAX_VARINT))
			return;
		writer->used = put_varint(writer->out + writer->used, strings[i].length) - writer->out;
	}
	for_many(i, n_strings)
	{
		if (!make_room(writer, strings[i].length))
			return;
		memcpy(writer->out + writer->used, strings[i].bytes, strings[i].length);
		writer->used += strings[i].length;
	}
	if (writer->used - start > MAX_VALUE_SIZE)
		writer->too_large = true;
	else
		store_uint32(writer->out + writer->reserve + 48, (uint32) (writer->used - start));
}

/* The strings of a dictionary that are in use, in order of rank, as a writer takes them. */
HistoryString *
ranked_strings(const Ranking *ranking, const Dict *dict)
{
	HistoryString *strings = palloc_huge(Max(ranking->n, 1) * sizeof(HistoryString));

	for_many(rank, ranking->n)
	{
		const DictString *string = ranked_string(ranking, dict, (uint32) rank);

		strings[rank].bytes = string->bytes;
		strings[rank].length = string->length;
	}
	return strings;
}

/*
 * Begins a history of just so many rows.  The output leaves reserve bytes free
 * at its start for the caller.
 */
void
history_begin(HistoryWriter *writer, Size reserve, const char magic[4], EntityKind kind,
			 uint8 flags, uint64 rows, const HistoryString *strings, uint32 n_strings)
{
	uint64		n_blocks = (rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
	Size		guess = reserve + HISTORY_HEAD + COLUMN_SLACK + 256 + rows * 7;
	uint8	   *head;

	memset(writer, 0, offsetof(HistoryWriter, keys));
	writer->reserve = reserve;
	writer->used = reserve + HISTORY_HEAD;
	writer->size = Min(guess, MAX_VALUE_SIZE);
	writer->out = palloc_huge(writer->size);
	writer->kind = kind;
	writer->rows = rows;

	head = writer->out + reserve;
	memset(head, 0, HISTORY_HEAD);
	memcpy(head, magic, 4);
	head[4] = HISTORY_VERSION;
	head[8] = (uint8) kind;
	head[9] = flags;
	store_uint32(head + 12, n_strings);
	store_uint64(head + 16, rows);

	store_strings(writer, strings, n_strings);
	writer->directory = writer->used;
	if (n_blocks > MAX_VALUE_SIZE / DIRECTORY_ENTRY)
		writer->too_large = true;
	else if (make_room(writer, n_blocks * DIRECTORY_ENTRY))
		writer->used += n_blocks * DIRECTORY_ENTRY;
	writer->blocks = writer->used;
}

/* The last key's bytes are copied, for they may not stay where they are. */
static void
copy_key(HistoryWriter *writer)
{
	const EntityKey *key = &writer->keys[writer->n_runs - 1];

	if (writer->key_room == NULL || writer->key_bytes > writer->key_room_size)
	{
		writer->key_room_size = Max(Max(writer->key_bytes, 2 * writer->key_room_size), UUID_BYTES);
		writer->key_room = resize_huge(writer->key_room, writer->key_room_size);
	}
	memcpy(writer->key_room + (writer->key_bytes - key->length), key->bytes, key->length);
}

static void
point_to_keys(HistoryWriter *writer)
{
	const uint8 *bytes = writer->key_room;

	for (int i = 0; i < writer->n_runs; i++)
	{
		writer->keys[i].bytes = bytes;
		bytes += writer->keys[i].length;
	}
}

static void
flush_block(HistoryWriter *writer)
{
	TimeRange	times;
	uint8	   *entry;

	CHECK_FOR_INTERRUPTS();
	if (writer->kind != ENTITY_BIGINT)
		point_to_keys(writer);
	if (make_room(writer, block_bound(writer->n_runs, writer->key_bytes, writer->n)))
	{
		times.grain = writer->grain;
		column_range(writer->at, writer->n, &times.min, &times.max);
		writer->first_at = writer->n_blocks == 0 ? times.min : Min(writer->first_at, times.min);
		writer->last_at = writer->n_blocks == 0 ? times.max : Max(writer->last_at, times.max);

		writer->used = write_block(writer->out + writer->used, writer->kind, writer->n_runs,
								   writer->keys, writer->counts, writer->n,
								   writer->at, &times, writer->code) - writer->out;
		entry = writer->out + writer->directory + (Size) writer->n_blocks * DIRECTORY_ENTRY;
		store_uint32(entry, (uint32) (writer->used - writer->blocks));
		store_uint64(entry + 4, (uint64) times.min);
		store_uint64(entry + 12, (uint64) times.max);
	}
	writer->n_blocks++;
	writer->n = 0;
	writer->n_runs = 0;
	writer->key_bytes = 0;
}

/* Begins an entity of that many rows. */
static void
begin_entity(HistoryWriter *writer, const EntityKey *key, int64 n)
{
	writer->entities++;
	modulus_add(&writer->modulus, writer->kind, key);
	writer->written += n;
	Assert(n > 0 && writer->written <= writer->rows);
}

/*
 * Begins a run of up to n rows, whose times a grain divides; returns how many the
 * block takes, for the caller to put there.
 */
static inline int
begin_run(HistoryWriter *writer, const EntityKey *key, int64 n, int grain)
{
	int			take = (int) Min(n, BLOCK_ROWS - writer->n);

	writer->grain = writer->n_runs == 0 ? grain : Min(writer->grain, grain);
	writer->keys[writer->n_runs] = *key;
	writer->counts[writer->n_runs++] = take;
	writer->key_bytes += key->length;
	if (writer->used + writer->key_bytes > MAX_VALUE_SIZE + writer->reserve)
		writer->too_large = true;
	if (writer->kind != ENTITY_BIGINT && !writer->too_large)
		copy_key(writer);
	return take;
}

static inline void
end_run(HistoryWriter *writer, int n)
{
	writer->n += n;
	if (writer->n == BLOCK_ROWS)
		flush_block(writer);
}

/* Puts rows into the run at hand. */
static inline void
fill_run(HistoryWriter *writer, int n, const int64 *at, const uint32 *code)
{
	memcpy(writer->at + writer->n, at, n * sizeof(int64));
	for (int i = 0; i < n; i++)
		writer->code[writer->n + i] = code[i];
	end_run(writer, n);
}

static void
add_runs(HistoryWriter *writer, const EntityKey *key, int64 n, const int64 *at, const uint32 *code)
{
	for (int64 done = 0; done < n;)
	{
		int			take = begin_run(writer, key, n - done, 0);

		fill_run(writer, take, at + done, code + done);
		done += take;
	}
}

/* Adds the rows of the next entity. */
void
history_add(HistoryWriter *writer, const EntityKey *key, int64 n,
		   const int64 *at, const uint32 *code)
{
	begin_entity(writer, key, n);
	add_runs(writer, key, n, at, code);
}

/* Adds further rows of the entity that was added last. */
void
history_add_more(HistoryWriter *writer, const EntityKey *key, int64 n,
				 const int64 *at, const uint32 *code)
{
	int			take = 0;

	writer->written += n;
	Assert(n > 0 && writer->written <= writer->rows);
	if (writer->n_runs > 0)
	{
		take = (int) Min(n, BLOCK_ROWS - writer->n);
		writer->counts[writer->n_runs - 1] += take;
		fill_run(writer, take, at, code);
	}
	add_runs(writer, key, n - take, at + take, code + take);
}

/* Adds all that a sorter has. */
void
history_add_sorted(HistoryWriter *writer, RowSorter *sorter)
{
	while (sorter_next_entity(sorter))
	{
		begin_entity(writer, &sorter->key, sorter->n);
		for (int64 done = 0; done < sorter->n;)
		{
			int			take = begin_run(writer, &sorter->key, sorter->n - done, sorter->grain);

			sorter_read(sorter, done, take, writer->at + writer->n, writer->code + writer->n);
			end_run(writer, take);
			done += take;
		}
	}
}

/*
 * Ends the history and returns the output, or NULL if it would be too large.
 * The size does not count the reserved bytes.
 */
uint8 *
history_finish(HistoryWriter *writer, Size *size)
{
	uint16		modulus = modulus_of(&writer->modulus, writer->entities);
	uint8	   *head;

	if (writer->n > 0)
		flush_block(writer);
	if (!make_room(writer, COLUMN_SLACK) ||
		writer->used + COLUMN_SLACK > MAX_VALUE_SIZE)
	{
		pfree(writer->out);
		return NULL;
	}
	Assert(writer->written == writer->rows);
	if (writer->key_room != NULL)
		pfree(writer->key_room);
	memset(writer->out + writer->used, 0, COLUMN_SLACK);
	*size = writer->used + COLUMN_SLACK - writer->reserve;

	head = writer->out + writer->reserve;
	head[10] = (uint8) modulus;
	head[11] = (uint8) (modulus >> 8);
	store_uint64(head + 24, writer->entities);
	store_uint64(head + 32, (uint64) writer->first_at);
	store_uint64(head + 40, (uint64) writer->last_at);
	store_uint32(head + 52, writer->extra);
	return writer->out;
}
