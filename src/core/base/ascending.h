/* Looking a time up among ascending times. */
#ifndef PLG_CORE_BASE_ASCENDING_H
#define PLG_CORE_BASE_ASCENDING_H

#include "core/base/platform.h"

/* The first place from a place on whose time is not before a time; n if there is none. */
static inline int64
lower_bound_time(const int64 *at, int64 from, int64 n, int64 time)
{
	while (from < n)
	{
		int64		middle = from + (n - from) / 2;

		if (at[middle] < time)
			from = middle + 1;
		else
			n = middle;
	}
	return from;
}

#endif							/* PLG_CORE_BASE_ASCENDING_H */
