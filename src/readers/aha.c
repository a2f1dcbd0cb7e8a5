/*
 * Aha: what entrants do early that foretells an outcome.
 *
 * Every event, so many times, within such a time is a cell with a table of two
 * by two (aha_cells.h).  A cell is looked at if enough entrants did it and not
 * too many, which does not depend on outcomes.  Of all that are looked at,
 * p-values are adjusted by Benjamini and Hochberg's method.
 *
 * To be among the best of so many flatters.  So one half of the entities chooses
 * as many cells as are listed, and what the other half says of these stands
 * beside.  Which of them are looked at, and in what order, is known from both
 * halves; so the lower bounds are such that all of them hold together
 * (Bonferroni's).
 */
#include "readers/aha_cells.h"

#include "core/stats/adjust.h"
#include "core/stats/difference.h"
#include "core/stats/phi.h"
#include "pg/entity.h"
#include "pg/result.h"
#include "readers/shared/labels.h"
#include "catalog/pg_type.h"
#include "lib/qunique.h"
#include "utils/float.h"

#include <math.h>

/* The arguments. */
enum
{
	J, START, OUTCOME, AS_OF, WINDOWS, COUNTS, OUTCOME_FROM, OUTCOME_UNTIL, OUTCOME_COUNT,
	MIN_REACH, MAX_REACH, MIN_ENTITIES, TOP, ENTERED
};

#define CONFIDENCE 0.95
#define ALWAYS_TUNING 5000		/* of what is not used here */

/* The halves. */
#define CHOOSES 0
#define IS_HELD_OUT 1

/* A cell that is looked at. */
typedef struct Looked
{
	uint32		candidate;
	int			count;
	int			window;
	double		chosen_by;		/* what it explains in the half that chooses */
	double		explained;
	double		q;
	bool		chosen;
} Looked;

typedef struct Limits
{
	int64		min_entities;
	double		min_reach;
	double		max_reach;
} Limits;

/* What doing it makes of the outcome; NaN where nobody did, or everybody. */
static ProportionDifference
difference_of(const AhaTable *table, double level)
{
	return proportion_difference(table->hits - table->did_hit, table->entrants - table->did,
								 table->did_hit, table->did, level, ALWAYS_TUNING);
}

/* A share of entrants and what the difference is at least; -infinity if nothing is known. */
static double
explained_by(const AhaTable *table)
{
	double		low = difference_of(table, CONFIDENCE).low;

	return isnan(low) ? -get_float8_infinity() : (double) table->did / (double) table->entrants * low;
}

static bool
is_looked_at(const AhaTable *table, const Limits *limits)
{
	double		reach = (double) table->did / (double) table->entrants;

	return table->did >= limits->min_entities && reach >= limits->min_reach && reach <= limits->max_reach;
}

/* In all cells' order, of which there may be many; returns how many are looked at. */
static int64
look_at_cells(const AhaCells *cells, const Limits *limits, Looked **looked)
{
	int64		capacity = 1024;
	int64		n = 0;
	double	   *p = palloc(capacity * sizeof(double));
	AhaCell		cell;

	*looked = palloc(capacity * sizeof(Looked));
	for (uint32 candidate = 0; candidate < cells->n_candidates; candidate++)
	{
		for (int count = 0; count < cells->n_counts; count++)
		{
			for (int window = 0; window < cells->n_windows; window++)
			{
				CHECK_FOR_INTERRUPTS();
				aha_cell(cells, candidate, count, window, &cell);
				if (cell.all.did == 0 || !is_looked_at(&cell.all, limits))
					continue;
				if (n == capacity)
				{
					capacity *= 2;
					*looked = repalloc_huge(*looked, capacity * sizeof(Looked));
					p = repalloc_huge(p, capacity * sizeof(double));
				}
				/* where no stratum tells anything, all is as chance would have it */
				if (!mantel_haenszel_p(&cell.strata, &p[n]))
					p[n] = 1;
				(*looked)[n++] = (Looked) {
					.candidate = candidate, .count = count, .window = window,
					.chosen_by = explained_by(&cell.half[CHOOSES]), .explained = explained_by(&cell.all)
				};
			}
		}
	}
	adjust_p(p, (int) n, ADJUST_BH);
	for_many(i, n)
		(*looked)[i].q = p[i];
	pfree(p);
	return n;
}

static int
compare_cells(const Looked *x, const Looked *y)
{
	if (x->explained != y->explained)
		return x->explained > y->explained ? -1 : 1;
	if (x->candidate != y->candidate)
		return x->candidate < y->candidate ? -1 : 1;
	if (x->count != y->count)
		return x->count < y->count ? -1 : 1;
	return x->window < y->window ? -1 : x->window > y->window;
}

static int
compare_choices(const Looked *x, const Looked *y)
{
	if (x->chosen_by != y->chosen_by)
		return x->chosen_by > y->chosen_by ? -1 : 1;
	return compare_cells(x, y);
}

#define ST_SORT sort_cells
#define ST_ELEMENT_TYPE Looked
#define ST_COMPARE(a, b) compare_cells(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT sort_choices
#define ST_ELEMENT_TYPE Looked
#define ST_COMPARE(a, b) compare_choices(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

static void
put_cell(ReturnSetInfo *result, const AhaCells *cells, const Looked *looked, int64 n_cells, int64 n_chosen)
{
	AhaCell		cell;
	const AhaTable *all = &cell.all;
	ProportionDifference d;
	ProportionDifference held_out;
	double		odds_ratio = 0;
	double		phi = 0;
	double		p = 0;
	bool		known;
	ResultRow	row = {0};

	aha_cell(cells, looked->candidate, looked->count, looked->window, &cell);
	d = difference_of(all, CONFIDENCE);
	held_out = difference_of(&cell.half[IS_HELD_OUT], 1 - (1 - CONFIDENCE) / (double) n_chosen);
	put_datum(&row, string_datum(&cells->journeys.strings[cells->codes[looked->candidate]]));
	put_datum(&row, Int32GetDatum(cells->counts[looked->count]));
	put_datum(&row, IntervalPGetDatum(microseconds_interval(cells->windows[looked->window])));
	put_number(&row, all->entrants);
	put_number(&row, all->did);
	put_float(&row, (double) all->did / (double) all->entrants);
	put_number(&row, all->did_hit);
	put_number(&row, all->hits - all->did_hit);
	put_float(&row, (double) all->did_hit / (double) all->did);
	put_float_if(&row, all->did < all->entrants,
				 (double) (all->hits - all->did_hit) / (double) (all->entrants - all->did));
	put_float_if(&row, all->hits > 0, (double) all->did_hit / (double) all->hits);
	put_float_if(&row, !isnan(d.low), d.difference);
	put_float_if(&row, !isnan(d.low), d.low);
	put_float_if(&row, !isnan(d.low), d.high);
	put_float_if(&row, !isnan(d.low), looked->explained);
	known = phi_coefficient(all->entrants, all->did, all->hits, all->did_hit, &phi);
	put_float_if(&row, known, phi);
	known = mantel_haenszel_odds_ratio(&cell.strata, &odds_ratio);
	put_float_if(&row, known, odds_ratio);
	known = mantel_haenszel_p(&cell.strata, &p);
	put_float_if(&row, known, p);
	put_float_if(&row, known, looked->q);
	put_float_if(&row, looked->chosen && !isnan(held_out.low), held_out.difference);
	put_float_if(&row, looked->chosen && !isnan(held_out.low), held_out.low);
	put_number(&row, n_cells);
	put_row(result, &row);
}

static void
put_cells(ReturnSetInfo *result, const AhaCells *cells, const Limits *limits, int64 top)
{
	Looked	   *looked;
	int64		n = look_at_cells(cells, limits, &looked);
	int64		listed = Min(n, top);

	sort_choices(looked, n);
	for (int64 i = 0; i < listed; i++)
		looked[i].chosen = true;
	sort_cells(looked, n);
	for (int64 i = 0; i < listed; i++)
		put_cell(result, cells, &looked[i], n, listed);
}

static int
compare_windows(const void *x, const void *y)
{
	int64		a = *(const int64 *) x;
	int64		b = *(const int64 *) y;

	return a < b ? -1 : a > b;
}

static int
compare_counts(const void *x, const void *y)
{
	int32		a = *(const int32 *) x;
	int32		b = *(const int32 *) y;

	return a < b ? -1 : a > b;
}

/* Arrays, of which each element is taken once, in order. */
static int
arg_elements(FunctionCallInfo fcinfo, int argno, const char *argument, Oid type, const char *hint, Datum **values)
{
	bool	   *nulls;
	int			n = arg_array(fcinfo, argno, argument, type, hint, values, &nulls);

	if (n <= 0)
		ereport(ERROR,
				(errcode(n < 0 ? ERRCODE_NULL_VALUE_NOT_ALLOWED : ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" must not be %s", argument, n < 0 ? "null" : "empty"),
				 errhint("%s", hint)));
	for (int i = 0; i < n; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("\"%s\" must not contain nulls", argument),
					 errhint("%s", hint)));
	}
	return n;
}

static void
arg_windows(FunctionCallInfo fcinfo, AhaCells *cells)
{
	Datum	   *values;
	int			n = arg_elements(fcinfo, WINDOWS, "windows", INTERVALOID,
								 "Give durations, for example '{1 day,7 days}'.", &values);

	cells->windows = palloc(n * sizeof(int64));
	for (int i = 0; i < n; i++)
		cells->windows[i] = interval_microseconds(fcinfo, DatumGetIntervalP(values[i]), "windows", SHORTEST_TIME);
	qsort(cells->windows, n, sizeof(int64), compare_windows);
	cells->n_windows = (int) qunique(cells->windows, n, sizeof(int64), compare_windows);
}

static void
arg_counts(FunctionCallInfo fcinfo, AhaCells *cells)
{
	static const char *const hint = "Give whole numbers of at least 1, for example '{1,2,3,5,10}'.";
	Datum	   *values;
	int			n = arg_elements(fcinfo, COUNTS, "counts", INT4OID, hint, &values);

	cells->counts = palloc(n * sizeof(int32));
	for (int i = 0; i < n; i++)
	{
		cells->counts[i] = DatumGetInt32(values[i]);
		if (cells->counts[i] <= 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("\"counts\" must be positive, not %d", cells->counts[i]),
					 errhint("%s", hint)));
	}
	qsort(cells->counts, n, sizeof(int32), compare_counts);
	cells->n_counts = (int) qunique(cells->counts, n, sizeof(int32), compare_counts);
}

/* What is done to foretell the outcome must not be seen while the outcome is. */
static void
arg_outcome(FunctionCallInfo fcinfo, AhaCells *cells)
{
	int64		longest = cells->windows[cells->n_windows - 1];

	cells->outcome_from = arg_duration(fcinfo, OUTCOME_FROM, "outcome_from", SHORTEST_TIME, longest);
	cells->outcome_until = arg_duration(fcinfo, OUTCOME_UNTIL, "outcome_until", SHORTEST_TIME, DURATION_REQUIRED);
	cells->outcome_count = arg_positive(fcinfo, OUTCOME_COUNT, "outcome_count");
	if (cells->outcome_from < longest)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"outcome_from\", %s, is before the end of the longest window, %s",
						describe_duration(cells->outcome_from), describe_duration(longest)),
				 errhint("An outcome that begins while entrants are still looked at would foretell itself: use shorter windows or a later \"outcome_from\".")));
	if (cells->outcome_until <= cells->outcome_from)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"outcome_until\", %s, is not after \"outcome_from\", %s",
						describe_duration(cells->outcome_until), describe_duration(cells->outcome_from)),
				 errhint("Both count from the start, and the outcome lies between them; \"outcome_from\" is the longest window if it is not given.")));
}

static double
arg_share(FunctionCallInfo fcinfo, int argno, const char *argument)
{
	if (PG_ARGISNULL(argno))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("\"%s\" must not be null", argument),
				 errhint("Use a fraction: 0.5 is 50 %%.")));
	return arg_fraction(PG_GETARG_FLOAT8(argno), argument);
}

static void
arg_limits(FunctionCallInfo fcinfo, Limits *limits)
{
	limits->min_reach = arg_share(fcinfo, MIN_REACH, "min_reach");
	limits->max_reach = arg_share(fcinfo, MAX_REACH, "max_reach");
	limits->min_entities = arg_positive(fcinfo, MIN_ENTITIES, "min_entities");
	if (limits->min_reach > limits->max_reach)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"min_reach\", %g, is above \"max_reach\", %g", limits->min_reach, limits->max_reach),
				 errhint("Both are shares of the entrants who did it.")));
}

PLG_FUNCTION(plg_aha);
Datum
plg_aha(PG_FUNCTION_ARGS)
{
	AhaCells   *cells = palloc0(sizeof(AhaCells));
	Limits		limits;
	int			top;

	arg_windows(fcinfo, cells);
	arg_counts(fcinfo, cells);
	arg_outcome(fcinfo, cells);
	arg_limits(fcinfo, &limits);
	top = arg_positive(fcinfo, TOP, "top");
	arg_observed(fcinfo, AS_OF, ENTERED, &cells->observed);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (!arg_observed_journeys(fcinfo, J, &cells->journeys, &cells->observed.as_of))
		return (Datum) 0;
	cells->is_start = arg_label_class(fcinfo, START, "start", &cells->journeys);
	cells->is_outcome = arg_label_class(fcinfo, OUTCOME, "outcome", &cells->journeys);
	aha_count(cells, limits.min_entities, limits.min_reach);
	put_cells((ReturnSetInfo *) fcinfo->resultinfo, cells, &limits, top);
	return (Datum) 0;
}
