/* Cohorts by calendar unit; see cohorts.h. */
#include "metrics/cohorts.h"

void
cohorts_begin(Cohorts *cohorts, Size data_size)
{
	HASHCTL		control;

	memset(&control, 0, sizeof(control));
	control.keysize = sizeof(int32);
	control.entrysize = sizeof(Cohort);
	control.hcxt = CurrentMemoryContext;
	cohorts->table = hash_create("plg cohorts", 64, &control,
								 HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	cohorts->data_size = data_size;
	cohorts->last = NULL;
}

/* So much memory is enough for any table that somebody could read. */
#define MAX_COHORTS_SIZE (512 * MEGABYTE)

static void
check_size(const Cohorts *cohorts)
{
	long		n = hash_get_num_entries(cohorts->table);

	if ((Size) n > MAX_COHORTS_SIZE / Max(cohorts->data_size, 1))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many cohorts and periods: %ld cohorts of %zu bytes",
						n, cohorts->data_size),
				 errdetail("The limit is %zu MB.", MAX_COHORTS_SIZE / MEGABYTE),
				 errhint("Use a larger unit, fewer periods, or the option entered.")));
}

void *
cohort_data(Cohorts *cohorts, int32 index)
{
	bool		found;

	if (cohorts->last == NULL || cohorts->last->index != index)
	{
		cohorts->last = hash_search(cohorts->table, &index, HASH_ENTER, &found);
		if (!found)
		{
			check_size(cohorts);
			cohorts->last->data = palloc0(cohorts->data_size);
		}
	}
	return cohorts->last->data;
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
	HASH_SEQ_STATUS scan;
	Cohort	   *cohort;
	Cohort	  **ordered;

	*n = (int) hash_get_num_entries(cohorts->table);
	ordered = palloc(Max(*n, 1) * sizeof(Cohort *));
	*n = 0;
	hash_seq_init(&scan, cohorts->table);
	while ((cohort = hash_seq_search(&scan)) != NULL)
		ordered[(*n)++] = cohort;
	qsort(ordered, *n, sizeof(Cohort *), compare_cohorts);
	return ordered;
}
