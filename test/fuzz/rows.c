/*
 * Rows of any numbers, times and codes come back from packed chunks as they went
 * in, and sorted ones are the same from a log in order of arrival, from one that
 * is dealt half-way, and from two that are joined.
 *
 * The input is where to deal, in two bytes, and the rows: each a byte that tells
 * how many bytes its entity, time and code take, and those, as differences from
 * the row before.
 */
#include "target.h"

#define HEAD 2
#define MAX_ROWS 2500
#define LABELS 40

/* What so many dealt rows take is one piece of memory, which can be given back. */
#define MAX_DEALT_ROWS 400

static LogRow rows[MAX_ROWS];
static int	n_rows;

static int64
take_difference(ByteReader *r, int width)
{
	static const int widths[] = {0, 1, 3, 8};
	uint64		number = 0;

	for (int i = 0; i < widths[width] && bytes_left(r) > 0; i++)
		number |= (uint64) *r->p++ << (8 * i);
	return unzigzag(number);
}

static void
take_rows(ByteReader *r)
{
	int64		entity = 0;
	int64		at = 0;

	for (n_rows = 0; n_rows < MAX_ROWS && bytes_left(r) > 0; n_rows++)
	{
		uint8		widths = *r->p++;

		entity = (int64) ((uint64) entity + (uint64) take_difference(r, widths & 3));
		at = (int64) ((uint64) at + (uint64) take_difference(r, widths >> 2 & 3) * (widths & 0x80 ? 1000000 : 1));
		set_row(&rows[n_rows], entity, at, (uint32) (widths >> 4 & 7) * 5 + (uint32) (at & 3));
	}
}

/* As many rows as are packed together, with codes of any size. */
static void
check_chunks(void)
{
	static uint8 bytes[CHUNK_BOUND(CHUNK_ROWS)];
	static LogRow wide[CHUNK_ROWS];
	static Chunk chunk;

	for (int first = 0; first < n_rows; first += CHUNK_ROWS)
	{
		int			n = Min(n_rows - first, CHUNK_ROWS);
		ChunkBounds bounds;
		uint8	   *end;

		for (int i = 0; i < n; i++)
		{
			wide[i] = rows[first + i];
			wide[i].code <<= rows[first].code % 27;
		}
		end = chunk_write(bytes, wide, n);
		must(end + sizeof(uint64) <= bytes + CHUNK_BOUND(n), "a chunk stays within its bound");
		must(chunk_read(bytes, &chunk) == end && chunk.n == n, "a chunk ends where it was ended");
		must(chunk_bounds(bytes, &bounds) == end, "and so without a look at its rows");
		must(chunk_first_at(bytes) == row_at(&wide[0]), "its first time is its first row's");
		for (int i = 0; i < n; i++)
			must(chunk.entity[i] == row_entity(&wide[i]) && chunk.at[i] == row_at(&wide[i]) &&
				 chunk.code[i] == wide[i].code, "rows survive");
		for (int i = 0; i < n; i++)
			must(chunk.entity[i] >= bounds.min_entity && chunk.entity[i] <= bounds.max_entity &&
				 chunk.at[i] >= bounds.min_at && chunk.at[i] <= bounds.max_at, "rows lie within their bounds");
	}
}

/* A log of rows from first on, dealt once it has so many, or never. */
static RowLog
log_rows(int first, int end, int deal_at)
{
	RowLog		log = {0};

	for (int i = first; i < end; i++)
	{
		if (i - first == deal_at && i > first)
			rowlog_deal(&log);
		sample_row(&log, row_entity(&rows[i]), row_at(&rows[i]), rows[i].code);
	}
	return log;
}

/* Joins the rows of a dealt log to another, as the leader of a parallel plan does. */
static void
join(RowLog *to, const RowLog *from)
{
	const Dealt *dealt = from->dealt;
	uint64		min_key = PG_UINT64_MAX;
	uint64		max_key = 0;

	for (uint64 i = 0; i < DEALT_PARTITIONS; i++)
	{
		if (dealt->packed[i].rows > 0)
		{
			min_key = Min(min_key, (dealt->first + i) << dealt->shift);
			max_key = ((dealt->first + i) << dealt->shift) + ((UINT64CONST(1) << dealt->shift) - 1);
		}
	}
	dealt_widen(to->dealt, min_key, max_key, dealt->shift);
	for (uint64 i = 0; i < DEALT_PARTITIONS; i++)
	{
		if (dealt->packed[i].rows > 0)
			dealt_append(to->dealt, (dealt->first + i) << dealt->shift, &dealt->packed[i]);
	}
	for (uint32 code = 0; code < LABELS; code++)
		if (dealt_has_code(dealt, code))
			dealt_mark_code(to->dealt, code);
}

/* Gives back what goes with its context in the server. */
static void
free_sorter(RowSorter *sorter)
{
	sorter_end(sorter);
	if (sorter->is_far)
		pfree(sorter->far_keys);
	if (sorter->codes.sorted_ids != NULL)
		pfree(sorter->codes.sorted_ids);
	free_huge_pages(sorter->codes.places);
	free_huge_pages(sorter->codes.ranks);
	pfree(sorter->chunks);
	pfree(sorter->open);
	pfree(sorter->reader);
}

static Bytes
history_of(const RowLog *log, const Dict *labels)
{
	HistoryWriter *writer = palloc(sizeof(HistoryWriter));
	HistoryString *strings;
	RowSorter	sorter;

	sorter_begin(&sorter, log, NULL, labels);
	strings = ranked_strings(&sorter.codes, labels);
	history_begin(writer, 4, "test", ENTITY_BIGINT, 0, rowlog_rows(log), strings, sorter.codes.n);
	while (sorter_next(&sorter))
		history_add(writer, &sorter.key, sorter.n, sorter.at, sorter.code);
	pfree(strings);
	free_sorter(&sorter);
	return finish_bytes(writer);
}

static int
compare_log_rows(const void *x, const void *y)
{
	const LogRow *a = x;
	const LogRow *b = y;

	if (row_entity(a) != row_entity(b))
		return row_entity(a) < row_entity(b) ? -1 : 1;
	if (row_at(a) != row_at(b))
		return row_at(a) < row_at(b) ? -1 : 1;
	return a->code < b->code ? -1 : a->code > b->code;
}

/* Against the rows in order by qsort; labels sort as their numbers do. */
static void
check_order(Bytes bytes)
{
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	History		history;
	int			row = 0;

	qsort(rows, n_rows, sizeof(LogRow), compare_log_rows);
	must(history_check(bytes.bytes, bytes.size) == NULL && history_open(&history, bytes.bytes, bytes.size) == NULL,
		 "what is written is valid");
	cursor_open(cursor, &history, NULL);
	while (cursor_next(cursor))
		for (int64 i = 0; i < cursor->n; i++, row++)
			must(row < n_rows && row_entity(&rows[row]) == cursor->key.number && row_at(&rows[row]) == cursor->at[i] &&
				 history.strings[cursor->code[i]].bytes[0] == rows[row].code, "rows are in order");
	must(row == n_rows, "all rows are there");
	cursor_close(cursor);
	pfree(cursor);
	pfree(history.strings);
}

static bool
same_entities(HistoryCursor *a, HistoryCursor *b, bool times_only)
{
	return a->key.number == b->key.number && a->n == b->n && memcmp(a->at, b->at, a->n * sizeof(int64)) == 0 &&
		(times_only || memcmp(a->code, b->code, a->n * sizeof(uint32)) == 0);
}

/* A cursor finds the same in rows that are not packed: all of them, times, or those of a class. */
static void
check_unpacked(const RowLog *log, const Dict *labels, Bytes packed)
{
	static uint8 classes[LABELS];
	RowSorter	sorter;
	History		unpacked = {.kind = ENTITY_BIGINT, .rows = rowlog_rows(log), .sorter = &sorter};
	History		history;
	HistoryCursor *a = palloc(sizeof(HistoryCursor));
	HistoryCursor *b = palloc(sizeof(HistoryCursor));

	for (int i = 0; i < LABELS; i++)
		classes[i] = (uint8) (i % 3);
	must(history_open(&history, packed.bytes, packed.size) == NULL, "what is written is valid");
	sorter_begin(&sorter, log, NULL, labels);
	for (int way = 0; way < 3; way++)
	{
		bool		more = true;

		if (way == 1)
		{
			cursor_open_times(a, &unpacked);
			cursor_open_times(b, &history);
		}
		else
		{
			cursor_open(a, &unpacked, way == 0 ? NULL : classes);
			cursor_open(b, &history, way == 0 ? NULL : classes);
		}
		while (more)
		{
			more = cursor_next(a);
			must(cursor_next(b) == more, "as many entities, packed or not");
			must(!more || same_entities(a, b, way == 1), "the same rows, packed or not");
		}
		cursor_close(a);
		cursor_close(b);
	}
	free_sorter(&sorter);
	pfree(history.strings);
	pfree(a);
	pfree(b);
}

static void
must_make(RowLog *log, const Dict *labels, Bytes expected, const char *what)
{
	Bytes		bytes = history_of(log, labels);

	must(same_bytes(bytes, expected), what);
	pfree(bytes.bytes);
	check_unpacked(log, labels, expected);
	rowlog_free(log);
}

static void
check_dealt(int deal_at, const Dict *labels, Bytes expected)
{
	RowLog		log = log_rows(0, n_rows, deal_at);
	RowLog		other;

	must_make(&log, labels, expected, "dealt rows make the same bytes");
	log = log_rows(0, deal_at, deal_at / 2);
	other = log_rows(deal_at, n_rows, 1);
	if (log.dealt == NULL)
		rowlog_deal(&log);
	if (other.dealt == NULL)
		rowlog_deal(&other);
	dealt_pack_all(other.dealt);
	join(&log, &other);
	must_make(&log, labels, expected, "joined rows make the same bytes");
	rowlog_free(&other);
}

bool
try_bytes(const uint8 *bytes, Size size)
{
	static Dict labels;
	ByteReader	r = {bytes + HEAD, bytes + size};
	RowLog		plain;
	Bytes		expected;

	for (uint8 i = 0; labels.n < LABELS; i++)
		dict_intern(&labels, &i, 1);
	if (size < HEAD + 2)
		return false;
	take_rows(&r);
	check_chunks();

	plain = log_rows(0, n_rows, -1);
	expected = history_of(&plain, &labels);
	rowlog_free(&plain);
	/* its memory costs more than all else: not each time */
	if (n_rows > 1 && n_rows <= MAX_DEALT_ROWS && bytes[0] % 8 == 0)
		check_dealt(1 + (bytes[0] | bytes[1] << 8) % (n_rows - 1), &labels, expected);
	check_order(expected);
	pfree(expected.bytes);
	return true;
}

Bytes
valid_bytes(int n)
{
	static const int sizes[] = {5, 30, 200, 800, 4000};
	uint64		seed = n + 1;
	Bytes		result;

	if (n >= 20)
		return (Bytes) {NULL, 0};
	result.size = sizes[n % lengthof(sizes)];
	result.bytes = palloc(result.size);
	for (Size i = 0; i < result.size; i++)
		result.bytes[i] = (uint8) (next_random(&seed) >> (n % 4 * 2) & (n % 4 == 0 ? 0x35 : 0xff));
	return result;
}
