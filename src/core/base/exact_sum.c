/* Exact sums; see exact_sum.h. */
#include "core/base/exact_sum.h"

#include <float.h>
#include <math.h>

#define LIMB_BITS 32
#define LIMB_MASK INT64CONST(0xffffffff)
#define MANTISSA_BITS 52
#define LEAST_EXPONENT (-1074)

/* Parts of a sum that do not overlap, and are not next to each other: at most every second bit of a double's range begins one. */
#define MOST_PARTS ((1024 - LEAST_EXPONENT) / 2 + 1)

/* Each term adds less than 2^53 to a limb, which carries leave below 2^33. */
#define MOST_TERMS 512

/* Limbs are added as unsigned numbers, since any bytes may have been passed as a sum. */
static inline void
add_to_limb(int64 *limb, int64 more)
{
	*limb = (int64) ((uint64) *limb + (uint64) more);
}

/* All limbs but the last, which has the sign, are then from 0 to 2^32 - 1. */
static void
pass_carries(ExactSum *sum)
{
	for (int i = 0; i < EXACT_LIMBS - 1; i++)
	{
		int64		carry = sum->limbs[i] >> LIMB_BITS;

		sum->limbs[i] &= LIMB_MASK;
		add_to_limb(&sum->limbs[i + 1], carry);
	}
	sum->since_carries = 0;
}

void
exact_sum_add(ExactSum *sum, double term)
{
	uint64		bits;
	uint64		mantissa;
	int			exponent;
	int			shift;
	int64	   *limb;
	int64		low;
	int64		high;

	memcpy(&bits, &term, sizeof(bits));
	exponent = (int) (bits >> MANTISSA_BITS) & 0x7ff;
	mantissa = bits & ((UINT64CONST(1) << MANTISSA_BITS) - 1);
	if (exponent > 0)
	{
		mantissa |= UINT64CONST(1) << MANTISSA_BITS;
		exponent--;
	}
	limb = &sum->limbs[exponent / LIMB_BITS];
	shift = exponent % LIMB_BITS;
	low = (int64) (mantissa << shift) & LIMB_MASK;
	high = (int64) (mantissa >> (LIMB_BITS - shift));
	if (bits >> 63)
	{
		low = -low;
		high = -high;
	}
	add_to_limb(&limb[0], low);
	add_to_limb(&limb[1], high);
	if (++sum->since_carries >= MOST_TERMS || unlikely(sum->since_carries < 0))
		pass_carries(sum);
}

/* A product is two doubles, unless it is so small that the second one is none. */
void
exact_sum_add_product(ExactSum *sum, double x, double y)
{
	double		product = x * y;

	exact_sum_add(sum, product);
	exact_sum_add(sum, fma(x, y, -product));
}

void
exact_sum_add_sum(ExactSum *sum, const ExactSum *other)
{
	ExactSum	carried = *other;

	pass_carries(&carried);
	pass_carries(sum);
	for (int i = 0; i < EXACT_LIMBS; i++)
		add_to_limb(&sum->limbs[i], carried.limbs[i]);
	pass_carries(sum);
}

/* 64 bits of a sum without carries, from one bit on; none lies above the last limb. */
static uint64
bits_from(const ExactSum *sum, int bit)
{
	uint64		bits = 0;
	int			shift = bit % LIMB_BITS;

	for (int i = 0; i < 3 && bit / LIMB_BITS + i < EXACT_LIMBS; i++)
	{
		uint64		limb = (uint64) sum->limbs[bit / LIMB_BITS + i];
		int			place = i * LIMB_BITS - shift;

		bits |= place < 0 ? limb >> -place : place < 64 ? limb << place : 0;
	}
	return bits;
}

/* Whether anything is set below a bit. */
static bool
any_below(const ExactSum *sum, int bit)
{
	for (int i = 0; i < bit / LIMB_BITS; i++)
	{
		if (sum->limbs[i] != 0)
			return true;
	}
	return (sum->limbs[bit / LIMB_BITS] & ((INT64CONST(1) << bit % LIMB_BITS) - 1)) != 0;
}

/* The nearest double, ties to even. */
static double
nearest_double(ExactSum sum)
{
	bool		negative;
	int			top = EXACT_LIMBS - 1;
	int			last;			/* bit of the double, from below */
	uint64		mantissa;

	pass_carries(&sum);
	negative = sum.limbs[top] < 0;
	if (negative)
	{
		for (int i = 0; i < EXACT_LIMBS; i++)
			sum.limbs[i] = (int64) -(uint64) sum.limbs[i];
		pass_carries(&sum);
	}
	if (sum.limbs[top] != 0)
		return negative ? -INFINITY : INFINITY;
	while (top > 0 && sum.limbs[top] == 0)
		top--;
	last = Max(top * LIMB_BITS + bits_of((uint64) sum.limbs[top]) - 1 - MANTISSA_BITS, 0);
	mantissa = bits_from(&sum, last) & ((UINT64CONST(2) << MANTISSA_BITS) - 1);
	if (last > 0 && (bits_from(&sum, last - 1) & 1) && ((mantissa & 1) || any_below(&sum, last - 1)))
		mantissa++;
	return ldexp(negative ? -(double) mantissa : (double) mantissa, last + LEAST_EXPONENT);
}

double
exact_sum_value(const ExactSum *sum)
{
	return nearest_double(*sum);
}

TwoDoubles
exact_sum_values(const ExactSum *sum)
{
	TwoDoubles	values = {nearest_double(*sum), 0};
	ExactSum	rest = *sum;

	if (isfinite(values.high))
	{
		exact_sum_add(&rest, -values.high);
		values.low = nearest_double(rest);
	}
	return values;
}

/* The sum of the parts, each of which is larger than all before it, rounded once: ties to even. */
static double
round_parts(const double *parts, int n)
{
	double		sum = n > 0 ? parts[--n] : 0;
	double		rest = 0;

	while (n > 0 && rest == 0)
	{
		double		larger = sum;
		double		part = parts[--n];

		sum = larger + part;
		rest = part - (sum - larger);
	}

	/* half of the last bit was left, and what is below it has the same sign */
	if (n > 0 && rest != 0 && (rest < 0) == (parts[n - 1] < 0) && (sum + 2 * rest) - sum == 2 * rest)
		sum += 2 * rest;
	return sum + 0.0;			/* no negative zero */
}

/* Sums on the way are no larger than that of the terms without their signs. */
double
exact_sum_of(const double *terms, int64 n)
{
	double		parts[MOST_PARTS];
	int			n_parts = 0;
	double		magnitude = 0;

	for_many(i, n)
		magnitude += fabs(terms[i]);
	if (unlikely(!(magnitude < DBL_MAX / 2)))
	{
		ExactSum	sum = {0};

		for_many(i, n)
			exact_sum_add(&sum, terms[i]);
		return nearest_double(sum);
	}
	for_many(i, n)
	{
		double		sum = terms[i];
		int			kept = 0;

		for (int k = 0; k < n_parts; k++)
		{
			double		part = parts[k];
			bool		swap = fabs(sum) < fabs(part);
			double		larger = swap ? part : sum;
			double		smaller = swap ? sum : part;

			sum = larger + smaller;
			parts[kept] = smaller - (sum - larger);
			kept += parts[kept] != 0;
		}
		parts[kept] = sum;
		n_parts = kept + 1;
	}
	return round_parts(parts, n_parts);
}
