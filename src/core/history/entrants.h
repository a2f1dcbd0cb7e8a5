/*
 * A multiset of entrants, each with how long it has been watched and how long
 * it took to convert, if it has: the contents of plg.conversion.
 *
 * Both are kept for those who converted, because whether somebody has had the
 * time W to convert is a question to the watching, not to the converting.
 *
 * Stored are four counts as varints, then the times as columns in blocks of
 * ENTRANTS_BLOCK:
 *   waiting, watched forever	nothing more
 *   waiting					watched, ascending
 *   converted, watched forever	time to conversion, ascending
 *   converted					time, then watched; ascending by both
 * "Forever" is kept apart so that it does not widen the columns.  The counts
 * come in the order of this list.  Behind all that come those who were seen only
 * some time after their start, if there are any (late_entrants.h).
 */
#ifndef PLG_CORE_HISTORY_ENTRANTS_H
#define PLG_CORE_HISTORY_ENTRANTS_H

#include "core/base/column.h"
#include "core/history/late_entrants.h"
#include "core/stats/survival.h"
#include "core/base/writer.h"

typedef struct Entrant
{
	int64		time;			/* to conversion, or NOT_CONVERTED */
	int64		watched;		/* at least as long as time; or FOREVER */
} Entrant;

/* Entrants that are all alike: however many, they take as much room as one. */
typedef struct EntrantRun
{
	Entrant		entrant;
	int64		n;
} EntrantRun;

/* Entrants to be written, some of them in runs. */
typedef struct EntrantList
{
	Entrant    *entrants;
	int64		n;
	EntrantRun *runs;
	int64		n_runs;
	int64		waiting_forever;	/* are counted only, and not among these */
	LateEntrant *late;
	int64		n_late;
} EntrantList;

/* Times of one section, to be read block by block; has its own buffers. */
typedef struct EntrantStream
{
	TimeStream	stream;			/* the first times of the section's entrants */
	ByteReader	reader;
	int64		left;			/* entrants not yet read */
	int			columns;		/* 1, or 2 with the second in watched */
	int64		times[ENTRANTS_BLOCK];
	int64		watched[ENTRANTS_BLOCK];
} EntrantStream;

/* An opened multiset. */
typedef struct Entrants
{
	int64		waiting_forever;
	int64		waiting;
	int64		converted_forever;
	int64		converted;
	const uint8 *sections[3];	/* where each section's blocks begin */
	const uint8 *end;			/* of the buffer, slack included */
	LateEntrants late;
	const uint8 *late_start;
} Entrants;

typedef enum EntrantSection
{
	SECTION_WAITING,
	SECTION_CONVERTED_FOREVER,
	SECTION_CONVERTED
} EntrantSection;

/* Order of entrants; any order of equal ones is the same. */
static inline int
compare_entrants(const Entrant *a, const Entrant *b)
{
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	if (a->watched != b->watched)
		return a->watched < b->watched ? -1 : 1;
	return 0;
}

extern void entrants_sort(EntrantList *list);
extern void entrants_write(Writer *w, const EntrantList *sorted);
extern const char *entrants_validate(const uint8 *body, Size size);
extern bool entrants_open(Entrants *entrants, const uint8 *body, Size size);
extern EntrantStream *entrants_stream(const Entrants *entrants, EntrantSection section);
extern bool entrant_stream_next(EntrantStream *stream);

static inline int64
entrants_converted(const Entrants *e)
{
	return e->converted_forever + e->converted + e->late.converted;
}

static inline int64
entrants_waiting(const Entrants *e)
{
	return e->waiting_forever + e->waiting + e->late.waiting;
}

static inline int64
entrants_total(const Entrants *e)
{
	return entrants_converted(e) + entrants_waiting(e);
}

#endif							/* PLG_CORE_HISTORY_ENTRANTS_H */
