/*
 * Random histories for tests: rows of chosen shape, the history that the
 * kernel makes of them, and the same rows sorted in the plainest way.
 */
#ifndef PLG_SAMPLES_H
#define PLG_SAMPLES_H

#include "core/history/merge.h"
#include "core/history/writer.h"
#include "tap.h"

typedef struct SampleRow
{
	int			entity;			/* place in the sample's entities */
	int64		at;
	int			label;			/* place in the sample's labels */
} SampleRow;

typedef struct Sample
{
	EntityKind	kind;
	int			n_entities;
	EntityKey  *entities;
	int			n_labels;
	HistoryString *labels;
	int			n;
	SampleRow  *rows;
} Sample;

typedef struct Shape
{
	EntityKind	kind;
	int			rows;
	int			entities;
	int			labels;
	uint64		spread;			/* of numbers; 0: over all of int64 */
	int64		times;			/* different ones */
	int64		unit;			/* of time */
	int			skew;			/* percent of rows that belong to one entity */
} Shape;

/* The bytes of a value, in a buffer of just that size, for the sanitizer to watch. */
typedef struct Bytes
{
	uint8	   *bytes;
	Size		size;
} Bytes;

static inline uint64
below(uint64 *seed, uint64 n)
{
	return n == 0 ? 0 : next_random(seed) % n;
}

/* Strings of any bytes, all different; the first may be empty. */
static inline HistoryString
random_string(uint64 *seed, int number)
{
	static const uint8 odd[] = {0, 1, 0x7f, 0x80, 0xff, 'a', '|', '\\'};
	uint32		length = (uint32) below(seed, 4) * (uint32) below(seed, 12);
	uint8	   *bytes = palloc(length + 4);
	HistoryString string = {bytes, length};

	for (uint32 i = 0; i < length; i++)
		bytes[i] = odd[below(seed, lengthof(odd))];
	if (number > 0)
	{
		for (int i = 0; i < 4; i++)
			bytes[length + i] = (uint8) (number >> (8 * i));
		string.length += 4;
	}
	return string;
}

static inline EntityKey
random_entity(uint64 *seed, const Shape *shape, int number)
{
	EntityKey	key = {0};

	if (shape->kind == ENTITY_BIGINT)
	{
		static const int64 extremes[] = {PG_INT64_MIN, PG_INT64_MAX, 0, -1, 1};

		if (shape->spread > 0)
			key.number = (int64) below(seed, shape->spread) - (int64) (shape->spread / 3);
		else
			key.number = number < (int) lengthof(extremes) ? extremes[number] : (int64) next_random(seed);
	}
	else if (shape->kind == ENTITY_TEXT)
	{
		HistoryString string = random_string(seed, number);

		key.bytes = string.bytes;
		key.length = string.length;
	}
	else
	{
		uint8	   *bytes = palloc(UUID_BYTES);

		for (int i = 0; i < UUID_BYTES; i++)
			bytes[i] = (uint8) (next_random(seed) >> 32);
		if (number % 3 == 0)
			memset(bytes, number % 2 ? 0xff : 0, UUID_BYTES - 4);
		key.bytes = bytes;
		key.length = UUID_BYTES;
	}
	return key;
}

static inline Sample
make_sample(uint64 *seed, const Shape *shape)
{
	Sample		s = {shape->kind, shape->entities, NULL, shape->labels, NULL, shape->rows, NULL};
	int64		origin = (int64) below(seed, UINT64CONST(1) << 50) - (INT64CONST(1) << 49);

	s.entities = palloc((s.n_entities + 1) * sizeof(EntityKey));
	s.labels = palloc((s.n_labels + 1) * sizeof(HistoryString));
	s.rows = palloc((s.n + 1) * sizeof(SampleRow));
	for (int i = 0; i < s.n_entities; i++)
		s.entities[i] = random_entity(seed, shape, i);
	for (int i = 0; i < s.n_labels; i++)
		s.labels[i] = random_string(seed, i);
	for (int i = 0; i < s.n; i++)
	{
		s.rows[i].entity = (int) below(seed, 100) < shape->skew ? 0 : (int) below(seed, s.n_entities);
		s.rows[i].at = (origin / shape->unit + (int64) below(seed, shape->times)) * shape->unit;
		s.rows[i].label = (int) below(seed, s.n_labels);
	}
	return s;
}

static const Sample *sorting;

static inline int
compare_plain(const uint8 *a, uint32 a_length, const uint8 *b, uint32 b_length)
{
	for (uint32 i = 0; i < a_length && i < b_length; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return a_length < b_length ? -1 : a_length > b_length;
}

static inline int
compare_keys(EntityKind kind, const EntityKey *a, const EntityKey *b)
{
	if (kind == ENTITY_BIGINT)
		return a->number < b->number ? -1 : a->number > b->number;
	return compare_plain(a->bytes, a->length, b->bytes, b->length);
}

static inline int
compare_samples(const void *x, const void *y)
{
	const SampleRow *a = x;
	const SampleRow *b = y;
	const HistoryString *p = &sorting->labels[a->label];
	const HistoryString *q = &sorting->labels[b->label];
	int			order = compare_keys(sorting->kind, &sorting->entities[a->entity],
									 &sorting->entities[b->entity]);

	if (order == 0)
		order = a->at < b->at ? -1 : a->at > b->at;
	return order != 0 ? order : compare_plain(p->bytes, p->length, q->bytes, q->length);
}

static inline SampleRow *
sorted_rows(const Sample *s)
{
	SampleRow  *rows = palloc((s->n + 1) * sizeof(SampleRow));

	memcpy(rows, s->rows, s->n * sizeof(SampleRow));
	sorting = s;
	qsort(rows, s->n, sizeof(SampleRow), compare_samples);
	return rows;
}

/* What the writer has made, in a buffer of its own. */
static inline Bytes
finish_bytes(HistoryWriter *writer)
{
	Bytes		result = {NULL, 0};
	uint8	   *out = history_finish(writer, &result.size);

	if (out != NULL)
	{
		result.bytes = palloc(Max(result.size, 1));
		memcpy(result.bytes, out + writer->reserve, result.size);
		pfree(out);
	}
	pfree(writer);
	return result;
}

static inline void
sample_row(RowLog *log, int64 entity, int64 at, uint32 code)
{
	if (log->dealt != NULL)
	{
		while (!dealt_put(log->dealt, entity, at, code))
			dealt_make_room(log->dealt, entity, at, code);
		return;
	}
	if (rowlog_full(log))
		rowlog_make_room(log);
	rowlog_put(log, entity, at, code);
}

/*
 * The history of the rows whose part is as given, part[i] being the part of
 * row i; all rows if it is NULL.  The dictionaries, as other groups may share
 * them, hold strings more that no row uses.
 */
static inline Bytes
build_sample(const Sample *s, const int *parts, int part, int others)
{
	RowLog		log = {0};
	Dict		entities = {0};
	Dict		labels = {0};
	RowSorter	sorter;
	HistoryWriter *writer = palloc(sizeof(HistoryWriter));
	uint64		seed = 99;

	for (int i = 0; i < others; i++)
	{
		uint64		noise[2] = {next_random(&seed), next_random(&seed)};

		dict_intern(&labels, (uint8 *) noise, sizeof(noise));
		dict_intern(&entities, (uint8 *) noise, sizeof(noise));
	}
	for (int i = 0; i < s->n; i++)
	{
		const SampleRow *row = &s->rows[i];
		const EntityKey *key = &s->entities[row->entity];

		if (parts != NULL && parts[i] != part)
			continue;
		/* large logs of numbers are dealt; here small ones too, if there are parts or others */
		if (s->kind == ENTITY_BIGINT && (parts != NULL || others > 0) && rowlog_rows(&log) == 3)
			rowlog_deal(&log);
		sample_row(&log, s->kind == ENTITY_BIGINT ? key->number :
				   (int64) dict_intern(&entities, key->bytes, key->length), row->at,
				   dict_intern(&labels, s->labels[row->label].bytes, s->labels[row->label].length));
	}
	if (rowlog_rows(&log) == 0)
	{
		history_begin(writer, 4, "test", s->kind, 0, 0, NULL, 0);
		return finish_bytes(writer);
	}
	sorter_begin(&sorter, &log, s->kind == ENTITY_BIGINT ? NULL : &entities, &labels);
	history_begin(writer, 4, "test", s->kind, 0, rowlog_rows(&log),
				  ranked_strings(&sorter.codes, &labels), sorter.codes.n);
	while (sorter_next(&sorter))
		history_add(writer, &sorter.key, sorter.n, sorter.at, sorter.code);
	sorter_end(&sorter);
	return finish_bytes(writer);
}

/* The rows of an opened history, written again. */
static inline Bytes
copy_history(const History *history)
{
	HistoryWriter *writer = palloc(sizeof(HistoryWriter));
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));

	history_begin(writer, 4, "test", history->kind, history->flags, history->rows,
				  history->strings, history->n_strings);
	writer->extra = history->extra;
	cursor_open(cursor, history, NULL);
	while (cursor_next(cursor))
		history_add(writer, &cursor->key, cursor->n, cursor->at, cursor->code);
	cursor_close(cursor);
	pfree(cursor);
	return finish_bytes(writer);
}

static inline bool
same_bytes(Bytes a, Bytes b)
{
	return a.bytes != NULL && a.size == b.size && memcmp(a.bytes, b.bytes, a.size) == 0;
}

#endif							/* PLG_SAMPLES_H */
