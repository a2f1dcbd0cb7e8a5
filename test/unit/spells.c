/* Spells against their definition, at every instant. */
#include "core/spells/spells.h"
#include "tap.h"

#define ROWS 40
#define MEMBERS 6
#define TIMES 60

static int
counting_at(const SpellRules *rules, const int64 *at, const uint32 *member, const int32 *day, int64 n, int64 t)
{
	int			counting = 0;

	for (uint32 m = 0; m < MEMBERS; m++)
	{
		bool		on[TIMES] = {false};
		int			days = 0;
		int64		first = SPELL_FOREVER;

		for (int64 i = 0; i < n; i++)
		{
			if (member[i] != m || at[i] > t)
				continue;
			first = Min(first, at[i]);
			if (rules->within != SPELL_FOREVER && at[i] <= t - rules->within)
				continue;
			days += !on[rules->days > 1 ? day[i] : 0];
			on[rules->days > 1 ? day[i] : 0] = true;
		}
		counting += days >= rules->days && first != SPELL_FOREVER && first + rules->tenure <= t;
	}
	return counting;
}

static bool
agrees(Spells *spells, const int64 *at, const uint32 *member, const int32 *day, int64 n)
{
	int64		next = 0;
	int			most = 0;
	bool		open = false;

	for (int64 t = 0; t <= spells->rules.as_of; t++)
	{
		int			counting = counting_at(&spells->rules, at, member, day, n, t);
		bool		enough = counting >= spells->rules.members;

		if (enough && !open && (next >= spells->n || spells->spells[next].since != t))
			return false;
		if (!enough && open && (spells->spells[next].until != t || spells->spells[next++].most != most))
			return false;
		most = enough ? Max(open ? most : 0, counting) : 0;
		open = enough;
	}
	if (open && (spells->spells[next].until != SPELL_FOREVER || spells->spells[next++].most != most))
		return false;
	return next == spells->n;
}

int
main(void)
{
	uint64		seed = 7;
	Spells		spells = {0};
	bool		good = true;
	int64		found = 0;

	for (int run = 0; run < 20000 && good; run++)
	{
		int64		at[ROWS];
		uint32		member[ROWS];
		int32		day[ROWS];
		int64		n = (int64) (next_random(&seed) % (ROWS + 1));
		int64		t = 0;

		spells.rules = (SpellRules) {
			.members = 1 + (int) (next_random(&seed) % 4), .days = 1 + (int) (next_random(&seed) % 3),
			.within = next_random(&seed) % 8 == 0 ? SPELL_FOREVER : 1 + (int64) (next_random(&seed) % 15),
			.tenure = next_random(&seed) % 2 ? 0 : (int64) (next_random(&seed) % 12),
			.as_of = next_random(&seed) % 2 ? TIMES * 2 : TIMES / 2
		};
		for (int64 i = 0; i < n; i++)
		{
			t += (int64) (next_random(&seed) % 3);
			if (t >= TIMES || t > spells.rules.as_of)
			{
				n = i;
				break;
			}
			at[i] = t;
			member[i] = (uint32) (next_random(&seed) % MEMBERS);

			/* now and then a clock is put back */
			day[i] = (int32) (t % 10 == 5 && t > 10 ? t / 5 - 1 : t / 5);
		}
		find_spells(&spells, at, member, day, n, MEMBERS);
		good = agrees(&spells, at, member, day, n);
		found += spells.n;
	}
	ok(good && found > 10000, "spells are what their definition says at every instant");
	return tap_status();
}
