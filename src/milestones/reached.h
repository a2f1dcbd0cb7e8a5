/*
 * Times of steps as an array: one element for each step, NULL where it was not
 * reached.
 */
#ifndef PLG_MILESTONES_REACHED_H
#define PLG_MILESTONES_REACHED_H

#include "pg/compat.h"
#include "utils/array.h"

/* DT_NOEND, which is CHAIN_NEVER, becomes NULL. */
extern ArrayType *times_array(const int64 *at, int n);

#endif							/* PLG_MILESTONES_REACHED_H */
