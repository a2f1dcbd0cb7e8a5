/*
 * Reading several histories as one.  Few have a cursor each; of many, entities that
 * only one history knows, the usual case where they were split by entity, are
 * unpacked some at a time and passed on, and if it is known that all are such, one
 * history follows the other.  Rows from several are put together (gather.h).
 *
 * Rows that are taken away are put together with the others of their entity, and
 * cancelled; entities of which none are taken away are passed on as ever.
 */
#include "core/history/merge.h"

#include "core/history/buckets.h"

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
	if (merge->pieces->code_maps[which] != NULL ||
		merge->pieces->histories[which].n_strings != merge->history->n_strings)
		return filter_of(merge, which, classes);
	if (merge->common == NULL)
		merge->common = filter_of(merge, which, classes);
	return merge->common;
}

static void
free_filter(BlockFilter *filter)
{
	pfree((void *) filter->classes);
	pfree(filter);
}

/* Many small stretches of memory lie in huge pages together. */
static void
lend_memory(HistoryMerge *merge)
{
	const HistoryPieces *pieces = merge->pieces;
	Size		size = window_size(pieces->n) + LENT_MORE;

	merge->lent = palloc_huge(pieces->n * size);
	for (int i = 0; i < pieces->n; i++)
	{
		HistoryStretch *own = &merge->windows[i].own;

		own->memory = (char *) merge->lent + i * size;
		own->room = size - sizeof(uint64);
		own->lent = true;
	}
}

static void
open_windows(HistoryMerge *merge)
{
	int			n = merge->pieces->n;

	merge->windows = palloc_extended(n * sizeof(HistoryWindow), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	lend_memory(merge);
	for (int i = 0; i < n; i++)
	{
		const HistoryPart *part = &merge->parts[i];

		if (part->history != NULL)
			window_open(&merge->windows[i], part->history, part->filter, merge->times_only, window_size(n), &merge->passing);
	}
	rounds_begin(&merge->rounds, merge->history->kind, merge->windows, n, merge->pieces->n_gone);
	merge->rounds.any_order = merge->any_order;
}

static void
close_windows(HistoryMerge *merge)
{
	rounds_end(&merge->rounds);
	for (int i = 0; i < merge->pieces->n; i++)
		window_close(&merge->windows[i]);
	stretch_end(&merge->passing);
	pfree(merge->lent);
	pfree(merge->windows);
}

/* Unpacks rows of a piece behind those at hand. */
static void
unpack_rows(HistoryMerge *merge, uint32 piece, uint32 run, int64 n)
{
	const HistoryWindow *window = &merge->windows[piece];
	Gathering  *gather = &merge->gather;

	gather_make_room(gather, n);
	window_rows(window, window->runs[run].row, n, gather->at + gather->n, gather->code + gather->n);
}

/* Puts together what pieces have of the next entity, and takes away what is to be; false if nothing is left. */
static bool
gather_next(HistoryMerge *merge)
{
	const RoundEntity *place = rounds_next_same(&merge->rounds, NULL);
	EntityKey	key = window_key(&merge->windows[place->piece], (int) place->run);

	gather_begin(&merge->gather, &key);
	for (; place != NULL; place = rounds_next_same(&merge->rounds, &key))
	{
		int64		n = merge->windows[place->piece].runs[place->run].count;

		unpack_rows(merge, place->piece, place->run, n);
		gather_add(&merge->gather, place->piece, n);
	}
	return gather_end(&merge->gather);
}

/* Unpacks rows of the next entities of the stretch, some at a time; or finds them unpacked. */
static void
make_ready(HistoryMerge *merge)
{
	RoundStretch *stretch = &merge->stretch;
	const HistoryWindow *window = &merge->windows[stretch->piece];
	const WindowRun *runs = window->runs + stretch->run;
	HistoryCursor *cursor = merge->cursor;
	ReadyEntities *ready = &cursor->ready;
	int64		rows = 0;
	int			n = 0;

	CHECK_FOR_INTERRUPTS();
	do
	{
		cursor->keys[n] = window_key(window, (int) stretch->run + n);
		cursor->counts[n] = runs[n].count;
		rows += runs[n++].count;
	} while (n < (int) stretch->n && rows + runs[n].count <= ROWS_READY);
	*ready = (ReadyEntities) {0, n, cursor->keys, cursor->counts, 0, NULL, NULL};
	if (window->unpacks)
	{
		ready->at = window->all_at + runs->row;
		ready->code = window->all_code + runs->row;
	}
	else
	{
		merge->gather.n = 0;
		unpack_rows(merge, stretch->piece, stretch->run, rows);
		ready->at = merge->gather.at;
		ready->code = merge->gather.code;
	}
	map_codes(&merge->gather, stretch->piece, ready->code, rows);
	stretch->run += n;
	stretch->n -= n;
}

static bool
fill_by_few(HistoryMerge *merge)
{
	return few_fill(&merge->few);
}

/* Makes entities of many pieces ready, or one that is put together. */
static bool
fill_by_many(HistoryMerge *merge)
{
	if (merge->windows == NULL)
		open_windows(merge);
	for (;;)
	{
		if (merge->stretch.n > 0)
		{
			make_ready(merge);
			return true;
		}
		if (round_is_over(&merge->rounds))
		{
			if (!rounds_begin_next(&merge->rounds))
				return false;
		}
		else if (!rounds_next_stretch(&merge->rounds, &merge->stretch) && gather_next(merge))
		{
			merge->cursor->ready = gathered(&merge->gather);
			return true;
		}
	}
}

/* Opens the next piece that has rows which are asked for. */
static bool
open_next_piece(HistoryMerge *merge)
{
	const HistoryPart *part = merge->parts + merge->n_read;
	const HistoryPart *end = merge->parts + merge->pieces->n;

	while (part < end && part->history == NULL)
		part++;
	if (part == end)
		return false;
	single_close(merge->single);
	single_open(merge->single, part->history, part->filter, merge->times_only);
	for (size_t i = 0; i < lengthof(merge->single->stretches); i++)
		merge->single->stretches[i].least = window_size(1);
	merge->n_read = (int) (part - merge->parts) + 1;
	return true;
}

/* The same of pieces that are read one after the other. */
static bool
fill_apart(HistoryMerge *merge)
{
	ReadyEntities *ready = &merge->cursor->ready;
	int64		rows = 0;

	while (merge->n_read == 0 || !single_fill(merge->single))
	{
		if (!open_next_piece(merge))
			return false;
	}
	*ready = merge->single->ready;
	for (int i = ready->next; i < ready->end; i++)
		rows += ready->counts[i];
	pass_ready(&merge->single->ready, ready->end - ready->next, rows);
	map_codes(&merge->gather, (uint32) merge->n_read - 1, ready->code, rows);
	return true;
}

/*
 * Reports a row that is taken away and is not there.  Where only some rows are
 * read, or some of what they are, all are read for the first one.
 */
static void
report_missing(const Gathering *gather, int64 at, uint32 code)
{
	const HistoryPieces *pieces = gather->pieces;
	HistoryMerge *merge = palloc(sizeof(HistoryMerge));
	History		all;

	if (gather->with_codes && !pieces->trimmed)
		pieces->missing(gather->history->kind, &gather->key, at, &gather->history->strings[code]);
	pieces_open(&all, pieces->histories, pieces->n, pieces->n_gone, pieces->missing);
	merge_open(merge, palloc(sizeof(HistoryCursor)), &all, NULL, false);
	while (merge->fill(merge))
		continue;
	report_damaged_value("does not hold what it holds");
}

void
merge_open(HistoryMerge *merge, HistoryCursor *cursor, const History *history, const uint8 *classes, bool times_only)
{
	const HistoryPieces *pieces = history->pieces;

	memset(merge, 0, sizeof(*merge));
	merge->cursor = cursor;
	merge->history = history;
	merge->pieces = pieces;
	merge->times_only = times_only;
	merge->gather.history = history;
	merge->gather.pieces = pieces;
	merge->gather.with_codes = classes == NULL && !times_only;
	merge->gather.times_only = times_only;
	merge->gather.report_missing = report_missing;
	merge->parts = palloc_extended(pieces->n * sizeof(HistoryPart), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (int i = 0; i < pieces->n; i++)
	{
		BlockFilter *filter = classes == NULL ? NULL : find_filter(merge, i, classes);

		if (classes == NULL || filter != NULL)
			merge->parts[i] = (HistoryPart) {&pieces->histories[i], filter};
	}
	if (pieces->n <= FEW_HISTORIES)
	{
		few_open(&merge->few, cursor, &merge->gather, merge->parts);
		merge->fill = fill_by_few;
	}
	else
		merge->fill = fill_by_many;
}

void
merge_any_order(HistoryMerge *merge)
{
	const HistoryPieces *pieces = merge->pieces;

	merge->any_order = true;
	if (pieces->n_gone == 0 && are_apart(pieces->histories, pieces->n))
	{
		merge->single = palloc0(sizeof(HistoryCursor));
		merge->fill = fill_apart;
	}
}

void
merge_close(HistoryMerge *merge)
{
	if (merge->single != NULL)
	{
		single_close(merge->single);
		pfree(merge->single);
	}
	if (merge->windows != NULL)
		close_windows(merge);
	if (merge->few.cursors != NULL)
		few_close(&merge->few);
	for (int i = 0; i < merge->pieces->n; i++)
	{
		if (merge->parts[i].filter != NULL && merge->parts[i].filter != merge->common)
			free_filter(merge->parts[i].filter);
	}
	if (merge->common != NULL)
		free_filter(merge->common);
	pfree(merge->parts);
	gather_free(&merge->gather);
}
