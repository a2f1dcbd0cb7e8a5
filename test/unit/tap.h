/* Unit tests print a line of TAP for each test; test/run counts them. */
#ifndef PLG_TAP_H
#define PLG_TAP_H

#include "core/base/platform.h"

static int	tap_failures;

static inline void
ok(bool good, const char *what)
{
	printf("%s - %s\n", good ? "ok" : "not ok", what);
	if (!good)
		tap_failures++;
}

/* Ends main(). */
static inline int
tap_status(void)
{
	return tap_failures > 0;
}

/* Numbers that look random and are the same everywhere (splitmix64). */
static inline uint64
next_random(uint64 *seed)
{
	uint64		z = (*seed += UINT64CONST(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64CONST(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64CONST(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

#endif							/* PLG_TAP_H */
