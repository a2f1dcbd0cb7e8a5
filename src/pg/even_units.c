/* Units of one length; see even_units.h. */
#include "pg/even_units.h"

#include "datatype/timestamp.h"

void
find_even_units(EvenUnits *even, const pg_tz *zone, int days, int first_day)
{
	long		offset;

	if (!pg_get_timezone_offset(zone, &offset))
		return;
	even->length = days * USECS_PER_DAY;
	even->by_length = divisor_of(even->length);
	even->first = (int32) (-EVEN_LIMIT / even->length) - 2;
	even->origin = even->first * even->length + first_day * USECS_PER_DAY - offset * USECS_PER_SEC;
}
