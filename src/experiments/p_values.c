/* p-values: of counts against a plan, and of many tests together. */
#include "pg/args.h"

#include "catalog/pg_type.h"
#include "core/stats/adjust.h"
#include "core/stats/goodness_of_fit.h"
#include "utils/array.h"

#include <math.h>

static const char *const observed_hint = "Give how many units each arm has, as in ARRAY[5000, 5210].";
static const char *const weights_hint = "Give each arm's planned share, as in ARRAY[0.9, 0.1].";
static const char *const p_hint = "Give p-values, which lie between 0 and 1; NULL where there is none.";

pg_noreturn static void
refuse_element(const char *argument, int i, const char *value, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("element %d of \"%s\" must not be %s", i + 1, argument, value),
			 errhint("%s", hint)));
	pg_unreachable();
}

PLG_FUNCTION(plg_srm);
Datum
plg_srm(PG_FUNCTION_ARGS)
{
	enum {OBSERVED, WEIGHTS};

	Datum	   *values;
	bool	   *nulls;
	int			n = arg_array(fcinfo, OBSERVED, "observed", INT8OID, observed_hint, &values, &nulls);
	Datum	   *planned;
	bool	   *not_planned;
	int			n_weights = arg_array(fcinfo, WEIGHTS, "weights", FLOAT8OID, weights_hint, &planned, &not_planned);
	int64	   *counts;
	double	   *weights;
	double		sum = 0;
	double		p;

	if (n < 0)
		PG_RETURN_NULL();
	if (n_weights >= 0 && n_weights != n)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("\"observed\" has %d elements, \"weights\" has %d", n, n_weights),
				 errhint("%s", weights_hint)));
	counts = palloc(Max(n, 1) * sizeof(int64));
	weights = palloc(Max(n, 1) * sizeof(double));
	for (int i = 0; i < n; i++)
	{
		if (nulls[i])
			refuse_element("observed", i, "null", observed_hint);
		counts[i] = DatumGetInt64(values[i]);
		if (counts[i] < 0)
			refuse_element("observed", i, psprintf(INT64_FORMAT, counts[i]), observed_hint);
		if (n_weights >= 0 && not_planned[i])
			refuse_element("weights", i, "null", weights_hint);
		weights[i] = n_weights < 0 ? 1 : DatumGetFloat8(planned[i]);
		if (!(weights[i] >= 0 && isfinite(weights[i])))
			refuse_element("weights", i, psprintf("%g", weights[i]), weights_hint);
		if (weights[i] == 0 && counts[i] > 0)
			refuse_element("weights", i, psprintf("0 where " INT64_FORMAT " are observed", counts[i]), weights_hint);
		sum += weights[i];
	}
	if (n > 0 && sum == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("all \"weights\" are 0"),
				 errhint("%s", weights_hint)));
	p = goodness_of_fit_p(counts, weights, n);
	if (isnan(p))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(p);
}

PLG_FUNCTION(plg_adjust_p);
Datum
plg_adjust_p(PG_FUNCTION_ARGS)
{
	enum {P, METHOD};
	static const char *const methods[] = {"bh", "by", "holm", "bonferroni"};

	Adjustment	method = (Adjustment) arg_choice(fcinfo, METHOD, "method", methods, lengthof(methods));
	Datum	   *values;
	bool	   *nulls;
	int			n = arg_array(fcinfo, P, "p", FLOAT8OID, p_hint, &values, &nulls);
	int			dims[1] = {n};
	int			lower[1] = {1};
	int			known = 0;
	double	   *p;

	if (n < 0)
		PG_RETURN_NULL();
	if (n == 0)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(FLOAT8OID));
	p = palloc(n * sizeof(double));
	for (int i = 0; i < n; i++)
	{
		if (nulls[i])
			continue;
		p[known] = DatumGetFloat8(values[i]);
		if (!(p[known] >= 0 && p[known] <= 1))
			refuse_element("p", i, psprintf("%g", p[known]), p_hint);
		known++;
	}
	adjust_p(p, known, method);
	known = 0;
	for (int i = 0; i < n; i++)
	{
		if (!nulls[i])
			values[i] = Float8GetDatum(p[known++]);
	}
	PG_RETURN_ARRAYTYPE_P(construct_md_array(values, nulls, 1, dims, lower, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}
