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
#include "metrics/span.h"

#include "funcapi.h"
#include "journeys/journeys.h"

typedef struct Period
{
	int64		new;
	int64		retained;
	int64		resurrected;
	int64		churned;
} Period;

static void
count_entity(const Span *span, Period *periods)
{
	int32		before = -1;

	for (int i = 0; i < span->n_active; i++)
	{
		int32		unit = span->active[i];

		if (i == 0)
			periods[unit].new++;
		else if (unit == before + 1)
			periods[unit].retained++;
		else
		{
			periods[before + 1].churned++;
			periods[unit].resurrected++;
		}
		before = unit;
	}
	periods[before + 1].churned++;
}

PLG_FUNCTION(plg_lifecycle);
Datum
plg_lifecycle(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Calendar   *calendar = make_calendar(arg_name(fcinfo, 2, "unit"), arg_name(fcinfo, 3, "tz"));
	HistoryCursor *cursor;
	History		journeys;
	TimestampTz as_of;
	Span		span;
	Period	   *periods;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	arg_journeys(fcinfo, 0, &journeys);
	as_of = arg_as_of(fcinfo, 1, &journeys);
	if (!span_begin(&span, calendar, &journeys, as_of, "periods",
					"use a longer unit, or leave out older events with plg.slice"))
		return (Datum) 0;

	/* one more, for those who churn after the last */
	periods = palloc0((span.units.n + 1) * sizeof(Period));
	cursor = palloc(sizeof(HistoryCursor));
	cursor_open(cursor, &journeys, NULL);
	while (span_next(&span, cursor))
		count_entity(&span, periods);

	for (int i = 0; i < span.shown; i++)
	{
		const Period *period = &periods[i];
		bool		mature = unit_is_over(calendar, span.units.first + i, as_of);
		Datum		values[8] = {0};
		bool		nulls[8] = {false};

		CHECK_FOR_INTERRUPTS();
		values[0] = DateADTGetDatum(calendar_date(calendar, span.units.first + i));
		values[1] = BoolGetDatum(mature);
		values[2] = Int64GetDatum(period->new);
		values[3] = Int64GetDatum(period->retained);
		values[4] = Int64GetDatum(period->resurrected);
		values[5] = Int64GetDatum(period->churned);
		values[6] = Int64GetDatum(period->new + period->retained + period->resurrected);
		nulls[5] = !mature;
		nulls[7] = !mature || period->churned == 0;
		if (!nulls[7])
			values[7] = Float8GetDatum((double) (period->new + period->resurrected) /
									   (double) period->churned);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
