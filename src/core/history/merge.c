/*
 * Reading several histories as one.  Entities that only one history knows, the
 * usual case where they were split by entity or one is small, are unpacked some at
 * a time and passed on; rows from several are put together and sorted.
 *
 * Rows that are taken away are put together with the others of their entity, and
 * cancelled; entities of which none are taken away are passed on as ever.
 */
#include "core/history/merge.h"

#include "core/history/buckets.h"
#include "core/history/sorter.h"

/* An entity's rows from more histories than this are sorted, not merged. */
#define MERGED_SOURCES 8

/* So many rows are unpacked at a time, unless one entity has more. */
#define ROWS_READY BLOCK_ROWS

/* What is fetched beside a window's blocks: to the ends of chunks, and a header. */
#define LENT_MORE 4096

/* A filter for a history; NULL if none of its strings has a class. */
static BlockFilter *
filter_of(const HistoryMerge *merge, int which, const uint8 *classes)
{
	const History *history = &merge->pieces->histories[which];
	const uint32 *map = merge->pieces->code_maps[which];
	uint8	   *own = palloc_huge(Max(history->n_strings, 1));
	BlockFilter *filter;
	bool		any = false;

	for_many(code, history->n_strings)
	{
		uint32		mapped = map == NULL ? code : map[code];

		/* rows of strings that were trimmed cancel each other */
		own[code] = mapped < merge->history->n_strings ? classes[mapped] : 0;
		any |= own[code] != 0;
	}
	if (!any)
	{
		pfree(own);
		return NULL;
	}
	filter = palloc(sizeof(BlockFilter));
	filter_begin(filter, history, own);
	return filter;
}

/* The same, but one filter for all histories that have the strings of the union. */
static BlockFilter *
find_filter(HistoryMerge *merge, int which, const uint8 *classes)
{
	bool		has_all = merge->pieces->code_maps[which] == NULL &&
		merge->pieces->histories[which].n_strings == merge->history->n_strings;

	if (has_all && merge->common != NULL)
		return merge->common;
	merge->filters[which] = filter_of(merge, which, classes);
	if (has_all)
		merge->common = merge->filters[which];
	return merge->filters[which];
}

/* Many small stretches of memory lie in huge pages together. */
static void
lend_memory(HistoryMerge *merge)
{
	const HistoryPieces *pieces = merge->pieces;
	Size		size = window_size(pieces->n) + LENT_MORE;

	if (pieces->n <= FEW_HISTORIES)
		return;
	merge->lent = in_huge_pages(palloc_huge(pieces->n * size), pieces->n * size);
	for (int i = 0; i < pieces->n; i++)
	{
		HistoryStretch *own = &merge->windows[i].own;

		own->memory = (char *) merge->lent + i * size;
		own->room = size - sizeof(uint64);
		own->lent = true;
	}
}

void
merge_open(HistoryMerge *merge, HistoryCursor *cursor, const History *history, const uint8 *classes, bool times_only)
{
	const HistoryPieces *pieces = history->pieces;
	int			n = pieces->n;

	memset(merge, 0, sizeof(*merge));
	merge->cursor = cursor;
	merge->history = history;
	merge->pieces = pieces;
	merge->with_codes = classes == NULL && !times_only;
	merge->times_only = times_only;
	merge->windows = palloc_extended(n * sizeof(HistoryWindow), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	lend_memory(merge);
	merge->filters = palloc0(n * sizeof(BlockFilter *));
	for (int i = 0; i < n; i++)
	{
		BlockFilter *filter = classes == NULL ? NULL : find_filter(merge, i, classes);

		if (classes != NULL && filter == NULL)
			continue;
		window_open(&merge->windows[i], &pieces->histories[i], filter, times_only, window_size(n), n > FEW_HISTORIES ? &merge->passing : NULL);
	}
	rounds_begin(&merge->rounds, history->kind, merge->windows, n, pieces->n_gone);
}

/* Pieces that have no entity in common follow one another, and nothing has to be compared. */
void
merge_any_order(HistoryMerge *merge)
{
	const HistoryPieces *pieces = merge->pieces;

	merge->rounds.any_order = true;
	if (pieces->n_gone == 0 && are_apart(pieces->histories, pieces->n))
		merge->single = palloc0(sizeof(HistoryCursor));
}

void
merge_close(HistoryMerge *merge)
{
	if (merge->single != NULL)
	{
		single_close(merge->single);
		pfree(merge->single);
	}
	rounds_end(&merge->rounds);
	for (int i = 0; i < merge->pieces->n; i++)
	{
		window_close(&merge->windows[i]);
		if (merge->filters[i] != NULL)
		{
			pfree((void *) merge->filters[i]->classes);
			pfree(merge->filters[i]);
		}
	}
	stretch_end(&merge->passing);
	if (merge->lent != NULL)
		pfree(merge->lent);
	pfree(merge->windows);
	pfree(merge->filters);
	if (merge->all_at != NULL)
	{
		pfree(merge->all_at);
		pfree(merge->all_code);
	}
}

static void
make_room(HistoryMerge *merge, int64 n)
{
	if (n > MAX_ENTITY_ROWS)
		report_crowded_entity();
	if (n <= merge->capacity)
		return;
	merge->capacity = Max(n, 2 * merge->capacity);
	if (merge->all_at == NULL)
	{
		merge->all_at = palloc_huge(merge->capacity * sizeof(int64));
		merge->all_code = palloc_huge(merge->capacity * sizeof(uint32));
	}
	else
	{
		merge->all_at = repalloc_huge(merge->all_at, merge->capacity * sizeof(int64));
		merge->all_code = repalloc_huge(merge->all_code, merge->capacity * sizeof(uint32));
	}
}

/* Turns codes of a piece into those of the union. */
static inline void
map_codes(const HistoryMerge *merge, uint32 piece, uint32 *code, int64 n)
{
	const uint32 *map = merge->pieces->code_maps[piece];

	if (!merge->with_codes || map == NULL)
		return;
	for (int64 i = 0; i < n; i++)
		code[i] = map[code[i]];
}

/* Unpacks rows of a piece behind the first so many that are kept, with codes of the union. */
static void
unpack_rows(HistoryMerge *merge, uint32 piece, uint32 run, int64 kept, int64 n)
{
	const HistoryWindow *window = &merge->windows[piece];

	make_room(merge, kept + n);
	window_rows(window, window->runs[run].row, n, merge->all_at + kept, merge->all_code + kept);
	map_codes(merge, piece, merge->all_code + kept, n);
}

/*
 * Merges the rows at hand from begin on, of which those before first and the rest
 * are sorted; from the back, so that only the shorter rest has to be set aside.
 */
static void
merge_rest(HistoryMerge *merge, int64 begin, int64 first)
{
	int64	   *at = merge->all_at;
	uint32	   *code = merge->all_code;
	int64		rest = merge->cursor->n - first;
	int64		to = merge->cursor->n - 1;
	int64	   *rest_at;
	uint32	   *rest_code;

	if (first == begin || at[first - 1] < at[first] ||
		(at[first - 1] == at[first] && code[first - 1] <= code[first]))
		return;
	rest_at = palloc_huge(rest * (sizeof(int64) + sizeof(uint32)));
	rest_code = (uint32 *) (rest_at + rest);
	memcpy(rest_at, at + first, rest * sizeof(int64));
	memcpy(rest_code, code + first, rest * sizeof(uint32));
	for (; rest > 0; to--)
	{
		bool		from_first = first > begin &&
			(at[first - 1] > rest_at[rest - 1] ||
			 (at[first - 1] == rest_at[rest - 1] && code[first - 1] > rest_code[rest - 1]));

		at[to] = from_first ? at[first - 1] : rest_at[rest - 1];
		code[to] = from_first ? code[first - 1] : rest_code[rest - 1];
		first -= from_first;
		rest -= !from_first;
	}
	pfree(rest_at);
}

/* Of so many sources, sorts what was not merged as it came. */
static inline void
finish_rows(HistoryMerge *merge, int64 begin, int sources)
{
	if (sources > MERGED_SOURCES)
		sort_entity_rows(merge->all_at + begin, merge->all_code + begin, merge->cursor->n - begin);
}

/*
 * Reports a row that is taken away and is not there.  Where only some rows are
 * read, or some of what they are, all are read for the first one.
 */
static void
report_missing(HistoryMerge *merge, int64 at, uint32 code)
{
	const HistoryPieces *pieces = merge->pieces;
	History		all;

	if (merge->with_codes && !pieces->trimmed)
		pieces->missing(merge->history->kind, &merge->cursor->key, at, &merge->history->strings[code]);
	pieces_open(&all, pieces->histories, pieces->n, pieces->n_gone, pieces->missing);
	merge = palloc(sizeof(HistoryMerge));
	merge_open(merge, palloc(sizeof(HistoryCursor)), &all, NULL, false);
	while (merge_next(merge))
		continue;
	report_damaged_value("does not hold what it holds");
}

/* Of the rows at hand those from first on are taken away from the others; both are in order. */
static void
cancel(HistoryMerge *merge, int64 first)
{
	int64	   *at = merge->all_at;
	uint32	   *code = merge->all_code;
	int64		gone = first;
	int64		n = 0;

	for_many(i, first)
	{
		while (gone < merge->cursor->n && (at[gone] < at[i] || (at[gone] == at[i] && code[gone] < code[i])))
		{
			if (merge->pieces->missing != NULL)
				report_missing(merge, at[gone], code[gone]);
			gone++;
		}
		if (gone < merge->cursor->n && at[gone] == at[i] && code[gone] == code[i])
		{
			gone++;
			continue;
		}
		at[n] = at[i];
		code[n++] = code[i];
	}
	if (gone < merge->cursor->n && merge->pieces->missing != NULL)
		report_missing(merge, at[gone], code[gone]);
	merge->cursor->n = n;
}

/* Puts together what pieces have of the next entity, and takes away what is to be; false if nothing is left. */
static bool
gather(HistoryMerge *merge)
{
	HistoryCursor *cursor = merge->cursor;
	const RoundEntity *place = rounds_next_same(&merge->rounds, NULL);
	int64		gone = -1;
	int64		begin = 0;
	int			sources = 0;

	/* entities of which nothing is left come one after the other */
	CHECK_FOR_INTERRUPTS();
	cursor->key = window_key(&merge->windows[place->piece], (int) place->run);
	cursor->n = 0;
	for (; place != NULL; place = rounds_next_same(&merge->rounds, &cursor->key))
	{
		int64		first = cursor->n;
		int64		n = merge->windows[place->piece].runs[place->run].count;

		/* what is taken away comes last */
		if (gone < 0 && place->piece >= (uint32) merge->rounds.n_kept)
		{
			finish_rows(merge, begin, sources);
			gone = begin = first;
			sources = 0;
		}
		unpack_rows(merge, place->piece, place->run, first, n);
		if (merge->times_only)
			memset(merge->all_code + first, 0, n * sizeof(uint32));
		cursor->n += n;
		if (++sources <= MERGED_SOURCES)
			merge_rest(merge, begin, first);
	}
	finish_rows(merge, begin, sources);
	if (gone >= 0)
	{
		/* rows at one instant come in any order with classes, or if codes stand for trimmed strings */
		if (!merge->times_only && (!merge->with_codes || merge->pieces->trimmed))
		{
			sort_entity_rows(merge->all_at, merge->all_code, gone);
			sort_entity_rows(merge->all_at + gone, merge->all_code + gone, cursor->n - gone);
		}
		cancel(merge, gone);
	}
	cursor->at = merge->all_at;
	cursor->code = merge->all_code;
	return cursor->n > 0;
}

/* Unpacks rows of the next entities of the stretch, some at a time; or finds them unpacked. */
static void
make_ready(HistoryMerge *merge)
{
	const RoundStretch *stretch = &merge->stretch;
	const HistoryWindow *window = &merge->windows[stretch->piece];
	const WindowRun *runs = window->runs + stretch->run;
	int64		rows = 0;
	uint32		n = 0;

	CHECK_FOR_INTERRUPTS();
	do
	{
		rows += runs[n++].count;
	} while (n < stretch->n && rows + runs[n].count <= ROWS_READY);
	merge->n_ready = n;
	if (window->unpacks)
	{
		merge->next_at = window->all_at + runs->row;
		merge->next_code = window->all_code + runs->row;
		map_codes(merge, stretch->piece, merge->next_code, rows);
		return;
	}
	unpack_rows(merge, stretch->piece, stretch->run, 0, rows);
	merge->next_at = merge->all_at;
	merge->next_code = merge->all_code;
}

/* Makes entities ready, or one that is put together; false after the last. */
static bool
go_on(HistoryMerge *merge, bool *gathered)
{
	*gathered = false;
	while (merge->n_ready == 0 && !*gathered)
	{
		if (merge->stretch.n > 0)
			make_ready(merge);
		else if (round_is_over(&merge->rounds))
		{
			if (!rounds_begin_next(&merge->rounds))
				return false;
		}
		else if (!rounds_next_stretch(&merge->rounds, &merge->stretch))
			*gathered = gather(merge);
	}
	return true;
}

/* Opens the next piece that has rows which are asked for. */
static bool
open_next_piece(HistoryMerge *merge)
{
	const HistoryWindow *window = merge->windows + merge->n_read;
	const HistoryWindow *end = merge->windows + merge->pieces->n;

	while (window < end && window->history == NULL)
		window++;
	if (window == end)
		return false;
	single_close(merge->single);
	single_open(merge->single, window->history, window->filter, merge->times_only);
	for (size_t i = 0; i < lengthof(merge->single->stretches); i++)
		merge->single->stretches[i].least = window_size(1);
	merge->n_read = (int) (window - merge->windows) + 1;
	return true;
}

/* Goes to the next entity of pieces that are read one after the other. */
static bool
next_apart(HistoryMerge *merge)
{
	HistoryCursor *cursor = merge->cursor;
	HistoryCursor *single = merge->single;

	while (merge->n_read == 0 || !single_next(single))
	{
		if (!open_next_piece(merge))
			return false;
	}
	cursor->key = single->key;
	cursor->n = single->n;
	cursor->at = single->at;
	cursor->code = single->code;
	map_codes(merge, (uint32) merge->n_read - 1, cursor->code, cursor->n);
	return true;
}

/* Goes to the next entity; false after the last. */
bool
merge_next(HistoryMerge *merge)
{
	HistoryCursor *cursor = merge->cursor;
	RoundStretch *stretch = &merge->stretch;
	const HistoryWindow *window;

	if (merge->single != NULL)
		return next_apart(merge);
	if (merge->n_ready == 0)
	{
		bool		gathered;

		if (!go_on(merge, &gathered))
			return false;
		if (gathered)
			return true;
	}
	window = &merge->windows[stretch->piece];
	cursor->key = window_key(window, (int) stretch->run);
	cursor->n = window->runs[stretch->run].count;
	cursor->at = merge->next_at;
	cursor->code = merge->next_code;
	merge->next_at += cursor->n;
	merge->next_code += cursor->n;
	merge->n_ready--;
	stretch->run++;
	stretch->n--;
	return true;
}
