/*
 * Freemium: whether people meet the limit of the free tier before or after they
 * meet its value.
 *
 *	wall_first		the wall before the aha moment, or without one: too tight
 *	aha_then_wall	the aha moment, then the wall, or both at one instant: fits
 *	aha_no_wall		the aha moment only: too loose
 *	neither
 *
 * Each is the first such row at or after the start and within the time; as
 * everywhere, no row is the start and anything else at once.  Counted are mature
 * entrants.
 */
#include "core/base/elapsed.h"
#include "readers/shared/durations.h"
#include "readers/shared/labels.h"
#include "readers/shared/observed.h"

/* The arguments. */
enum
{
	J, START, AHA, WALL, PAID, WITHIN, AS_OF, ENTERED
};

/* The rows that are looked for, and the classes of labels: a bit for each, and one for the start. */
enum
{
	FIRST_AHA, FIRST_WALL, FIRST_PAID, FIRSTS
};

#define IS_START 0x80

typedef enum Fit
{
	WALL_FIRST,
	AHA_THEN_WALL,
	AHA_NO_WALL,
	NEITHER,
	GROUPS
} Fit;

typedef struct Freemium
{
	int64		within;
	Observed	observed;
	int64		entered;
	int64		mature;
	int64		entities[GROUPS];
	int64		paid[GROUPS];
	Durations	aha_to_wall;
	Durations	wall_to_paid;
} Freemium;

/*
 * When each first was, DT_NOEND if it was not.  Of rows at the start's instant
 * one is the start: one that is not the first looked for, if there is such.
 */
static void
find_firsts(const Freemium *f, const HistoryCursor *cursor, int64 start, TimestampTz *firsts)
{
	TimestampTz started = cursor->at[start];
	TimestampTz last = Min(later_by(started, f->within), f->observed.as_of);
	bool		plain_start[FIRSTS] = {false};
	int			at_start[FIRSTS] = {0};
	int64		i = start;
	int			missing = FIRSTS;

	while (i > 0 && cursor->at[i - 1] == started)
		i--;
	for (; i < cursor->n && cursor->at[i] == started; i++)
	{
		for (int k = 0; k < FIRSTS; k++)
		{
			bool		is_first = cursor->code[i] >> k & 1;

			plain_start[k] |= (cursor->code[i] & IS_START) && !is_first;
			at_start[k] += is_first;
		}
	}
	for (int k = 0; k < FIRSTS; k++)
	{
		firsts[k] = at_start[k] > !plain_start[k] ? started : DT_NOEND;
		missing -= firsts[k] == started;
	}
	for (; i < cursor->n && cursor->at[i] <= last && missing > 0; i++)
	{
		for (int k = 0; k < FIRSTS; k++)
		{
			if ((cursor->code[i] >> k & 1) && firsts[k] == DT_NOEND)
			{
				firsts[k] = cursor->at[i];
				missing--;
			}
		}
	}
}

static Fit
group_of(const TimestampTz *firsts)
{
	if (firsts[FIRST_WALL] < firsts[FIRST_AHA])
		return WALL_FIRST;
	if (firsts[FIRST_AHA] == DT_NOEND)
		return NEITHER;
	return firsts[FIRST_WALL] == DT_NOEND ? AHA_NO_WALL : AHA_THEN_WALL;
}

static void
count_entrant(Freemium *f, const HistoryCursor *cursor, int64 start)
{
	TimestampTz firsts[FIRSTS];
	Fit			group;

	f->entered++;
	if (!observed_for(f->observed.as_of, cursor->at[start], f->within))
		return;
	find_firsts(f, cursor, start, firsts);
	group = group_of(firsts);
	f->mature++;
	f->entities[group]++;
	f->paid[group] += firsts[FIRST_PAID] != DT_NOEND;
	if (group == AHA_THEN_WALL)
		durations_add(&f->aha_to_wall, time_between(firsts[FIRST_AHA], firsts[FIRST_WALL]));
	if (firsts[FIRST_WALL] != DT_NOEND && firsts[FIRST_PAID] != DT_NOEND && firsts[FIRST_PAID] >= firsts[FIRST_WALL])
		durations_add(&f->wall_to_paid, time_between(firsts[FIRST_WALL], firsts[FIRST_PAID]));
}

static uint8 *
find_classes(FunctionCallInfo fcinfo, const History *journeys, char *const *labels)
{
	uint8	   *classes = palloc_huge(Max(journeys->n_strings, 1));

	memset(classes, PG_ARGISNULL(START) ? IS_START : 0, journeys->n_strings);
	if (!PG_ARGISNULL(START))
		add_label_class(fcinfo, journeys, arg_name(fcinfo, START, "start"), classes, IS_START);
	for (int k = 0; k < FIRSTS; k++)
		add_label_class(fcinfo, journeys, labels[k], classes, (uint8) (1 << k));
	return classes;
}

static void
put_result(ReturnSetInfo *result, const Freemium *f)
{
	ResultRow	row = {0};

	put_number(&row, f->entered);
	put_number(&row, f->mature);
	for (int group = 0; group < GROUPS; group++)
	{
		put_number(&row, f->entities[group]);
		put_number(&row, f->paid[group]);
		put_float_if(&row, f->entities[group] > 0, (double) f->paid[group] / (double) f->entities[group]);
	}
	put_percentile(&row, &f->aha_to_wall, 0.5);
	put_percentile(&row, &f->wall_to_paid, 0.5);
	put_row(result, &row);
}

PLG_FUNCTION(plg_freemium);
Datum
plg_freemium(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	char	   *labels[FIRSTS] = {
		arg_name(fcinfo, AHA, "aha"), arg_name(fcinfo, WALL, "wall"), arg_name(fcinfo, PAID, "paid")
	};
	Freemium	f = {0};
	History		journeys;

	f.within = arg_within(fcinfo, WITHIN);
	arg_observed(fcinfo, AS_OF, ENTERED, &f.observed);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (!arg_observed_journeys(fcinfo, J, &journeys, &f.observed.as_of))
		return (Datum) 0;
	cursor_open(cursor, &journeys, find_classes(fcinfo, &journeys, labels));
	while (cursor_next(cursor))
	{
		int64		start = 0;

		while (start < cursor->n && !(cursor->code[start] & IS_START))
			start++;
		if (start < cursor->n && entered_in_time(&f.observed, cursor->at[start]))
			count_entrant(&f, cursor, start);
	}
	put_result(result, &f);
	return (Datum) 0;
}
