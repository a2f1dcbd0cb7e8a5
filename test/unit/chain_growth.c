/*
 * What chains cost for one heavy entity: with every mode, attempt and option
 * eight times the rows, or eight times the steps, may take eight times as long,
 * and three times that for noise; quadratic would be 64 times.
 *
 * Times are of the processor, the least of several runs, and a pair that seems
 * to grow faster is measured again.
 *
 * test: slow, 10 s
 */
#include "core/chain/rules.h"
#include "processor.h"
#include "tap.h"

#define TIMES 8
#define BOUND 24.0
#define SHORTEST 2e-5			/* seconds */

typedef enum Option
{
	PLAIN,
	INCREASING,
	EXCLUDE,
	STEP_WITHIN,
	OPTIONAL,
	GRACE,
	OPTIONS
} Option;

/* How the rows of an entity come. */
typedef enum Shape
{
	MIXED,						/* in random order, the last step never */
	BLOCKS,						/* all of step 1, then all of step 2 ... */
	PAIRS,						/* each row meets two steps */
	SHAPES
} Shape;

static const char *const modes[] = {"ordered", "any", "strict", "exact"};
static const char *const attempts[] = {"best", "first", "each", "next"};
static const char *const options[] = {"plain", "increasing", "exclude", "step_within", "optional", "grace"};
static const char *const shapes[] = {"mixed", "blocks", "pairs"};

static double
run(const ChainRules *rules, int64 n, Shape shape, bool exclude)
{
	uint64		seed = 3;
	int			k = rules->n_steps;
	int64	   *at = palloc(n * sizeof(int64));
	uint32	   *row_class = palloc(n * sizeof(uint32));
	RowClass   *classes = palloc0((k + 1) * sizeof(RowClass));
	ChainEngine *engine;
	Chain		chain;
	double		started;

	for (int i = 0; i < k; i++)
	{
		add_step(&classes[i].steps, i);
		if (shape == PAIRS)
			add_step(&classes[i].steps, (i + 1) % k);
	}
	classes[k].excluded = true;
	for (int64 i = 0; i < n; i++)
	{
		at[i] = i / 3 * 10;
		row_class[i] = shape == BLOCKS ? (uint32) (i * k / n) : (uint32) (next_random(&seed) % (k - 1));
		if (exclude && next_random(&seed) % 100 == 0)
			row_class[i] = (uint32) k;
	}
	started = processor_seconds();
	engine = chain_engine(rules, classes, (uint32) k + exclude);
	chain_rows(engine, n, at, row_class);
	while (chain_next(engine, &chain))
		continue;
	started = processor_seconds() - started;
	pfree(at);
	pfree(row_class);
	return started;
}

static double
least(const ChainRules *rules, int64 n, Shape shape, bool exclude)
{
	double		seconds = run(rules, n, shape, exclude);

	for (int i = 0; i < 2; i++)
		seconds = Min(seconds, run(rules, n, shape, exclude));
	return Max(seconds, SHORTEST);
}

/* How many times as long it takes with eight times the rows, or the steps. */
static double
growth(ChainMode mode, ChainAttempt attempt, Option option, Shape shape, bool of_steps)
{
	static int64 limits[CHAIN_MAX_STEPS];
	static bool skipped[CHAIN_MAX_STEPS];
	ChainRules	rules = {0};
	int64		n = 1000;
	double		before;

	for (int i = 0; i < CHAIN_MAX_STEPS; i++)
	{
		limits[i] = i == 0 ? CHAIN_NEVER : 1000;
		skipped[i] = i % 2 == 1;
	}
	rules.n_steps = of_steps ? 12 : 5;
	rules.mode = mode;
	rules.attempt = attempt;
	rules.within = CHAIN_NEVER;
	rules.strictly_increasing = option == INCREASING;
	rules.step_within = option == STEP_WITHIN ? limits : NULL;
	rules.optional = option == OPTIONAL ? skipped : NULL;
	if (option == GRACE)
	{
		/* docs/funnel.md names what remains: these grow with the rows within the grace or the window */
		rules.grace = mode == CHAIN_ORDERED && attempt != CHAIN_EACH ? 1000000 : 30;
		if (attempt == CHAIN_EACH)
			rules.within = 200;
	}
	before = least(&rules, of_steps ? 4 * n : n, shape, option == EXCLUDE);
	if (of_steps)
		rules.n_steps *= TIMES;
	return least(&rules, of_steps ? 4 * n : TIMES * n, shape, option == EXCLUDE) / before;
}

static bool
applies(ChainMode mode, ChainAttempt attempt, Option option, Shape shape)
{
	if (mode == CHAIN_ANY && option != PLAIN && option != EXCLUDE)
		return false;
	/* docs/funnel.md names what remains */
	return shape != PAIRS || attempt != CHAIN_EACH || option < STEP_WITHIN;
}

static void
test_growth(ChainMode mode, ChainAttempt attempt, bool of_steps)
{
	char		what[100];
	bool		good = true;

	for (int option = PLAIN; option < (of_steps ? GRACE : OPTIONS); option++)
	{
		for (int shape = MIXED; shape < (of_steps ? PAIRS : SHAPES); shape++)
		{
			double		worst = BOUND + 1;

			if (!applies(mode, attempt, option, shape))
				continue;
			for (int i = 0; i < 3 && worst > BOUND; i++)
				worst = growth(mode, attempt, option, shape, of_steps);
			if (worst <= BOUND)
				continue;
			printf("# %s, %s: %.0f times as long\n", options[option], shapes[shape], worst);
			good = false;
		}
	}
	snprintf(what, sizeof(what), "%s, %s: eight times the %s take not much more than eight times as long",
			 modes[mode], attempts[attempt], of_steps ? "steps" : "rows");
	ok(good, what);
}

/* A million rows of one entity, all matching; a step that never comes makes it go through all. */
static void
test_million(void)
{
	for (int mode = CHAIN_ORDERED; mode <= CHAIN_EXACT; mode++)
	{
		ChainRules	rules = {0};
		char		what[100];
		double		seconds;

		rules.n_steps = 5;
		rules.mode = mode;
		rules.within = CHAIN_NEVER;
		seconds = run(&rules, 1000000, MIXED, false);
		snprintf(what, sizeof(what), "%s: a million rows of one entity, all matching", modes[mode]);
		ok(seconds < 60, what);
	}
}

int
main(void)
{
	for (int mode = CHAIN_ORDERED; mode <= CHAIN_EXACT; mode++)
	{
		for (int attempt = CHAIN_BEST; attempt <= CHAIN_NEXT; attempt++)
		{
			test_growth(mode, attempt, false);
			test_growth(mode, attempt, true);
		}
	}
	test_million();
	return tap_status();
}
