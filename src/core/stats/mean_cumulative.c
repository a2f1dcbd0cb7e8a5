/* The mean cumulative function; see mean_cumulative.h. */
#include "core/stats/mean_cumulative.h"

#include "core/base/ascending.h"

MeanCumulative *
mean_cumulative(const int64 *ages, int64 n, const int64 *watched, int64 entrants)
{
	MeanCumulative *m = palloc0(sizeof(MeanCumulative));
	int64		left = 0;

	m->age = palloc_huge((n + 1) * sizeof(int64));
	m->share = palloc_huge((n + 1) * sizeof(double));
	m->mean = palloc_huge((n + 1) * sizeof(double));
	m->expected = palloc_huge((n + 1) * sizeof(double));
	m->mean[0] = 0;
	m->expected[0] = 0;
	for (int64 i = 0; i < n; m->n++)
	{
		int64		first = i;
		double		increment;

		if ((m->n & 0xfff) == 0)
			CHECK_FOR_INTERRUPTS();
		while (i < n && ages[i] == ages[first])
			i++;
		while (left < entrants && watched[left] < ages[first])
			left++;
		m->age[m->n] = ages[first];
		m->share[m->n] = 1.0 / (double) (entrants - left);
		increment = (double) (i - first) * m->share[m->n];
		m->mean[m->n + 1] = m->mean[m->n] + increment;
		m->expected[m->n + 1] = m->expected[m->n] + increment * m->share[m->n];
	}
	return m;
}

int64
ages_before(const MeanCumulative *m, int64 age)
{
	return lower_bound_time(m->age, 0, m->n, age);
}
