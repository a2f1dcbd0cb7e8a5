/*
 * The medians of events; see km_medians.h.
 *
 * As long as nobody leaves, the rate follows from how many have converted, and
 * nothing needs to be computed at a conversion.  So it takes no order among the
 * conversions, only the number of them in each gap between leavers, which a
 * table of buckets finds.  A first pass goes from gap to gap and divides the
 * conversions into pieces where somebody has left unconverted.  It ends with the
 * rate of all; then the piece in which half of that is reached is looked up, and
 * the place in it.  Where conversions are few, so that passing through all gaps
 * would be the larger work, they are sorted, and only theirs are passed through.
 */
#include "core/stats/km_medians.h"

#include "core/base/ascending.h"
#include "core/base/radix.h"
#include "core/base/select.h"

#define FEW_CONVERSIONS 8		/* fewer than one for so many leavers are sorted */

/* Conversions between which nobody leaves. */
typedef struct Piece
{
	int64		from;			/* how many are before the first of them */
	int64		left;			/* leavers before the first of them, converted or not */
	int64		at_risk;		/* before it */
	double		rate;
} Piece;

typedef struct Curve
{
	const EventTimes *event;
	Leavers    *leavers;
	Piece	   *pieces;
	int64		n;
	int64		gone;			/* unconverted, before the last piece */
	bool		in_order;		/* conversions are, else they are dealt */
	Parts		parts;
	double		last;			/* rate, after all conversions */
} Curve;

Leavers *
make_leavers(TimeList list)
{
	Leavers    *leavers = palloc0(sizeof(Leavers));
	int64		n = list.n;
	uint64		range;
	int64		before = 0;

	sort_int64(list.times, n);
	leavers->n = n;
	leavers->times = palloc_huge((n + 2) * sizeof(int64));
	if (n > 0)
		memcpy(leavers->times, list.times, n * sizeof(int64));
	leavers->times[n] = leavers->times[n + 1] = PG_INT64_MAX;
	leavers->gaps = palloc_huge((n + 1) * sizeof(Gap));
	memset(leavers->gaps, 0, (n + 1) * sizeof(Gap));

	/* about as many buckets as leavers, or twice as many */
	range = n > 0 ? (uint64) leavers->times[n - 1] - (uint64) leavers->times[0] : 0;
	leavers->shift = 0;
	while (range >> leavers->shift > (uint64) n * 2)
		leavers->shift++;
	leavers->last_bucket = range >> leavers->shift;
	leavers->first = palloc_huge((leavers->last_bucket + 2) * sizeof(uint32));
	for (uint64 bucket = 0; bucket <= leavers->last_bucket + 1; bucket++)
	{
		if ((bucket & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		while (before < n && ((uint64) leavers->times[before] - (uint64) leavers->times[0]) >> leavers->shift < bucket)
			before++;
		leavers->first[bucket] = (uint32) before;
	}
	return leavers;
}

/* How many leave before a time.  Nearly always at most two in the same bucket do: no branch. */
static inline int64
left_before(const Leavers *leavers, int64 time)
{
	const int64 *times = leavers->times;
	uint64		bucket;
	int64		left;

	if (time <= times[0])
		return 0;
	bucket = Min(((uint64) time - (uint64) times[0]) >> leavers->shift, leavers->last_bucket);
	left = leavers->first[bucket];
	left += times[left] < time;
	left += times[left] < time;
	if (unlikely(times[left] < time))
		left = lower_bound_time(times, left, leavers->first[bucket + 1], time);
	return left;
}

/* The rate after so many of a piece's conversions; the arithmetic is that of survival.c. */
static double
rate_after(const Piece *piece, int64 converted)
{
	if (converted == piece->at_risk)
		return 1;
	return piece->rate + (1 - piece->rate) * ((double) converted / (double) piece->at_risk);
}

/*
 * Begins a piece at a conversion if anybody has left since the last one began:
 * before it are so many conversions, leavers, and leavers who converted.
 */
static inline void
pass_leavers(Curve *curve, int64 from, int64 left, int64 converted)
{
	Piece	   *piece = &curve->pieces[curve->n - 1];
	int64		gone = left - converted;
	int64		at_risk;

	if (gone == curve->gone)
		return;
	at_risk = piece->at_risk - (from - piece->from) - (gone - curve->gone);
	piece[1] = (Piece) {from, left, at_risk, rate_after(piece, from - piece->from)};
	curve->n++;
	curve->gone = gone;
}

static void *
make_room(void *memory, Size *size, Size needed)
{
	if (needed <= *size)
		return memory;
	if (memory != NULL)
		free_huge_pages(memory);
	*size = needed;
	return palloc_huge_pages(needed);
}

/*
 * Counts times in their gaps, dealt before, so that the buckets and gaps of
 * those next to each other are in the cache.
 */
static void
fill_gaps(Curve *curve, TimeList list, uint32 *count)
{
	Leavers    *leavers = curve->leavers;
	int			step = sizeof(Gap) / sizeof(uint32);

	if (list.n == 0)
		return;
	leavers->dealt = make_room(leavers->dealt, &leavers->dealt_size, list.n * sizeof(int64));
	split_by_high_digit(list.times, list.n, leavers->dealt, &curve->parts);
	for (int64 i = 0; i < list.n; i++)
	{
		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		count[left_before(leavers, leavers->dealt[i]) * step]++;
	}
}

/* The first pass, by the gaps of many conversions, which are left dealt. */
static void
find_pieces_by_gaps(Curve *curve)
{
	Gap		   *gaps = curve->leavers->gaps;
	int64		n_converted = 0;
	int64		from = 0;

	fill_gaps(curve, curve->event->converted_leavers, &gaps->converted_leavers);
	fill_gaps(curve, curve->event->conversions, &gaps->conversions);
	for (int64 left = 0; left <= curve->leavers->n; left++)
	{
		Gap			gap = gaps[left];

		if (gap.conversions > 0)
			pass_leavers(curve, from, left, n_converted);
		from += gap.conversions;
		n_converted += gap.converted_leavers;
		gaps[left] = (Gap) {0, 0};
	}
}

/* The same by the order of few. */
static void
find_pieces_in_order(Curve *curve)
{
	TimeList	conversions = curve->event->conversions;
	TimeList	converted = curve->event->converted_leavers;
	int64		n_converted = 0;

	sort_int64(conversions.times, conversions.n);
	sort_int64(converted.times, converted.n);
	for (int64 i = 0; i < conversions.n; i++)
	{
		while (n_converted < converted.n && converted.times[n_converted] < conversions.times[i])
			n_converted++;
		pass_leavers(curve, i, left_before(curve->leavers, conversions.times[i]), n_converted);
	}
}

/* Where a piece ends. */
static int64
piece_end(const Curve *curve, int64 piece)
{
	return piece + 1 < curve->n ? curve->pieces[piece + 1].from : curve->event->conversions.n;
}

/* The last piece that begins with no more conversions before it. */
static int64
piece_of(const Curve *curve, int64 conversion)
{
	int64		low = 0;
	int64		high = curve->n - 1;

	while (low < high)
	{
		int64		middle = high - (high - low) / 2;

		if (curve->pieces[middle].from <= conversion)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
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
	return from;
}

/* The time of a conversion: that rank among those of its piece. */
static int64
time_of(const Curve *curve, int64 conversion)
{
	const int64 *leavers = curve->leavers->times;
	const int64 *dealt = curve->leavers->dealt;
	int64		index = piece_of(curve, conversion);
	const Piece *piece = &curve->pieces[index];
	int64		after = index > 0 ? leavers[piece->left - 1] : PG_INT64_MIN;
	int64		until = index + 1 < curve->n ? leavers[piece[1].left - 1] : PG_INT64_MAX;
	int			part;
	int64		end;
	int64	   *times;
	int64		n = 0;

	if (curve->in_order)
		return curve->event->conversions.times[conversion];
	part = part_of(&curve->parts, after);
	end = curve->parts.ends[part_of(&curve->parts, until)];
	curve->leavers->chosen = make_room(curve->leavers->chosen, &curve->leavers->chosen_size,
									   (piece_end(curve, index) - piece->from) * sizeof(int64));
	times = curve->leavers->chosen;
	for (int64 i = part > 0 ? curve->parts.ends[part - 1] : 0; i < end; i++)
	{
		if (dealt[i] > after && dealt[i] <= until)
			times[n++] = dealt[i];
	}
	return nth_smallest(times, n, conversion - piece->from, NULL);
}

static int64
latest(TimeList list)
{
	int64		time = list.times[0];

	for (int64 i = 1; i < list.n; i++)
		time = Max(time, list.times[i]);
	return time;
}

/* Whether the curve is known at a time, which no conversion is later than. */
static bool
known_at(const Curve *curve, int64 time)
{
	const EventTimes *event = curve->event;
	const Piece *piece = &curve->pieces[curve->n - 1];
	int64		n = event->conversions.n;
	int64		watched = event->total - n - (curve->leavers->n - event->converted_leavers.n);

	return watched > 0 || time == FOREVER || n - piece->from == piece->at_risk ||
		latest(event->conversions) == time;
}

int64
km_median(const EventTimes *event, Leavers *leavers, int64 within)
{
	Curve		curve;
	int64		n = event->conversions.n;
	int64		most = Min(n, leavers->n - event->converted_leavers.n);
	int64		median = NOT_KNOWN;
	const Piece *last;

	if (n == 0)
		return NOT_KNOWN;
	curve.event = event;
	curve.leavers = leavers;
	curve.gone = 0;
	curve.in_order = n < leavers->n / FEW_CONVERSIONS;
	leavers->pieces = make_room(leavers->pieces, &leavers->pieces_size, (most + 1) * sizeof(Piece));
	curve.pieces = leavers->pieces;
	curve.pieces[0] = (Piece) {0, 0, event->total, 0};
	curve.n = 1;
	if (curve.in_order)
		find_pieces_in_order(&curve);
	else
		find_pieces_by_gaps(&curve);
	last = &curve.pieces[curve.n - 1];
	curve.last = rate_after(last, n - last->from);
	if (known_at(&curve, within))
	{
		int64		reached = first_at(&curve, 0.5, SHARE_TOLERANCE);
		int64		passed = first_at(&curve, 0.5, -SHARE_TOLERANCE);

		/* hit exactly: the middle of the flat piece */
		median = time_of(&curve, reached);
		if (passed != reached)
			median += (time_of(&curve, passed) - median) / 2;
	}
	return median;
}
