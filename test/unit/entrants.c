/* Entrants are given back as put in; what is damaged is refused. */
#include "core/history/entrants.h"
#include "tap.h"

#define MAX_TESTED 5000
#define UNIT_FOR_DAMAGE INT64CONST(60000000)

static Entrant entrants[MAX_TESTED];
static uint64 seed = 7;

static int64
random_below(int64 n)
{
	return (int64) (next_random(&seed) % (uint64) n);
}

static void
make_entrants(int n, int64 unit)
{
	for (int i = 0; i < n; i++)
	{
		Entrant    *e = &entrants[i];

		e->watched = random_below(1000) * unit;
		e->time = random_below(3) == 0 ? NOT_CONVERTED : random_below(e->watched / unit + 1) * unit;
		if (e->time != NOT_CONVERTED && random_below(4) == 0)
			e->watched = FOREVER;
	}
	entrants_sort(&(EntrantList) {.entrants = entrants, .n = n});
}

static Writer
write_entrants(int n, int64 forever)
{
	static const uint8 slack[COLUMN_SLACK] = {0};
	Writer		w;

	writer_begin(&w);
	entrants_write(&w, &(EntrantList) {.entrants = entrants, .n = n, .waiting_forever = forever});
	write_bytes(&w, slack, COLUMN_SLACK);
	return w;
}

/* Whether the body holds exactly the entrants. */
static bool
holds(const uint8 *body, Size size, int n, int64 forever)
{
	Entrants	e;
	int			waiting = 0;
	int			seen = 0;
	bool		good = true;

	if (!entrants_open(&e, body, size) || entrants_total(&e) != n + forever || e.waiting_forever != forever)
		return false;
	while (waiting < n && entrants[waiting].time == NOT_CONVERTED)
		waiting++;
	for (int section = SECTION_WAITING; section <= SECTION_CONVERTED; section++)
	{
		EntrantStream *s = entrants_stream(&e, section);
		int			at = section == SECTION_WAITING ? 0 : waiting;

		while (good && entrant_stream_next(s))
		{
			for (int i = 0; i < s->stream.n; i++, at++, seen++)
			{
				while (section != SECTION_WAITING && at < n &&
					   (entrants[at].watched == FOREVER) != (section == SECTION_CONVERTED_FOREVER))
					at++;
				if (at >= n)
					return false;
				good &= section == SECTION_WAITING ? s->times[i] == entrants[at].watched :
					s->times[i] == entrants[at].time &&
					(section == SECTION_CONVERTED_FOREVER || s->watched[i] == entrants[at].watched);
			}
		}
		pfree(s);
	}
	return good && seen == n;
}

static void
test_round_trips(void)
{
	static const int sizes[] = {0, 1, 2, 3, 17, 1023, 1024, 1025, 4096, MAX_TESTED};
	bool		good = true;

	for (Size i = 0; i < lengthof(sizes); i++)
	{
		for (int64 unit = 1; unit <= INT64CONST(86400000000); unit *= 1000)
		{
			Writer		w;

			make_entrants(sizes[i], unit);
			w = write_entrants(sizes[i], i);
			good &= entrants_validate(w.start, w.used) == NULL;
			good &= holds(w.start, w.used, sizes[i], i);
			pfree(w.start);
		}
	}
	ok(good, "entrants come back as they went in");
}

/* Runs of entrants that are alike give the bytes that the entrants themselves give. */
static void
test_runs(void)
{
	bool		good = true;

	for (int round = 0; round < 40; round++)
	{
		int			n = 100 + random_below(3000);
		EntrantRun	runs[200];
		EntrantList list = {.entrants = palloc(n * sizeof(Entrant)), .runs = runs};
		Writer		plain;
		Writer		w;

		make_entrants(n, 1);
		/* few different ones */
		for (int i = 0; i < n; i++)
			entrants[i] = entrants[random_below(1 + round / 4)];
		entrants_sort(&(EntrantList) {.entrants = entrants, .n = n});
		plain = write_entrants(n, 3);
		for (int from = 0, to; from < n; from = to)
		{
			for (to = from + 1; to < n && compare_entrants(&entrants[to], &entrants[from]) == 0; to++)
				continue;
			for (int left = to - from; left > 0;)
			{
				int			some = 1 + random_below(left);

				if (random_below(2) && list.n_runs < (int) lengthof(runs))
					runs[list.n_runs++] = (EntrantRun) {entrants[from], some};
				else
				{
					for (int i = 0; i < some; i++)
						list.entrants[list.n++] = entrants[from];
				}
				left -= some;
			}
		}
		list.waiting_forever = 3;
		entrants_sort(&list);
		writer_begin(&w);
		entrants_write(&w, &list);
		good &= w.used + COLUMN_SLACK == plain.used && memcmp(w.start, plain.start, w.used) == 0;
		pfree(w.start);
		pfree(plain.start);
		pfree(list.entrants);
	}
	ok(good, "entrants in runs are written as one by one");
}

/* Copies into a buffer of just that size, for the sanitizer to watch. */
static const char *
validate_copy(const uint8 *body, Size size)
{
	uint8	   *copy = palloc(size + 1);
	const char *problem;
	uint8	   *exact = repalloc(copy, Max(size, 1));

	memcpy(exact, body, size);
	problem = entrants_validate(exact, size);
	pfree(exact);
	return problem;
}

static void
test_damage(void)
{
	bool		cuts = true;
	bool		canonical = true;
	int			accepted = 0;
	int			tried = 0;

	for (int round = 0; round < 60; round++)
	{
		int			n = round % 2 ? 1030 + round : round;
		Writer		w;

		make_entrants(n, round % 3 ? 1 : UNIT_FOR_DAMAGE);
		w = write_entrants(n, round % 5);
		for (Size cut = 0; cut < w.used; cut += 1 + cut / 16)
			cuts &= validate_copy(w.start, cut) != NULL;
		for (int i = 0; i < 1500; i++, tried++)
		{
			Size		at = random_below(random_below(2) ? Min((Size) 24, w.used) : w.used);
			uint8		was = w.start[at];

			w.start[at] = (uint8) next_random(&seed);
			if (validate_copy(w.start, w.used) == NULL)
			{
				Entrants	e;
				bool		open = entrants_open(&e, w.start, w.used);

				/* another value then: it can be read to its end */
				canonical &= open;
				for (int section = SECTION_WAITING; open && section <= SECTION_CONVERTED; section++)
				{
					EntrantStream *s = entrants_stream(&e, section);

					while (entrant_stream_next(s))
						continue;
					canonical &= s->left == 0;
					pfree(s);
				}
				accepted++;
			}
			w.start[at] = was;
		}
		pfree(w.start);
	}
	ok(cuts, "whatever is cut short is refused");
	ok(canonical && accepted > 0 && accepted < tried, "a changed byte gives a readable value or a refusal");
}

int
main(void)
{
	test_round_trips();
	test_runs();
	test_damage();
	return tap_status();
}
