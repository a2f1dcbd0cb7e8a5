/* What a test costs, whatever else the machine does. */
#ifndef PLG_TEST_PROCESSOR_H
#define PLG_TEST_PROCESSOR_H

#include <time.h>

static inline double
processor_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

#endif							/* PLG_TEST_PROCESSOR_H */
