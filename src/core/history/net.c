/* Histories less others; see net.h. */
#include "core/history/net.h"

#include "core/history/cursor.h"

/* Counts how many rows that are taken away have each string. */
static void
count_gone(const History *net, int64 *counts)
{
	const HistoryPieces *pieces = net->pieces;
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));

	for (int piece = pieces->n - pieces->n_gone; piece < pieces->n; piece++)
	{
		const uint32 *map = pieces->code_maps[piece];

		cursor_open(cursor, &pieces->histories[piece], NULL);
		while (cursor_next(cursor))
		{
			for (int64 i = 0; i < cursor->n; i++)
				counts[map == NULL ? cursor->code[i] : map[cursor->code[i]]]++;
		}
		cursor_close(cursor);
	}
	pfree(cursor);
}

/* Whether all strings of rows that are taken away are those of others, too. */
static bool
strings_stay(const History *net)
{
	const HistoryPieces *pieces = net->pieces;
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	int64	   *counts = palloc_huge(Max(net->n_strings, 1) * sizeof(int64));
	int64		open = 0;

	memset(counts, 0, net->n_strings * sizeof(int64));
	count_gone(net, counts);
	for_many(code, net->n_strings)
	{
		open += counts[code] > 0;
		counts[code] -= counts[code] == 0;
	}

	/* a string is settled by one row more than are taken away */
	for (int piece = 0; open > 0 && piece < pieces->n - pieces->n_gone; piece++)
	{
		const uint32 *map = pieces->code_maps[piece];

		cursor_open(cursor, &pieces->histories[piece], NULL);
		while (open > 0 && cursor_next(cursor))
		{
			for (int64 i = 0; i < cursor->n; i++)
				open -= counts[map == NULL ? cursor->code[i] : map[cursor->code[i]]]-- == 0;
		}
		cursor_close(cursor);
	}
	pfree(cursor);
	pfree(counts);
	return open == 0;
}

/* Whether neither the first nor the last row can be among those taken away. */
static bool
ends_stay(const History *net)
{
	const HistoryPieces *pieces = net->pieces;

	for (int piece = pieces->n - pieces->n_gone; piece < pieces->n; piece++)
	{
		const History *gone = &pieces->histories[piece];

		if (gone->rows > 0 && (gone->first_at <= net->first_at || gone->last_at >= net->last_at))
			return false;
	}
	return true;
}

/* Reads all for what the head tells. */
static void
read_head(History *net)
{
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	uint8	   *used = palloc_huge(Max(net->n_strings, 1));
	uint64		rows = 0;

	memset(used, 0, net->n_strings);
	net->first_at = PG_INT64_MAX;
	net->last_at = PG_INT64_MIN;
	cursor_open(cursor, net, NULL);
	while (cursor_next(cursor))
	{
		for (int64 i = 0; i < cursor->n; i++)
			used[cursor->code[i]] = 1;
		net->first_at = Min(net->first_at, cursor->at[0]);
		net->last_at = Max(net->last_at, cursor->at[cursor->n - 1]);
		rows += cursor->n;
	}
	cursor_close(cursor);
	pfree(cursor);
	net->rows = rows;
	pieces_trim(net, used);
	pfree(used);
}

void
net_open(History *net, const History *histories, int n, int n_gone, MissingRow missing)
{
	pieces_open(net, histories, n, n_gone, missing);
	if (net->pieces->n_gone > 0 && (net->rows == 0 || !strings_stay(net) || !ends_stay(net)))
		read_head(net);
}
