/* Objects of numbers; see json_object.h. */
#include "pg/json_object.h"

#include "common/shortest_dec.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

void
json_object_init(JsonObject *object)
{
	initStringInfo(&object->bytes);
}

void
json_object_begin(JsonObject *object, uint32 pairs)
{
	uint32		header = pairs | JB_FOBJECT;

	resetStringInfo(&object->bytes);
	object->n_entries = object->length = 0;
	enlargeStringInfo(&object->bytes, VARHDRSZ + sizeof(header) + (Size) 2 * pairs * sizeof(JEntry));
	memcpy(object->bytes.data + VARHDRSZ, &header, sizeof(header));
	object->bytes.len = VARHDRSZ + sizeof(header) + (Size) 2 * pairs * sizeof(JEntry);
}

/* An entry has its length, or from time to time where it ends. */
static void
end_entry(JsonObject *object, JEntry type, uint32 length)
{
	JEntry	   *entries = (JEntry *) (object->bytes.data + VARHDRSZ + sizeof(uint32));
	uint32		n = object->n_entries++;

	object->length += length;
	if (object->length > JENTRY_OFFLENMASK)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many or too long labels for one jsonb object"),
				 errhint("The limit is %d bytes; give weights to fewer labels.", JENTRY_OFFLENMASK)));
	entries[n] = type | (n % JB_OFFSET_STRIDE == 0 ? JENTRY_HAS_OFF | object->length : length);
}

void
json_object_key(JsonObject *object, const char *key, uint32 length)
{
	appendBinaryStringInfoNT(&object->bytes, key, (int) length);
	end_entry(object, JENTRY_ISSTRING, length);
}

/* Numbers are aligned, by zeros that count for them. */
void
json_object_number(JsonObject *object, double number)
{
	char		digits[DOUBLE_SHORTEST_DECIMAL_LEN];
	Numeric		numeric;
	int			padding = INTALIGN(object->bytes.len) - object->bytes.len;

	double_to_shortest_decimal_buf(number, digits);
	numeric = DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(digits), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
	appendBinaryStringInfoNT(&object->bytes, "\0\0\0", padding);
	appendBinaryStringInfoNT(&object->bytes, (const char *) numeric, (int) VARSIZE(numeric));
	end_entry(object, JENTRY_ISNUMERIC, padding + VARSIZE(numeric));
	pfree(numeric);
}

Datum
json_object_end(JsonObject *object)
{
	SET_VARSIZE(object->bytes.data, object->bytes.len);
	return PointerGetDatum(object->bytes.data);
}
