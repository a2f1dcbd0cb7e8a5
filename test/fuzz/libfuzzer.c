/* The same targets for libFuzzer, which looks for new paths by itself. */
#include "target.h"

extern int	LLVMFuzzerTestOneInput(const uint8 *bytes, Size size);

int
LLVMFuzzerTestOneInput(const uint8 *bytes, Size size)
{
	try_bytes(bytes, size);
	return 0;
}
