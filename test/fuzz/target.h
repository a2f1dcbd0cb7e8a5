/*
 * A fuzz target: what takes arbitrary bytes, and valid bytes to begin with.
 * It is linked with mutate.c, or with libFuzzer (test/fuzz/run).
 */
#ifndef PLG_FUZZ_TARGET_H
#define PLG_FUZZ_TARGET_H

#include "../unit/samples.h"

/* Ends the program on a failure; true if the bytes were accepted. */
extern bool try_bytes(const uint8 *bytes, Size size);

/* The n-th valid input; bytes are NULL after the last. */
extern Bytes valid_bytes(int n);

static inline void
must(bool condition, const char *what)
{
	if (!condition)
	{
		fprintf(stderr, "failed: %s\n", what);
		abort();
	}
}

#endif							/* PLG_FUZZ_TARGET_H */
