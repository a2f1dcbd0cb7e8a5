/*
 * A jsonb object of numbers, as the server keeps it (utils/jsonb.h): first all keys,
 * in jsonb's own order, then as many numbers.  By way of text it takes several
 * times as long.
 */
#ifndef PLG_PG_JSON_OBJECT_H
#define PLG_PG_JSON_OBJECT_H

#include "pg/compat.h"

#include "lib/stringinfo.h"

typedef struct JsonObject
{
	StringInfoData bytes;		/* grows, and is used again */
	uint32		n_entries;
	uint32		length;			/* of the entries so far */
} JsonObject;

extern void json_object_init(JsonObject *object);
extern void json_object_begin(JsonObject *object, uint32 pairs);
extern void json_object_key(JsonObject *object, const char *key, uint32 length);
extern void json_object_number(JsonObject *object, double number);

/* The jsonb, which stays until the next one is begun. */
extern Datum json_object_end(JsonObject *object);

#endif							/* PLG_PG_JSON_OBJECT_H */
