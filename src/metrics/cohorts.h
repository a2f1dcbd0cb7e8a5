/*
 * Cohorts by calendar unit: a piece of memory for each unit in which somebody
 * started.
 */
#ifndef PLG_COHORTS_H
#define PLG_COHORTS_H

#include "calendar.h"
#include "utils/hsearch.h"

typedef struct Cohort
{
	int32		index;			/* of the calendar's unit; the key */
	void	   *data;			/* zeroed at first */
} Cohort;

typedef struct Cohorts
{
	HTAB	   *table;
	Size		data_size;
	Cohort	   *last;			/* the cohort asked for last */
} Cohorts;

extern void cohorts_begin(Cohorts *cohorts, Size data_size);
extern void *cohort_data(Cohorts *cohorts, int32 index);

/* All cohorts by time; the number of them in *n. */
extern Cohort **cohorts_in_order(Cohorts *cohorts, int *n);

#endif							/* PLG_COHORTS_H */
