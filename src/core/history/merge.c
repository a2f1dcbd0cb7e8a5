/*
 * Reading several histories as one.  An entity that only one history knows, the
 * usual case where they were split by entity or one is small, is passed on where
 * it lies; rows from several are put together and sorted.
 *
 * Rows that are taken away are put together with the others of their entity, and
 * cancelled; entities of which none are taken away are passed on as ever.
 */
#include "core/history/merge.h"

#include "core/history/sorter.h"

/* An entity's rows from more histories than this are sorted, not merged. */
#define MERGED_SOURCES 8

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

void
merge_open(HistoryMerge *merge, const History *history, const uint8 *classes, bool times_only)
{
	const HistoryPieces *pieces = history->pieces;
	int			n = pieces->n;

	memset(merge, 0, sizeof(*merge));
	merge->history = history;
	merge->pieces = pieces;
	merge->with_codes = classes == NULL && !times_only;
	merge->times_only = times_only;
	merge->cursors = palloc0(n * sizeof(HistoryCursor *));
	merge->filters = palloc0(n * sizeof(BlockFilter *));
	for (int i = 0; i < n; i++)
	{
		BlockFilter *filter = classes == NULL ? NULL : find_filter(merge, i, classes);

		if (classes != NULL && filter == NULL)
			continue;
		merge->cursors[i] = palloc(sizeof(HistoryCursor));
		single_open(merge->cursors[i], &pieces->histories[i], filter, times_only);
	}
	rounds_begin(&merge->rounds, history->kind, merge->cursors, n);
	merge->gone = merge->rounds.pieces + n - pieces->n_gone;
}

void
merge_close(HistoryMerge *merge)
{
	rounds_end(&merge->rounds);
	for (int i = 0; i < merge->pieces->n; i++)
	{
		if (merge->cursors[i] != NULL)
		{
			single_close(merge->cursors[i]);
			pfree(merge->cursors[i]);
		}
		if (merge->filters[i] != NULL)
		{
			pfree(unconstify(uint8 *, merge->filters[i]->classes));
			pfree(merge->filters[i]);
		}
	}
	pfree(merge->cursors);
	pfree(merge->filters);
	if (merge->all_at != NULL)
	{
		pfree(merge->all_at);
		pfree(merge->all_code);
	}
}

/* Turns the codes of the entity at hand, of one piece, into those of the union. */
static inline void
map_codes(const HistoryMerge *merge, const RoundPiece *piece, int64 n, uint32 *code)
{
	const uint32 *map = merge->pieces->code_maps[piece - merge->rounds.pieces];

	if (!merge->with_codes || map == NULL)
		return;
	for (int64 i = 0; i < n; i++)
		code[i] = map[code[i]];
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

/* Gives back to a piece what was written over. */
static inline void
restore(HistoryMerge *merge)
{
	if (merge->saved == 0)
		return;
	memcpy(merge->over_at, merge->saved_at, merge->saved * sizeof(int64));
	memcpy(merge->over_code, merge->saved_code, merge->saved * sizeof(uint32));
	merge->saved = 0;
}

/* The rows at hand are those of a piece, where they lie. */
static inline void
take_rows(HistoryMerge *merge, RoundPiece *piece)
{
	merge->n = *piece->count;
	merge->at = piece->at;
	merge->code = piece->code;
	map_codes(merge, piece, merge->n, merge->code);
	round_piece_advance(piece);
}

/* Rows are about to follow those at hand: where these lie if there are few to come, else somewhere else. */
static void
make_room_behind(HistoryMerge *merge, const RoundPiece *first, int64 more)
{
	if (merge->at != merge->all_at)
	{
		const HistoryCursor *cursor = first->cursor;

		if (merge->saved + more <= SAVED_ROWS && merge->at + merge->n + more <= cursor->all_at + cursor->capacity)
		{
			if (merge->saved == 0)
			{
				merge->over_at = merge->at + merge->n;
				merge->over_code = merge->code + merge->n;
			}
			memcpy(merge->saved_at + merge->saved, merge->at + merge->n, more * sizeof(int64));
			memcpy(merge->saved_code + merge->saved, merge->code + merge->n, more * sizeof(uint32));
			merge->saved += more;
			return;
		}
		make_room(merge, merge->n + more);
		memcpy(merge->all_at, merge->at, merge->n * sizeof(int64));
		memcpy(merge->all_code, merge->code, merge->n * sizeof(uint32));
		restore(merge);
	}
	else
		make_room(merge, merge->n + more);
	merge->at = merge->all_at;
	merge->code = merge->all_code;
}

/* Adds the rows of a piece to those at hand, which began with the first piece's. */
static void
add_rows(HistoryMerge *merge, const RoundPiece *first, RoundPiece *piece)
{
	int64		n = *piece->count;

	make_room_behind(merge, first, n);
	map_codes(merge, piece, n, piece->code);
	memcpy(merge->at + merge->n, piece->at, n * sizeof(int64));
	if (merge->times_only)
		memset(merge->code + merge->n, 0, n * sizeof(uint32));
	else
		memcpy(merge->code + merge->n, piece->code, n * sizeof(uint32));
	merge->n += n;
	round_piece_advance(piece);
}

/*
 * Merges the rows at hand from begin on, of which those before first and the rest
 * are sorted; from the back, so that only the shorter rest has to be set aside.
 */
static void
merge_rest(HistoryMerge *merge, int64 begin, int64 first)
{
	int64	   *at = merge->at;
	uint32	   *code = merge->code;
	int64		rest = merge->n - first;
	int64		to = merge->n - 1;
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
		sort_entity_rows(merge->at + begin, merge->code + begin, merge->n - begin);
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
		pieces->missing(merge->history->kind, &merge->key, at, &merge->history->strings[code]);
	pieces_open(&all, pieces->histories, pieces->n, pieces->n_gone, pieces->missing);
	merge = palloc(sizeof(HistoryMerge));
	merge_open(merge, &all, NULL, false);
	while (merge_next(merge))
		continue;
	report_damaged_value("does not hold what it holds");
}

/* Of the rows at hand those from first on are taken away from the others; both are in order. */
static void
cancel(HistoryMerge *merge, int64 first)
{
	int64	   *at = merge->at;
	uint32	   *code = merge->code;
	int64		gone = first;
	int64		n = 0;

	for_many(i, first)
	{
		while (gone < merge->n && (at[gone] < at[i] || (at[gone] == at[i] && code[gone] < code[i])))
		{
			if (merge->pieces->missing != NULL)
				report_missing(merge, at[gone], code[gone]);
			gone++;
		}
		if (gone < merge->n && at[gone] == at[i] && code[gone] == code[i])
		{
			gone++;
			continue;
		}
		at[n] = at[i];
		code[n++] = code[i];
	}
	if (gone < merge->n && merge->pieces->missing != NULL)
		report_missing(merge, at[gone], code[gone]);
	merge->n = n;
}

/* Adds what other pieces have of an entity to the rows of a first one; and takes away what is to be. */
static void
gather_all(HistoryMerge *merge, RoundPiece *piece)
{
	const RoundPiece *first_piece = piece;
	int64		gone = piece >= merge->gone ? 0 : -1;
	int64		begin = 0;
	int			sources = 1;

	take_rows(merge, piece);
	if (merge->times_only)
		memset(merge->code, 0, merge->n * sizeof(uint32));
	while ((piece = rounds_next_same(&merge->rounds, &merge->key)) != NULL)
	{
		int64		first = merge->n;

		/* what is taken away comes last */
		if (gone < 0 && piece >= merge->gone)
		{
			finish_rows(merge, begin, sources);
			gone = begin = first;
			sources = 0;
		}
		add_rows(merge, first_piece, piece);
		if (++sources <= MERGED_SOURCES)
			merge_rest(merge, begin, first);
	}
	finish_rows(merge, begin, sources);
	if (gone < 0)
		return;

	/* rows at one instant come in any order with classes, or if codes stand for trimmed strings */
	if (!merge->times_only && (!merge->with_codes || merge->pieces->trimmed))
	{
		sort_entity_rows(merge->at, merge->code, gone);
		sort_entity_rows(merge->at + gone, merge->code + gone, merge->n - gone);
	}
	cancel(merge, gone);
}

/* Goes to the next entity; false after the last. */
bool
merge_next(HistoryMerge *merge)
{
	RoundPiece *piece;

	do
	{
		restore(merge);
		piece = rounds_next(&merge->rounds);
		if (piece == NULL)
			return false;
		merge->key = *piece->key;
		if (unlikely(piece >= merge->gone || rounds_continue(&merge->rounds)))
			gather_all(merge, piece);
		else
			take_rows(merge, piece);
	} while (merge->n == 0);
	return true;
}
