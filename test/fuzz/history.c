/*
 * Bytes that history_check accepts can be read in every way, and the writer
 * makes the same bytes of what was read; added up and taken away from each other
 * they have the rows that they should.
 */
#include "core/history/net.h"
#include "target.h"

static void
read_with_classes(const History *history)
{
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	uint8	   *classes = palloc(history->n_strings + 1);
	uint64		rows = 0;

	for (uint32 i = 0; i < history->n_strings; i++)
		classes[i] = (uint8) (i % 3);
	cursor_open(cursor, history, classes);
	while (cursor_next(cursor))
	{
		rows += cursor->n;
		for (int64 i = 0; i < cursor->n; i++)
			must(cursor->code[i] == 1 || cursor->code[i] == 2, "classes are those asked for");
	}
	must(rows <= history->rows, "classes choose among the rows");
	cursor_close(cursor);
	pfree(classes);
	pfree(cursor);
}

/* Together with itself every row comes twice. */
static void
merge_with_itself(const History *history)
{
	History		both[2] = {*history, *history};
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	History		twice;
	uint64		rows = 0;

	pieces_open(&twice, both, 2, 0, NULL);
	must(twice.n_strings == history->n_strings, "the union of equal dictionaries is the same");
	cursor_open(cursor, &twice, NULL);
	while (cursor_next(cursor))
	{
		for (int64 i = 0; i < cursor->n; i += 2)
			must(cursor->at[i] == cursor->at[i + 1] && cursor->code[i] == cursor->code[i + 1] &&
				 (i == 0 || cursor->at[i - 1] <= cursor->at[i]), "every row comes twice");
		rows += cursor->n;
	}
	cursor_close(cursor);
	pfree(cursor);
	must(rows == 2 * history->rows, "no row is lost");
}

static void
row_is_missed(EntityKind kind, const EntityKey *key, int64 at, const HistoryString *string)
{
	(void) kind, (void) key, (void) at, (void) string;
	must(false, "no row is missed that is there");
}

/* Once less itself nothing is left; twice less once it is what it was. */
static void
take_away(const History *history)
{
	History		three[3] = {*history, *history, *history};
	HistoryCursor *left = palloc(sizeof(HistoryCursor));
	HistoryCursor *whole = palloc(sizeof(HistoryCursor));
	History		net;

	net_open(&net, three, 2, 1, row_is_missed);
	must(net.rows == 0 && net.n_strings == 0, "less itself it has no row");
	cursor_open(left, &net, NULL);
	must(!cursor_next(left), "and none is read");
	cursor_close(left);

	net_open(&net, three, 3, 1, row_is_missed);
	must(net.rows == history->rows && net.n_strings == history->n_strings, "twice less once it has as many rows");
	must(net.rows == 0 || (net.first_at == history->first_at && net.last_at == history->last_at), "of the same times");
	cursor_open(left, &net, NULL);
	cursor_open(whole, history, NULL);
	while (cursor_next(whole))
	{
		must(cursor_next(left) && left->n == whole->n, "each entity has its rows");
		must(memcmp(left->at, whole->at, whole->n * sizeof(int64)) == 0, "at the same times");
		for (int64 i = 0; i < whole->n; i++)
			must(left->code[i] == whole->code[i], "with the same codes");
	}
	must(!cursor_next(left), "and no more");
	cursor_close(whole);
	cursor_close(left);
	pfree(whole);
	pfree(left);
}

bool
try_bytes(const uint8 *bytes, Size size)
{
	static uint64 accepted;
	History		history;
	Bytes		copy;

	/* the head is the caller's to check */
	if (history_check(bytes, size) != NULL || memcmp(bytes, "test\1\0\0\0", 8) != 0)
		return false;
	must(history_open(&history, bytes, size) == NULL, "what is accepted opens");
	copy = copy_history(&history);
	must(same_bytes(copy, (Bytes) {(uint8 *) bytes, size}), "the writer makes the same bytes");
	read_with_classes(&history);
	if (accepted++ % 16 == 0)
		merge_with_itself(&history);
	if (accepted % 16 == 8)
		take_away(&history);
	pfree(copy.bytes);
	pfree(history.strings);
	return true;
}

Bytes
valid_bytes(int n)
{
	static const Shape shapes[] = {
		{ENTITY_BIGINT, 0, 1, 1, 5, 1, 1, 0},
		{ENTITY_TEXT, 1, 1, 1, 0, 1, 1, 0},
		{ENTITY_UUID, 5, 2, 2, 0, 3, 1000, 0},
		{ENTITY_BIGINT, 7, 3, 3, 0, 100, 1, 0},
		{ENTITY_BIGINT, 40, 12, 4, 200, 1000, 60000000, 0},
		{ENTITY_TEXT, 60, 9, 30, 0, 1000, 1000, 0},
		{ENTITY_TEXT, 1025, 40, 3, 0, 50, INT64CONST(86400000000), 0},
		{ENTITY_UUID, 1100, 3, 5, 0, 5000, 1, 90},
		{ENTITY_BIGINT, 2100, 600, 6, 9000, 100000, 1000000, 50},
	};
	uint64		seed = n + 1;
	Sample		sample;

	if (n >= (int) lengthof(shapes))
		return (Bytes) {NULL, 0};
	sample = make_sample(&seed, &shapes[n]);
	return build_sample(&sample, NULL, 0, 0);
}
