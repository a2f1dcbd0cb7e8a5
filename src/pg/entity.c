/* Entities in the server; see entity.h. */
#include "pg/entity.h"

#include "pg/args.h"
#include "utils/builtins.h"

const char *
entity_kind_name(EntityKind kind)
{
	static const char *const names[] = {"bigint", "uuid", "text"};

	return names[kind];
}

Datum
entity_datum(EntityKind kind, const EntityKey *key)
{
	pg_uuid_t  *uuid;

	switch (kind)
	{
		case ENTITY_BIGINT:
			return Int64GetDatum(key->number);
		case ENTITY_UUID:
			uuid = palloc(sizeof(pg_uuid_t));
			memcpy(uuid->data, key->bytes, UUID_BYTES);
			return UUIDPGetDatum(uuid);
		case ENTITY_TEXT:
			break;
	}
	return PointerGetDatum(cstring_to_text_with_len((const char *) key->bytes, key->length));
}

Datum
string_datum(const HistoryString *string)
{
	return PointerGetDatum(cstring_to_text_with_len((const char *) string->bytes, string->length));
}

char *
entity_text(EntityKind kind, const EntityKey *key)
{
	char	   *digits;

	switch (kind)
	{
		case ENTITY_BIGINT:
			digits = palloc(MAXINT8LEN + 1);
			pg_lltoa(key->number, digits);
			return digits;
		case ENTITY_UUID:
			return DatumGetCString(DirectFunctionCall1(uuid_out, entity_datum(kind, key)));
		case ENTITY_TEXT:
			break;
	}
	return pnstrdup((const char *) key->bytes, key->length);
}

EntityKey
entity_copy(EntityKind kind, const EntityKey *key)
{
	EntityKey	copy = *key;

	if (kind != ENTITY_BIGINT)
	{
		uint8	   *bytes = palloc(Max(key->length, 1));

		memcpy(bytes, key->bytes, key->length);
		copy.bytes = bytes;
	}
	return copy;
}

typedef struct ParsedKind
{
	EntityKind	kind;
	const char *who;
} ParsedKind;

/* While an entity is parsed its type's error gets a hint. */
static void
hint_entity_kind(void *arg)
{
	const ParsedKind *parsed = arg;

	errhint("%s are %s; give them in text form.", parsed->who, entity_kind_name(parsed->kind));
}

EntityKey
parse_entity(EntityKind kind, char *text, const char *who)
{
	ParsedKind	parsed = {kind, who};
	ErrorContextCallback callback = {error_context_stack, hint_entity_kind, &parsed};
	EntityKey	key = {0};

	error_context_stack = &callback;
	switch (kind)
	{
		case ENTITY_BIGINT:
			key.number = DatumGetInt64(DirectFunctionCall1(int8in, CStringGetDatum(text)));
			break;
		case ENTITY_UUID:
			key.bytes = DatumGetUUIDP(DirectFunctionCall1(uuid_in, CStringGetDatum(text)))->data;
			key.length = UUID_BYTES;
			break;
		case ENTITY_TEXT:
			key.bytes = (const uint8 *) text;
			key.length = strlen(text);
			break;
	}
	error_context_stack = callback.previous;
	return key;
}

#define ST_SORT sort_keys
#define ST_ELEMENT_TYPE EntityKey
#define ST_COMPARE_ARG_TYPE EntityKind
#define ST_COMPARE(a, b, kind) compare_entities(*(kind), a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

void
sort_entities(EntityKind kind, EntityKey *keys, size_t n)
{
	sort_keys(keys, n, &kind);
}

char *
describe_entity(EntityKind kind, const EntityKey *key)
{
	char	   *text = entity_text(kind, key);

	return describe_text(text, strlen(text));
}

Datum
entity_as_text(EntityKind kind, const EntityKey *key)
{
	if (kind == ENTITY_TEXT)
		return entity_datum(kind, key);
	return CStringGetTextDatum(entity_text(kind, key));
}

void
begin_entities(EntityResult *result, EntityKind kind, const char *function)
{
	if (!result->as_text && result->kind != kind)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("entities of these journeys are %s, not %s",
						entity_kind_name(kind), entity_kind_name(result->kind)),
				 errhint("Call plg.%s_as(NULL::%s, ...), or plg.%s for entities as text.",
						 function, entity_kind_name(kind), function)));
	result->kind = kind;
}

Datum
entity_result(const EntityResult *result, const EntityKey *key)
{
	return result->as_text ? entity_as_text(result->kind, key) : entity_datum(result->kind, key);
}

void
free_entity_result(const EntityResult *result, Datum entity)
{
	if (result->as_text || result->kind != ENTITY_BIGINT)
		pfree(DatumGetPointer(entity));
}

/* Adds a string that is new to a dictionary that lives in the context. */
uint32
add_string(Dict *dict, const uint8 *bytes, uint32 length, MemoryContext context)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	uint32		id = dict_add(dict, bytes, length);

	MemoryContextSwitchTo(old);
	return id;
}
