/*
 * The median of an uptake; see uptake.h.
 *
 * As long as nobody leaves, the rate follows from how many have converted, and
 * nothing needs to be computed at a conversion.  So a first pass divides the
 * conversions into pieces at the places where somebody has left.  It ends with
 * the rate of all; then the piece in which half of that is reached is looked
 * up, and the place in it.
 */
#include "uptake.h"

/* Conversions between which nobody leaves. */
typedef struct Piece
{
	int64		from;			/* the first of them */
	int64		at_risk;		/* before it */
	double		rate;
} Piece;

typedef struct Curve
{
	const Uptake *uptake;
	Piece	   *pieces;
	int64		n;
	double		last;			/* rate, after all conversions */
} Curve;

/* The rate after so many of a piece's conversions; the arithmetic is that of survival.c. */
static double
rate_after(const Piece *piece, int64 converted)
{
	if (converted == piece->at_risk)
		return 1;
	return piece->rate + (1 - piece->rate) * ((double) converted / (double) piece->at_risk);
}

static inline int64
skip_before(TimeList list, int64 from, int64 time)
{
	while (from < list.n && list.times[from] < time)
		from++;
	return from;
}

/* The first pass. */
static void
find_pieces(Curve *curve)
{
	TimeList	conversions = curve->uptake->conversions;
	TimeList	leavers = curve->uptake->leavers;
	TimeList	converted = curve->uptake->converted_leavers;
	Piece	   *piece = curve->pieces;
	int64		all_gone = 0;
	int64		converted_gone = 0;
	int64		gone = 0;

	*piece = (Piece) {0, curve->uptake->total, 0};
	for (int64 i = 0; i < conversions.n; i++)
	{
		int64		time = conversions.times[i];

		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		all_gone = skip_before(leavers, all_gone, time);
		converted_gone = skip_before(converted, converted_gone, time);
		if (all_gone - converted_gone > gone)
		{
			int64		at_risk = piece->at_risk - (i - piece->from) - (all_gone - converted_gone - gone);

			piece[1] = (Piece) {i, at_risk, rate_after(piece, i - piece->from)};
			piece++;
			gone = all_gone - converted_gone;
		}
	}
	curve->n = piece - curve->pieces + 1;
	curve->last = rate_after(piece, conversions.n - piece->from);
}

/* Where a piece ends. */
static int64
piece_end(const Curve *curve, int64 piece)
{
	return piece + 1 < curve->n ? curve->pieces[piece + 1].from : curve->uptake->conversions.n;
}

/*
 * The first conversion after which the rate, as a share of the last one, is at
 * least so much, which it is in the end.  Equal times are one step of the
 * curve, and the rate grows, so whichever of them is found has the right time.
 */
static int64
first_at(const Curve *curve, double share, double tolerance)
{
	int64		low = 0;
	int64		high = curve->n - 1;
	const Piece *piece;
	int64		from;
	int64		to;

	while (low < high)
	{
		int64		middle = low + (high - low) / 2;
		int64		end = piece_end(curve, middle);

		piece = &curve->pieces[middle];
		if (rate_after(piece, end - piece->from) / curve->last + tolerance >= share)
			high = middle;
		else
			low = middle + 1;
	}
	piece = &curve->pieces[low];
	from = piece->from;
	to = piece_end(curve, low);
	while (from < to)
	{
		int64		middle = from + (to - from) / 2;

		if (rate_after(piece, middle + 1 - piece->from) / curve->last + tolerance >= share)
			to = middle;
		else
			from = middle + 1;
	}
	return curve->uptake->conversions.times[from];
}

/* Whether the curve is known at a time, which no conversion is later than. */
static bool
known_at(const Curve *curve, int64 time)
{
	const Uptake *uptake = curve->uptake;
	const Piece *piece = &curve->pieces[curve->n - 1];
	int64		n = uptake->conversions.n;
	int64		watched = uptake->total - n - (uptake->leavers.n - uptake->converted_leavers.n);

	return watched > 0 || time == FOREVER || uptake->conversions.times[n - 1] == time ||
		n - piece->from == piece->at_risk;
}

int64
uptake_median(const Uptake *uptake, int64 within)
{
	Curve		curve = {.uptake = uptake};
	int64		most = Min(uptake->conversions.n, uptake->leavers.n - uptake->converted_leavers.n);
	int64		median = NOT_KNOWN;

	if (uptake->conversions.n == 0)
		return NOT_KNOWN;
	curve.pieces = palloc_huge((most + 1) * sizeof(Piece));
	find_pieces(&curve);
	if (known_at(&curve, within))
	{
		int64		passed = first_at(&curve, 0.5, -SHARE_TOLERANCE);

		/* hit exactly: the middle of the flat piece */
		median = first_at(&curve, 0.5, SHARE_TOLERANCE);
		median += (passed - median) / 2;
	}
	pfree(curve.pieces);
	return median;
}
