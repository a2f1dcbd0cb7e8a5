/*
 * The engine of funnels against a brute force that tries every chain.
 *
 * The oracle (chain_brute.h) follows the definitions of core/chain/rules.h word by word and
 * shares nothing with the engine.  Streams are small, ties and rows that meet
 * several steps are common.  PLG_CHAIN_STREAMS says how many to try for each
 * mode and attempt.
 */
#include "chain_brute.h"

static void
describe(const char *what, const Chain *chain)
{
	printf("# %s: mode %d attempt %d within %lld grace %lld increasing %d\n", what, rules.mode, rules.attempt,
		   rules.within == CHAIN_NEVER ? -1LL : (long long) rules.within, (long long) rules.grace, rules.strictly_increasing);
	for (int s = 0; s < rules.n_steps; s++)
		printf("# step %d: within %lld optional %d; oracle %lld, engine %lld\n", s + 1,
			   rules.step_within == NULL || step_within[s] == CHAIN_NEVER ? -1LL : (long long) step_within[s],
			   rules.optional != NULL && optional[s],
			   has_best && best.row[s] >= 0 ? (long long) rows[best.row[s]].at : -1LL,
			   chain->at[s] == CHAIN_NEVER ? -1LL : (long long) chain->at[s]);
	for (int r = 0; r < n_rows; r++)
		printf("# row at %lld steps %x%s%s\n", (long long) rows[r].at, rows[r].steps,
			   rows[r].excluded ? " excluded" : "", rows[r].used ? " used" : "");
}

static bool
agrees(bool found, const Chain *chain)
{
	int			list[MAX_STEPS];
	int			n;

	if (found != has_best)
		return false;
	if (!found)
		return true;
	n = listed(&best, list);
	if (chain->level != best.level || chain->started != best.first || chain->completed != best.last)
		return false;
	for (int s = 0; s < rules.n_steps; s++)
	{
		if (chain->at[s] != (s < n && list[s] >= 0 ? rows[list[s]].at : CHAIN_NEVER))
			return false;
	}
	return true;
}

static void
make_stream(void)
{
	int			instants = 2 + random_below(8);
	bool		many = random_below(2);
	int			excluding = random_below(3) == 0;

	rules.n_steps = 1 + random_below(rules.mode == CHAIN_ANY ? 4 : MAX_STEPS);
	n_rows = random_below(Min(MAX_ROWS, rules.n_steps > 3 ? 7 : MAX_ROWS) + 1);
	rules.within = random_below(4) == 0 ? CHAIN_NEVER : random_below(instants + 2);
	rules.grace = 0;
	rules.strictly_increasing = false;
	rules.step_within = NULL;
	rules.optional = NULL;
	if (rules.mode != CHAIN_ANY)
	{
		switch (random_below(5))
		{
			case 0:
				rules.grace = 1 + random_below(4);
				break;
			case 1:
				rules.strictly_increasing = true;
				break;
			default:
				break;
		}
		if (rules.grace == 0 && random_below(3) == 0)
			rules.step_within = step_within;
		if (random_below(3) == 0)
			rules.optional = optional;
	}
	for (int s = 0; s < rules.n_steps; s++)
	{
		step_within[s] = s == 0 || random_below(3) == 0 ? CHAIN_NEVER : random_below(instants);
		optional[s] = s > 0 && random_below(2) == 0;
	}
	for (int r = 0; r < n_rows; r++)
	{
		int64		at = random_below(instants);
		int			to = r;

		while (to > 0 && rows[to - 1].at > at)
		{
			rows[to] = rows[to - 1];
			to--;
		}
		rows[to].at = at;
		rows[to].steps = 1u << random_below(rules.n_steps);
		if (many && random_below(2))
			rows[to].steps |= (unsigned) random_below(1 << rules.n_steps);
		if (random_below(8) == 0)
			rows[to].steps = 0;
		rows[to].excluded = excluding && random_below(4) == 0;
		rows[to].used = false;
	}
}

static int64
first_entry(void)
{
	for (int r = 0; r < n_rows; r++)
	{
		if (!rows[r].used && (rules.mode == CHAIN_ANY ? rows[r].steps != 0 : rows[r].steps & 1))
			return rows[r].at;
	}
	return CHAIN_NEVER;
}

/* The number of a row's class; a class is added when it first occurs. */
static uint32
class_of(const Row *row, RowClass *classes, uint32 *n)
{
	uint32		i = 0;

	while (i < *n && (classes[i].steps.word[0] != row->steps || classes[i].excluded != row->excluded))
		i++;
	if (i == *n)
	{
		memset(&classes[i], 0, sizeof(RowClass));
		classes[i].steps.word[0] = row->steps;
		classes[i].excluded = row->excluded;
		(*n)++;
	}
	return i;
}

/* Attempt next: rows before the end of the best chain's pass are no more to be had. */
static void
end_pass(void)
{
	int64		end = rules.within == CHAIN_NEVER ? PG_INT64_MAX : best.first + rules.within + 1;

	if (best.level == rules.n_steps)
		end = best.last;
	for (int r = 0; r < n_rows && best.level < rules.n_steps; r++)
	{
		int64		since = rows[r].at - entry;

		if (rows[r].excluded && since > 0 && since >= rules.grace && rows[r].at < end)
			end = rows[r].at > best.last ? rows[r].at : best.last;
	}
	for (int r = 0; r < n_rows; r++)
		rows[r].used |= rows[r].at < end;
	entry = first_entry();
}

static bool
try_stream(void)
{
	RowClass	classes[MAX_ROWS];
	uint32		n_classes = 0;
	ChainEngine *engine;
	int64		at[MAX_ROWS];
	uint32		row_class[MAX_ROWS];
	Chain		chain;
	Candidate	candidate;
	bool		found;

	for (int r = 0; r < n_rows; r++)
	{
		at[r] = rows[r].at;
		row_class[r] = class_of(&rows[r], classes, &n_classes);
	}
	engine = chain_engine(&rules, classes, n_classes);
	entry = first_entry();
	if (chain_rows(engine, n_rows, at, row_class) != entry)
	{
		printf("# another first entry\n");
		return false;
	}
	do
	{
		has_best = false;
		try_all(&candidate, 0);
		memset(&chain, 0, sizeof(chain));
		found = chain_next(engine, &chain);
		if (!agrees(found, &chain))
		{
			describe(found ? "differs" : "finds nothing", &chain);
			return false;
		}
		for (int s = 0; found && s < rules.n_steps; s++)
		{
			if (best.row[s] >= 0)
				rows[best.row[s]].used = true;
		}
		if (found && rules.attempt == CHAIN_NEXT)
			end_pass();
	} while (found && has_passes(rules.attempt));
	pfree(engine);
	return true;
}

static void
test_against_brute_force(void)
{
	static const char *const modes[] = {"ordered", "any", "strict", "exact"};
	static const char *const attempts[] = {"best", "first", "each", "next"};
	const char *wanted = getenv("PLG_CHAIN_STREAMS");
	int			streams = wanted != NULL ? atoi(wanted) : 2000;

	for (rules.mode = CHAIN_ORDERED; rules.mode <= CHAIN_EXACT; rules.mode++)
	{
		for (rules.attempt = CHAIN_BEST; rules.attempt <= CHAIN_NEXT; rules.attempt++)
		{
			char		what[100];
			int			differences = 0;

			for (int i = 0; i < streams && differences < 3; i++)
			{
				make_stream();
				differences += !try_stream();
			}
			snprintf(what, sizeof(what), "%s, %s: %d streams as by brute force",
					 modes[rules.mode], attempts[rules.attempt], streams);
			ok(differences == 0, what);
			fflush(stdout);
		}
	}
}

/*
 * Long streams, too long for the oracle: passes must be what the best chain of
 * the rows that are left says, asked anew each time.
 */
static void
test_long_passes(void)
{
	static int64 at[LONG_ROWS];
	static uint32 row_class[LONG_ROWS];
	RowClass   *classes = palloc0(16 * sizeof(RowClass));
	int			passes = 0;
	bool		good = true;

	for (int i = 0; i < 16; i++)
	{
		classes[i].steps.word[0] = i & 7;
		classes[i].excluded = i == 8;
	}
	for (int round = 0; round < 120 && good; round++)
	{
		static const int64 limits[] = {CHAIN_NEVER, 40, CHAIN_NEVER};
		static const bool skipped[] = {false, true, false};
		ChainRules	each = {0};
		ChainRules	once;
		ChainEngine *all;
		ChainEngine *again;
		Chain		chain;
		Chain		expected;
		int			n = 100 + random_below(LONG_ROWS - 100);
		int			shape = round % 4;

		each.n_steps = 3;
		each.attempt = CHAIN_EACH;
		each.within = round % 3 == 0 ? CHAIN_NEVER : 50 + random_below(500);
		each.mode = round / 4 % 5 == 1 ? CHAIN_ANY : CHAIN_ORDERED;
		each.step_within = round / 4 % 5 == 2 ? limits : NULL;
		each.optional = round / 4 % 5 == 3 ? skipped : NULL;
		each.strictly_increasing = round / 4 % 5 == 4;
		once = each;
		once.attempt = CHAIN_BEST;
		for (int i = 0; i < n; i++)
		{
			at[i] = i * 2;
			row_class[i] = shape == 0 ? 1U << random_below(3) : shape == 1 ? 1U << (i * 3 / n) :
				shape == 2 ? 1U << (2 - i % 3) : (uint32) random_below(9);
		}
		all = chain_engine(&each, classes, 16);
		chain_rows(all, n, at, row_class);
		for (;;)
		{
			bool		found = chain_next(all, &chain);

			again = chain_engine(&once, classes, 16);
			chain_rows(again, n, at, row_class);
			if (chain_next(again, &expected) != found ||
				(found && (chain.level != expected.level || memcmp(chain.at, expected.at, 3 * sizeof(int64)) != 0)))
			{
				good = false;
				break;
			}
			if (!found)
				break;
			passes++;
			for (int step = 0; step < chain.level; step++)
			{
				if (chain.at[step] != CHAIN_NEVER)
					row_class[chain.at[step] / 2] = 0;
			}
		}
	}
	ok(good && passes > 2000, "passes of long streams are the best chain of what is left, each time");
}

int
main(void)
{
	test_against_brute_force();
	test_long_passes();
	return tap_status();
}
