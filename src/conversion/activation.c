/*
 * The share that has converted within a time, and the three ways to treat
 * those who have not been watched that long:
 *
 *	mature	leave them out, of numerator and denominator alike
 *	censor	use them for as long as they were watched (Kaplan-Meier)
 *	all		count them as they stand: what a newcomer would do, biased low
 */
#include "conversion/conversion.h"

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

static void
count_section(const Entrants *entrants, EntrantSection section, int64 within, EntrantCounts *counts)
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

			counts->mature += is_mature;
			counts->converted += is_converted;
			counts->mature_converted += is_mature && is_converted;
		}
	}
	pfree(s);
}

/* Who was not seen from the start on is in no mature rate: had they converted before, they would not be there. */
static int64
count_late(const LateEntrants *late, int64 within)
{
	LateEntrant *entrants = late_read(late);
	int64		converted = 0;

	for (int64 i = late->waiting; i < late_total(late); i++)
		converted += entrants[i].time <= within;
	pfree(entrants);
	return converted;
}

EntrantCounts
count_entrants(const Entrants *entrants, int64 within)
{
	EntrantCounts counts = {.entered = entrants_total(entrants), .mature = entrants->waiting_forever};

	if (within == WITHIN_UNLIMITED)
	{
		/* so far: nobody is too young for that */
		counts.converted = entrants_converted(entrants);
		counts.mature = counts.entered - late_total(&entrants->late);
		counts.mature_converted = counts.converted - entrants->late.converted;
		return counts;
	}
	for (int section = SECTION_WAITING; section <= SECTION_CONVERTED; section++)
		count_section(entrants, section, within, &counts);
	if (entrants->late.converted > 0)
		counts.converted += count_late(&entrants->late, within);
	return counts;
}

/* False if there is no conversion. */
static bool
compute_activation(Activation *a, FunctionCallInfo fcinfo, double level)
{
	Maturity	maturity = arg_maturity(fcinfo, MATURITY);
	int64		within = arg_within(fcinfo, WITHIN);
	EntrantCounts counts;
	Entrants	e;

	if (PG_ARGISNULL(C))
		return false;
	arg_conversion(fcinfo, C, &e);
	counts = count_entrants(&e, within);
	memset(a, 0, sizeof(*a));
	a->entered = counts.entered;
	a->mature = counts.mature;
	if (maturity == MATURITY_MATURE)
	{
		a->converted = counts.mature_converted;
		set_proportion(a, counts.mature_converted, a->mature, level);
	}
	else if (maturity == MATURITY_ALL)
	{
		a->converted = counts.converted;
		set_proportion(a, counts.converted, a->entered, level);
	}
	else
	{
		SurvivalPoint point = {.time = within};

		survival_at(survival_input(&e), two_sided_z(level), &point, 1);
		a->converted = counts.converted;
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

	put_number(&row, a->entered);
	put_number(&row, a->mature);
	put_number(&row, a->converted);
	put_float_if(&row, a->known, a->rate);
	put_float_if(&row, a->known, a->low);
	put_float_if(&row, a->known, a->high);
	return single_row(fcinfo, &row);
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
