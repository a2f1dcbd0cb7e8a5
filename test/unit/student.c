/* Student's t against printed tables (NIST/SEMATECH e-Handbook, 1.3.6.7.2). */
#include "core/stats/student.h"
#include "tap.h"

#include <math.h>

int
main(void)
{
	static const struct
	{
		double		level;
		int64		degrees;
		double		t;
	}			table[] = {
		{0.95, 1, 12.706205}, {0.95, 2, 4.302653}, {0.95, 3, 3.182446}, {0.95, 4, 2.776445},
		{0.95, 5, 2.570582}, {0.95, 10, 2.228139}, {0.95, 30, 2.042272}, {0.95, 100, 1.983972},
		{0.95, 120, 1.979930}, {0.95, 1000, 1.962339}, {0.95, INT64CONST(1000000000), 1.959964},
		{0.99, 3, 5.840909}, {0.5, 7, 0.711142}, {0.999, 4, 8.610302}, {0.8, 6, 1.439756},
		{0.9, 15, 1.753050}, {0.98, 29, 2.462021}
	};
	bool		good = true;

	for (int i = 0; i < (int) lengthof(table); i++)
	{
		double		t = two_sided_t(table[i].level, table[i].degrees);

		if (fabs(t - table[i].t) > 1e-6)
		{
			printf("# level %g, %g degrees: %.8f, not %.6f\n", table[i].level,
				   (double) table[i].degrees, t, table[i].t);
			good = false;
		}
	}
	ok(good, "quantiles of tables");

	good = true;
	for (int64 degrees = 1; degrees < 1000; degrees++)
		good &= two_sided_t(0.95, degrees) > two_sided_t(0.95, degrees + 1);
	ok(good, "more degrees of freedom, a smaller quantile");
	return tap_status();
}
