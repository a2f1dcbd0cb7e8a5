/*
 * The engine of funnels against a brute force that tries every chain.
 *
 * The oracle below follows the definitions of core/chain/rules.h word by word and
 * shares nothing with the engine.  Streams are small, ties and rows that meet
 * several steps are common.  PLG_CHAIN_STREAMS says how many to try for each
 * mode and attempt.
 */
#include "core/chain/rules.h"
#include "tap.h"

#define MAX_ROWS 9
#define MAX_STEPS 5
#define LONG_ROWS 700

typedef struct Row
{
	int64		at;
	unsigned	steps;
	bool		excluded;
	bool		used;
} Row;

static Row	rows[MAX_ROWS];
static int	n_rows;
static ChainRules rules;
static int64 step_within[MAX_STEPS];
static bool optional[MAX_STEPS];
static uint64 seed = 11;

/* A candidate: the row of each step, or -1. */
typedef struct Candidate
{
	int			row[MAX_STEPS];
	int			level;
	int64		first;
	int64		last;
} Candidate;

static Candidate best;
static bool has_best;
static int64 entry;

static int
random_below(int n)
{
	return (int) (next_random(&seed) % (uint64) n);
}

static int
count_bits(unsigned set)
{
	int			n = 0;

	for (; set != 0; set >>= 1)
		n += set & 1;
	return n;
}

/* Whether some cutting into slices, slice[] by distinct time, makes the chain valid. */
static bool
valid_with_slices(const Candidate *c, const int *slice_of_row)
{
	int			before = -1;
	int			first_slice = 0;
	int			last_slice = 0;

	for (int s = 0; s < rules.n_steps; s++)
	{
		if (c->row[s] < 0)
			continue;
		if (before >= 0 && slice_of_row[c->row[s]] < slice_of_row[before])
			return false;
		if (before < 0)
			first_slice = slice_of_row[c->row[s]];
		last_slice = slice_of_row[c->row[s]];
		before = c->row[s];
	}
	for (int r = 0; r < n_rows; r++)
	{
		if (rows[r].excluded && slice_of_row[r] > first_slice && slice_of_row[r] < last_slice)
			return false;
	}
	if (rules.mode == CHAIN_STRICT || rules.mode == CHAIN_EXACT)
	{
		for (int r = 0; r < n_rows; r++)
		{
			bool		own = false;

			for (int s = 0; s < rules.n_steps; s++)
				own |= c->row[s] == r;
			if (own || (rules.mode == CHAIN_STRICT && rows[r].steps == 0))
				continue;
			if (slice_of_row[r] > first_slice && slice_of_row[r] < last_slice)
				return false;
		}
	}
	return true;
}

static bool
valid_order(const Candidate *c)
{
	int64		times[MAX_ROWS];
	int			n_times = 0;

	for (int r = 0; r < n_rows; r++)
	{
		if (n_times == 0 || rows[r].at != times[n_times - 1])
			times[n_times++] = rows[r].at;
	}
	/* bit i: a cut between times i and i + 1 */
	for (unsigned cuts = 0; cuts < 1u << (n_times - 1); cuts++)
	{
		int			slice = 0;
		int			slice_of_time[MAX_ROWS];
		int			slice_of_row[MAX_ROWS];
		int64		slice_start = times[0];
		bool		good = true;

		for (int i = 0; i < n_times; i++)
		{
			if (i > 0 && (cuts >> (i - 1) & 1))
			{
				slice++;
				slice_start = times[i];
			}
			good &= times[i] == slice_start || times[i] - slice_start < rules.grace;
			slice_of_time[i] = slice;
		}
		if (!good)
			continue;
		for (int r = 0; r < n_rows; r++)
			for (int i = 0; i < n_times; i++)
				if (times[i] == rows[r].at)
					slice_of_row[r] = slice_of_time[i];
		if (valid_with_slices(c, slice_of_row))
			return true;
	}
	return false;
}

static bool
valid(Candidate *c)
{
	int			before = -1;
	bool		any = false;

	c->level = 0;
	for (int s = 0; s < rules.n_steps; s++)
	{
		int64		at;

		if (c->row[s] < 0)
			continue;
		at = rows[c->row[s]].at;
		if (!any || at < c->first)
			c->first = at;
		if (!any || at > c->last)
			c->last = at;
		any = true;
		c->level = rules.mode == CHAIN_ANY ? c->level + 1 : s + 1;
	}
	if (!any || (rules.within != CHAIN_NEVER && c->last - c->first > rules.within))
		return false;
	for (int r = 0; r < n_rows && rules.mode == CHAIN_ANY; r++)
	{
		if (rows[r].excluded && rows[r].at > c->first && rows[r].at < c->last)
			return false;
	}
	if (rules.mode == CHAIN_ANY)
		return rules.attempt != CHAIN_FIRST || c->first == entry;

	if (c->row[0] < 0 || (rules.attempt == CHAIN_FIRST && rows[c->row[0]].at != entry))
		return false;
	for (int s = 0; s < c->level; s++)
	{
		if (c->row[s] < 0 && !(rules.optional != NULL && rules.optional[s]))
			return false;
		if (c->row[s] < 0)
			continue;
		if (before >= 0)
		{
			int64		gap = rows[c->row[s]].at - rows[before].at;

			if (rules.strictly_increasing && gap <= 0)
				return false;
			if (rules.step_within != NULL && rules.step_within[s] != CHAIN_NEVER && gap > rules.step_within[s])
				return false;
		}
		before = c->row[s];
	}
	return valid_order(c);
}

/* The candidate's rows by step, or in mode any by time, steps met and set. */
static int
listed(const Candidate *c, int *list)
{
	int			n = 0;

	for (int s = 0; s < rules.n_steps; s++)
	{
		if (rules.mode != CHAIN_ANY || c->row[s] >= 0)
			list[n++] = c->row[s];
	}
	for (int i = 1; rules.mode == CHAIN_ANY && i < n; i++)
	{
		for (int j = i; j > 0; j--)
		{
			const Row  *a = &rows[list[j - 1]];
			const Row  *b = &rows[list[j]];
			int			row = list[j];

			if (a->at < b->at ||
				(a->at == b->at && (count_bits(a->steps) < count_bits(b->steps) ||
									(count_bits(a->steps) == count_bits(b->steps) && a->steps <= b->steps))))
				break;
			list[j] = list[j - 1];
			list[j - 1] = row;
		}
	}
	return n;
}

static bool
is_better(const Candidate *a, const Candidate *b)
{
	int			list_a[MAX_STEPS];
	int			list_b[MAX_STEPS];
	int			n;

	if (a->level != b->level)
		return a->level > b->level;
	if (a->last != b->last)
		return a->last < b->last;
	if (a->first != b->first)
		return a->first > b->first;
	n = listed(a, list_a);
	listed(b, list_b);
	for (int i = 0; i < n; i++)
	{
		int64		at_a = list_a[i] < 0 ? CHAIN_NEVER : rows[list_a[i]].at;
		int64		at_b = list_b[i] < 0 ? CHAIN_NEVER : rows[list_b[i]].at;

		if (at_a != at_b)
			return at_a < at_b;
	}
	for (int i = 0; i < n; i++)
	{
		unsigned	set_a = list_a[i] < 0 ? 0 : rows[list_a[i]].steps;
		unsigned	set_b = list_b[i] < 0 ? 0 : rows[list_b[i]].steps;

		if (count_bits(set_a) != count_bits(set_b))
			return count_bits(set_a) < count_bits(set_b);
		if (set_a != set_b)
			return set_a < set_b;
	}
	return false;
}

static void
try_all(Candidate *c, int step)
{
	if (step == rules.n_steps)
	{
		if (valid(c) && (!has_best || is_better(c, &best)))
		{
			best = *c;
			has_best = true;
		}
		return;
	}
	c->row[step] = -1;
	try_all(c, step + 1);
	for (int r = 0; r < n_rows; r++)
	{
		bool		taken = rows[r].used || !(rows[r].steps >> step & 1);

		for (int s = 0; s < step; s++)
			taken |= c->row[s] == r;
		if (taken)
			continue;
		c->row[step] = r;
		try_all(c, step + 1);
	}
	c->row[step] = -1;
}

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
		if (rules.mode == CHAIN_ANY ? rows[r].steps != 0 : rows[r].steps & 1)
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
	} while (found && rules.attempt == CHAIN_EACH);
	pfree(engine);
	return true;
}

static void
test_against_brute_force(void)
{
	static const char *const modes[] = {"ordered", "any", "strict", "exact"};
	static const char *const attempts[] = {"best", "first", "each"};
	const char *wanted = getenv("PLG_CHAIN_STREAMS");
	int			streams = wanted != NULL ? atoi(wanted) : 2000;

	for (rules.mode = CHAIN_ORDERED; rules.mode <= CHAIN_EXACT; rules.mode++)
	{
		for (rules.attempt = CHAIN_BEST; rules.attempt <= CHAIN_EACH; rules.attempt++)
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
