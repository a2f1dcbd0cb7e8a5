/* States that are a bytea; see flat_rows.h. */
#include "state/flat_rows.h"

#include "pg/args.h"
#include "utils/memutils.h"

#define FIRST_BYTES 64

FlatRows *
arg_flat_rows(FunctionCallInfo fcinfo, int argno, const char *aggregate, uint32 magic, Size head)
{
	FlatRows   *state = (FlatRows *) arg_aligned(fcinfo, argno);

	if (VARSIZE(state) < head || state->magic != magic || state->used < 0 ||
		(Size) state->used > VARSIZE(state) - head)
		refuse_damaged_state(aggregate);
	return state;
}

FlatRows *
make_flat_rows(uint32 magic, Size head)
{
	FlatRows   *state = palloc0(head + FIRST_BYTES);

	SET_VARSIZE(state, head + FIRST_BYTES);
	state->magic = magic;
	return state;
}

FlatRows *
flat_rows_with_room(FlatRows *state, const char *aggregate, Size head, Size more)
{
	Size		needed = head + (Size) state->used + more;
	Size		size = VARSIZE(state);
	FlatRows   *larger;

	if (needed <= size)
		return state;
	size = Max(needed, size * 2);
	if (!AllocSizeIsValid(size))
		size = needed;
	if (!AllocSizeIsValid(size))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("one group of plg.%s has too many rows", aggregate),
				 errhint("The limit is 1 GB of them: use smaller groups, or leave out rows with FILTER.")));
	larger = palloc(size);
	memcpy(larger, state, head + state->used);
	/* what is not used yet travels too, so it must not be chance */
	memset((char *) larger + head + state->used, 0, size - head - state->used);
	SET_VARSIZE(larger, size);
	return larger;
}

FlatRows *
flat_rows_append(FlatRows *state, const FlatRows *other, const char *aggregate, Size head)
{
	state = flat_rows_with_room(state, aggregate, head, other->used);
	memcpy((char *) state + head + state->used, (const char *) other + head, other->used);
	state->used += other->used;
	return state;
}
