/*
 * Attribution: which touches get the credit for conversions.
 *
 * A conversion is worth 1, which its path (touch_paths.h) shares by a model.
 * Credit is counted in whole numbers of a unit so small that the shares are as
 * exact as the result can tell, and each conversion's are made to sum to 1.  So
 * sums are the same in whatever order, and all credit together is the number of
 * conversions.
 */
#include "readers/shared/touch_paths.h"

#include "pg/entity.h"
#include "pg/result.h"
#include "readers/shared/places.h"

#include <math.h>

/* The arguments. */
enum
{
	J, TOUCHES, GOAL, AS_OF, LOOKBACK, MODEL, PER, HALF_LIFE, ENTERED
};

typedef enum Model
{
	LAST, FIRST, LINEAR, POSITION, DECAY
} Model;

/* A conversion, in units of credit. */
#define ONE (UINT64CONST(1) << 62)

typedef struct Touch
{
	uint128		credit;
	int64		entities;
	int64		last_entity;	/* counted last, from 1 on */
} Touch;

typedef struct Attribution
{
	TouchPaths *paths;
	Model		model;
	double		half_life;
	Touch	   *touches;		/* by code; behind them, none at all */
	uint32		none;
	int64		conversions;
} Attribution;

static inline void
add_credit(Attribution *a, uint32 code, uint64 credit)
{
	Touch	   *touch = &a->touches[code];

	if (credit == 0)
		return;
	touch->credit += credit;
	touch->entities += touch->last_entity != a->paths->n_entities;
	touch->last_entity = a->paths->n_entities;
}

static inline void
credit_touch(Attribution *a, int64 i, uint64 credit)
{
	add_credit(a, a->paths->code[touch_row(a->paths, i)], credit);
}

/* Shares credit evenly; what is left over goes to the first, a unit each. */
static void
share_evenly(Attribution *a, int64 from, int64 to, uint64 credit)
{
	uint64		n = (uint64) (to - from);

	for_many(i, n)
		credit_touch(a, from + (int64) i, credit / n + (i < credit % n));
}

/* 40 % each to the first and the last, 20 % to those between. */
static void
share_by_position(Attribution *a)
{
	int64		n = a->paths->n;
	uint64		end = ONE / 5 * 2;

	if (n < 3)
	{
		share_evenly(a, 0, n, ONE);
		return;
	}
	credit_touch(a, 0, end);
	share_evenly(a, 1, n - 1, ONE - 2 * end);
	credit_touch(a, n - 1, end);
}

/* The weight of a touch beside the last one's. */
static inline double
weight_beside_last(const Attribution *a, int64 i)
{
	const TouchPaths *paths = a->paths;
	uint64		age = (uint64) paths->at[touch_row(paths, paths->n - 1)] - (uint64) paths->at[touch_row(paths, i)];

	return exp2(-(double) age / a->half_life);
}

/* By weights, which halve with each half-life; the last touch, whose is the largest, gets what is left. */
static void
share_by_decay(Attribution *a)
{
	uint64		n = (uint64) a->paths->n;
	uint64		left = ONE;
	double		sum = 0;

	for_many(i, n)
		sum += weight_beside_last(a, (int64) i);
	for_many(i, n - 1)
	{
		uint64		credit = (uint64) (weight_beside_last(a, (int64) i) / sum * (double) ONE);

		credit_touch(a, (int64) i, credit);
		left -= credit;
	}
	credit_touch(a, (int64) n - 1, left);
}

static void
share_conversion(Attribution *a)
{
	int64		n = a->paths->n;

	a->conversions++;
	if (n == 0)
	{
		add_credit(a, a->none, ONE);
		return;
	}
	switch (a->model)
	{
		case LAST:
			credit_touch(a, n - 1, ONE);
			break;
		case FIRST:
			credit_touch(a, 0, ONE);
			break;
		case LINEAR:
			share_evenly(a, 0, n, ONE);
			break;
		case POSITION:
			share_by_position(a);
			break;
		case DECAY:
			share_by_decay(a);
			break;
	}
}

static void
put_touch(ReturnSetInfo *result, const Attribution *a, uint32 code)
{
	const Touch *touch = &a->touches[code];
	double		conversions = (double) touch->credit / (double) ONE;
	ResultRow	row = {0};

	if (code == a->none)
		put_null(&row);
	else
		put_datum(&row, string_datum(&a->paths->paired->contexts.history.strings[code]));
	put_number(&row, touch->entities);
	put_float(&row, conversions);
	put_float(&row, conversions / (double) a->conversions);
	put_row(result, &row);
}

/* By credit; conversions without a touch come last. */
static void
put_touches(ReturnSetInfo *result, const Attribution *a)
{
	Place	   *order = palloc_huge(Max(a->none, 1) * sizeof(Place));
	uint32		n = 0;

	for_many(i, a->none)
	{
		if (a->touches[i].credit > 0)
			order[n++] = (Place) {a->touches[i].credit, (uint32) i};
	}
	sort_places(order, n);
	for_many(i, n)
		put_touch(result, a, order[i].code);
	if (a->touches[a->none].credit > 0)
		put_touch(result, a, a->none);
}

PLG_FUNCTION(plg_attribution);
Datum
plg_attribution(PG_FUNCTION_ARGS)
{
	static const char *const models[] = {"last", "first", "linear", "position", "decay"};
	Attribution a = {0};
	int64		half_life;

	a.model = (Model) arg_choice(fcinfo, MODEL, "model", models, lengthof(models));
	half_life = arg_duration(fcinfo, HALF_LIFE, "half_life", SHORTEST_TIME, a.model == DECAY ? DURATION_REQUIRED : 1);
	if (half_life == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"half_life\" must be positive"),
				 errhint("It is the time in which a touch loses half of its weight, for example '7 days'; for the last touch alone use model => 'last'.")));
	a.half_life = (double) half_life;
	a.paths = arg_touch_paths(fcinfo, J, PER, ENTERED);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (a.paths == NULL)
		return (Datum) 0;
	a.none = a.paths->paired->contexts.history.n_strings;
	a.touches = palloc_extended(((Size) a.none + 1) * sizeof(Touch), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	while (touch_paths_next(a.paths))
		share_conversion(&a);
	put_touches((ReturnSetInfo *) fcinfo->resultinfo, &a);
	return (Datum) 0;
}
