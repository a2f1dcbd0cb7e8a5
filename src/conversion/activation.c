/*
 * The share that has converted within a time, and the three ways to treat
 * those who have not been watched that long:
 *
 *	mature	leave them out, of numerator and denominator alike
 *	censor	use them for as long as they were watched (Kaplan-Meier)
 *	all		count them as they stand: what a newcomer would do, biased low
 */
#include "conversion/conversion.h"

#include "access/htup_details.h"
#include "core/stats/proportion.h"
#include "pg/result.h"

/* The arguments. */
enum
{
	C, WITHIN, MATURITY, LEVEL
};

typedef enum Maturity
{
	MATURITY_MATURE,
	MATURITY_CENSOR,
	MATURITY_ALL
} Maturity;

static Maturity
arg_maturity(FunctionCallInfo fcinfo, int argno)
{
	static const char *const names[] = {"mature", "censor", "all"};

	return (Maturity) arg_choice(fcinfo, argno, "maturity", names, lengthof(names));
}

void
set_proportion(Activation *activation, int64 converted, int64 total, double level)
{
	activation->known =
		wilson_interval(converted, total, level, &activation->low, &activation->high);
	if (activation->known)
		activation->rate = (double) converted / (double) total;
}

/* Counts those watched for within, and those who converted within it. */
static void
count_section(const Entrants *entrants, EntrantSection section, int64 within,
			  int64 *mature, int64 *converted, int64 *mature_converted)
{
	EntrantStream *s = entrants_stream(entrants, section);

	while (entrant_stream_next(s))
	{
		const int64 *watched = section == SECTION_WAITING ? s->times : s->watched;

		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < s->stream.n; i++)
		{
			bool		is_mature = section == SECTION_CONVERTED_FOREVER || watched[i] >= within;
			bool		is_converted = section != SECTION_WAITING && s->times[i] <= within;

			*mature += is_mature;
			*converted += is_converted;
			*mature_converted += is_mature && is_converted;
		}
	}
	pfree(s);
}

/* False if there is no conversion. */
static bool
compute_activation(Activation *a, FunctionCallInfo fcinfo, double level)
{
	Maturity	maturity = arg_maturity(fcinfo, MATURITY);
	int64		within = arg_within(fcinfo, WITHIN);
	int64		converted = 0;
	int64		mature_converted = 0;
	Entrants	e;

	if (PG_ARGISNULL(C))
		return false;
	arg_conversion(fcinfo, C, &e);
	memset(a, 0, sizeof(*a));
	a->entered = entrants_total(&e);
	if (within == WITHIN_UNLIMITED)
	{
		/* so far: nobody is too young for that */
		a->mature = a->entered;
		converted = mature_converted = entrants_converted(&e);
	}
	else
	{
		a->mature = e.waiting_forever;
		for (int section = SECTION_WAITING; section <= SECTION_CONVERTED; section++)
			count_section(&e, section, within, &a->mature, &converted, &mature_converted);
	}

	if (maturity == MATURITY_MATURE)
	{
		a->converted = mature_converted;
		set_proportion(a, mature_converted, a->mature, level);
	}
	else if (maturity == MATURITY_ALL)
	{
		a->converted = converted;
		set_proportion(a, converted, a->entered, level);
	}
	else
	{
		SurvivalPoint point = {.time = within};

		survival_at(survival_input(&e), two_sided_z(level), &point, 1);
		a->converted = converted;
		a->known = point.known;
		a->rate = point.rate;
		a->low = point.low;
		a->high = point.high;
	}
	return true;
}

/* For functions whose result columns are those of activation(). */
Datum
activation_row(FunctionCallInfo fcinfo, const Activation *a)
{
	ResultRow	row = {0};
	TupleDesc	tupdesc;

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE || tupdesc->natts != 6)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_FUNCTION_DEFINITION),
				 errmsg("this function must return a row of six columns"),
				 errhint("Create it with the extension's own script.")));
	put_number(&row, a->entered);
	put_number(&row, a->mature);
	put_number(&row, a->converted);
	put_float_if(&row, a->known, a->rate);
	put_float_if(&row, a->known, a->low);
	put_float_if(&row, a->known, a->high);
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(tupdesc), row.values, row.nulls));
}

PLG_FUNCTION(plg_conversion_activation_rate);
Datum
plg_conversion_activation_rate(PG_FUNCTION_ARGS)
{
	Activation	activation;

	if (!compute_activation(&activation, fcinfo, 0.95) || !activation.known)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(activation.rate);
}

PLG_FUNCTION(plg_conversion_activation);
Datum
plg_conversion_activation(PG_FUNCTION_ARGS)
{
	Activation	activation;

	if (!compute_activation(&activation, fcinfo, arg_level(fcinfo, LEVEL)))
		PG_RETURN_NULL();
	return activation_row(fcinfo, &activation);
}
