/*
 * The rules of funnels tried by brute force: of all ways to give rows to steps,
 * in the plainest terms, those that are valid, and the best of them.
 */
#ifndef PLG_CHAIN_BRUTE_H
#define PLG_CHAIN_BRUTE_H

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
from_entry(void)
{
	return rules.attempt == CHAIN_FIRST || rules.attempt == CHAIN_NEXT;
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
		return !from_entry() || c->first == entry;

	if (c->row[0] < 0 || (from_entry() && rows[c->row[0]].at != entry))
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

#endif							/* PLG_CHAIN_BRUTE_H */
