/*
 * Spells: the stretches of time in which enough members of a group count.
 *
 * A member counts at t if it was active on enough different days in
 * (t - within, t], and its first row is at least the tenure ago.  So a row at a
 * makes its day count in [a, a + within), and what counts changes when a row
 * comes, when it is too old, and when a member's tenure is reached.  The rows are
 * in order of time, and so are these three kinds of changes, each of which is
 * one walk through the rows.  All changes of one instant are made before it is
 * looked at, so what ends when the next begins has no gap.
 */
#ifndef PLG_CORE_SPELLS_SPELLS_H
#define PLG_CORE_SPELLS_SPELLS_H

#include "core/base/platform.h"

/* Rows are never too old; a spell has not ended. */
#define SPELL_FOREVER PG_INT64_MAX

typedef struct SpellRules
{
	int			members;		/* at least so many count */
	int			days;			/* at least so many days of each */
	int64		within;			/* above 0 */
	int64		tenure;			/* at least 0 */
	int64		as_of;			/* the last instant that is looked at */
} SpellRules;

typedef struct Spell
{
	int64		since;
	int64		until;			/* exclusive; SPELL_FOREVER: after as_of */
	int32		most;			/* members at one time */
} Spell;

/* A member's rows of one day, or all of its rows if days are not asked for. */
typedef struct SpellSlot
{
	uint32		member;
	int64		last;			/* row of it, the latest so far */
} SpellSlot;

typedef struct SpellMember
{
	int32		days;			/* that count */
	bool		tenured;
	int64		first;			/* row */

	/* the slots of its latest days; where a clock is put back, days come again */
	int32		day[2];
	int64		slot[2];		/* -1: none */
} SpellMember;

/* Memory that is used again from one group to the next; zeroed at first. */
typedef struct Spells
{
	SpellRules	rules;

	int64		n;				/* what was found */
	Spell	   *spells;

	int64		spells_capacity;
	int64		rows_capacity;
	int64	   *slot_of;		/* by row */
	SpellSlot  *slots;
	int64		members_capacity;
	SpellMember *member;
} Spells;

/*
 * Finds the spells of n rows, ascending by time and no later than as_of, of
 * members numbered below n_members.  The day of each row is given if more than
 * one is asked for.
 */
extern void find_spells(Spells *spells, const int64 *at, const uint32 *member, const int32 *day,
						int64 n, uint32 n_members);

#endif							/* PLG_CORE_SPELLS_SPELLS_H */
