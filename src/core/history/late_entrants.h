/*
 * Entrants who were not seen from their start on: tracking began later, or they
 * signed up elsewhere before.  Had they converted earlier they would not be here,
 * so they count from the age on at which they were first seen (left truncation).
 *
 * They come behind the other entrants, and if there are none they take no byte:
 * how many wait and how many converted as varints, then blocks of columns.  Who
 * waits: watched, entry; who converted: time, watched, entry.  Ascending by all
 * of that.
 */
#ifndef PLG_CORE_HISTORY_LATE_ENTRANTS_H
#define PLG_CORE_HISTORY_LATE_ENTRANTS_H

#include "core/base/column.h"
#include "core/base/writer.h"

/* What they have in common with other entrants. */
#define ENTRANTS_BLOCK 1024

/* Of each kind; sums must not overflow whatever the bytes say. */
#define MAX_ENTRANTS (INT64CONST(1) << 56)

#define NOT_CONVERTED INT64CONST(-1)

typedef struct LateEntrant
{
	int64		time;			/* to conversion, or NOT_CONVERTED */
	int64		watched;		/* at least as long as time; or FOREVER */
	int64		entry;			/* seen from then on; above 0, before time and watched */
} LateEntrant;

/* Stored ones. */
typedef struct LateEntrants
{
	int64		waiting;
	int64		converted;
	const uint8 *blocks;
	const uint8 *end;			/* of the buffer, slack included */
} LateEntrants;

extern void late_sort(LateEntrant *entrants, int64 n);

/* Of at least one, sorted. */
extern void late_write(Writer *w, const LateEntrant *sorted, int64 n);

/* Reads the counts and steps over the blocks; false if they are damaged. */
extern bool late_open(LateEntrants *late, ByteReader *r);

/* All of them, in new memory. */
extern LateEntrant *late_read(const LateEntrants *late);

/* What is wrong with them, whose bytes begin there, or NULL. */
extern const char *late_problem(const LateEntrants *late, const uint8 *start);

static inline int64
late_total(const LateEntrants *late)
{
	return late->waiting + late->converted;
}

#endif							/* PLG_CORE_HISTORY_LATE_ENTRANTS_H */
