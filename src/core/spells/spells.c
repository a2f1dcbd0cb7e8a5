/* Spells in which enough members count; see spells.h. */
#include "core/spells/spells.h"

#include "core/base/elapsed.h"

typedef struct Sweep
{
	Spells	   *spells;
	const int64 *at;
	const uint32 *member;
	const int32 *day;
	int64		n;
	int64		n_slots;

	/* rows of which the next change is to come */
	int64		next_row;
	int64		next_old;
	int64		next_tenure;

	int32		counting;		/* members */
	bool		open;			/* the last spell */
} Sweep;

static void
make_room(Spells *spells, int64 n, uint32 n_members)
{
	if (n > spells->rows_capacity)
	{
		if (spells->rows_capacity > 0)
		{
			pfree(spells->slot_of);
			pfree(spells->slots);
		}
		spells->rows_capacity = Max(n, spells->rows_capacity * 2);
		spells->slot_of = palloc_huge(spells->rows_capacity * sizeof(int64));
		spells->slots = palloc_huge(spells->rows_capacity * sizeof(SpellSlot));
	}
	if (n_members > spells->members_capacity)
	{
		if (spells->members_capacity > 0)
			pfree(spells->member);
		spells->members_capacity = Max((int64) n_members, spells->members_capacity * 2);
		spells->member = palloc_huge(spells->members_capacity * sizeof(SpellMember));
	}
	for (uint32 i = 0; i < n_members; i++)
		spells->member[i] = (SpellMember) {.first = -1, .slot = {-1, -1}};
}

static inline bool
counts(const SpellRules *rules, const SpellMember *member)
{
	return member->tenured && member->days >= rules->days;
}

/* The slot of a row, which is a new one on its member's first row of the day. */
static inline int64
find_slot(Sweep *sweep, int64 row, SpellMember *member)
{
	int32		day = sweep->day == NULL ? 0 : sweep->day[row];
	int64		slot;

	for (int i = 0; i < 2; i++)
	{
		if (member->slot[i] >= 0 && member->day[i] == day)
			return member->slot[i];
	}
	slot = sweep->n_slots++;
	sweep->spells->slots[slot] = (SpellSlot) {sweep->member[row], -1};
	member->day[1] = member->day[0];
	member->slot[1] = member->slot[0];
	member->day[0] = day;
	member->slot[0] = slot;
	return slot;
}

/* A slot is in force from its first row on until its last is too old. */
static void
row_comes(Sweep *sweep)
{
	const SpellRules *rules = &sweep->spells->rules;
	int64		row = sweep->next_row++;
	SpellMember *member = &sweep->spells->member[sweep->member[row]];
	bool		before = counts(rules, member);
	int64		slot = find_slot(sweep, row, member);

	if (member->first < 0)
	{
		member->first = row;
		member->tenured = rules->tenure == 0;
	}
	if (sweep->spells->slots[slot].last < 0)
		member->days++;
	sweep->spells->slots[slot].last = row;
	sweep->spells->slot_of[row] = slot;
	sweep->counting += counts(rules, member) - before;
}

static void
row_is_old(Sweep *sweep)
{
	const SpellRules *rules = &sweep->spells->rules;
	int64		row = sweep->next_old++;
	SpellSlot  *slot = &sweep->spells->slots[sweep->spells->slot_of[row]];
	SpellMember *member = &sweep->spells->member[slot->member];
	bool		before = counts(rules, member);

	if (slot->last != row)
		return;
	slot->last = -1;
	member->days--;
	sweep->counting += counts(rules, member) - before;
}

static void
tenure_is_reached(Sweep *sweep)
{
	const SpellRules *rules = &sweep->spells->rules;
	int64		row = sweep->next_tenure++;
	SpellMember *member = &sweep->spells->member[sweep->member[row]];
	bool		before = counts(rules, member);

	if (member->first != row)
		return;
	member->tenured = true;
	sweep->counting += counts(rules, member) - before;
}

/* After all changes of an instant. */
static void
look(Sweep *sweep, int64 t)
{
	Spells	   *spells = sweep->spells;
	bool		enough = sweep->counting >= spells->rules.members;

	if (enough && !sweep->open)
	{
		if (spells->n == spells->spells_capacity)
		{
			spells->spells_capacity = Max(16, spells->spells_capacity * 2);
			spells->spells = spells->spells == NULL ? palloc(spells->spells_capacity * sizeof(Spell)) :
				repalloc_huge(spells->spells, spells->spells_capacity * sizeof(Spell));
		}
		spells->spells[spells->n++] = (Spell) {t, SPELL_FOREVER, 0};
	}
	else if (!enough && sweep->open)
		spells->spells[spells->n - 1].until = t;
	sweep->open = enough;
	if (enough)
		spells->spells[spells->n - 1].most = Max(spells->spells[spells->n - 1].most, sweep->counting);
}

/* When a change comes that follows the row by so much; rows that have not come change nothing. */
static inline int64
change_at(const Sweep *sweep, int64 row, int64 after)
{
	return row < sweep->next_row && after != SPELL_FOREVER ? later_by(sweep->at[row], after) : SPELL_FOREVER;
}

void
find_spells(Spells *spells, const int64 *at, const uint32 *member, const int32 *day, int64 n, uint32 n_members)
{
	const SpellRules *rules = &spells->rules;
	Sweep		sweep = {.spells = spells, .at = at, .member = member, .day = rules->days > 1 ? day : NULL, .n = n};
	int64		tenure = rules->tenure == 0 ? SPELL_FOREVER : rules->tenure;
	uint64		steps = 0;

	spells->n = 0;
	make_room(spells, n, n_members);
	for (;;)
	{
		int64		comes = sweep.next_row < n ? at[sweep.next_row] : SPELL_FOREVER;
		int64		old = change_at(&sweep, sweep.next_old, rules->within);
		int64		tenured = change_at(&sweep, sweep.next_tenure, tenure);
		int64		t = Min(comes, Min(old, tenured));

		if (t == SPELL_FOREVER || t > rules->as_of)
			break;
		if ((++steps & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		if (comes == t)
			row_comes(&sweep);
		else if (old == t)
			row_is_old(&sweep);
		else
			tenure_is_reached(&sweep);

		/* what else happens at this instant */
		if ((sweep.next_row < n && at[sweep.next_row] == t) ||
			change_at(&sweep, sweep.next_old, rules->within) == t || change_at(&sweep, sweep.next_tenure, tenure) == t)
			continue;
		look(&sweep, t);
	}
}
