/* Writing and reading late entrants; late_entrants.h describes the format. */
#include "core/history/late_entrants.h"

#include "core/stats/survival.h"

static inline int
compare_late(const LateEntrant *a, const LateEntrant *b)
{
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	if (a->watched != b->watched)
		return a->watched < b->watched ? -1 : 1;
	return a->entry < b->entry ? -1 : a->entry > b->entry;
}

#define ST_SORT sort_late
#define ST_ELEMENT_TYPE LateEntrant
#define ST_COMPARE(a, b) compare_late(a, b)
#define ST_SCOPE static
#define ST_DECLARE
#define ST_DEFINE
#define ST_CHECK_FOR_INTERRUPTS
#include "lib/sort_template.h"

void
late_sort(LateEntrant *entrants, int64 n)
{
	if (n > 1)
		sort_late(entrants, n);
}

static void
write_column(Writer *w, const int64 *values, int n)
{
	writer_advance(w, column_write(writer_reserve(w, COLUMN_BOUND(n)), values, n));
}

static void
write_entrants(Writer *w, const LateEntrant *sorted, int64 n, bool converted)
{
	int64		columns[3][ENTRANTS_BLOCK];

	for (int64 from = 0; from < n; from += ENTRANTS_BLOCK)
	{
		int			block = (int) Min(n - from, ENTRANTS_BLOCK);

		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < block; i++)
		{
			columns[0][i] = sorted[from + i].time;
			columns[1][i] = sorted[from + i].watched;
			columns[2][i] = sorted[from + i].entry;
		}
		for (int column = converted ? 0 : 1; column < 3; column++)
			write_column(w, columns[column], block);
	}
}

/* How many of them wait, who come first. */
static int64
count_waiting(const LateEntrant *sorted, int64 n)
{
	int64		waiting = 0;

	while (waiting < n && sorted[waiting].time == NOT_CONVERTED)
		waiting++;
	return waiting;
}

void
late_write(Writer *w, const LateEntrant *sorted, int64 n)
{
	int64		waiting = count_waiting(sorted, n);

	write_varint(w, waiting);
	write_varint(w, n - waiting);
	write_entrants(w, sorted, waiting, false);
	write_entrants(w, sorted + waiting, n - waiting, true);
}

static bool
skip_entrants(ByteReader *r, int64 n, int columns)
{
	for (; n > 0; n -= ENTRANTS_BLOCK)
	{
		Column		column;

		for (int i = 0; i < columns; i++)
			if (!column_open(&column, r, Min(n, ENTRANTS_BLOCK)))
				return false;
	}
	return true;
}

bool
late_open(LateEntrants *late, ByteReader *r)
{
	uint64		waiting;
	uint64		converted;

	if (!take_varint(r, &waiting) || waiting > MAX_ENTRANTS ||
		!take_varint(r, &converted) || converted > MAX_ENTRANTS || waiting + converted == 0)
		return false;
	late->waiting = (int64) waiting;
	late->converted = (int64) converted;
	late->blocks = r->p;
	late->end = r->end;
	return skip_entrants(r, late->waiting, 2) && skip_entrants(r, late->converted, 3);
}

static void
read_entrants(ByteReader *r, LateEntrant *entrants, int64 n, bool converted)
{
	int64		columns[3][ENTRANTS_BLOCK];

	for (int64 from = 0; from < n; from += ENTRANTS_BLOCK)
	{
		int			block = (int) Min(n - from, ENTRANTS_BLOCK);

		CHECK_FOR_INTERRUPTS();
		for (int i = converted ? 0 : 1; i < 3; i++)
		{
			Column		column;

			/* late_open has been there */
			if (!column_open(&column, r, block))
				return;
			column_unpack(&column, block, columns[i]);
		}
		for (int i = 0; i < block; i++)
			entrants[from + i] = (LateEntrant) {converted ? columns[0][i] : NOT_CONVERTED, columns[1][i], columns[2][i]};
	}
}

LateEntrant *
late_read(const LateEntrants *late)
{
	LateEntrant *entrants = palloc_huge(Max(late_total(late), 1) * sizeof(LateEntrant));
	ByteReader	r = {late->blocks, late->end};

	read_entrants(&r, entrants, late->waiting, false);
	read_entrants(&r, entrants + late->waiting, late->converted, true);
	return entrants;
}

static const char *
order_problem(const LateEntrant *entrants, const LateEntrants *late)
{
	for_many(i, late_total(late))
	{
		const LateEntrant *e = &entrants[i];
		bool		converted = e->time != NOT_CONVERTED;

		if (e->entry <= 0 || e->entry >= (converted ? e->time : e->watched) ||
			(converted && (e->time == FOREVER || e->watched < e->time)))
			return "It holds impossible times.";
		if (i > 0 && compare_late(e, e - 1) < 0)
			return "Its times are not in order.";
	}
	return NULL;
}

const char *
late_problem(const LateEntrants *late, const uint8 *start)
{
	LateEntrant *entrants = late_read(late);
	const char *problem = order_problem(entrants, late);
	Writer		w;

	writer_begin(&w);
	if (problem == NULL)
	{
		late_write(&w, entrants, late_total(late));
		if (w.used != (Size) (late->end - COLUMN_SLACK - start) || memcmp(w.start, start, w.used) != 0)
			problem = "It is not packed as plg packs it.";
	}
	pfree(w.start);
	pfree(entrants);
	return problem;
}
