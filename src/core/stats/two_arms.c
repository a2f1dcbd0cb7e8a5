/* Log-rank test and hazard ratio; see two_arms.h. */
#include "core/stats/two_arms.h"

#include <math.h>

#include "core/stats/distribution.h"

/* A time at which some convert while both arms are at risk. */
typedef struct Event
{
	int64		at_risk[2];
	int64		converted[2];
} Event;

/*
 * Events in segments: an array of millions that grows would be copied whole, and
 * nobody could cancel that.
 */
#define SEGMENT_BITS 12
#define SEGMENT_SIZE ((int64) 1 << SEGMENT_BITS)

typedef struct EventList
{
	Event	  **segments;
	int64		max_segments;
	int64		n;
} EventList;

static inline Event *
event_of(const EventList *list, uint64 i)
{
	return &list->segments[i >> SEGMENT_BITS][i & (SEGMENT_SIZE - 1)];
}

static void
add_event(EventList *list, const Event *event)
{
	int64		segment = list->n >> SEGMENT_BITS;

	if ((list->n & (SEGMENT_SIZE - 1)) == 0)
	{
		if (segment == list->max_segments)
		{
			list->max_segments *= 2;
			list->segments = repalloc_huge(list->segments, list->max_segments * sizeof(Event *));
		}
		list->segments[segment] = palloc(SEGMENT_SIZE * sizeof(Event));
	}
	*event_of(list, list->n++) = *event;
}

static void
free_events(EventList *list)
{
	for (int64 i = 0; i < list->n; i += SEGMENT_SIZE)
		pfree(list->segments[i >> SEGMENT_BITS]);
	pfree(list->segments);
}

/* One pass over both arms, in order of time. */
static void
list_events(SurvivalInput *arms[2], EventList *list)
{
	SurvivalStep step[2];
	bool		is_there[2];
	int64		at_risk[2];
	int64		steps = 0;

	list->n = 0;
	list->max_segments = 16;
	list->segments = palloc(list->max_segments * sizeof(Event *));
	for (int arm = 0; arm < 2; arm++)
	{
		at_risk[arm] = arms[arm]->total - arms[arm]->late;
		is_there[arm] = survival_step(arms[arm], FOREVER, &step[arm]);
	}
	while (is_there[0] || is_there[1])
	{
		int64		time = Min(is_there[0] ? step[0].time : FOREVER, is_there[1] ? step[1].time : FOREVER);
		Event		event = {{0, 0}, {0, 0}};

		if ((++steps & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		for (int arm = 0; arm < 2; arm++)
		{
			at_risk[arm] += survival_entered(arms[arm], time);
			event.at_risk[arm] = at_risk[arm];
			if (!is_there[arm] || step[arm].time != time)
				continue;
			event.converted[arm] = step[arm].events;
			at_risk[arm] -= step[arm].events + step[arm].censored;
			is_there[arm] = survival_step(arms[arm], FOREVER, &step[arm]);
		}
		/* where nobody of one arm is at risk the other has nothing to be compared with */
		if (event.at_risk[0] > 0 && event.at_risk[1] > 0 &&
			event.converted[0] + event.converted[1] > 0)
			add_event(list, &event);
	}
}

static double
logrank_p_value(const EventList *list)
{
	double		more = 0;		/* converted in b than expected */
	double		variance = 0;

	for_many(i, list->n)
	{
		const Event *event = event_of(list, i);
		double		n = (double) event->at_risk[0] + (double) event->at_risk[1];
		double		d = (double) event->converted[0] + (double) event->converted[1];
		double		share = (double) event->at_risk[1] / n;

		more += (double) event->converted[1] - d * share;
		if (n > 1)
			variance += d * share * (1 - share) * ((n - d) / (n - 1));
	}
	return variance > 0 ? chi_square_p(more * more / variance, 1) : NAN;
}

/*
 * The score and the information of the logarithm of the ratio.  Of d who convert
 * at one time, by Efron, the r-th is drawn from those at risk without r / d of
 * those who convert.
 */
static void
score_of(const EventList *list, double ratio, double *score, double *information)
{
	int64		drawn = 0;

	*score = *information = 0;
	for (int64 i = 0; i < list->n; i++)
	{
		const Event *event = event_of(list, i);
		int64		d = event->converted[0] + event->converted[1];
		double		a = (double) event->at_risk[0];
		double		b = (double) event->at_risk[1] * ratio;
		double		less_a = (double) event->converted[0] / (double) d;
		double		less_b = (double) event->converted[1] / (double) d * ratio;

		*score += (double) event->converted[1];
		for (int64 r = 0; r < d; r++)
		{
			double		now_b = b - (double) r * less_b;
			double		share = now_b / (a - (double) r * less_a + now_b);

			*score -= share;
			*information += share * (1 - share);
			if ((++drawn & 0xffff) == 0)
				CHECK_FOR_INTERRUPTS();
		}
	}
}

/* Newton's steps from where both are alike; the likelihood has one top, to which longer steps than e^2 may overshoot. */
#define MOST_STEPS 100
#define LONGEST_STEP 2

static void
set_hazard_ratio(TwoArms *result, const EventList *list, double level)
{
	double		converted[2] = {0, 0};
	double		log_ratio = 0;
	double		score;
	double		information;
	double		spread;

	for_many(i, list->n)
	{
		converted[0] += (double) event_of(list, i)->converted[0];
		converted[1] += (double) event_of(list, i)->converted[1];
	}
	if (converted[0] == 0 || converted[1] == 0)
		return;
	for (int i = 0; i < MOST_STEPS; i++)
	{
		double		step;

		score_of(list, exp(log_ratio), &score, &information);
		step = score / information;
		log_ratio += Min(Max(step, -LONGEST_STEP), LONGEST_STEP);
		if (fabs(step) < 1e-12)
			break;
	}
	spread = two_sided_z(level) / sqrt(information);
	result->hazard_ratio = exp(log_ratio);
	result->hazard_low = exp(log_ratio - spread);
	result->hazard_high = exp(log_ratio + spread);
}

TwoArms
compare_arms(SurvivalInput *a, SurvivalInput *b, double level)
{
	TwoArms		result = {NAN, NAN, NAN, NAN};
	SurvivalInput *arms[2] = {a, b};
	EventList	list;

	list_events(arms, &list);
	result.logrank_p_value = logrank_p_value(&list);
	set_hazard_ratio(&result, &list, level);
	free_events(&list);
	return result;
}
