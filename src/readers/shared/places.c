/* The order of labels in a result; see places.h. */
#include "readers/shared/places.h"

static int
compare_places(const Place *x, const Place *y)
{
	if (x->size != y->size)
		return x->size > y->size ? -1 : 1;
	return x->code < y->code ? -1 : x->code > y->code;
}

#define ST_SORT sort_places
#define ST_ELEMENT_TYPE Place
#define ST_COMPARE(a, b) compare_places(a, b)
#define ST_SCOPE extern
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"
