/*
 * Lifecycle: for each calendar period, who is new, who stayed, who came back
 * and who left.
 *
 *	new			the entity's first period with an event
 *	retained	active, and active in the period before
 *	resurrected	active, not in the period before, but earlier
 *	churned		not active, but active in the period before
 *
 * So active = new + retained + resurrected, and it differs from the period
 * before by new + resurrected - churned.  Who is absent from a period that is
 * not over may still come: it has no churned yet.
 */
#include "readers/shared/span.h"

#include "pg/result.h"

/* The arguments. */
enum
{
	J, AS_OF, UNIT, TIME_ZONE, ORIGIN
};

typedef struct Period
{
	int64		active;
	int64		new;
	int64		retained;
} Period;

/* Who did not stay came back or is new; so there is no branch on how periods follow each other. */
static void
count_entity(const Span *span, Period *periods)
{
	int32		before = span->active[0];

	periods[before].new++;
	periods[before].active++;
	for (int i = 1; i < span->n_active; i++)
	{
		int32		unit = span->active[i];

		periods[unit].active++;
		periods[unit].retained += unit == before + 1;
		before = unit;
	}
}

PLG_FUNCTION(plg_lifecycle);
Datum
plg_lifecycle(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Calendar   *calendar = arg_calendar(fcinfo, UNIT, TIME_ZONE, ORIGIN);
	HistoryCursor *cursor;
	History		journeys;
	TimestampTz as_of = arg_as_of(fcinfo, AS_OF);
	Span		span;
	Period	   *periods;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (!arg_observed_journeys(fcinfo, J, &journeys, &as_of))
		return (Datum) 0;
	if (!span_begin(&span, calendar, &journeys, as_of, "periods",
					"use a longer unit, or leave out older events with plg.slice"))
		return (Datum) 0;

	periods = palloc0(span.units.n * sizeof(Period));
	cursor = palloc(sizeof(HistoryCursor));
	cursor_open_times(cursor, &journeys);
	cursor_any_order(cursor);
	while (span_next(&span, cursor))
		count_entity(&span, periods);

	for (int i = 0; i < span.shown; i++)
	{
		const Period *period = &periods[i];
		int64		churned = i == 0 ? 0 : periods[i - 1].active - period->retained;
		int64		resurrected = period->active - period->retained - period->new;
		bool		mature = unit_is_over(calendar, span.units.first + i, as_of);
		ResultRow	row = {0};

		put_unit_date(&row, calendar, span.units.first + i);
		put_datum(&row, BoolGetDatum(mature));
		put_number(&row, period->new);
		put_number(&row, period->retained);
		put_number(&row, resurrected);
		put_number_if(&row, mature, churned);
		put_number(&row, period->active);
		put_float_if(&row, mature && churned > 0, (double) (period->active - period->retained) / (double) churned);
		put_unit_start(&row, calendar, span.units.first + i);
		put_row(result, &row);
	}
	return (Datum) 0;
}
