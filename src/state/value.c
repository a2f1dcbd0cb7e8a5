/* What plg's types share; value.h explains it. */
#include "state/value.h"

#include "state/state.h"

#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datum.h"

#define VALUE_MINIMUM (VALUE_HEADER + COLUMN_SLACK)

/* How much of unreadable text an error message shows. */
#define SHOWN_TEXT 40

void
value_begin(Writer *w, const ValueKind *kind)
{
	uint8		head[VALUE_HEADER] = {0};

	writer_begin(w);
	memcpy(head, kind->magic, 4);
	head[4] = VALUE_VERSION;
	w->used = VARHDRSZ;
	write_bytes(w, head, VALUE_HEADER);
}

static void
check_value_size(Size size, const ValueKind *kind)
{
	if (size > MAX_VALUE_SIZE)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("value of type %s is too large: %zu MB, the limit is %zu MB",
						kind->name, size / MEGABYTE, MAX_VALUE_SIZE / MEGABYTE),
				 errhint("%s", kind->limit_hint)));
}

struct varlena *
value_end(Writer *w, const ValueKind *kind)
{
	static const uint8 slack[COLUMN_SLACK] = {0};
	struct varlena *value;

	write_bytes(w, slack, COLUMN_SLACK);
	check_value_size(w->used, kind);
	value = (struct varlena *) repalloc(w->start, w->used);
	SET_VARSIZE(value, w->used);
	return value;
}

/* Cheap, and enough to tell a damaged table from a value. */
void
check_value(const struct varlena *value, const ValueKind *kind)
{
	if (VARSIZE(value) < VARHDRSZ + VALUE_MINIMUM ||
		memcmp(VARDATA(value), kind->magic, 4) != 0 ||
		VARDATA(value)[4] != VALUE_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("stored value is not a readable %s", kind->name),
				 errhint("It was written by a newer version of plg, or is damaged.")));
}

struct varlena *
arg_value(FunctionCallInfo fcinfo, int argno, const ValueKind *kind)
{
	struct varlena *value = flat_value(PG_GETARG_DATUM(argno));

	check_value(value, kind);
	return value;
}

/* What is wrong with the bytes, or NULL; in a newer format they may be right. */
static const char *
find_problem(const uint8 *bytes, Size size, const ValueKind *kind, bool *newer)
{
	*newer = false;
	if (size < VALUE_MINIMUM)
		return "It is too short.";
	if (memcmp(bytes, kind->magic, 4) != 0)
		return "It does not begin as a value of this type does.";
	if (bytes[4] > VALUE_VERSION)
	{
		*newer = true;
		return NULL;
	}
	if (bytes[4] == 0 || bytes[5] != 0 || bytes[6] != 0 || bytes[7] != 0)
		return "Its header is not valid.";
	for (Size i = size - COLUMN_SLACK; i < size; i++)
		if (bytes[i] != 0)
			return "It does not end as a value does.";
	return kind->validate(bytes + VALUE_HEADER, size - VALUE_HEADER);
}

/* Base64 and hashes take a while over a value of the largest size, so they go by pieces. */
#define PIECE_BYTES ((Size) 3 * 256 * 1024)
#define PIECE_CHARS (PIECE_BYTES / 3 * 4)

/* The bytes that a text stands for: how many, or -1 if it is not base64. */
static int64
decode_text(const char *text, Size length, char *bytes, Size room)
{
	Size		used = 0;

	for (Size at = 0; at < length; at += PIECE_CHARS)
	{
		Size		piece = Min(length - at, PIECE_CHARS);
		int			size;

		CHECK_FOR_INTERRUPTS();
		size = plg_b64_decode(text + at, (int) piece, bytes + used, (int) (room - used));
		/* only the last piece may be padded */
		if (size < 0 || (at + piece < length && (Size) size != PIECE_BYTES))
			return -1;
		used += size;
	}
	return (int64) used;
}

static uint64
hash_bytes_by_pieces(const struct varlena *value, uint64 seed)
{
	const unsigned char *bytes = (const unsigned char *) VARDATA_ANY(value);
	Size		size = VARSIZE_ANY_EXHDR(value);
	uint64		hash = seed;

	for (Size at = 0; at < size; at += PIECE_BYTES)
	{
		CHECK_FOR_INTERRUPTS();
		hash = DatumGetUInt64(hash_any_extended(bytes + at, (int) Min(size - at, PIECE_BYTES), hash));
	}
	return hash;
}

static char *
shown_text(const char *text)
{
	int			len = (int) strlen(text);
	int			clipped = pg_mbcliplen(text, len, SHOWN_TEXT);

	return psprintf("%.*s%s", clipped, text, clipped < len ? "..." : "");
}

Datum
value_in(FunctionCallInfo fcinfo, const ValueKind *kind)
{
	char	   *text = PG_GETARG_CSTRING(0);
	Size		room = strlen(text) / 4 * 3 + 3;
	struct varlena *value = palloc(VARHDRSZ + room);
	int64		size = decode_text(text, strlen(text), VARDATA(value), room);
	const char *problem;
	bool		newer = false;

	problem = size < 0 ? "It is not base64." :
		find_problem((uint8 *) VARDATA(value), size, kind, &newer);
	if (newer)
		plg_ereturn(fcinfo, (Datum) 0,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("value of type %s was written by a newer version of plg: \"%s\"",
							kind->name, shown_text(text)),
					 errhint("Update the extension here first.")));
	if (problem != NULL)
		plg_ereturn(fcinfo, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type %s: \"%s\"",
							kind->name, shown_text(text)),
					 errdetail("%s", problem),
					 errhint("Values are made by plg's aggregates and written by their text form.")));
	SET_VARSIZE(value, VARHDRSZ + size);
	check_value_size(VARSIZE(value), kind);
	PG_RETURN_POINTER(value);
}

Datum
value_recv(FunctionCallInfo fcinfo, const ValueKind *kind)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	Size		size = buf->len - buf->cursor;
	struct varlena *value = palloc(VARHDRSZ + size);
	const char *problem;
	bool		newer;

	SET_VARSIZE(value, VARHDRSZ + size);
	check_value_size(VARSIZE(value), kind);
	pq_copymsgbytes(buf, VARDATA(value), (int) size);
	problem = find_problem((uint8 *) VARDATA(value), size, kind, &newer);
	if (newer)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("binary value of type %s was written by a newer version of plg",
						kind->name),
				 errhint("Update the extension here first.")));
	if (problem != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary value of type %s", kind->name),
				 errdetail("%s", problem),
				 errhint("Values are made by plg's aggregates and written by their binary form.")));
	PG_RETURN_POINTER(value);
}

PLG_FUNCTION(plg_value_out);
Datum
plg_value_out(PG_FUNCTION_ARGS)
{
	struct varlena *value = flat_value(PG_GETARG_DATUM(0));
	int			size = VARSIZE_ANY_EXHDR(value);
	Size		room = ((Size) size + 2) / 3 * 4;	/* pg_b64_enc_len overflows */
	char	   *text = palloc(room + 1);
	Size		len = 0;

	for (Size at = 0; at < (Size) size; at += PIECE_BYTES)
	{
		int			chars;

		CHECK_FOR_INTERRUPTS();
		chars = plg_b64_encode(VARDATA_ANY(value) + at, (int) Min(size - at, PIECE_BYTES), text + len, (int) (room - len));
		if (chars < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INTERNAL_ERROR),
					 errmsg("could not encode a value as base64")));
		len += chars;
	}
	text[len] = '\0';
	PG_RETURN_CSTRING(text);
}

PLG_FUNCTION(plg_value_send);
Datum
plg_value_send(PG_FUNCTION_ARGS)
{
	Datum		datum = PG_GETARG_DATUM(0);
	struct varlena *value = flat_value(datum);

	/* array_send frees what it gets, which must be neither the argument nor what a state keeps */
	if (PointerGetDatum(value) == datum || datum_state(datum) != NULL)
		value = (struct varlena *) DatumGetPointer(datumCopy(PointerGetDatum(value), false, -1));
	PG_RETURN_BYTEA_P(value);
}

static bool
same_values(FunctionCallInfo fcinfo)
{
	struct varlena *a = flat_value(PG_GETARG_DATUM(0));
	struct varlena *b = flat_value(PG_GETARG_DATUM(1));

	return VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) &&
		memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(a)) == 0;
}

PLG_FUNCTION(plg_value_eq);
Datum
plg_value_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(same_values(fcinfo));
}

PLG_FUNCTION(plg_value_ne);
Datum
plg_value_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!same_values(fcinfo));
}

PLG_CALLS(plg_value_hash, UInt32GetDatum((uint32) hash_bytes_by_pieces(flat_value(PG_GETARG_DATUM(0)), 0)))
PLG_CALLS(plg_value_hash_extended, UInt64GetDatum(hash_bytes_by_pieces(flat_value(PG_GETARG_DATUM(0)), PG_GETARG_INT64(1))))
