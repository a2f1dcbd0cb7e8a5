/*
 * The text and the binary form of plg's values: in which they leave a database
 * and come into another.
 *
 * Both are a value's bytes, in which texts, labels and entities, are in the
 * encoding of their database.  Nothing on the way can convert them: the server
 * and pg_dump see base64.  So where texts have more than ASCII and the database
 * is not in UTF8 the form tells of its encoding, in a byte of the header that is
 * zero otherwise and in every stored value; and a database takes no such texts
 * of another encoding than its own.
 */
#include "state/history_value.h"
#include "state/state.h"

#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/datum.h"

/* How much of unreadable text an error message shows. */
#define SHOWN_TEXT 40

/* The byte of the header: 0 or an encoding's number + 1. */
#define ENCODING_MARK 5

/* Base64 takes a while over a value of the largest size, so it goes by pieces. */
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

static char *
shown_text(const char *text)
{
	int			len = (int) strlen(text);
	int			clipped = pg_mbcliplen(text, len, SHOWN_TEXT);

	return psprintf("%.*s%s", clipped, text, clipped < len ? "..." : "");
}

/* The mark that texts with more than ASCII have in this database. */
static uint8
own_mark(void)
{
	int			encoding = GetDatabaseEncoding();

	return encoding == PG_UTF8 ? 0 : (uint8) (encoding + 1);
}

/* What leaves the database: the value itself, or a copy that is marked. */
static struct varlena *
marked_value(struct varlena *value)
{
	struct varlena *copy;

	if (own_mark() == 0 || !has_more_than_ascii((uint8 *) VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)))
		return value;
	copy = (struct varlena *) DatumGetPointer(datumCopy(PointerGetDatum(value), false, -1));
	VARDATA_ANY(copy)[ENCODING_MARK] = (char) own_mark();
	return copy;
}

typedef enum Verdict
{
	VALUE_OK,
	VALUE_IS_WRONG,
	VALUE_IS_NEWER,
	VALUE_IS_FOREIGN			/* its texts are in another encoding */
} Verdict;

/* Judges the bytes of a form, and takes the mark away. */
static Verdict
check_form(uint8 *bytes, Size size, const ValueKind *kind, const char **problem, const char **encoding)
{
	uint8		mark;

	*problem = "It is too short.";
	if (size < VALUE_MINIMUM)
		return VALUE_IS_WRONG;
	*problem = "It does not begin as a value of this type does.";
	if (memcmp(bytes, kind->magic, 4) != 0)
		return VALUE_IS_WRONG;
	if (bytes[4] > VALUE_VERSION)
		return VALUE_IS_NEWER;
	mark = bytes[ENCODING_MARK];
	*problem = "Its header is not valid.";
	if (bytes[4] == 0 || bytes[6] != 0 || bytes[7] != 0 ||
		mark == PG_UTF8 + 1 || (mark != 0 && !PG_VALID_BE_ENCODING(mark - 1)))
		return VALUE_IS_WRONG;
	*encoding = pg_encoding_to_char(mark == 0 ? PG_UTF8 : mark - 1);
	if (mark != 0 && mark != own_mark())
		return VALUE_IS_FOREIGN;
	bytes[ENCODING_MARK] = 0;

	*problem = "It does not end as a value does.";
	for (Size i = size - COLUMN_SLACK; i < size; i++)
		if (bytes[i] != 0)
			return VALUE_IS_WRONG;
	*problem = kind->validate(bytes + VALUE_HEADER, size - VALUE_HEADER);
	if (*problem != NULL)
		return VALUE_IS_WRONG;
	if (own_mark() == 0 || (mark != 0) == has_more_than_ascii(bytes, size))
		return VALUE_OK;
	*problem = "Its header is not valid.";
	return mark == 0 ? VALUE_IS_FOREIGN : VALUE_IS_WRONG;
}

#define NEWER_HINT "Update the extension here first."
#define FOREIGN_DETAIL "They are in %s, the database is in %s."
#define FOREIGN_HINT "Build the value here from its rows, or restore it into a database in %s."

Datum
value_in(FunctionCallInfo fcinfo, const ValueKind *kind)
{
	char	   *text = PG_GETARG_CSTRING(0);
	Size		room = strlen(text) / 4 * 3 + 3;
	struct varlena *value = palloc(VARHDRSZ + room);
	int64		size = decode_text(text, strlen(text), VARDATA(value), room);
	const char *problem = "It is not base64.";
	const char *encoding = NULL;

	switch (size < 0 ? VALUE_IS_WRONG : check_form((uint8 *) VARDATA(value), size, kind, &problem, &encoding))
	{
		case VALUE_IS_NEWER:
			plg_ereturn(fcinfo, (Datum) 0,
						(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						 errmsg("value of type %s was written by a newer version of plg: \"%s\"",
								kind->name, shown_text(text)),
						 errhint(NEWER_HINT)));
			break;
		case VALUE_IS_FOREIGN:
			plg_ereturn(fcinfo, (Datum) 0,
						(errcode(ERRCODE_UNTRANSLATABLE_CHARACTER),
						 errmsg("value of type %s has texts in another encoding: \"%s\"",
								kind->name, shown_text(text)),
						 errdetail(FOREIGN_DETAIL, encoding, GetDatabaseEncodingName()),
						 errhint(FOREIGN_HINT, encoding)));
			break;
		case VALUE_IS_WRONG:
			plg_ereturn(fcinfo, (Datum) 0,
						(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
						 errmsg("invalid input syntax for type %s: \"%s\"",
								kind->name, shown_text(text)),
						 errdetail("%s", problem),
						 errhint("Values are made by plg's aggregates and written by their text form.")));
			break;
		case VALUE_OK:
			break;
	}
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
	const char *problem = NULL;
	const char *encoding = NULL;

	SET_VARSIZE(value, VARHDRSZ + size);
	check_value_size(VARSIZE(value), kind);
	pq_copymsgbytes(buf, VARDATA(value), (int) size);
	switch (check_form((uint8 *) VARDATA(value), size, kind, &problem, &encoding))
	{
		case VALUE_IS_NEWER:
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("binary value of type %s was written by a newer version of plg",
							kind->name),
					 errhint(NEWER_HINT)));
			break;
		case VALUE_IS_FOREIGN:
			ereport(ERROR,
					(errcode(ERRCODE_UNTRANSLATABLE_CHARACTER),
					 errmsg("binary value of type %s has texts in another encoding", kind->name),
					 errdetail(FOREIGN_DETAIL, encoding, GetDatabaseEncodingName()),
					 errhint(FOREIGN_HINT, encoding)));
			break;
		case VALUE_IS_WRONG:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					 errmsg("invalid binary value of type %s", kind->name),
					 errdetail("%s", problem),
					 errhint("Values are made by plg's aggregates and written by their binary form.")));
			break;
		case VALUE_OK:
			break;
	}
	PG_RETURN_POINTER(value);
}

PLG_FUNCTION(plg_value_out);
Datum
plg_value_out(PG_FUNCTION_ARGS)
{
	struct varlena *value = marked_value(flat_value(PG_GETARG_DATUM(0)));
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
	struct varlena *marked = marked_value(value);

	/* array_send frees what it gets, which must be neither the argument nor what a state keeps */
	if (marked == value && (PointerGetDatum(value) == datum || datum_state(datum) != NULL))
		marked = (struct varlena *) DatumGetPointer(datumCopy(PointerGetDatum(value), false, -1));
	PG_RETURN_BYTEA_P(marked);
}
