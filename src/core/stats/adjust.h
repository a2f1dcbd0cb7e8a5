/*
 * p-values of many tests, adjusted so that a limit means what it says about all
 * of them together:
 *
 *	bonferroni, holm	the chance of any false discovery; S. Holm, "A simple
 *						sequentially rejective multiple test procedure",
 *						Scandinavian Journal of Statistics 6, 1979
 *	bh					the expected share of false ones among the discoveries;
 *						Y. Benjamini and Y. Hochberg, "Controlling the false discovery
 *						rate", JRSS B 57, 1995
 *	by					the same whatever the tests' dependence; Y. Benjamini and D.
 *						Yekutieli, Annals of Statistics 29, 2001
 */
#ifndef PLG_CORE_STATS_ADJUST_H
#define PLG_CORE_STATS_ADJUST_H

#include "core/base/platform.h"

typedef enum Adjustment
{
	ADJUST_BH,
	ADJUST_BY,
	ADJUST_HOLM,
	ADJUST_BONFERRONI
} Adjustment;

/* In place; each keeps its place. */
extern void adjust_p(double *p, int n, Adjustment method);

#endif							/* PLG_CORE_STATS_ADJUST_H */
