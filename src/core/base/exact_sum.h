/*
 * Sums of doubles that are exact, and so the same in whatever order and by whatever
 * parts they are added up: R. M. Neal, "Fast exact summation using small and large
 * superaccumulators", arXiv 1505.05571, 2015.
 *
 * A sum is a number of 2,144 bits in limbs of 32, as wide as what doubles can be.
 * Each limb has room for carries, which are passed on after some hundreds of terms.
 * It is plain bytes: all zeros are the empty sum, any others are some number.
 */
#ifndef PLG_CORE_BASE_EXACT_SUM_H
#define PLG_CORE_BASE_EXACT_SUM_H

#include "core/base/platform.h"

#define EXACT_LIMBS 67

typedef struct ExactSum
{
	int64		limbs[EXACT_LIMBS]; /* the i-th in units of 2^(32 i - 1074) */
	int64		since_carries;
} ExactSum;

/* Finite terms only. */
extern void exact_sum_add(ExactSum *sum, double term);
extern void exact_sum_add_product(ExactSum *sum, double x, double y);
extern void exact_sum_add_sum(ExactSum *sum, const ExactSum *other);

/* The nearest double; infinite if it is beyond them. */
extern double exact_sum_value(const ExactSum *sum);

/*
 * The same of terms that are at hand, of which mostly a few: by parts that do not
 * overlap (J. R. Shewchuk, "Adaptive precision floating-point arithmetic and fast
 * robust geometric predicates", Discrete & Computational Geometry 18, 1997).
 */
extern double exact_sum_of(const double *terms, int64 n);

/* The same in two doubles, the second of which is what the first one lacks. */
typedef struct TwoDoubles
{
	double		high;
	double		low;
} TwoDoubles;

extern TwoDoubles exact_sum_values(const ExactSum *sum);

#endif							/* PLG_CORE_BASE_EXACT_SUM_H */
