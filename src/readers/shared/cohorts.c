/* Cohorts by calendar unit; see cohorts.h. */
#include "readers/shared/cohorts.h"

#include "common/hashfn.h"

#define SH_PREFIX cohort
#define SH_ELEMENT_TYPE Cohort
#define SH_KEY_TYPE int32
#define SH_KEY index
#define SH_HASH_KEY(table, key) murmurhash32((uint32) (key))
#define SH_EQUAL(table, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

void
cohorts_begin(Cohorts *cohorts, Size data_size)
{
	cohorts->table = cohort_create(CurrentMemoryContext, 64, NULL);
	cohorts->data_size = data_size;
	memset(cohorts->recent, 0, sizeof(cohorts->recent));
}

/* So much memory is enough for any table that somebody could read. */
#define MAX_COHORTS_SIZE (512 * MEGABYTE)

static void
check_size(const Cohorts *cohorts)
{
	uint32		n = cohorts->table->members;

	if ((Size) n > MAX_COHORTS_SIZE / Max(cohorts->data_size, 1))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many cohorts and periods: %u cohorts of %zu bytes",
						n, cohorts->data_size),
				 errdetail("The limit is %zu MB.", MAX_COHORTS_SIZE / MEGABYTE),
				 errhint("Use a larger unit or fewer periods, or of journeys the option entered.")));
}

void *
find_cohort_data(Cohorts *cohorts, int32 index)
{
	uint32		place = (uint32) index % RECENT_COHORTS;
	bool		found;
	Cohort	   *cohort = cohort_insert(cohorts->table, index, &found);

	if (!found)
	{
		check_size(cohorts);
		cohort->data = palloc0(cohorts->data_size);
	}
	cohorts->recent[place].index = index;
	cohorts->recent[place].data = cohort->data;
	return cohort->data;
}

static int
compare_cohorts(const void *a, const void *b)
{
	int32		x = (*(Cohort *const *) a)->index;
	int32		y = (*(Cohort *const *) b)->index;

	return x < y ? -1 : x > y;
}

Cohort **
cohorts_in_order(Cohorts *cohorts, int *n)
{
	cohort_iterator scan;
	Cohort	   *cohort;
	Cohort	  **ordered;

	*n = (int) cohorts->table->members;
	ordered = palloc(Max(*n, 1) * sizeof(Cohort *));
	*n = 0;
	cohort_start_iterate(cohorts->table, &scan);
	while ((cohort = cohort_iterate(cohorts->table, &scan)) != NULL)
		ordered[(*n)++] = cohort;
	qsort(ordered, *n, sizeof(Cohort *), compare_cohorts);
	return ordered;
}

void
put_cohort_date(ResultRow *row, Calendar *calendar, const int32 *cohort)
{
	if (cohort != NULL)
		put_unit_date(row, calendar, *cohort);
	else
		put_null(row);
}

void
put_cohort_start(ResultRow *row, Calendar *calendar, const int32 *cohort)
{
	if (cohort != NULL)
		put_unit_start(row, calendar, *cohort);
	else
		put_null(row);
}
