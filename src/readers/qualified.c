/*
 * Qualified: the spells in which accounts had enough active members.  The
 * account is the entity, its members are the labels; core/spells/spells.h
 * defines what a spell is.
 */
#include "core/spells/spells.h"

#include "pg/calendar.h"
#include "pg/entity.h"
#include "pg/result.h"
#include "readers/shared/observed.h"

/* The arguments, counted from the journeys. */
enum
{
	J, MEMBERS, WITHIN, AS_OF, ACTIVE_DAYS, TIME_ZONE, TENURE
};

/* Members of the account at hand, numbered as they come. */
typedef struct Numbers
{
	uint32	   *of_code;
	uint64	   *account;		/* by code: who had it last */
	uint64		accounts;
	uint32		n;
} Numbers;

static void
number_members(Numbers *numbers, uint32 *code, int64 n)
{
	numbers->accounts++;
	numbers->n = 0;
	for_many(i, n)
	{
		if (numbers->account[code[i]] != numbers->accounts)
		{
			numbers->account[code[i]] = numbers->accounts;
			numbers->of_code[code[i]] = numbers->n++;
		}
		code[i] = numbers->of_code[code[i]];
	}
}

static int32 *
days_of(Calendar *calendar, const int64 *at, int64 n)
{
	int32	   *days = palloc_huge(Max(n, 1) * sizeof(int32));
	TimestampTz until = DT_NOBEGIN;
	int32		day = 0;

	for_many(i, n)
	{
		if (at[i] >= until)
			day = calendar_find(calendar, at[i], &until);
		days[i] = day;
	}
	return days;
}

static void
put_spells(ReturnSetInfo *result, const Spells *spells, const EntityResult *entities, const EntityKey *key)
{
	Datum		entity = entity_result(entities, key);

	for (int64 i = 0; i < spells->n; i++)
	{
		const Spell *spell = &spells->spells[i];
		ResultRow	row = {0};

		CHECK_FOR_INTERRUPTS();
		put_datum(&row, entity);
		put_datum(&row, TimestampTzGetDatum(spell->since));
		put_if(&row, spell->until != SPELL_FOREVER, TimestampTzGetDatum(spell->until));
		put_datum(&row, Int32GetDatum(spell->most));
		put_row(result, &row);
	}
	free_entity_result(entities, entity);
}

static Datum
qualified(FunctionCallInfo fcinfo, int journeys_arg, EntityResult entities)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	TimestampTz as_of = arg_as_of(fcinfo, journeys_arg + AS_OF);
	Spells		spells = {0};
	Numbers		numbers = {0};
	Calendar   *calendar;
	History		journeys;

	spells.rules.members = arg_positive(fcinfo, journeys_arg + MEMBERS, "members");
	spells.rules.within = arg_active_within(fcinfo, journeys_arg + WITHIN);
	spells.rules.days = arg_positive(fcinfo, journeys_arg + ACTIVE_DAYS, "active_days");
	spells.rules.tenure = arg_duration(fcinfo, journeys_arg + TENURE, "tenure", SHORTEST_TIME, 0);
	calendar = arg_days(fcinfo, journeys_arg + TIME_ZONE);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (!arg_observed_journeys(fcinfo, journeys_arg, &journeys, &as_of))
		return (Datum) 0;
	begin_entities(&entities, journeys.kind, "qualified");
	spells.rules.as_of = Min(as_of, END_TIMESTAMP - 1);
	numbers.of_code = palloc_huge(Max(journeys.n_strings, 1) * sizeof(uint32));
	numbers.account = palloc_extended(Max(journeys.n_strings, 1) * sizeof(uint64), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	cursor_open(cursor, &journeys, NULL);
	while (cursor_next(cursor))
	{
		int64		n = rows_observed(cursor->at, cursor->n, as_of);
		int32	   *days = spells.rules.days > 1 ? days_of(calendar, cursor->at, n) : NULL;

		number_members(&numbers, cursor->code, n);
		if (numbers.n >= (uint32) spells.rules.members)
		{
			find_spells(&spells, cursor->at, cursor->code, days, n, numbers.n);
			put_spells(result, &spells, &entities, &cursor->key);
		}
		if (days != NULL)
			pfree(days);
	}
	return (Datum) 0;
}

ENTITY_READER(plg_qualified, qualified)
