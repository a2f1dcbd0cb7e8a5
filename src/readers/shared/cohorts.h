/*
 * Cohorts by calendar unit: a piece of memory for each unit in which somebody
 * started.
 */
#ifndef PLG_READERS_SHARED_COHORTS_H
#define PLG_READERS_SHARED_COHORTS_H

#include "pg/calendar.h"

typedef struct Cohort
{
	int32		index;			/* of the calendar's unit; the key */
	char		status;			/* of the hash table's */
	void	   *data;			/* zeroed at first */
} Cohort;

/* Cohorts met lately, each in the one place that its index leads to. */
#define RECENT_COHORTS 128

typedef struct Cohorts
{
	struct cohort_hash *table;
	Size		data_size;
	struct
	{
		int32		index;
		void	   *data;		/* NULL: none yet */
	}			recent[RECENT_COHORTS];
} Cohorts;

extern void cohorts_begin(Cohorts *cohorts, Size data_size);
extern void *find_cohort_data(Cohorts *cohorts, int32 index);

static inline void *
cohort_data(Cohorts *cohorts, int32 index)
{
	uint32		place = (uint32) index % RECENT_COHORTS;

	if (likely(cohorts->recent[place].data != NULL && cohorts->recent[place].index == index))
		return cohorts->recent[place].data;
	return find_cohort_data(cohorts, index);
}

/* All cohorts by time; the number of them in *n. */
extern Cohort **cohorts_in_order(Cohorts *cohorts, int *n);

/* The date and the start of a cohort's unit; NULL stands for all cohorts. */
extern void put_cohort_date(ResultRow *row, Calendar *calendar, const int32 *cohort);
extern void put_cohort_start(ResultRow *row, Calendar *calendar, const int32 *cohort);

#endif							/* PLG_READERS_SHARED_COHORTS_H */
