/*
 * What the types built on histories, journeys and ledger, share in the server:
 * values as arguments, and logs of rows that live in an aggregate's memory.
 */
#ifndef PLG_STATE_HISTORY_VALUE_H
#define PLG_STATE_HISTORY_VALUE_H

#include "core/history/cursor.h"
#include "core/rowlog/partitions.h"
#include "core/rowlog/rowlog.h"
#include "pg/entity.h"
#include "state/value.h"

/*
 * What is wrong with a body as a history, as a sentence, or NULL; then it has
 * been opened.  Flags and strings are left to the type.
 */
extern const char *history_problem(const uint8 *body, Size size, History *history);

/* Whether bytes are text that the database could hold. */
extern bool is_valid_text(const uint8 *bytes, uint32 length);

/* Whether texts in the bytes of a value that can be read have more than ASCII. */
extern bool has_more_than_ascii(const uint8 *bytes, Size size);

/* Opens a value of a type built on histories; the value must stay. */
extern void open_history(History *history, struct varlena *value);

/*
 * history_source.c: opens an argument that is not NULL, to be read by a cursor.
 * Of a large stored value no more than some blocks are in memory at a time.
 */
extern void arg_history(FunctionCallInfo fcinfo, int argno, const ValueKind *kind, History *history);

/* Turns what history_finish returned, with VARHDRSZ bytes reserved, into a value. */
extern struct varlena *history_as_value(uint8 *bytes, Size size, const ValueKind *kind);

extern void log_number_row_grow(RowLog *log, int64 entity, int64 at, uint32 code,
								  MemoryContext context);

/* Appends a row to a log that lives in the context. */
static inline void
log_row(RowLog *log, int64 entity, int64 at, uint32 code, MemoryContext context)
{
	if (unlikely(rowlog_full(log)))
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		rowlog_make_room(log);
		MemoryContextSwitchTo(old);
	}
	rowlog_put(log, entity, at, code);
}

/* The same where entities are numbers: once large, the log deals its rows. */
static pg_attribute_always_inline void
log_number_row(RowLog *log, int64 entity, int64 at, uint32 code, MemoryContext context)
{
	struct Dealt *dealt = log->dealt;

	if (unlikely(dealt == NULL ? rowlog_full(log) : !dealt_put(dealt, entity, at, code)))
		log_number_row_grow(log, entity, at, code, context);
	else if (dealt == NULL)
		rowlog_put(log, entity, at, code);
}

#endif							/* PLG_STATE_HISTORY_VALUE_H */
