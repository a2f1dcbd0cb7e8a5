/* Histories hold the rows they were made of, in order, in one form. */
#include "samples.h"

#include "core/history/sorter.h"

static uint64 seed = 11;

static const int64 test_units[] = {1, 1000, 1000000, 60000000, INT64CONST(86400000000)};

static bool
same_key(EntityKind kind, const EntityKey *a, const EntityKey *b)
{
	return compare_keys(kind, a, b) == 0;
}

/* Whether the cursor gives just the rows whose label's class is not 0. */
static bool
gives(const History *history, const Sample *s, const SampleRow *rows, const uint8 *label_classes)
{
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	uint8	   *classes = palloc0(history->n_strings + 1);
	Dict		labels = {0};
	int			row = 0;
	bool		good = true;

	for (int i = 0; i < s->n_labels; i++)
		dict_intern(&labels, s->labels[i].bytes, s->labels[i].length);
	for (uint32 code = 0; code < history->n_strings && label_classes != NULL; code++)
		classes[code] = label_classes[dict_intern(&labels, history->strings[code].bytes,
												  history->strings[code].length)];

	cursor_open(cursor, history, label_classes == NULL ? NULL : classes);
	while (good && cursor_next(cursor))
	{
		good &= cursor->n > 0;
		for (int64 i = 0; good && i < cursor->n; i++, row++)
		{
			const SampleRow *r;

			while (row < s->n && label_classes != NULL && label_classes[rows[row].label] == 0)
				row++;
			if (row >= s->n)
				return false;
			r = &rows[row];
			good = same_key(s->kind, &cursor->key, &s->entities[r->entity]) && cursor->at[i] == r->at;
			if (label_classes != NULL)
				good &= cursor->code[i] == label_classes[r->label];
			else
			{
				const HistoryString *string = &history->strings[cursor->code[i]];

				good &= compare_plain(string->bytes, string->length,
									  s->labels[r->label].bytes, s->labels[r->label].length) == 0;
			}
		}
		/* an entity comes once, with all its rows */
		if (good && row < s->n && label_classes == NULL)
			good = !same_key(s->kind, &cursor->key, &s->entities[rows[row].entity]);
	}
	while (row < s->n && label_classes != NULL && label_classes[rows[row].label] == 0)
		row++;
	cursor_close(cursor);
	pfree(classes);
	pfree(cursor);
	return good && row == s->n;
}

/* Gives just the bytes asked for, in memory of their own, and spoils what the stretch had. */
typedef struct PartSource
{
	HistorySource source;
	const uint8 *history;
} PartSource;

static void
fetch_part(const HistorySource *source, HistoryStretch *stretch, Size from, Size to)
{
	if (stretch->memory != NULL && !stretch->lent)
	{
		memset(stretch->memory, 0xa5, stretch->room);
		pfree(stretch->memory);
	}
	*stretch = (HistoryStretch) {source, NULL, from, to, to - from, palloc(to - from), false, 0};
	stretch->bytes = memcpy(stretch->memory, ((const PartSource *) source)->history + from, to - from);
}

/* The same with nothing at hand but the front, and the blocks one at a time. */
static bool
gives_by_pieces(Bytes value, const Sample *s, const SampleRow *rows, const uint8 *label_classes)
{
	PartSource	source = {{fetch_part}, value.bytes};
	Bytes		front = {NULL, history_front(value.bytes, value.size)};
	History		history;
	bool		good;

	front.bytes = palloc(front.size);
	memcpy(front.bytes, value.bytes, front.size);
	good = history_open(&history, front.bytes, value.size) == NULL;
	history.source = &source.source;
	good = good && gives(&history, s, rows, label_classes);
	pfree(front.bytes);
	return good;
}

static bool
totals_are_right(const History *history, const Sample *s, const SampleRow *rows)
{
	uint64		entities = 0;
	int64		first = PG_INT64_MAX;
	int64		last = PG_INT64_MIN;

	for (int i = 0; i < s->n; i++)
	{
		entities += i == 0 || !same_key(s->kind, &s->entities[rows[i].entity],
										&s->entities[rows[i - 1].entity]);
		first = Min(first, rows[i].at);
		last = Max(last, rows[i].at);
	}
	return history->rows == (uint64) s->n && history->entities == entities &&
		(s->n == 0 || (history->first_at == first && history->last_at == last));
}

static void
report_missing(EntityKind kind, const EntityKey *key, int64 at, const HistoryString *string)
{
	(void) kind, (void) key, (void) at, (void) string;
	fprintf(stderr, "a row is not there that was added\n");
	abort();
}

/* A random split into parts, read as one; of which one may be there once more, and taken away. */
static void
open_split(History *history, const Sample *s, int n_parts)
{
	int		   *parts = palloc((s->n + 1) * sizeof(int));
	int			by = (int) below(&seed, 4), n_gone = (int) below(&seed, 2);
	int64		recent = s->n == 0 ? 0 : s->rows[below(&seed, s->n)].at;
	History    *histories = palloc((n_parts + 2) * sizeof(History));

	for (int i = 0; i < s->n; i++)
		parts[i] = by == 0 ? (int) below(&seed, n_parts) : by == 1 ? s->rows[i].entity % n_parts :
			by == 2 ? (s->rows[i].at < recent || n_parts == 1 ? 0 : 1 + (int) below(&seed, n_parts - 1)) :
			(int) (hash_entity(s->kind, &s->entities[s->rows[i].entity]) % (uint64) n_parts);
	for (int part = 0; part < n_parts; part++)
	{
		Bytes		value = build_sample(s, parts, part, part % 2 * s->n);

		if (history_open(&histories[part], value.bytes, value.size) != NULL)
			abort();
		if (below(&seed, 2) == 0)
		{
			PartSource *source = palloc(sizeof(PartSource));

			*source = (PartSource) {{fetch_part}, value.bytes};
			histories[part].source = &source->source;
		}
	}
	for (int i = 0; i < 2 * n_gone; i++)
		histories[n_parts + i] = histories[n_parts / 2];
	pieces_open(history, histories, n_parts + 2 * n_gone, n_gone, report_missing);
	pfree(parts);
}

/* Whether a cursor that seeks comes, with all their rows, to the entities that it seeks. */
static bool
seeks(const History *whole, const History *history, const Sample *s, uint64 most)
{
	HistoryCursor *all = palloc(sizeof(HistoryCursor));
	HistoryCursor *some = palloc(sizeof(HistoryCursor));
	bool		good = true;
	bool		more = true;

	cursor_open(all, whole, NULL);
	cursor_open(some, history, NULL);
	while (good)
	{
		for (uint64 skip = below(&seed, most + 1) + 1; more && skip > 0; skip--)
			more = cursor_next(all);
		if (!more)
			break;
		cursor_seek(some, &all->key);
		do
		{
			good = cursor_next(some);
		} while (good && compare_keys(s->kind, &some->key, &all->key) < 0);
		good = good && same_key(s->kind, &some->key, &all->key) && some->n == all->n &&
			memcmp(some->at, all->at, all->n * sizeof(int64)) == 0 && memcmp(some->code, all->code, all->n * sizeof(uint32)) == 0;
	}
	cursor_close(all);
	cursor_close(some);
	pfree(all);
	pfree(some);
	return good;
}

/* So in one history, of which a block is at hand at a time, and in a split. */
static bool
all_seek(Bytes value, const Sample *s, int n_parts)
{
	PartSource	source = {{fetch_part}, value.bytes};
	History		whole;
	History		stored;
	History		split;
	uint64		most = below(&seed, 2) == 0 ? 3 : 1000;

	if (history_open(&whole, value.bytes, value.size) != NULL || history_open(&stored, value.bytes, value.size) != NULL)
		return false;
	stored.source = &source.source;
	open_split(&split, s, n_parts);
	return seeks(&whole, &whole, s, most) && seeks(&whole, &stored, s, most) && seeks(&whole, &split, s, most);
}

static Bytes
write_split(const Sample *s, int n_parts)
{
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	HistoryWriter *writer = palloc(sizeof(HistoryWriter));
	History		history;

	open_split(&history, s, n_parts);
	history_begin(writer, 4, "test", s->kind, 0, history.rows, history.strings, history.n_strings);
	cursor_open(cursor, &history, NULL);
	while (cursor_next(cursor))
		history_add(writer, &cursor->key, cursor->n, cursor->at, cursor->code);
	cursor_close(cursor);
	pfree(cursor);
	return finish_bytes(writer);
}

/*
 * Whether a split gives, of each entity, at each time as many rows of each class
 * as the whole does: with classes rows at one time have no order.
 */
static bool
split_gives(const History *whole, const Sample *s, int n_parts, const uint8 *classes, bool times_only)
{
	HistoryCursor *a = palloc(sizeof(HistoryCursor));
	HistoryCursor *b = palloc(sizeof(HistoryCursor));
	uint8	   *split_classes = NULL;
	History		split;
	bool		good = true;

	open_split(&split, s, n_parts);
	good &= split.rows == whole->rows && split.n_strings == whole->n_strings &&
		(split.rows == 0 || (split.first_at == whole->first_at && split.last_at == whole->last_at));
	if (classes != NULL)
		split_classes = memcpy(palloc(split.n_strings + 1), classes, whole->n_strings);
	if (times_only)
	{
		cursor_open_times(a, whole);
		cursor_open_times(b, &split);
	}
	else
	{
		cursor_open(a, whole, classes);
		cursor_open(b, &split, split_classes);
	}
	while (good && cursor_next(a))
	{
		good &= cursor_next(b) && same_key(s->kind, &a->key, &b->key) && a->n == b->n;
		if (good && classes != NULL)
		{
			sort_entity_rows(a->at, a->code, a->n);
			sort_entity_rows(b->at, b->code, b->n);
		}
		for (int64 i = 0; good && i < a->n; i++)
			good &= a->at[i] == b->at[i] && (times_only || a->code[i] == b->code[i]);
	}
	good &= !cursor_next(b);
	cursor_close(a);
	cursor_close(b);
	pfree(a);
	pfree(b);
	return good;
}

/* Whether a split gives the entities of the whole, each once with its rows, in any order: by a sum of what they have. */
static bool
split_gives_any_order(const History *whole, const Sample *s, int n_parts, const uint8 *classes)
{
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	uint64		sums[2] = {0, 0};
	uint64		entities[2] = {0, 0};
	History		split;

	open_split(&split, s, n_parts);
	for (int which = 0; which < 2; which++)
	{
		cursor_open(cursor, which == 0 ? whole : &split, classes);
		cursor_any_order(cursor);
		while (cursor_next(cursor))
		{
			uint64		sum = (uint64) cursor->n;

			if (classes != NULL)
				sort_entity_rows(cursor->at, cursor->code, cursor->n);
			for (int64 i = 0; i < cursor->n; i++)
				sum = (sum ^ (uint64) cursor->at[i] ^ (uint64) cursor->code[i] << 40) * UINT64CONST(0x9e3779b97f4a7c15);
			sum ^= (uint64) cursor->key.number;
			for (uint32 i = 0; i < cursor->key.length; i++)
				sum = (sum ^ cursor->key.bytes[i]) * UINT64CONST(0x100000001b3);
			sums[which] += sum * sum;
			entities[which]++;
		}
		cursor_close(cursor);
	}
	pfree(cursor);
	return sums[0] == sums[1] && entities[0] == entities[1];
}

static bool
survives(const Shape *shape)
{
	Sample		s = make_sample(&seed, shape);
	SampleRow  *rows = sorted_rows(&s);
	Bytes		value = build_sample(&s, NULL, 0, 0);
	const char *reason = history_check(value.bytes, value.size);
	uint8	   *classes = palloc(shape->labels + 1);
	History		history;
	bool		good;

	if (reason == NULL)
		reason = history_open(&history, value.bytes, value.size);
	if (reason != NULL)
	{
		printf("# history %s\n", reason);
		return false;
	}
	good = totals_are_right(&history, &s, rows) && gives(&history, &s, rows, NULL) &&
		gives_by_pieces(value, &s, rows, NULL) && same_bytes(copy_history(&history), value);

	/* whatever share of the rows the classes choose */
	for (int share = 0; share <= 10 && good; share += 5)
	{
		for (int i = 0; i < shape->labels; i++)
			classes[i] = (int) below(&seed, 10) < share ? 1 + (int) below(&seed, 255) : 0;
		good &= gives(&history, &s, rows, classes) && gives_by_pieces(value, &s, rows, classes);
	}

	good &= same_bytes(build_sample(&s, NULL, 0, 10 * s.n), value);
	good &= all_seek(value, &s, 2 + (int) below(&seed, 5));
	for (int i = 0; i < 3; i++)
	{
		static const int parts[] = {1, 3, 12};
		int			n_parts = parts[i] + (int) below(&seed, 3);

		for (uint32 code = 0; code < history.n_strings; code++)
			classes[code] = (uint8) (below(&seed, 3) == 0 ? below(&seed, 4) : 0);
		good &= same_bytes(write_split(&s, n_parts), value);
		good &= split_gives(&history, &s, n_parts, NULL, false);
		good &= split_gives(&history, &s, n_parts, NULL, true);
		good &= split_gives(&history, &s, n_parts, classes, false);
		good &= split_gives_any_order(&history, &s, n_parts, i == 1 ? NULL : classes);
	}
	if (!good)
		printf("# kind %d, %d rows, %d entities, %d labels, spread " UINT64_FORMAT ", skew %d\n",
			   (int) shape->kind, shape->rows, shape->entities, shape->labels, shape->spread, shape->skew);
	return good;
}

static bool
random_shapes_survive(EntityKind kind, int rounds)
{
	static const uint64 spreads[] = {0, 10, 3000, UINT64CONST(4000000000), UINT64CONST(5000000000), UINT64CONST(1) << 60};

	for (int round = 0; round < rounds; round++)
	{
		Shape		shape;

		shape.kind = kind;
		shape.rows = (int) below(&seed, round % 5 == 0 ? 9000 : round % 5 == 1 ? 3 : 1100);
		shape.entities = 1 + (int) below(&seed, round % 3 == 0 ? 5 : 2000);
		shape.labels = 1 + (int) below(&seed, round % 4 == 0 ? 500 : 6);
		shape.spread = spreads[below(&seed, lengthof(spreads))];
		shape.times = 1 + (int64) below(&seed, round % 2 == 0 ? 20 : 100000);
		shape.unit = test_units[below(&seed, lengthof(test_units))];
		shape.skew = round % 7 == 0 ? 95 : 0;
		if (!survives(&shape))
			return false;
	}
	return true;
}

static bool
cut_short_is_refused(void)
{
	Shape		shape = {ENTITY_TEXT, 3000, 700, 9, 0, 100, 1000, 0};
	Sample		s = make_sample(&seed, &shape);
	Bytes		value = build_sample(&s, NULL, 0, 0);

	for (Size cut = 0; cut < value.size; cut += 1 + cut / 200)
	{
		uint8	   *shorter = palloc(Max(cut, 1));

		memcpy(shorter, value.bytes, cut);
		if (history_check(shorter, cut) == NULL)
			return false;
		pfree(shorter);
	}
	return true;
}

/* 1,024 keys of 4 MB make 4 GB in one block; a 32-bit sum of lengths was 0. */
static bool
huge_keys_are_refused(void)
{
	HistoryWriter *writer = palloc(sizeof(HistoryWriter));
	HistoryString label = {(const uint8 *) "a", 1};
	EntityKey	key = {0};
	int64		at = 0;
	uint32		code = 0;
	Size		size;

	key.length = 4 * 1024 * 1024;
	key.bytes = memset(palloc(key.length), 'x', key.length);
	history_begin(writer, 0, "plgJ", ENTITY_TEXT, 0, BLOCK_ROWS, &label, 1);
	for (int i = 0; i < BLOCK_ROWS; i++)
		history_add(writer, &key, 1, &at, &code);
	return history_finish(writer, &size) == NULL;
}

int
main(void)
{
	Shape		one_entity = {ENTITY_BIGINT, 5000, 1, 3, 0, 400, 1, 0};
	Shape		one_text = {ENTITY_TEXT, 5000, 1, 3, 0, 400, 1, 0};
	Shape		one_row = {ENTITY_UUID, 1, 1, 1, 0, 1, 1, 0};
	Shape		nothing = {ENTITY_TEXT, 0, 1, 1, 0, 1, 1, 0};
	Shape		single_rows = {ENTITY_BIGINT, 20000, 20000, 2, 0, 1000000, 1, 0};
	Shape		dense = {ENTITY_BIGINT, 60000, 5000, 4, 5000, 1000000, 1000000, 0};
	Shape		many_labels = {ENTITY_BIGINT, 30000, 300, 20000, 300, 5000, 1, 0};
	Shape		ties = {ENTITY_TEXT, 4000, 3, 2, 0, 1, 1, 0};
	Shape		outlier = {ENTITY_BIGINT, 30000, 40, 2, UINT64CONST(4294967295), 5000, 1, 97};
	Shape		mixed = {ENTITY_UUID, 12000, 6, 40, 0, 5000, 60000000, 40};

	ok(random_shapes_survive(ENTITY_BIGINT, 10), "numbers: rows come back sorted, merged splits are the same bytes");
	ok(random_shapes_survive(ENTITY_UUID, 5), "uuids: the same");
	ok(random_shapes_survive(ENTITY_TEXT, 8), "texts: the same");
	ok(survives(&one_entity) && survives(&one_text), "one entity over many blocks");
	ok(survives(&one_row) && survives(&nothing), "one row, and none");
	ok(survives(&single_rows), "an entity a row, over all of bigint");
	ok(survives(&dense), "many partitions");
	ok(survives(&many_labels), "20,000 labels");
	ok(survives(&ties), "ties");
	ok(survives(&outlier), "numbers at both ends of 32 bits");
	ok(survives(&mixed), "large and small entities");
	ok(cut_short_is_refused(), "what is cut short is refused");
	ok(huge_keys_are_refused(), "keys beyond the largest value are refused");
	return tap_status();
}
