/* Entities of journeys and accounts of ledgers: as arguments, as results, in messages. */
#ifndef PLG_PG_ENTITY_H
#define PLG_PG_ENTITY_H

#include "core/base/dict.h"
#include "core/history/history.h"
#include "pg/toast.h"
#include "utils/uuid.h"

/* The name of the entities' SQL type. */
extern const char *entity_kind_name(EntityKind kind);

/* An entity as text: whole, and for messages, which show only its beginning. */
extern char *entity_text(EntityKind kind, const EntityKey *key);
extern char *describe_entity(EntityKind kind, const EntityKey *key);

/*
 * An entity from its text form, which stays; who says whose entities are of that
 * type, for a hint.
 */
extern EntityKey parse_entity(EntityKind kind, char *text, const char *who);

/* With bytes of its own, for a cursor's key stays only until the next. */
extern EntityKey entity_copy(EntityKind kind, const EntityKey *key);

extern void sort_entities(EntityKind kind, EntityKey *keys, size_t n);

/* A label as text. */
extern Datum string_datum(const HistoryString *string);

/* An entity as SQL's own types. */
extern Datum entity_as_text(EntityKind kind, const EntityKey *key);

/*
 * The functions of a reader of entities: NAME gives them as text, NAME_as, whose
 * first argument is a NULL of it, as their own type, which must be that one.
 */
typedef struct EntityResult
{
	EntityKind	kind;
	bool		as_text;
} EntityResult;

#define ENTITY_READER(name, reader) \
	PLG_CALLS(name, reader(fcinfo, 0, (EntityResult) {.as_text = true})) \
	PLG_CALLS(name##_bigint, reader(fcinfo, 1, (EntityResult) {ENTITY_BIGINT, false})) \
	PLG_CALLS(name##_uuid, reader(fcinfo, 1, (EntityResult) {ENTITY_UUID, false})) \
	PLG_CALLS(name##_text, reader(fcinfo, 1, (EntityResult) {ENTITY_TEXT, false}))

/* The entities are of that kind; an error if they cannot be given so. */
extern void begin_entities(EntityResult *result, EntityKind kind, const char *function);

/* An entity as its own type, and back; the key of uuid and text points into the datum. */
extern Datum entity_datum(EntityKind kind, const EntityKey *key);

static inline void
entity_of_datum(EntityKind kind, Datum datum, EntityKey *key)
{
	const struct varlena *text;

	memset(key, 0, sizeof(*key));
	switch (kind)
	{
		case ENTITY_BIGINT:
			key->number = DatumGetInt64(datum);
			break;
		case ENTITY_UUID:
			key->bytes = DatumGetUUIDP(datum)->data;
			key->length = UUID_BYTES;
			break;
		case ENTITY_TEXT:
			text = packed_varlena(datum);
			key->bytes = (const uint8 *) VARDATA_ANY(text);
			key->length = VARSIZE_ANY_EXHDR(text);
			break;
	}
}

extern Datum entity_result(const EntityResult *result, const EntityKey *key);
extern void free_entity_result(const EntityResult *result, Datum entity);

/*
 * An argument's entity.  For uuid and text the key points into the argument;
 * intern_entity gives it the number it has in a dictionary.
 */
static inline void
arg_entity(FunctionCallInfo fcinfo, int argno, EntityKind kind, EntityKey *key)
{
	entity_of_datum(kind, PG_GETARG_DATUM(argno), key);
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

#endif							/* PLG_PG_ENTITY_H */
