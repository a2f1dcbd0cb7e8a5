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
#include "metrics/span.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "journeys/journeys.h"
#include "utils/array.h"
#include "utils/lsyscache.h"

#define WEEK 7
#define MONTH 28

typedef struct Period
{
	DateADT		first_day;
	DateADT		last_day;
	int64		entity_days;
	int64		l7[WEEK + 1];	/* by days of the last 7 on which they were active */
	int64		l28[MONTH + 1];
} Period;

typedef struct Stickiness
{
	Span		span;			/* of days */
	Calendar   *calendar;		/* of periods, by local dates */
	int32		first;			/* its index of period 0 */
	int			n;
	Period	   *periods;
	int32	   *period_of;		/* by day of the span */
	int64	   *active_on;		/* by day: entities */
} Stickiness;

/* Local dates are looked up as midnights of UTC. */
static int32
period_of_date(Calendar *calendar, DateADT day)
{
	return calendar_index(calendar, timestamp_of_date(day));
}

static void
make_periods(Stickiness *s)
{
	const Span *span = &s->span;

	s->first = period_of_date(s->calendar, span->units.first);
	s->n = period_of_date(s->calendar, span->units.first + span->units.n - 1) - s->first + 1;
	s->periods = palloc_extended(s->n * sizeof(Period), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	s->period_of = palloc(span->units.n * sizeof(int32));
	for (int i = 0; i < s->n; i++)
	{
		s->periods[i].first_day = calendar_date(s->calendar, s->first + i);
		s->periods[i].last_day = calendar_date(s->calendar, s->first + i + 1) - 1;
	}
	for (int day = 0; day < span->units.n; day++)
		s->period_of[day] = period_of_date(s->calendar, span->units.first + day) - s->first;
	s->active_on = palloc0(span->units.n * sizeof(int64));
}

/*
 * The days of four weeks, as bits, counted: in the lowest byte the first 8, then
 * 8 and 5, and in the highest the 7 of the last week.
 */
static inline uint32
count_days(uint32 days)
{
	uint32		bits = (days & ((1 << (MONTH - WEEK)) - 1)) | days >> (MONTH - WEEK) << 24;

	bits -= bits >> 1 & 0x55555555;
	bits = (bits & 0x33333333) + (bits >> 2 & 0x33333333);
	return (bits + (bits >> 4)) & 0x0f0f0f0f;
}

/*
 * Adds an entity's days to all periods whose last four weeks hold one.  Its
 * days are bits of a word that begins with these weeks, in the register as long
 * as can be, and is filled again when it does not reach to their end.
 */
static void
count_entity(Stickiness *s)
{
	const int32 *active = s->span.active;
	int			n = s->span.n_active;
	int			next = 0;		/* the first day beyond the word */
	int32		first = s->periods[s->period_of[active[0]]].last_day + 1 - s->span.units.first - MONTH; /* of the word */
	int32		until = PG_INT32_MIN;	/* exclusive, of the days that are in it */
	uint64		days = 0;

	for (int period = s->period_of[active[0]]; period < s->n; period++)
	{
		Period	   *p = &s->periods[period];
		int32		end = p->last_day + 1 - s->span.units.first;
		uint32		month;
		uint32		counts;

		days = end - MONTH - first < 64 ? days >> (end - MONTH - first) : 0;
		first = end - MONTH;
		if (end > until)
		{
			for (until = first + 64; next < n && active[next] < until; next++)
			{
				days |= (uint64) (active[next] >= first) << ((active[next] - first) & 63);
				s->active_on[active[next]]++;
			}
		}
		month = (uint32) days & ((1 << MONTH) - 1);
		if (month == 0)
		{
			/* on to the period of the next day, if any */
			if (days == 0 && next == n)
				break;
			period = s->period_of[days == 0 ? active[next] : first + __builtin_ctzll(days)] - 1;
			continue;
		}
		counts = count_days(month);
		p->l28[counts * 0x01010101 >> 24]++;
		p->l7[counts >> 24]++;
	}
}

/* Puts actives, their mean share of active days, and the histogram itself. */
static void
put_window(const int64 *histogram, int days, Datum *active, Datum *share, bool *share_null,
		   Datum *array)
{
	Datum		elements[MONTH];
	int64		entities = 0;
	int64		entity_days = 0;
	int16		length;
	bool		by_value;
	char		align;

	for (int i = 1; i <= days; i++)
	{
		entities += histogram[i];
		entity_days += histogram[i] * i;
		elements[i - 1] = Int64GetDatum(histogram[i]);
	}
	*active = Int64GetDatum(entities);
	*share_null = entities == 0;
	if (entities > 0)
		*share = Float8GetDatum((double) entity_days / (double) days / (double) entities);
	get_typlenbyvalalign(INT8OID, &length, &by_value, &align);
	*array = PointerGetDatum(construct_array(elements, days, INT8OID, length, by_value, align));
}

static void
put_period(ReturnSetInfo *result, const Stickiness *s, int index, bool mature)
{
	const Period *period = &s->periods[index];
	int			days = period->last_day - period->first_day + 1;
	bool		known7 = mature && period->last_day - (WEEK - 1) >= s->span.units.first;
	bool		known28 = mature && period->last_day - (MONTH - 1) >= s->span.units.first;
	Datum		values[9] = {0};
	bool		nulls[9];

	CHECK_FOR_INTERRUPTS();
	memset(nulls, true, sizeof(nulls));
	nulls[0] = nulls[1] = false;
	values[0] = DateADTGetDatum(period->first_day);
	values[1] = BoolGetDatum(mature);
	if (mature && period->first_day >= s->span.units.first)
	{
		values[2] = Float8GetDatum((double) period->entity_days / (double) days);
		nulls[2] = false;
	}
	if (known7)
	{
		put_window(period->l7, WEEK, &values[3], &values[5], &nulls[5], &values[7]);
		nulls[3] = nulls[7] = false;
	}
	if (known28)
	{
		put_window(period->l28, MONTH, &values[4], &values[6], &nulls[6], &values[8]);
		nulls[4] = nulls[8] = false;
	}
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

PLG_FUNCTION(plg_stickiness);
Datum
plg_stickiness(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	char	   *unit = arg_name(fcinfo, 2, "unit");
	char	   *tz = arg_name(fcinfo, 3, "tz");
	Calendar   *local = make_calendar(unit, tz);
	Calendar   *days = make_calendar("day", tz);
	HistoryCursor *cursor;
	History		journeys;
	TimestampTz as_of;
	Stickiness	s;
	int			shown;

	s.calendar = make_calendar(unit, "UTC");
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	arg_journeys(fcinfo, 0, &journeys);
	as_of = arg_as_of(fcinfo, 1, &journeys);
	if (!span_begin(&s.span, days, &journeys, as_of, "days",
					"leave out older events with plg.slice, or give an earlier as_of"))
		return (Datum) 0;
	make_periods(&s);
	cursor = palloc(sizeof(HistoryCursor));
	cursor_open_times(cursor, &journeys);
	while (span_next(&s.span, cursor))
		count_entity(&s);
	for (int day = 0; day < s.span.units.n; day++)
		s.periods[s.period_of[day]].entity_days += s.active_on[day];

	shown = s.period_of[s.span.shown - 1] + 1;
	for (int i = 0; i < shown; i++)
		put_period(result, &s, i, unit_is_over(local, s.first + i, as_of));
	return (Datum) 0;
}
