/*
 * What plg's types share: header, text and binary form, order and hash.
 *
 * A value is a varlena whose first eight bytes are the type's magic, the
 * version of its format and three reserved bytes that must be zero.  The body
 * follows, and ends with COLUMN_SLACK zero bytes, over which a reader of packed
 * columns may run.
 *
 * Equal contents always have equal bytes: input accepts only what the type's
 * validator finds to be exactly the bytes that plg itself would write.  So
 * equality compares bytes and hashing hashes them, for all types alike; so does
 * the order, which is there for sorts, merge joins and indexes alone.
 *
 * Text is base64 rather than hexadecimal so that three quarters of PostgreSQL's
 * 1 GB limit can be dumped.
 */
#ifndef PLG_STATE_VALUE_H
#define PLG_STATE_VALUE_H

#include "core/base/column.h"
#include "core/base/writer.h"
#include "pg/toast.h"

#define VALUE_VERSION 1
#define VALUE_HEADER 8
#define VALUE_MINIMUM (VALUE_HEADER + COLUMN_SLACK)

typedef struct ValueKind
{
	const char *name;			/* of the type, with its schema */
	const char *magic;			/* four characters */
	const char *limit_hint;		/* what to do instead of too large a value */

	/*
	 * NULL if the body, slack included, holds exactly the bytes that plg would
	 * write for its contents; else what is wrong.
	 */
	const char *(*validate) (const uint8 *body, Size size);
} ValueKind;

#define VALUE_BODY(value) ((uint8 *) VARDATA(value) + VALUE_HEADER)
#define VALUE_BODY_SIZE(value) (VARSIZE(value) - VARHDRSZ - VALUE_HEADER)

/*
 * To write a value: begin, write the body through the writer, end.  The value
 * belongs to the context that was current at the beginning.
 */
extern void value_begin(Writer *w, const ValueKind *kind);
extern struct varlena *value_end(Writer *w, const ValueKind *kind);

/* Whether a stored value is one of the kind, in a version that we can read. */
extern void check_value(const struct varlena *value, const ValueKind *kind);

extern void check_value_size(Size size, const ValueKind *kind);

/* An argument that is not NULL, detoasted. */
extern struct varlena *arg_value(FunctionCallInfo fcinfo, int argno, const ValueKind *kind);

/* value_forms.c: the bodies of the types' input functions. */
extern Datum value_in(FunctionCallInfo fcinfo, const ValueKind *kind);
extern Datum value_recv(FunctionCallInfo fcinfo, const ValueKind *kind);

#endif							/* PLG_STATE_VALUE_H */
