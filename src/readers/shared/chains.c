/* Visiting chains, and reading what they must be like; see chains.h. */
#include "readers/shared/chains.h"

#include "catalog/pg_type.h"
#include "readers/shared/labels.h"
#include "utils/builtins.h"

/* The arguments of chains: from the journeys on, from the mode on, and from entered on. */
enum {J, STEPS, WITHIN};
enum {MODE, ATTEMPT};
enum {ENTERED, GRACE, STEP_WITHIN, EXCLUDE, OPTIONAL, STRICTLY_INCREASING};

static const char *const one_each = "Use a plain list, with an element for each step.";

/* An array argument with an element for each step, or NULL. */
static bool
arg_by_step(FunctionCallInfo fcinfo, int argno, const char *argument, Oid type, int n_steps,
			Datum **values, bool **nulls)
{
	int			n = arg_array(fcinfo, argno, argument, type, one_each, values, nulls);

	if (n >= 0 && n != n_steps)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("\"%s\" has %d elements for %d steps", argument, n, n_steps),
				 errhint("Give one element for each step.")));
	return n >= 0;
}

static void
arg_steps(FunctionCallInfo fcinfo, int argno, Chains *chains)
{
	Datum	   *values;
	bool	   *nulls;
	int			n = arg_array(fcinfo, argno, "steps", TEXTOID, one_each, &values, &nulls);

	if (n <= 0)
		ereport(ERROR,
				(errcode(n < 0 ? ERRCODE_NULL_VALUE_NOT_ALLOWED : ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"steps\" must name at least one step"),
				 errhint("Use the labels of the steps in their order, for example '{signup,create_project}'.")));
	if (n > CHAIN_MAX_STEPS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many steps: %d", n),
				 errhint("The limit is %d steps.", CHAIN_MAX_STEPS)));
	chains->rules.n_steps = n;
	chains->labels = palloc0(n * sizeof(char *));
	for (int i = 0; i < n; i++)
	{
		if (!nulls[i])
			chains->labels[i] = TextDatumGetCString(values[i]);
		else if (i > 0)
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("step %d must not be null", i + 1),
					 errhint("Only the first step may be null; it is met by any event.")));
	}
}

static void
arg_step_within(FunctionCallInfo fcinfo, int argno, ChainRules *rules)
{
	Datum	   *values;
	bool	   *nulls;
	int64	   *limits;

	if (!arg_by_step(fcinfo, argno, "step_within", INTERVALOID, rules->n_steps, &values, &nulls))
		return;
	if (!nulls[0])
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the first element of \"step_within\" must be null"),
				 errhint("Each element limits the time since the step before it, and the first step has none.")));
	limits = palloc(rules->n_steps * sizeof(int64));
	for (int i = 0; i < rules->n_steps; i++)
		limits[i] = nulls[i] ? CHAIN_NEVER :
			interval_microseconds(fcinfo, DatumGetIntervalP(values[i]), "step_within", SHORTEST_TIME);
	rules->step_within = limits;
}

static void
arg_optional(FunctionCallInfo fcinfo, int argno, ChainRules *rules)
{
	Datum	   *values;
	bool	   *nulls;
	bool	   *optional;
	bool		some = false;

	if (!arg_by_step(fcinfo, argno, "optional", BOOLOID, rules->n_steps, &values, &nulls))
		return;
	optional = palloc(rules->n_steps * sizeof(bool));
	for (int i = 0; i < rules->n_steps; i++)
	{
		optional[i] = !nulls[i] && DatumGetBool(values[i]);
		some |= optional[i];
	}
	if (optional[0])
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the first step must not be optional"),
				 errhint("Time counts from the first step; name several labels there, 'a|b', if there are several ways in.")));
	if (some)
		rules->optional = optional;
}

static void
refuse_together(const char *option, const char *other, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"%s\" cannot be used with %s", option, other),
			 errhint("%s", hint)));
}

static void
check_together(const ChainRules *rules)
{
	static const char *const no_order = "In mode \"any\" the steps have no order; leave the option out.";
	static const char *const forgives = "Grace forgives disorder among near events, which contradicts the other option.";

	if (rules->mode == CHAIN_ANY)
	{
		if (rules->grace > 0)
			refuse_together("grace", "mode \"any\"", no_order);
		if (rules->step_within != NULL)
			refuse_together("step_within", "mode \"any\"", no_order);
		if (rules->optional != NULL)
			refuse_together("optional", "mode \"any\"", no_order);
		if (rules->strictly_increasing)
			refuse_together("strictly_increasing", "mode \"any\"", no_order);
	}
	if (rules->grace > 0 && rules->step_within != NULL)
		refuse_together("grace", "\"step_within\"", forgives);
	if (rules->grace > 0 && rules->strictly_increasing)
		refuse_together("grace", "\"strictly_increasing\"", forgives);
}

static void
arg_rules(FunctionCallInfo fcinfo, int mode_arg, int entered_arg, ChainRules *rules)
{
	static const char *const modes[] = {"ordered", "any", "strict", "exact"};
	static const char *const attempts[] = {"best", "first", "each", "next"};

	rules->mode = arg_choice(fcinfo, mode_arg + MODE, "mode", modes, lengthof(modes));
	rules->attempt = arg_choice(fcinfo, mode_arg + ATTEMPT, "attempt", attempts, lengthof(attempts));
	rules->grace = arg_duration(fcinfo, entered_arg + GRACE, "grace", ANY_LENGTH, 0);
	arg_step_within(fcinfo, entered_arg + STEP_WITHIN, rules);
	arg_optional(fcinfo, entered_arg + OPTIONAL, rules);
	rules->strictly_increasing = !PG_ARGISNULL(entered_arg + STRICTLY_INCREASING) &&
		PG_GETARG_BOOL(entered_arg + STRICTLY_INCREASING);
	check_together(rules);
}

/* What labels mean for the chains: a byte for each, and what the byte stands for. */
typedef struct LabelRoles
{
	RowClass   *of_label;
	uint8	   *classes;
	int			n;
	int			first;			/* that a label can have */
	RowClass	distinct[256];
} LabelRoles;

static uint8
class_of(LabelRoles *roles, const RowClass *role)
{
	for (int i = roles->n - 1; i >= roles->first; i--)
	{
		const RowClass *other = &roles->distinct[i];

		if (other->steps.word[0] == role->steps.word[0] && other->steps.word[1] == role->steps.word[1] &&
			other->excluded == role->excluded)
			return (uint8) i;
	}
	if (roles->n == lengthof(roles->distinct))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("events meet the steps in more than %d different combinations", roles->n - 1),
				 errhint("Let fewer labels be named in several steps.")));
	roles->distinct[roles->n] = *role;
	return (uint8) roles->n++;
}

static void
add_role(FunctionCallInfo fcinfo, const History *journeys, LabelRoles *roles, const char *text, int step)
{
	int			n;
	uint32	   *codes = label_codes(fcinfo, journeys, text, &n);

	for (int i = 0; i < n; i++)
	{
		if (step < 0)
			roles->of_label[codes[i]].excluded = true;
		else
			add_step(&roles->of_label[codes[i]].steps, step);
	}
	pfree(codes);
}

/* The labels of an argument; how many. */
static int
arg_exclude(FunctionCallInfo fcinfo, int argno, Datum **labels)
{
	bool	   *nulls;
	int			n = arg_array(fcinfo, argno, "exclude", TEXTOID, one_each, labels, &nulls);

	for (int i = 0; i < n; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("element %d of \"exclude\" must not be null", i + 1),
					 errhint("Use the labels of the events that must not happen in between.")));
	}
	return n;
}

/* Class 0 is not delivered: rows that can matter to no chain. */
static LabelRoles *
find_roles(FunctionCallInfo fcinfo, const Datum *exclude, int n_exclude, Chains *chains)
{
	const History *journeys = &chains->journeys;
	LabelRoles *roles = palloc0(sizeof(LabelRoles));

	roles->of_label = palloc_extended(Max(journeys->n_strings, 1) * sizeof(RowClass), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	roles->classes = palloc_huge(Max(journeys->n_strings, 1));
	for (int step = 0; step < chains->rules.n_steps; step++)
	{
		if (chains->labels[step] != NULL)
			add_role(fcinfo, journeys, roles, chains->labels[step], step);
		else
		{
			for_many(code, journeys->n_strings)
				add_step(&roles->of_label[code].steps, step);
		}
	}
	for (int i = 0; i < n_exclude; i++)
		add_role(fcinfo, journeys, roles, TextDatumGetCString(exclude[i]), -1);
	/* in exact order every row matters, so no label has class 0 */
	roles->n = 1;
	roles->first = chains->rules.mode == CHAIN_EXACT;
	for_many(code, journeys->n_strings)
		roles->classes[code] = class_of(roles, &roles->of_label[code]);
	pfree(roles->of_label);
	return roles;
}

Chains *
arg_chains(FunctionCallInfo fcinfo, int journeys_arg, int mode_arg, int as_of_arg, int entered_arg)
{
	Chains	   *chains = palloc0(sizeof(Chains));
	LabelRoles *roles;
	Datum	   *exclude;
	int			n_exclude;

	arg_steps(fcinfo, journeys_arg + STEPS, chains);
	chains->rules.within = arg_within(fcinfo, journeys_arg + WITHIN);
	arg_rules(fcinfo, mode_arg, entered_arg, &chains->rules);
	n_exclude = arg_exclude(fcinfo, entered_arg + EXCLUDE, &exclude);
	arg_observed(fcinfo, as_of_arg, entered_arg, &chains->observed);
	if (!arg_observed_journeys(fcinfo, journeys_arg, &chains->journeys, &chains->observed.as_of))
		return NULL;
	roles = find_roles(fcinfo, exclude, n_exclude, chains);
	chains->engine = chain_engine(&chains->rules, roles->distinct, roles->n);
	cursor_open(&chains->cursor, &chains->journeys, roles->classes);
	chains->key = &chains->cursor.key;
	return chains;
}

/* Goes to the next entity that may have a chain; false after the last. */
static bool
next_entity(Chains *chains)
{
	HistoryCursor *cursor = &chains->cursor;

	while (cursor_next(cursor))
	{
		int64		n = rows_observed(cursor->at, cursor->n, chains->observed.as_of);
		TimestampTz first_start = chain_rows(chains->engine, n, cursor->at, cursor->code);

		chains->started = first_start;
		/* each of its passes has a start of its own */
		if (first_start != CHAIN_NEVER &&
			(has_passes(chains->rules.attempt) || entered_in_time(&chains->observed, first_start)))
			return true;
	}
	return false;
}

bool
chains_next(Chains *chains)
{
	for (;;)
	{
		if (!chains->has_entity && !next_entity(chains))
			return false;
		chains->has_entity = chain_next(chains->engine, &chains->chain);
		if (!chains->has_entity)
			continue;
		if (!has_passes(chains->rules.attempt))
			return true;
		chains->started = chains->chain.started;
		if (entered_in_time(&chains->observed, chains->started))
			return true;
	}
}
