/* Looking a time up among ascending times. */
#ifndef PLG_CORE_BASE_ASCENDING_H
#define PLG_CORE_BASE_ASCENDING_H

#include "core/base/platform.h"

/* The first place from a place on whose time is not before a time; n if there is none. */
static inline int64
lower_bound_time(const int64 *at, int64 from, int64 n, int64 time)
{
	/* no branch depends on a time: it would be foretold wrong each second time */
	for (int64 left = n - from; left > 0; left /= 2)
	{
		int64		half = (left + 1) / 2;

		from = at[from + half - 1] < time ? from + half : from;
	}
	return from;
}

#endif							/* PLG_CORE_BASE_ASCENDING_H */
