/*
 * What the types built on histories, journeys and ledger, share in the server:
 * entities as arguments and in messages, values as states and arguments.
 */
#ifndef PLG_HISTORY_VALUE_H
#define PLG_HISTORY_VALUE_H

#include "state/value.h"
#include "core/history/history.h"
#include "utils/uuid.h"

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

/* The name of the entities' SQL type. */
extern const char *entity_kind_name(EntityKind kind);

/* For functions that give entities as their own type. */
extern void require_entity_kind(EntityKind kind, EntityKind wanted, const char *function);

/* An entity as text: whole, and for messages, which show only its beginning. */
extern char *entity_text(EntityKind kind, const EntityKey *key);
extern char *describe_entity(EntityKind kind, const EntityKey *key);

/* An entity as SQL's own types. */
extern Datum entity_as_text(EntityKind kind, const EntityKey *key);
extern Datum entity_datum(EntityKind kind, const EntityKey *key);

/*
 * An argument's entity.  For uuid and text the key points into the argument;
 * intern_entity gives it the number it has in a dictionary.
 */
static inline void
arg_entity(FunctionCallInfo fcinfo, int argno, EntityKind kind, EntityKey *key)
{
	const struct varlena *text;

	memset(key, 0, sizeof(*key));
	switch (kind)
	{
		case ENTITY_BIGINT:
			key->number = PG_GETARG_INT64(argno);
			break;
		case ENTITY_UUID:
			key->bytes = PG_GETARG_UUID_P(argno)->data;
			key->length = UUID_BYTES;
			break;
		case ENTITY_TEXT:
			text = packed_varlena(PG_GETARG_DATUM(argno));
			key->bytes = (const uint8 *) VARDATA_ANY(text);
			key->length = VARSIZE_ANY_EXHDR(text);
			break;
	}
}

extern uint32 add_string(Dict *dict, const uint8 *bytes, uint32 length, MemoryContext context);

/* The number of a string in a dictionary that lives in the context. */
static inline uint32
intern_string(Dict *dict, const uint8 *bytes, uint32 length, MemoryContext context)
{
	uint32		id;

	return dict_find(dict, bytes, length, &id) ? id : add_string(dict, bytes, length, context);
}

static inline int64
intern_entity(Dict *dict, EntityKind kind, const EntityKey *key, MemoryContext context)
{
	return kind == ENTITY_BIGINT ? key->number :
		(int64) intern_string(dict, key->bytes, key->length, context);
}

extern void log_number_row_slowly(RowLog *log, int64 entity, int64 at, uint32 code,
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
		log_number_row_slowly(log, entity, at, code, context);
	else if (dealt == NULL)
		rowlog_put(log, entity, at, code);
}

#endif							/* PLG_HISTORY_VALUE_H */
