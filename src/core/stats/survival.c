/* Kaplan-Meier in one pass; survival.h explains the estimate. */
#include "core/stats/survival.h"

#include <math.h>

/* Where the walk over the distinct times stands. */
typedef struct Walk
{
	SurvivalInput *input;
	int64		time;			/* the last step's; before the first one -1 */
	int64		at_risk;		/* after the last step */
	int64		was_at_risk;	/* before it */
	int64		events;			/* at it */
	double		rate;			/* share converted */
	double		rate_before;	/* the last event */
	double		greenwood;		/* variance of the log of the rest */
	bool		complete;		/* all who were still at risk converted */

	/*
	 * Between two censorings the product of (1 - d/n) telescopes, so the rate
	 * is taken from where it stood after the last censoring.  With nobody
	 * censored it is then exactly converted / total.
	 */
	double		base_rate;
	int64		base_at_risk;
	int64		since_interrupt_check;
} Walk;

static bool
peek(TimeStream *stream, int64 *time)
{
	if (stream == NULL)
		return false;
	if (stream->next >= stream->n &&
		(stream->refill == NULL || !stream->refill(stream)))
		return false;
	*time = stream->times[stream->next];
	return true;
}

/* Steps over all of the stream's times equal to time. */
static int64
take_equal(TimeStream *stream, int64 time)
{
	int64		count = 0;
	int64		next;

	while (peek(stream, &next) && next == time)
	{
		stream->next++;
		count++;
		/* all entrants may have one time */
		if ((count & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
	}
	return count;
}

static void
walk_begin(Walk *walk, SurvivalInput *input)
{
	memset(walk, 0, sizeof(*walk));
	walk->input = input;
	walk->time = -1;
	walk->at_risk = walk->base_at_risk = input->total - input->late;
}

static bool
next_time(SurvivalInput *input, int64 *time)
{
	TimeStream *streams[] = {input->events[0], input->events[1], input->events[2], input->censored[0], input->censored[1]};
	bool		found = false;
	int64		t;

	for (int i = 0; i < (int) lengthof(streams); i++)
	{
		if (peek(streams[i], &t) && (!found || t < *time))
		{
			*time = t;
			found = true;
		}
	}
	return found;
}

/* The next distinct time, which is not later than limit. */
bool
survival_step(SurvivalInput *input, int64 limit, SurvivalStep *step)
{
	if (!next_time(input, &step->time) || step->time > limit)
		return false;
	step->events = take_equal(input->events[0], step->time) + take_equal(input->events[1], step->time) +
		take_equal(input->events[2], step->time);
	step->censored = take_equal(input->censored[0], step->time) + take_equal(input->censored[1], step->time);
	return true;
}

int64
survival_entered(SurvivalInput *input, int64 time)
{
	int64		count = 0;
	int64		next;

	while (peek(input->entries, &next) && next < time)
	{
		input->entries->next++;
		if ((++count & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
	}
	return count;
}

/* Those are at risk as well who were first seen before a time. */
static void
walk_enter(Walk *walk, int64 time)
{
	int64		entered = survival_entered(walk->input, time);

	if (entered == 0)
		return;
	walk->at_risk += entered;
	walk->base_rate = walk->rate;
	walk->base_at_risk = walk->at_risk;
}

static bool
walk_step(Walk *walk, int64 limit)
{
	SurvivalStep step;
	int64		n;
	int64		d;

	if (!survival_step(walk->input, limit, &step))
		return false;
	walk_enter(walk, step.time);
	n = walk->at_risk;
	d = step.events;
	walk->since_interrupt_check += d + step.censored;
	if (walk->since_interrupt_check >= 4096)
	{
		walk->since_interrupt_check = 0;
		CHECK_FOR_INTERRUPTS();
	}
	if (d > 0 && !walk->complete)
	{
		double		share = (double) (walk->base_at_risk - (n - d)) / (double) walk->base_at_risk;

		walk->rate_before = walk->rate;
		walk->rate = walk->base_rate + (1 - walk->base_rate) * share;
		if (n > d)
			walk->greenwood += (double) d / ((double) n * (double) (n - d));
		else
		{
			walk->complete = true;
			walk->rate = 1;
		}
	}
	walk->time = step.time;
	walk->was_at_risk = n;
	walk->events = d;
	walk->at_risk = n - d - step.censored;
	if (step.censored > 0)
	{
		walk->base_rate = walk->rate;
		walk->base_at_risk = walk->at_risk;
	}
	return true;
}

/* Whether the curve is known beyond the last time: who has all cannot have more. */
static bool
known_beyond(const Walk *walk)
{
	return walk->complete || walk->input->forever > 0;
}

/*
 * Bounds of the rate: exp(-exp(log(-log S) -/+ z sqrt(G) / log S)), from 1, in
 * terms of the cumulative hazard -log S so that small rates keep their digits.
 */
static bool
log_log_bounds(double rate, double greenwood, double z, double *low, double *high)
{
	double		hazard;
	double		u;

	if (rate <= 0 || rate >= 1)
		return false;
	hazard = -log1p(-rate);
	u = z * sqrt(greenwood) / hazard;
	*low = -expm1(-hazard * exp(-u));
	*high = -expm1(-hazard * exp(u));
	return true;
}

/* The rate at a time, and its bounds, also where the curve is at one of its ends. */
static void
set_point(SurvivalPoint *point, const Walk *walk, double z)
{
	double		rate = walk->complete ? walk->rate_before : walk->rate;
	int64		n = point->at_risk > 0 && !walk->complete ? point->at_risk : walk->was_at_risk;
	double		end = z * z / ((double) n + z * z);

	point->rate = walk->rate;
	point->low = 0;
	point->high = end;
	(void) log_log_bounds(rate, walk->greenwood, z, &point->low, &point->high);
	if (walk->complete)
	{
		point->low = Max(point->low, 1 - end);
		point->high = 1;
	}
}

/*
 * The curve at n times in ascending order; z is the normal quantile of the
 * bounds' level.  FOREVER stands for the end of the longest follow-up.  Beyond
 * that the curve is known if all who were still at risk then converted, so that
 * the share stays 1, or if somebody is watched for ever.
 */
void
survival_at(SurvivalInput *input, double z, SurvivalPoint *points, int n)
{
	Walk		walk;
	int64		next;

	walk_begin(&walk, input);
	for (int i = 0; i < n; i++)
	{
		SurvivalPoint *point = &points[i];

		/* at a step the at-risk count includes those who leave at it */
		while (walk_step(&walk, point->time - 1))
			continue;
		walk_enter(&walk, point->time);
		point->at_risk = walk.at_risk;
		if (point->time == FOREVER)
			walk_step(&walk, FOREVER);
		else
			walk_step(&walk, point->time);
		set_point(point, &walk, z);
		point->known = input->total > 0 &&
			(point->time == FOREVER || point->time <= walk.time ||
			 known_beyond(&walk) || next_time(input, &next));
	}
}

/* Shares in ascending order, and the first times at which a band reached each. */
typedef struct Crossings
{
	SurvivalQuantile *quantiles;
	int			n;
	int			reached;		/* how many have been reached */
	int			passed;			/* how many have been passed */
	Size		target;			/* where in SurvivalQuantile the time goes */
} Crossings;

static int64 *
crossing_time(Crossings *c, int i)
{
	return (int64 *) ((char *) &c->quantiles[i] + c->target);
}

static void
crossings_begin(Crossings *c, SurvivalQuantile *quantiles, int n, Size target)
{
	c->quantiles = quantiles;
	c->n = n;
	c->reached = c->passed = 0;
	c->target = target;
	for (int i = 0; i < n; i++)
		*crossing_time(c, i) = NOT_KNOWN;
}

/*
 * The band has the given value from time on.  Between the time a share is
 * reached and the one it is passed at lies a piece of the curve that is flat at
 * just this share; its middle is the answer, rounded down to the microsecond.
 */
static void
crossings_update(Crossings *c, double value, int64 time)
{
	while (c->reached < c->n && value + SHARE_TOLERANCE >= c->quantiles[c->reached].share)
		*crossing_time(c, c->reached++) = time;
	while (c->passed < c->reached && value - SHARE_TOLERANCE >= c->quantiles[c->passed].share)
	{
		int64	   *t = crossing_time(c, c->passed++);

		*t += (time - *t) / 2;
	}
}

/*
 * The curve ends: a share it has reached and stays at lasts until the end of
 * the longest follow-up, unless that is forever.
 */
static void
crossings_end(Crossings *c, int64 last)
{
	for (; c->passed < c->reached; c->passed++)
	{
		int64	   *t = crossing_time(c, c->passed);

		if (last != FOREVER)
			*t += (last - *t) / 2;
	}
	/* nobody has converted at once, whatever the tolerance */
	for (int i = 0; i < c->n && c->quantiles[i].share == 0; i++)
		*crossing_time(c, i) = 0;
}

/*
 * The times by which each share of all has converted, shares in ascending
 * order; with bounds where their bands cross the share, if z > 0.
 */
void
survival_quantiles(SurvivalInput *input, double z, SurvivalQuantile *quantiles, int n)
{
	Crossings	time,
				low,
				high;
	Walk		walk;

	crossings_begin(&time, quantiles, n, offsetof(SurvivalQuantile, time));
	crossings_begin(&low, quantiles, n, offsetof(SurvivalQuantile, low));
	crossings_begin(&high, quantiles, n, offsetof(SurvivalQuantile, high));
	crossings_update(&time, 0, 0);
	crossings_update(&low, 0, 0);
	crossings_update(&high, 0, 0);

	walk_begin(&walk, input);
	while (walk_step(&walk, FOREVER))
	{
		double		rate_low,
					rate_high;

		if (walk.events == 0)
			continue;
		crossings_update(&time, walk.rate, walk.time);
		/* the upper band gets to a share first */
		if (z > 0 && log_log_bounds(walk.rate, walk.greenwood, z, &rate_low, &rate_high))
		{
			crossings_update(&low, rate_high, walk.time);
			crossings_update(&high, rate_low, walk.time);
		}
	}
	if (walk.time < 0)
		walk.time = 0;
	if (input->forever > 0)
		walk.time = FOREVER;
	crossings_end(&time, walk.time);
	crossings_end(&low, walk.time);
	crossings_end(&high, walk.time);
}

/*
 * The same among those who convert within the given time, whose share of all
 * is rate: the first time with F(t) = p F(within).  The last of them converts
 * at the time of the last conversion, not somewhere after it.
 */
void
survival_quantiles_within(SurvivalInput *input, int64 within, double rate,
						  SurvivalQuantile *quantiles, int n)
{
	Crossings	time;
	Walk		walk;

	crossings_begin(&time, quantiles, n, offsetof(SurvivalQuantile, time));
	crossings_update(&time, 0, 0);
	walk_begin(&walk, input);
	while (time.passed < n && walk_step(&walk, within))
		if (walk.events > 0)
			crossings_update(&time, walk.rate / rate, walk.time);
	crossings_end(&time, FOREVER);
}

/* The time up to which the curve is known. */
int64
survival_end(SurvivalInput *input)
{
	Walk		walk;

	walk_begin(&walk, input);
	while (walk_step(&walk, FOREVER))
		continue;
	return known_beyond(&walk) ? FOREVER : Max(walk.time, 0);
}

/*
 * The mean time that one of all waits for conversion, of the first so long: the
 * area above the curve.  False if the curve is not known for so long, or if the
 * time is FOREVER and somebody may wait as long.
 */
bool
survival_restricted_mean(SurvivalInput *input, int64 within, double *mean)
{
	Walk		walk;
	double		waiting = 1;
	int64		last = 0;

	*mean = 0;
	walk_begin(&walk, input);
	while (walk_step(&walk, within))
	{
		*mean += waiting * (double) (walk.time - last);
		waiting = 1 - walk.rate;
		last = walk.time;
	}
	if (walk.complete)
		return true;
	*mean += waiting * (double) (within - last);
	return input->total > 0 && within != FOREVER &&
		(within <= walk.time || known_beyond(&walk) || walk.at_risk > 0);
}
