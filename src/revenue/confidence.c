/*
 * The confidence interval of NRR.
 *
 * NRR is a ratio of sums, R = sum(c) / sum(o), over the accounts that paid at
 * the opening.  Seen as a sample of the accounts that could have been, its
 * variance by the delta method (W. G. Cochran, "Sampling Techniques", 3rd ed.,
 * 1977, chapter 6) is n / (n - 1) * sum((c - R o)^2) / sum(o)^2; with Student's
 * t at n - 1 degrees of freedom, because cohorts are small.
 */
#include "revenue/row.h"
#include "revenue/window.h"

#include <math.h>

#include "pg/args.h"
#include "core/stats/distribution.h"

/* The further arguments. */
enum
{
	BRIDGE_GAP = WINDOW_ARGS, LEVEL
};

/* What the accounts paid and pay, at the ledger's scale. */
typedef struct Cohort
{
	int64		n;
	int64		capacity;
	int128	   *opening;
	int128	   *closing;
	int128		paid;			/* sum of openings */
	int128		pay;			/* of closings */
} Cohort;

static void
add_account(Cohort *cohort, int128 opening, int128 closing)
{
	if (cohort->n == cohort->capacity)
	{
		cohort->capacity *= 2;
		cohort->opening = repalloc_huge(cohort->opening, cohort->capacity * sizeof(int128));
		cohort->closing = repalloc_huge(cohort->closing, cohort->capacity * sizeof(int128));
	}
	cohort->opening[cohort->n] = opening;
	cohort->closing[cohort->n++] = closing;
	cohort->paid = money_add(cohort->paid, opening);
	cohort->pay = money_add(cohort->pay, closing);
}

/*
 * A width of no more than this is rounding: all accounts went the same way, and
 * how far others might have gone they do not say.
 */
#define ROUNDING 1e-12

static double
half_width(const Cohort *cohort, double nrr, double level)
{
	double		paid = (double) cohort->paid;
	double		sum = 0;

	for (int64 i = 0; i < cohort->n; i++)
	{
		double		residual = ((double) cohort->closing[i] - nrr * (double) cohort->opening[i]) / paid;

		sum += residual * residual;
	}
	return two_sided_t(level, (double) (cohort->n - 1)) *
		sqrt(sum * (double) cohort->n / (double) (cohort->n - 1));
}

/* nrr_ci(ledger, since date, until date, tz text, as_of timestamptz, bridge_gap interval, level float8) */
PLG_FUNCTION(plg_ledger_nrr_ci);
Datum
plg_ledger_nrr_ci(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	CourseOptions options = default_options().course;
	LedgerWindow window;
	Course		course = {.options = &options, .starts = window.bounds, .n_periods = 1};
	Cohort		cohort = {.capacity = 64};
	double		level;
	double		nrr = 0;
	double		half = 0;
	bool		bounded;
	ResultRow	row = {0};

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	options.bridge_gap = arg_bridge_gap(fcinfo, BRIDGE_GAP);
	level = arg_level(fcinfo, LEVEL);
	arg_window(fcinfo, &window);
	if (!open_window(fcinfo, &window, &options))
		return (Datum) 0;
	cohort.opening = palloc(cohort.capacity * sizeof(int128));
	cohort.closing = palloc(cohort.capacity * sizeof(int128));
	while (window.known && next_account(window.reader))
	{
		course_begin(&course, window.reader);
		if (!course_next(&course))
			course_stay(&course);
		if (course.move.opening > 0)
			add_account(&cohort, course.move.opening, positive(course.move.closing));
	}

	if (window.known)
	{
		put_datum(&row, Int64GetDatum(cohort.n));
		put_money(&row, cohort.paid, window.reader->scale);
		put_money(&row, cohort.pay, window.reader->scale);
	}
	else
	{
		for (int i = 0; i < 3; i++)
			put_null(&row);
	}
	put_ratio(&row, window.known, cohort.pay, cohort.paid);
	if (cohort.n > 1 && money_ratio(cohort.pay, cohort.paid, &nrr))
		half = half_width(&cohort, nrr, level);
	bounded = half > ROUNDING * nrr;
	put_float_if(&row, bounded, Max(nrr - half, 0));
	put_float_if(&row, bounded, nrr + half);
	put_row(result, &row);
	return (Datum) 0;
}
