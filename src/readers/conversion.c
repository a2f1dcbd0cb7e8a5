/*
 * From journeys to conversions: one of all entrants, or one a cohort.
 *
 * Entrants come in the order of their names and go to their cohorts in two
 * steps, so that each cohort has room for just its own: first all are listed
 * and counted, then each is put in its place.
 */
#include "conversion/conversion.h"

#include "pg/calendar.h"
#include "pg/result.h"
#include "readers/shared/cohorts.h"
#include "readers/shared/start_goal.h"

typedef struct Start
{
	TimestampTz started;
	int64		time;			/* to conversion, or NOT_CONVERTED */
} Start;

/* There is room for all entities; what is not needed of it is never touched. */
static Start *
list_starts(StartGoal *visitor, int64 *n)
{
	const History *journeys = &visitor->journeys;
	int64		room = (int64) Min(journeys->entities, journeys->rows);
	Start	   *starts = palloc_huge_pages(room * sizeof(Start));

	*n = 0;
	while (start_goal_next(visitor))
	{
		Start	   *start = &starts[*n];

		if (unlikely((*n)++ == room))
			report_damaged_value("has more entities than it says");
		start->started = visitor->started;
		start->time = visitor->converted == DT_NOEND ? NOT_CONVERTED :
			time_between(visitor->started, visitor->converted);
	}
	return starts;
}

/* The entrants of a cohort: those who wait, then those who converted. */
typedef struct CohortEntrants
{
	int64		n[2];
	Entrant    *next[2];
} CohortEntrants;

static inline void
count_start(CohortEntrants *cohort, const Start *start)
{
	cohort->n[start->time != NOT_CONVERTED]++;
}

/* Where the cohort's entrants go; returns the end of that. */
static Entrant *
place_cohort(CohortEntrants *cohort, Entrant *place)
{
	cohort->next[0] = place;
	cohort->next[1] = place + cohort->n[0];
	return cohort->next[1] + cohort->n[1];
}

static inline void
put_start(CohortEntrants *cohort, const Start *start, TimestampTz as_of)
{
	Entrant    *entrant = cohort->next[start->time != NOT_CONVERTED]++;

	entrant->time = start->time;
	entrant->watched = watched_until(start->started, as_of);
}

/* Once all are in their places; those who wait and are watched for ever are counted only. */
static struct varlena *
cohort_value(const CohortEntrants *cohort, TimestampTz as_of)
{
	Entrant    *end = cohort->next[1];

	if (as_of == DT_NOEND)
		return entrants_value(&(EntrantList) {.entrants = end - cohort->n[1], .n = cohort->n[1],
			.waiting_forever = cohort->n[0]});
	return entrants_value(&(EntrantList) {.entrants = end - cohort->n[1] - cohort->n[0],
		.n = cohort->n[0] + cohort->n[1]});
}

PLG_FUNCTION(plg_journeys_conversion);
Datum
plg_journeys_conversion(PG_FUNCTION_ARGS)
{
	enum {J, START, GOAL, AS_OF, ENTERED, MIN_COUNT};

	CohortEntrants all = {0};
	StartGoal  *visitor;
	Start	   *starts;
	int64		n;

	visitor = arg_start_goal(fcinfo, J, AS_OF, ENTERED);
	if (visitor == NULL)
		PG_RETURN_NULL();
	starts = list_starts(visitor, &n);
	for (int64 i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		count_start(&all, &starts[i]);
	}
	place_cohort(&all, palloc_huge_pages(n * sizeof(Entrant)));
	for (int64 i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		put_start(&all, &starts[i], visitor->observed.as_of);
	}
	PG_RETURN_POINTER(cohort_value(&all, visitor->observed.as_of));
}

PLG_FUNCTION(plg_journeys_conversions);
Datum
plg_journeys_conversions(PG_FUNCTION_ARGS)
{
	enum {J, START, GOAL, AS_OF, UNIT, TIME_ZONE, ENTERED, MIN_COUNT, ORIGIN};

	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Calendar   *calendar;
	StartGoal  *visitor;
	Cohorts		cohorts;
	Cohort	  **ordered;
	Entrant    *place;
	Start	   *starts;
	int32	   *units;
	int64		n;
	int			n_cohorts;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	calendar = arg_calendar(fcinfo, UNIT, TIME_ZONE, ORIGIN);
	visitor = arg_start_goal(fcinfo, J, AS_OF, ENTERED);
	if (visitor == NULL)
		return (Datum) 0;
	starts = list_starts(visitor, &n);
	units = palloc_huge_pages(n * sizeof(int32));
	cohorts_begin(&cohorts, sizeof(CohortEntrants));
	for (int64 i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		units[i] = calendar_index(calendar, starts[i].started);
		count_start(cohort_data(&cohorts, units[i]), &starts[i]);
	}
	ordered = cohorts_in_order(&cohorts, &n_cohorts);
	place = palloc_huge_pages(n * sizeof(Entrant));
	for (int i = 0; i < n_cohorts; i++)
		place = place_cohort(ordered[i]->data, place);
	for (int64 i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		put_start(cohort_data(&cohorts, units[i]), &starts[i], visitor->observed.as_of);
	}

	for (int i = 0; i < n_cohorts; i++)
	{
		struct varlena *value = cohort_value(ordered[i]->data, visitor->observed.as_of);
		ResultRow	row = {0};

		put_unit_date(&row, calendar, ordered[i]->index);
		put_datum(&row, PointerGetDatum(value));
		put_unit_start(&row, calendar, ordered[i]->index);
		put_row(result, &row);
		pfree(value);
	}
	return (Datum) 0;
}
