/*
 * Cohorts by calendar unit: a piece of memory for each unit in which somebody
 * started.
 */
#ifndef PLG_COHORTS_H
#define PLG_COHORTS_H

#include "calendar.h"

typedef struct Cohort
{
	int32		index;			/* of the calendar's unit; the key */
	char		status;			/* of the hash table's */
	void	   *data;			/* zeroed at first */
} Cohort;

typedef struct Cohorts
{
	struct cohort_hash *table;
	Size		data_size;
} Cohorts;

extern void cohorts_begin(Cohorts *cohorts, Size data_size);
extern void *cohort_data(Cohorts *cohorts, int32 index);

/* All cohorts by time; the number of them in *n. */
extern Cohort **cohorts_in_order(Cohorts *cohorts, int *n);

#endif							/* PLG_COHORTS_H */
