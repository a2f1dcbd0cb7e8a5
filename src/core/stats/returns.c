/* How many silences end; see returns.h. */
#include "core/stats/returns.h"

#include <math.h>

/* A curve that ends sooner has no doubling to go on by. */
#define LEAST_END 4

Returns *
make_returns(int32 longest)
{
	Returns    *returns = palloc0(sizeof(Returns));

	returns->longest = longest;
	return returns;
}

static int
stratum_of(int32 active_units)
{
	int			octave;

	if (active_units < 4)
		return active_units - 1;
	octave = pg_leftmost_one_pos32((uint32) active_units);
	return 3 + (octave - 2) * 2 + (active_units >> (octave - 1) & 1);
}

/* The number of active units with which a stratum begins. */
static int32
stratum_begin(int stratum)
{
	return stratum < 4 ? stratum + 1 : (2 + (stratum + 1) % 2) << ((stratum - 3) / 2 + 1);
}

static int64 *
counts(const Returns *returns)
{
	return palloc_extended(((Size) returns->longest + 1) * sizeof(int64), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

static inline GapStratum *
gap_stratum(Returns *returns, int i)
{
	GapStratum *stratum = &returns->strata[i];

	if (unlikely(stratum->ended == NULL))
	{
		stratum->ended = counts(returns);
		stratum->censored = counts(returns);
	}
	return stratum;
}

static void
add_few_units(Returns *returns, int32 n)
{
	for (; returns->n_few < n; returns->n_few++)
		returns->ended_after[returns->n_few] = gap_stratum(returns, stratum_of(Max(returns->n_few, 1)))->ended;
}

/* Those after FEW_UNITS. */
static void
add_later_gaps(Returns *returns, const int32 *active, int32 n)
{
	int			stratum = stratum_of(FEW_UNITS);

	for (int32 i = FEW_UNITS; i < n; stratum++)
	{
		int64	   *ended = gap_stratum(returns, stratum)->ended;
		int32		end = Min(stratum_begin(stratum + 1), n);

		CHECK_FOR_INTERRUPTS();
		for (; i < end; i++)
			ended[active[i] - active[i - 1]]++;
	}
}

void
add_gaps(Returns *returns, const int32 *active, int32 n, int32 over)
{
	int32		few;

	while (n > 0 && active[n - 1] > over)
		n--;
	if (n == 0)
		return;
	few = Min(n, FEW_UNITS);
	if (unlikely(few > returns->n_few))
		add_few_units(returns, few);
	for (int32 i = 1; i < few; i++)
		returns->ended_after[i][active[i] - active[i - 1]]++;
	add_later_gaps(returns, active, n);
	gap_stratum(returns, stratum_of(n))->censored[over - active[n - 1]]++;
}

static void
finish_stratum(GapStratum *stratum, int32 longest, int64 at_least)
{
	int64		known = 0;
	double		power = 0;		/* of time, from the end on */

	for (int32 gap = longest; gap >= 0; gap--)
	{
		stratum->known[gap] = known += stratum->ended[gap] + stratum->censored[gap];
		if (stratum->end == 0 && known >= at_least)
			stratum->end = gap;
	}
	stratum->lasting[0] = 1;
	for (int32 gap = 1; gap <= stratum->end; gap++)
		stratum->lasting[gap] = stratum->lasting[gap - 1] *
			((double) (stratum->known[gap] - stratum->ended[gap]) / (double) stratum->known[gap]);
	/* unless all have come back, and that soon */
	if (stratum->end < LEAST_END && stratum->lasting[stratum->end] > 0)
		stratum->end = 0;
	else if (stratum->lasting[stratum->end] > 0)
	{
		int32		half = stratum->end / 2;

		power = log(stratum->lasting[stratum->end] / stratum->lasting[half]) / log((double) stratum->end / half);
	}
	for (int32 silent = 0; silent <= stratum->end && stratum->end > 0; silent++)
		stratum->lost[silent] = stratum->lasting[stratum->end] / stratum->lasting[silent] *
			pow((double) Max(silent + longest, stratum->end) / stratum->end, power);
}

void
returns_finish(Returns *returns, int64 at_least)
{
	for (int i = 0; i < RETURN_STRATA; i++)
	{
		GapStratum *stratum = &returns->strata[i];

		CHECK_FOR_INTERRUPTS();
		if (stratum->ended == NULL)
			continue;
		stratum->known = counts(returns);
		stratum->lasting = palloc_huge(((Size) returns->longest + 1) * sizeof(double));
		stratum->lost = palloc_huge(((Size) returns->longest + 1) * sizeof(double));
		finish_stratum(stratum, returns->longest, at_least);
	}
}

bool
share_lost(const Returns *returns, int32 active_units, int32 silent, double *share)
{
	for (int i = stratum_of(active_units); i >= 0; i--)
	{
		const GapStratum *stratum = &returns->strata[i];

		if (stratum->end == 0 || silent > stratum->end || stratum->lasting[silent] == 0)
			continue;
		*share = stratum->lost[silent];
		return true;
	}
	return false;
}
