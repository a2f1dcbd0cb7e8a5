/* Sorting, packing and reading entrants; entrants.h describes the format. */
#include "core/history/entrants.h"
#include "core/base/radix.h"

#define ST_SORT sort_entrants
#define ST_ELEMENT_TYPE Entrant
#define ST_COMPARE(a, b) compare_entrants(a, b)
#define ST_SCOPE static
#define ST_DECLARE
#define ST_DEFINE
#define ST_CHECK_FOR_INTERRUPTS
#include "lib/sort_template.h"

#define NUM_SECTIONS 3

StaticAssertDecl(sizeof(Entrant) == 2 * sizeof(int64), "entrants must be pairs");

#define ST_SORT sort_runs
#define ST_ELEMENT_TYPE EntrantRun
#define ST_COMPARE(a, b) compare_entrants(&(a)->entrant, &(b)->entrant)
#define ST_SCOPE static
#define ST_DECLARE
#define ST_DEFINE
#define ST_CHECK_FOR_INTERRUPTS
#include "lib/sort_template.h"

/* Sorts those of equal times, which ascend, by watched. */
static void
sort_equal_times(Entrant *entrants, int64 n)
{
	for (int64 from = 0, to; from < n; from = to)
	{
		for (to = from + 1; to < n && entrants[to].time == entrants[from].time; to++)
		{
			if ((to & 0xffff) == 0)
				CHECK_FOR_INTERRUPTS();
		}
		if (to > from + 1)
			sort_entrants(entrants + from, to - from);
		else if ((to & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
	}
}

/*
 * By time, then by watched.  Equal times are few, but for those who wait, and
 * have no time.
 */
void
entrants_sort(EntrantList *list)
{
	Entrant    *entrants = list->entrants;
	int64		waiting = 0;

	/* those who wait first */
	for_many(i, list->n)
	{
		if (entrants[i].time == NOT_CONVERTED)
		{
			Entrant		entrant = entrants[i];

			entrants[i] = entrants[waiting];
			entrants[waiting++] = entrant;
		}
	}
	if (list->n > 0)
	{
		sort_pairs((int64 *) entrants, waiting, 1);
		sort_pairs((int64 *) (entrants + waiting), list->n - waiting, 0);
		sort_equal_times(entrants + waiting, list->n - waiting);
	}
	if (list->n_runs > 1)
		sort_runs(list->runs, list->n_runs);
	late_sort(list->late, list->n_late);
}

static EntrantSection
section_of(const Entrant *entrant)
{
	if (entrant->time == NOT_CONVERTED)
		return SECTION_WAITING;
	return entrant->watched == FOREVER ? SECTION_CONVERTED_FOREVER : SECTION_CONVERTED;
}

static int
section_columns(EntrantSection section)
{
	return section == SECTION_CONVERTED ? 2 : 1;
}

static void
write_block(Writer *w, const int64 *times, const int64 *watched, int n, int columns)
{
	writer_advance(w, column_write(writer_reserve(w, COLUMN_BOUND(n)), times, n));
	if (columns == 2)
		writer_advance(w, column_write(writer_reserve(w, COLUMN_BOUND(n)), watched, n));
}

/* The entrants of a sorted list, one after the other, runs among them. */
typedef struct EntrantWalk
{
	const Entrant *next;
	const Entrant *end;
	const EntrantRun *run;
	const EntrantRun *end_run;
	int64		left;			/* of the run before */
} EntrantWalk;

static EntrantWalk
walk_of(const EntrantList *list)
{
	EntrantWalk walk = {list->entrants, list->entrants, list->runs, list->runs, 0};

	/* an empty list may be no memory, to which C lets us add not even 0 */
	if (list->n > 0)
		walk.end += list->n;
	if (list->n_runs > 0)
		walk.end_run += list->n_runs;
	return walk;
}

static inline const Entrant *
next_entrant(EntrantWalk *walk)
{
	if (walk->left > 0)
	{
		walk->left--;
		return &walk->run[-1].entrant;
	}
	if (walk->run < walk->end_run &&
		(walk->next == walk->end || compare_entrants(&walk->run->entrant, walk->next) < 0))
	{
		walk->left = walk->run->n - 1;
		return &walk->run++->entrant;
	}
	return walk->next < walk->end ? walk->next++ : NULL;
}

/* One section of the sorted entrants, those that belong to it and are stored. */
static void
write_section(Writer *w, const EntrantList *sorted, EntrantSection section)
{
	EntrantWalk walk = walk_of(sorted);
	const Entrant *e;
	int64		times[ENTRANTS_BLOCK];
	int64		watched[ENTRANTS_BLOCK];
	int			n = 0;
	int64		passed = 0;

	while ((e = next_entrant(&walk)) != NULL)
	{
		if ((++passed & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		if (section_of(e) != section)
		{
			/* all who wait come first */
			if (section == SECTION_WAITING)
				break;
			continue;
		}
		times[n] = section == SECTION_WAITING ? e->watched : e->time;
		watched[n++] = e->watched;
		if (n == ENTRANTS_BLOCK)
		{
			write_block(w, times, watched, n, section_columns(section));
			n = 0;
		}
	}
	if (n > 0)
		write_block(w, times, watched, n, section_columns(section));
}

void
entrants_write(Writer *w, const EntrantList *sorted)
{
	int64		counts[NUM_SECTIONS] = {0};
	EntrantList converted = *sorted;

	for_many(i, sorted->n)
		counts[section_of(&sorted->entrants[i])]++;
	/* those who wait come first */
	converted.entrants += counts[SECTION_WAITING];
	converted.n -= counts[SECTION_WAITING];
	for_many(i, sorted->n_runs)
	{
		EntrantSection section = section_of(&sorted->runs[i].entrant);

		counts[section] += sorted->runs[i].n;
		converted.runs += section == SECTION_WAITING;
		converted.n_runs -= section == SECTION_WAITING;
	}

	write_varint(w, sorted->waiting_forever);
	for (int section = 0; section < NUM_SECTIONS; section++)
		write_varint(w, counts[section]);
	for (int section = 0; section < NUM_SECTIONS; section++)
	{
		if (counts[section] > 0)
			write_section(w, section == SECTION_WAITING ? sorted : &converted, section);
	}
	if (sorted->n_late > 0)
		late_write(w, sorted->late, sorted->n_late);
}

static bool
take_count(ByteReader *r, int64 *count)
{
	uint64		value;

	if (!take_varint(r, &value) || value > MAX_ENTRANTS)
		return false;
	*count = (int64) value;
	return true;
}

static bool
take_counts(Entrants *e, ByteReader *r)
{
	return take_count(r, &e->waiting_forever) &&
		take_count(r, &e->waiting) &&
		take_count(r, &e->converted_forever) &&
		take_count(r, &e->converted);
}

static int64
section_count(const Entrants *e, EntrantSection section)
{
	switch (section)
	{
		case SECTION_WAITING:
			return e->waiting;
		case SECTION_CONVERTED_FOREVER:
			return e->converted_forever;
		case SECTION_CONVERTED:
			return e->converted;
	}
	return 0;
}

/* Reads the counts and finds the sections. */
bool
entrants_open(Entrants *e, const uint8 *body, Size size)
{
	ByteReader	r = {body, body + size};

	e->end = r.end;
	e->late = (LateEntrants) {0};
	if (!take_counts(e, &r))
		return false;
	for (int section = 0; section < NUM_SECTIONS; section++)
	{
		e->sections[section] = r.p;
		for (int64 left = section_count(e, section); left > 0; left -= ENTRANTS_BLOCK)
		{
			Column		column;

			for (int i = 0; i < section_columns(section); i++)
				if (!column_open(&column, &r, Min(left, ENTRANTS_BLOCK)))
					return false;
		}
	}
	e->late_start = r.p;
	if (bytes_left(&r) > COLUMN_SLACK && !late_open(&e->late, &r))
		return false;
	return bytes_left(&r) == COLUMN_SLACK;
}

static bool
refill(TimeStream *stream)
{
	return entrant_stream_next((EntrantStream *) stream);
}

/* To be read with entrant_stream_next, or as a stream of times. */
EntrantStream *
entrants_stream(const Entrants *e, EntrantSection section)
{
	EntrantStream *s = palloc(sizeof(EntrantStream));

	s->stream.times = s->times;
	s->stream.n = s->stream.next = 0;
	s->stream.refill = refill;
	s->reader.p = e->sections[section];
	s->reader.end = e->end;
	s->left = section_count(e, section);
	s->columns = section_columns(section);
	return s;
}

/* Reads the next block: stream.n entrants. */
bool
entrant_stream_next(EntrantStream *s)
{
	int			n = (int) Min(s->left, ENTRANTS_BLOCK);
	Column		column;

	s->stream.n = s->stream.next = 0;
	if (n == 0 || !column_open(&column, &s->reader, n))
		return false;
	column_unpack(&column, n, s->times);
	if (s->columns == 2)
	{
		if (!column_open(&column, &s->reader, n))
			return false;
		column_unpack(&column, n, s->watched);
	}
	s->left -= n;
	s->stream.n = n;
	return true;
}

/*
 * Whether a block's times are in order, after the entrant before it, and
 * possible.
 */
static const char *
check_block(const EntrantStream *s, Entrant *before)
{
	for (int i = 0; i < s->stream.n; i++)
	{
		Entrant		e = {s->times[i], s->columns == 2 ? s->watched[i] : 0};

		if (e.time < 0 || e.time == FOREVER || e.watched == FOREVER ||
			(s->columns == 2 && e.watched < e.time))
			return "It holds impossible times.";
		if (compare_entrants(&e, before) < 0)
			return "Its times are not in order.";
		*before = e;
	}
	return NULL;
}

/*
 * What is wrong with a body, or NULL.  It must be what entrants_write makes of
 * its contents, so each piece is written again and compared.
 */
const char *
entrants_validate(const uint8 *body, Size size)
{
	static const char *const damaged = "It is damaged.";
	static const char *const not_canonical = "It is not packed as plg packs it.";
	const char *problem = NULL;
	uint8		counts[4 * MAX_VARINT];
	uint8	   *p = counts;
	Entrants	e;
	Writer		w;

	if (!entrants_open(&e, body, size))
		return damaged;
	p = put_varint(p, e.waiting_forever);
	p = put_varint(p, e.waiting);
	p = put_varint(p, e.converted_forever);
	p = put_varint(p, e.converted);
	if (e.sections[0] - body != p - counts || memcmp(body, counts, p - counts) != 0)
		return not_canonical;

	writer_begin(&w);
	for (int section = 0; section < NUM_SECTIONS && problem == NULL; section++)
	{
		EntrantStream *s = entrants_stream(&e, section);
		Entrant		before = {0, 0};
		const uint8 *from = s->reader.p;

		while (problem == NULL && entrant_stream_next(s))
		{
			CHECK_FOR_INTERRUPTS();
			w.used = 0;
			write_block(&w, s->times, s->watched, (int) s->stream.n, s->columns);
			problem = check_block(s, &before);
			if (problem == NULL && (w.used != (Size) (s->reader.p - from) ||
									memcmp(w.start, from, w.used) != 0))
				problem = not_canonical;
			from = s->reader.p;
		}
		pfree(s);
	}
	pfree(w.start);
	if (problem == NULL && late_total(&e.late) > 0)
		problem = late_problem(&e.late, e.late_start);
	return problem;
}
