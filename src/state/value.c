/* What plg's types share; value.h explains it. */
#include "state/value.h"

#include "core/base/dict.h"
#include "state/state.h"

#include "common/hashfn.h"

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

void
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

/* Hashing a value of the largest size takes a while, so it goes by pieces. */
#define HASHED_PIECE ((Size) 3 * 256 * 1024)

static uint64
hash_bytes_by_pieces(const struct varlena *value, uint64 seed)
{
	const unsigned char *bytes = (const unsigned char *) VARDATA_ANY(value);
	Size		size = VARSIZE_ANY_EXHDR(value);
	uint64		hash = seed;

	for (Size at = 0; at < size; at += HASHED_PIECE)
	{
		CHECK_FOR_INTERRUPTS();
		hash = DatumGetUInt64(hash_any_extended(bytes + at, (int) Min(size - at, HASHED_PIECE), hash));
	}
	return hash;
}

/* Ascending by the bytes, of two equal beginnings the shorter first. */
static int
compare_values(FunctionCallInfo fcinfo)
{
	struct varlena *values[2];
	int			order;

	for (int i = 0; i < 2; i++)
		values[i] = flat_value(PG_GETARG_DATUM(i));
	order = compare_bytes((uint8 *) VARDATA_ANY(values[0]), VARSIZE_ANY_EXHDR(values[0]),
						  (uint8 *) VARDATA_ANY(values[1]), VARSIZE_ANY_EXHDR(values[1]));

	/* a sort calls often, and resets no context in between */
	for (int i = 0; i < 2; i++)
	{
		Datum		datum = PG_GETARG_DATUM(i);

		if (PointerGetDatum(values[i]) != datum && datum_state(datum) == NULL)
			pfree(values[i]);
	}
	return order;
}

PLG_CALLS(plg_value_cmp, Int32GetDatum(compare_values(fcinfo)))
PLG_CALLS(plg_value_eq, BoolGetDatum(compare_values(fcinfo) == 0))
PLG_CALLS(plg_value_ne, BoolGetDatum(compare_values(fcinfo) != 0))
PLG_CALLS(plg_value_lt, BoolGetDatum(compare_values(fcinfo) < 0))
PLG_CALLS(plg_value_le, BoolGetDatum(compare_values(fcinfo) <= 0))
PLG_CALLS(plg_value_ge, BoolGetDatum(compare_values(fcinfo) >= 0))
PLG_CALLS(plg_value_gt, BoolGetDatum(compare_values(fcinfo) > 0))
PLG_CALLS(plg_value_hash, UInt32GetDatum((uint32) hash_bytes_by_pieces(flat_value(PG_GETARG_DATUM(0)), 0)))
PLG_CALLS(plg_value_hash_extended, UInt64GetDatum(hash_bytes_by_pieces(flat_value(PG_GETARG_DATUM(0)), PG_GETARG_INT64(1))))
