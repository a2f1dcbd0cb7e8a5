/*
 * The cursor, the one way to read a history.  It goes entity by entity;
 * at[0..n-1] and code[0..n-1] are the entity's rows in order.
 *
 * With classes, an array with a byte for each code, only rows whose class is
 * not 0 are delivered, code[] holds the classes, and entities without such a
 * row are left out.  The times of other rows are not even unpacked.  Rows at one
 * instant then come in any order.
 *
 * A cursor opened for times delivers all rows, and no codes.
 *
 * The key of an entity stays until the next one is asked for; the arrays may be
 * written to.
 */
#ifndef PLG_CORE_HISTORY_CURSOR_H
#define PLG_CORE_HISTORY_CURSOR_H

#include "core/history/merge.h"
#include "core/history/single.h"

extern void cursor_open(HistoryCursor *cursor, const History *history, const uint8 *classes);
extern void cursor_open_times(HistoryCursor *cursor, const History *history);

/* Whoever does not care for the order of entities says so of a cursor just opened, and has several histories read faster. */
extern void cursor_any_order(HistoryCursor *cursor);

/* Goes to the next entity; false after the last. */
extern bool cursor_next(HistoryCursor *cursor);

/*
 * Steps over entities that come before one, a whole block of them at a time without
 * unpacking it.  Some of them may still be delivered, one not with all its rows; of
 * several histories all are.
 */
extern void cursor_seek(HistoryCursor *cursor, const EntityKey *key);
extern void cursor_close(HistoryCursor *cursor);

#endif							/* PLG_CORE_HISTORY_CURSOR_H */
