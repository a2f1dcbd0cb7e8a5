/* Several histories as one; see pieces.h. */
#include "core/history/pieces.h"

#include "core/base/ranking.h"
#include "core/history/writer.h"

/* Codes that stay what they are need no map. */
static void
drop_same(HistoryPieces *pieces, int which)
{
	uint32	   *map = pieces->code_maps[which];

	for_many(code, pieces->histories[which].n_strings)
	{
		if (map[code] != code)
			return;
	}
	pfree(map);
	pieces->code_maps[which] = NULL;
}

/* Unites the dictionaries; the order of strings stays the same in each. */
static void
unite_strings(History *united, HistoryPieces *pieces)
{
	Dict	   *dict = palloc0(sizeof(Dict));
	Ranking		ranking;

	pieces->code_maps = palloc(pieces->n * sizeof(uint32 *));
	for (int i = 0; i < pieces->n; i++)
	{
		const History *history = &pieces->histories[i];

		pieces->code_maps[i] = palloc_huge(Max(history->n_strings, 1) * sizeof(uint32));
		for_many(code, history->n_strings)
			pieces->code_maps[i][code] = dict_intern(dict, history->strings[code].bytes, history->strings[code].length);
	}
	rank_used_ids(&ranking, dict, NULL);
	for (int i = 0; i < pieces->n; i++)
	{
		uint32	   *map = pieces->code_maps[i];

		for_many(code, pieces->histories[i].n_strings)
			map[code] = ranking.ranks[map[code]];
		drop_same(pieces, i);
	}
	united->strings = ranked_strings(&ranking, dict);
	united->n_strings = ranking.n;
}

/* Adds a history's own pieces, or itself: those that it has, or those that it takes away. */
static int
spread(History *into, int n, const History *history, bool taken_away)
{
	const HistoryPieces *pieces = history->pieces;
	int			first;
	int			end;

	if (pieces == NULL)
	{
		if (!taken_away)
			into[n++] = *history;
		return n;
	}
	first = taken_away ? pieces->n - pieces->n_gone : 0;
	end = taken_away ? pieces->n : pieces->n - pieces->n_gone;
	for (int i = first; i < end; i++)
		into[n++] = pieces->histories[i];
	return n;
}

/* Histories that are several take the places of their pieces, and what they take away changes sides. */
static void
spread_all(HistoryPieces *pieces, const History *histories, int n, int n_gone)
{
	int			room = 0;
	History    *into;

	for (int i = 0; i < n; i++)
		room += histories[i].pieces == NULL ? 1 : histories[i].pieces->n;
	pieces->histories = into = palloc_huge(room * sizeof(History));
	for (int i = 0; i < n; i++)
		pieces->n = spread(into, pieces->n, &histories[i], i >= n - n_gone);
	pieces->n_gone = -pieces->n;
	for (int i = 0; i < n; i++)
		pieces->n = spread(into, pieces->n, &histories[i], i < n - n_gone);
	pieces->n_gone += pieces->n;
}

void
pieces_open(History *history, const History *histories, int n, int n_gone, MissingRow missing)
{
	HistoryPieces *pieces = palloc0(sizeof(HistoryPieces));

	pieces->missing = missing;
	spread_all(pieces, histories, n, n_gone);
	histories = pieces->histories;
	n = pieces->n;
	n_gone = pieces->n_gone;

	memset(history, 0, sizeof(*history));
	history->kind = histories[0].kind;
	history->first_at = PG_INT64_MAX;
	history->last_at = PG_INT64_MIN;
	for (int i = 0; i < n; i++)
	{
		Assert(histories[i].kind == history->kind);
		if (i >= n - n_gone)
		{
			history->rows -= Min(histories[i].rows, history->rows);
			continue;
		}
		history->rows += histories[i].rows;
		history->entities += histories[i].entities;
		if (histories[i].rows > 0)
		{
			history->first_at = Min(history->first_at, histories[i].first_at);
			history->last_at = Max(history->last_at, histories[i].last_at);
		}
	}
	unite_strings(history, pieces);
	history->pieces = pieces;
}

void
pieces_trim(History *history, const uint8 *used)
{
	HistoryPieces *pieces = history->pieces;
	uint32	   *codes;
	uint32		n = 0;
	uint32		next = 0;

	for_many(code, history->n_strings)
		n += used[code] != 0;
	pieces->trimmed = n < history->n_strings;
	if (!pieces->trimmed)
		return;

	codes = palloc_huge(history->n_strings * sizeof(uint32));
	/* those out of use stand behind, for rows that cancel each other have them */
	for_many(code, history->n_strings)
		codes[code] = used[code] ? next++ : n++;
	for (int i = 0; i < pieces->n; i++)
	{
		uint32		n_strings = pieces->histories[i].n_strings;

		if (pieces->code_maps[i] == NULL)
		{
			pieces->code_maps[i] = palloc_huge(Max(n_strings, 1) * sizeof(uint32));
			for_many(code, n_strings)
				pieces->code_maps[i][code] = codes[code];
		}
		else
		{
			for_many(code, n_strings)
				pieces->code_maps[i][code] = codes[pieces->code_maps[i][code]];
		}
		drop_same(pieces, i);
	}
	for_many(code, history->n_strings)
	{
		if (used[code])
			history->strings[codes[code]] = history->strings[code];
	}
	history->n_strings = next;
	pfree(codes);
}
