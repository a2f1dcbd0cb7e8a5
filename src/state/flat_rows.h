/*
 * States that are a bytea: a head, rows in the order they came, and unused room.
 *
 * Such a type has a name, so that distributed executors push the aggregate down;
 * rows are appended in place, so that a row costs little; and it is small, so
 * that a hundred thousand groups fit.  Anybody could pass any bytes as one, so
 * who reads it checks the head at every call, and the rows before they are used.
 */
#ifndef PLG_STATE_FLAT_ROWS_H
#define PLG_STATE_FLAT_ROWS_H

#include "pg/compat.h"

typedef struct FlatRows
{
	int32		vl_len_;
	uint32		magic;			/* of the aggregate */
	int64		used;			/* bytes behind the head */
} FlatRows;

/* The argument, a state with that magic whose head has that size; an error if it is none. */
extern FlatRows *arg_flat_rows(FunctionCallInfo fcinfo, int argno, const char *aggregate, uint32 magic, Size head);

/* A new one without rows; the rest of the head is zeroed. */
extern FlatRows *make_flat_rows(uint32 magic, Size head);

/* Room for so many bytes more: the state itself, or a larger copy. */
extern FlatRows *flat_rows_with_room(FlatRows *state, const char *aggregate, Size head, Size more);

/* Takes over the rows of another state of the same head. */
extern FlatRows *flat_rows_append(FlatRows *state, const FlatRows *other, const char *aggregate, Size head);

#endif							/* PLG_STATE_FLAT_ROWS_H */
