/*
 * Bodies of conversions that entrants_validate accepts can be read, written
 * again to the same bytes, and estimated from.
 */
#include "core/history/entrants.h"
#include "target.h"

static EntrantStream *
open_stream(const Entrants *e, EntrantSection section)
{
	return entrants_stream(e, section);
}

static SurvivalInput
input_of(const Entrants *e, EntrantStream **streams)
{
	SurvivalInput input = {0};

	for (int section = 0; section < 3; section++)
		streams[section] = open_stream(e, (EntrantSection) section);
	input.events[0] = &streams[SECTION_CONVERTED]->stream;
	input.events[1] = &streams[SECTION_CONVERTED_FOREVER]->stream;
	input.censored[0] = &streams[SECTION_WAITING]->stream;
	input.forever = e->waiting_forever;
	input.total = entrants_total(e) - late_total(&e->late);
	return input;
}

static void
estimate(const Entrants *e)
{
	SurvivalPoint points[3] = {{.time = 0}, {.time = INT64CONST(1) << 40}, {.time = FOREVER}};
	SurvivalQuantile quantiles[3] = {{.share = 0}, {.share = 0.5}, {.share = 1}};
	EntrantStream *streams[3];
	SurvivalInput input = input_of(e, streams);

	survival_at(&input, 1.96, points, 3);
	for (int i = 0; i < 3; i++)
	{
		pfree(streams[i]);
		must(!points[i].known || (points[i].rate >= 0 && points[i].rate <= 1), "a rate is between 0 and 1");
		must(!points[i].known ||
			 (points[i].low <= points[i].rate + 1e-9 && points[i].rate <= points[i].high + 1e-9),
			 "a rate lies between its bounds");
		must(i == 0 || !points[i].known || points[i].rate >= points[i - 1].rate, "the curve rises");
	}
	input = input_of(e, streams);
	survival_quantiles(&input, 1.96, quantiles, 3);
	for (int i = 0; i < 3; i++)
		pfree(streams[i]);
}

bool
try_bytes(const uint8 *bytes, Size size)
{
	static const uint8 slack[COLUMN_SLACK] = {0};
	Entrants	e;
	Entrant    *all;
	int64		n = 0;
	EntrantList list;
	Writer		w;

	/* zeros at the end are the caller's to check */
	if (size < COLUMN_SLACK || memcmp(bytes + size - COLUMN_SLACK, slack, COLUMN_SLACK) != 0 ||
		entrants_validate(bytes, size) != NULL)
		return false;
	must(entrants_open(&e, bytes, size), "what is accepted opens");
	all = palloc((entrants_total(&e) - e.waiting_forever + 1) * sizeof(Entrant));
	for (int section = 0; section < 3; section++)
	{
		EntrantStream *s = open_stream(&e, (EntrantSection) section);

		while (entrant_stream_next(s))
		{
			for (int i = 0; i < s->stream.n; i++, n++)
			{
				all[n].time = section == SECTION_WAITING ? NOT_CONVERTED : s->times[i];
				all[n].watched = section == SECTION_WAITING ? s->times[i] :
					section == SECTION_CONVERTED ? s->watched[i] : FOREVER;
			}
		}
		pfree(s);
	}
	must(n == entrants_total(&e) - late_total(&e.late) - e.waiting_forever, "all are there");
	list = (EntrantList) {.entrants = all, .n = n, .waiting_forever = e.waiting_forever,
	.late = late_read(&e.late), .n_late = late_total(&e.late)};
	entrants_sort(&list);
	writer_begin(&w);
	entrants_write(&w, &list);
	write_bytes(&w, slack, COLUMN_SLACK);
	must(w.used == size && memcmp(w.start, bytes, size) == 0, "the writer makes the same bytes");
	estimate(&e);
	pfree(w.start);
	pfree(all);
	return true;
}

Bytes
valid_bytes(int n)
{
	static const int counts[] = {0, 1, 2, 5, 30, 200, 1024, 1500};
	static const uint8 slack[COLUMN_SLACK] = {0};
	uint64		seed = n + 1;
	Entrant    *all;
	EntrantList list;
	Bytes		result;
	Writer		w;
	int			count;

	if (n >= 24)
		return (Bytes) {NULL, 0};
	count = counts[n % lengthof(counts)];
	all = palloc((count + 1) * sizeof(Entrant));
	for (int i = 0; i < count; i++)
	{
		int64		unit = n % 3 == 0 ? 1 : INT64CONST(60000000);

		all[i].watched = (int64) below(&seed, 5000) * unit;
		all[i].time = below(&seed, 3) == 0 ? NOT_CONVERTED :
			(int64) below(&seed, all[i].watched / unit + 1) * unit;
		if (all[i].time != NOT_CONVERTED && below(&seed, 4) == 0)
			all[i].watched = FOREVER;
	}
	list = (EntrantList) {.entrants = all, .n = count, .waiting_forever = n % 2 * 7};
	if (n % 4 == 3)
	{
		list.n_late = count / 2 + 1;
		list.late = palloc(list.n_late * sizeof(LateEntrant));
		for (int i = 0; i < list.n_late; i++)
		{
			LateEntrant *late = &list.late[i];

			late->entry = (int64) below(&seed, 1000) + 1;
			late->watched = below(&seed, 5) == 0 ? FOREVER : late->entry + (int64) below(&seed, 5000) + 2;
			late->time = below(&seed, 2) == 0 ? NOT_CONVERTED : late->entry + 1;
		}
	}
	entrants_sort(&list);
	writer_begin(&w);
	entrants_write(&w, &list);
	write_bytes(&w, slack, COLUMN_SLACK);
	result.size = w.used;
	result.bytes = palloc(result.size);
	memcpy(result.bytes, w.start, result.size);
	pfree(w.start);
	return result;
}
