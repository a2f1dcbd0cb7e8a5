/* The module's identity. */
#include "compat.h"

PLG_MODULE_MAGIC;
