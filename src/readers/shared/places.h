/* The order in which labels come in a result: the largest first, of equal ones the first by code. */
#ifndef PLG_READERS_SHARED_PLACES_H
#define PLG_READERS_SHARED_PLACES_H

#include "core/base/platform.h"

typedef struct Place
{
	uint128		size;
	uint32		code;
} Place;

extern void sort_places(Place *places, size_t n);

#endif							/* PLG_READERS_SHARED_PLACES_H */
