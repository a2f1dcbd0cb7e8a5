/*
 * Stickiness: how often the active are active.
 *
 * For each calendar period: how many were active on a day (dau, the mean over
 * the period's days), in the 7 days (wau) and in the 28 days (mau) that end
 * with its last day, and how many of those were active on just 1, 2, ... of
 * those days (l7, l28).  28 days hold every weekday four times; 30 do not.
 *
 * dau_wau and dau_mau are the means of daily actives over the same 7 or 28
 * days, divided by wau or mau.  So they are the mean share of days on which an
 * active entity was active, and no accident of the last day.
 *
 * A window that was not watched to its end, or that reaches back before the
 * first day with an event, when nobody may have been watching, gives NULL.
 */
#include "readers/shared/span.h"

#include "catalog/pg_type.h"
#include "pg/result.h"
#include "utils/array.h"
#include "utils/lsyscache.h"

/* The arguments. */
enum
{
	J, AS_OF, UNIT, TIME_ZONE, ORIGIN
};

#define WEEK 7
#define MONTH 28

/*
 * Days are counted in cells.  A cell ends wherever a period or one of its
 * windows begins or ends, so a window is some cells as a whole, and an entity's
 * days in it are the difference of two running counts.  Where periods are weeks
 * a cell is one, too.
 */
typedef struct Period
{
	DateADT		first_day;
	DateADT		last_day;
	int32		end;			/* the cell behind its last day */
	int32		week;			/* the first cell of its last 7 days */
	int32		month;			/* and of its last 28 */
	int64		entity_days;
	/* by days active of the 21 before the last 7, and of those; a value has fewer than 2^32 */
	uint32		entities[MONTH - WEEK + 1][WEEK + 1];
} Period;

typedef struct Stickiness
{
	Span		span;			/* of days */
	Calendar   *calendar;		/* of periods, by local dates */
	int32		first;			/* its index of period 0 */
	int			n;
	Period	   *periods;
	int32		n_days;			/* up to the end of the last period */
	int32	   *period_of;		/* by day of the span, and n behind the last */
	int32	   *cell_of;		/* the same */
	int64	   *active_on;		/* by day: entities */

	/* of the entity at hand, by cell */
	int32	   *through;		/* its days up to the last one in the cell; 0: none there */
	int32	   *before;			/* its days before the cell */
} Stickiness;

/* So many days without the entity are passed over, not looked at cell by cell. */
#define LONG_GAP 512

/* Local dates are looked up as midnights of UTC. */
static int32
period_of_date(Calendar *calendar, DateADT day)
{
	return calendar_index(calendar, timestamp_of_date(day));
}

/* Finds the cells. */
static void
make_cells(Stickiness *s)
{
	DateADT		first_day = s->span.units.first;
	int32		cell = -1;

	s->cell_of = palloc0((s->n_days + 1) * sizeof(int32));
	for (int i = 0; i < s->n; i++)
	{
		int32		end = s->periods[i].last_day + 1 - first_day;

		s->cell_of[Max(s->periods[i].first_day - first_day, 0)] = 1;
		s->cell_of[Max(end - WEEK, 0)] = 1;
		s->cell_of[Max(end - MONTH, 0)] = 1;
		s->cell_of[end] = 1;
	}
	for (int32 day = 0; day <= s->n_days; day++)
		s->cell_of[day] = cell += s->cell_of[day];
	for (int i = 0; i < s->n; i++)
	{
		Period	   *p = &s->periods[i];
		int32		end = p->last_day + 1 - first_day;

		p->end = s->cell_of[end];
		p->week = s->cell_of[Max(end - WEEK, 0)];
		p->month = s->cell_of[Max(end - MONTH, 0)];
	}
	s->through = palloc0((cell + 1) * sizeof(int32));
	s->before = palloc((cell + 1) * sizeof(int32));
}

static void
make_periods(Stickiness *s)
{
	const Span *span = &s->span;

	s->first = period_of_date(s->calendar, span->units.first);
	s->n = period_of_date(s->calendar, span->units.first + span->units.n - 1) - s->first + 1;
	s->periods = palloc_extended(s->n * sizeof(Period), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (int i = 0; i < s->n; i++)
	{
		s->periods[i].first_day = calendar_date(s->calendar, s->first + i);
		s->periods[i].last_day = calendar_date(s->calendar, s->first + i + 1) - 1;
	}
	s->n_days = s->periods[s->n - 1].last_day + 1 - span->units.first;
	s->period_of = palloc((s->n_days + 1) * sizeof(int32));
	for (int i = 0, day = 0; i < s->n; i++)
	{
		for (; day <= s->periods[i].last_day - span->units.first; day++)
			s->period_of[day] = i;
	}
	s->period_of[s->n_days] = s->n;
	s->active_on = palloc0(span->units.n * sizeof(int64));
	make_cells(s);
}

/*
 * Adds days without a long gap between them to all periods whose last four
 * weeks hold one, and perhaps to others as none.
 */
static void
count_days(Stickiness *s, const int32 *days, int n)
{
	const int32 *cell_of = s->cell_of;
	int64	   *active_on = s->active_on;
	int32	   *through = s->through;
	int32	   *before = s->before;
	int			first = s->period_of[days[0]];
	int			end = s->period_of[Min(days[n - 1] + MONTH, s->n_days)];
	int32		cell = Min(cell_of[days[0]], s->periods[first].month);
	int32		end_cell = Max(cell_of[days[n - 1]], end > first ? s->periods[end - 1].end : 0);
	int32		counted = 0;

	for (int i = 0; i < n; i++)
	{
		active_on[days[i]]++;
		through[cell_of[days[i]]] = i + 1;
	}
	for (; cell <= end_cell; cell++)
	{
		before[cell] = counted;
		counted = Max(counted, through[cell]);
		through[cell] = 0;
	}
	for (Period *p = s->periods + first; p < s->periods + end; p++)
	{
		int32		week = before[p->end] - before[p->week];
		int32		earlier = before[p->week] - before[p->month];

		p->entities[earlier][week]++;
	}
}

static void
count_entity(Stickiness *s)
{
	const int32 *active = s->span.active;
	int			n = s->span.n_active;
	int			from = 0;

	for (int i = 1; i < n && active[n - 1] - active[from] >= LONG_GAP; i++)
	{
		if (active[i] - active[i - 1] >= LONG_GAP)
		{
			count_days(s, active + from, i - from);
			from = i;
		}
	}
	count_days(s, active + from, n - from);
}

/* What a window says of its entities by their number of active days. */
typedef struct Window
{
	int64		entities;
	int64		entity_days;
	Datum		histogram;
} Window;

static Window
sum_up(const int64 *histogram, int days)
{
	Window		window = {0};
	Datum		elements[MONTH];
	int16		length;
	bool		by_value;
	char		align;

	for (int i = 1; i <= days; i++)
	{
		window.entities += histogram[i];
		window.entity_days += histogram[i] * i;
		elements[i - 1] = Int64GetDatum(histogram[i]);
	}
	get_typlenbyvalalign(INT8OID, &length, &by_value, &align);
	window.histogram = PointerGetDatum(construct_array(elements, days, INT8OID, length, by_value, align));
	return window;
}

/* The mean share of days on which they were active. */
static void
put_share(ResultRow *row, bool known, const Window *window, int days)
{
	put_float_if(row, known && window->entities > 0,
				 (double) window->entity_days / (double) days / (double) window->entities);
}

static void
put_period(ReturnSetInfo *result, const Stickiness *s, Calendar *local, int index, bool mature)
{
	const Period *period = &s->periods[index];
	int			days = period->last_day - period->first_day + 1;
	bool		known7 = mature && period->last_day - (WEEK - 1) >= s->span.units.first;
	bool		known28 = mature && period->last_day - (MONTH - 1) >= s->span.units.first;
	int64		l7[WEEK + 1] = {0};
	int64		l28[MONTH + 1] = {0};
	Window		last7;
	Window		last28;
	ResultRow	row = {0};

	for (int week = 0; week <= WEEK; week++)
	{
		for (int earlier = 0; earlier <= MONTH - WEEK; earlier++)
		{
			l7[week] += period->entities[earlier][week];
			l28[week + earlier] += period->entities[earlier][week];
		}
	}
	last7 = sum_up(l7, WEEK);
	last28 = sum_up(l28, MONTH);
	put_datum(&row, DateADTGetDatum(period->first_day));
	put_datum(&row, BoolGetDatum(mature));
	put_float_if(&row, mature && period->first_day >= s->span.units.first,
				 (double) period->entity_days / (double) days);
	put_number_if(&row, known7, last7.entities);
	put_number_if(&row, known28, last28.entities);
	put_share(&row, known7, &last7, WEEK);
	put_share(&row, known28, &last28, MONTH);
	put_if(&row, known7, last7.histogram);
	put_if(&row, known28, last28.histogram);
	put_unit_start(&row, local, s->first + index);
	put_row(result, &row);
}

static void
refuse_hours(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("stickiness counts days, so its unit cannot be of hours"),
			 errhint("Use a unit of days or longer; plg.lifecycle counts who is active in each hour.")));
}

PLG_FUNCTION(plg_stickiness);
Datum
plg_stickiness(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Calendar   *local = arg_calendar(fcinfo, UNIT, TIME_ZONE, ORIGIN);
	Calendar   *days = arg_days(fcinfo, TIME_ZONE);
	HistoryCursor *cursor;
	History		journeys;
	TimestampTz as_of = arg_as_of(fcinfo, AS_OF);
	Stickiness	s;
	int			shown;

	if (calendar_grid(local)->unit == UNIT_HOUR)
		refuse_hours();
	s.calendar = calendar_of_dates(local);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (!arg_observed_journeys(fcinfo, J, &journeys, &as_of))
		return (Datum) 0;
	if (!span_begin(&s.span, days, &journeys, as_of, "days",
					"leave out older events with plg.slice, or give an earlier as_of"))
		return (Datum) 0;
	make_periods(&s);
	cursor = palloc(sizeof(HistoryCursor));
	cursor_open_times(cursor, &journeys);
	cursor_any_order(cursor);
	while (span_next(&s.span, cursor))
		count_entity(&s);
	for (int day = 0; day < s.span.units.n; day++)
		s.periods[s.period_of[day]].entity_days += s.active_on[day];

	shown = s.period_of[s.span.shown - 1] + 1;
	for (int i = 0; i < shown; i++)
		put_period(result, &s, local, i, unit_is_over(local, s.first + i, as_of));
	return (Datum) 0;
}
