/* Adjusted p-values; see adjust.h. */
#include "core/stats/adjust.h"

typedef struct PlacedP
{
	double		p;
	int			place;
} PlacedP;

#define ST_SORT sort_p
#define ST_ELEMENT_TYPE PlacedP
#define ST_COMPARE(a, b) ((a)->p < (b)->p ? -1 : (a)->p > (b)->p)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/*
 * In ascending order the i-th of n, from 0, is multiplied by n - i (Holm) or by
 * n / (i + 1) (Benjamini and Hochberg); the results are made to ascend again, by
 * the largest before or by the smallest behind.
 */
void
adjust_p(double *p, int n, Adjustment method)
{
	PlacedP    *sorted = palloc_huge(Max(n, 1) * sizeof(PlacedP));
	double		factor = method == ADJUST_BONFERRONI ? n : 1;
	double		bound;

	for (int i = 0; i < n; i++)
	{
		sorted[i] = (PlacedP) {p[i], i};
		if (method == ADJUST_BY)
			factor += i == 0 ? 0 : 1.0 / (i + 1);
	}
	sort_p(sorted, n);
	bound = method == ADJUST_HOLM ? 0 : 1;
	for (int i = 0; i < n; i++)
	{
		int			rank = method == ADJUST_HOLM ? i : n - 1 - i;
		double		adjusted = sorted[rank].p * factor;

		if (method == ADJUST_HOLM)
			adjusted = bound = Max(bound, Min(adjusted * (n - rank), 1));
		else if (method == ADJUST_BONFERRONI)
			adjusted = Min(adjusted, 1);
		else
			adjusted = bound = Min(bound, adjusted * n / (rank + 1));
		p[sorted[rank].place] = adjusted;
	}
	pfree(sorted);
}
