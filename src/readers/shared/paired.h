/*
 * Two journeys in step, entity by entity: those that a reader is asked about, and
 * a second history that gives the context, such as properties, touches, exposures
 * or aliases.
 *
 * A side's rows come as from a cursor of it alone: in order of time and code, events
 * perhaps with classes (core/history/cursor.h).  Codes are the side's own.  Rows of the
 * context that lie later or earlier than the entity's events are the reader's to
 * judge.
 *
 * Where one side is small and the other side's further entities are not wanted,
 * their blocks are stepped over without being unpacked.
 */
#ifndef PLG_READERS_SHARED_PAIRED_H
#define PLG_READERS_SHARED_PAIRED_H

#include "pg/compat.h"
#include "core/history/cursor.h"

/* The entities wanted beside those that both sides know. */
#define PAIRED_BOTH 0
#define PAIRED_WITHOUT_CONTEXT 1
#define PAIRED_WITHOUT_EVENTS 2

/* What one side has of the entity at hand: n is 0 where it does not know it. */
typedef struct PairedRows
{
	int64		n;
	int64	   *at;
	uint32	   *code;
} PairedRows;

typedef struct PairedSide
{
	History		history;
	HistoryCursor cursor;
	bool		passed;			/* the cursor's entity has been given */
	bool		ended;
} PairedSide;

typedef struct Paired
{
	/* the entity at hand; all of it stays until the next is asked for */
	const EntityKey *key;
	PairedRows	events;
	PairedRows	context;

	int			wanted;
	PairedSide	journeys;
	PairedSide	contexts;
} Paired;

/*
 * Opens two arguments of type plg.journeys; the second has that name in messages,
 * and is an empty history where it is NULL, as the aggregate of no rows is.  NULL
 * if the first one is NULL.  An error if their entities are of different types.
 */
extern Paired *arg_paired(FunctionCallInfo fcinfo, int journeys_arg, int context_arg, const char *name);

/*
 * Begins to go through both, once or again after paired_end; classes of events by
 * code or NULL, as for a cursor.
 */
extern void paired_begin(Paired *paired, int wanted, const uint8 *classes);

/* Goes to the next entity; false after the last. */
extern bool paired_next(Paired *paired);
extern void paired_end(Paired *paired);

#endif							/* PLG_READERS_SHARED_PAIRED_H */
