/*
 * What a place in a statement remembers while the statement runs, so that who
 * calls a function there for many rows is told something once.
 */
#ifndef PLG_PG_CALL_SITE_H
#define PLG_PG_CALL_SITE_H

#include "pg/compat.h"

typedef struct CallSite
{
	MemoryContext context;		/* lives as long as the place */
	bool		told_seconds;	/* args.c */
	bool		told_far_end;	/* revenue/cohorts.c */
	struct AskedLabels *asked;	/* readers/shared/labels.c */
	MemoryContext rows;			/* result.c */
	Size		rows_room;
} CallSite;

/* NULL if the caller left no room for it. */
extern CallSite *call_site(FunctionCallInfo fcinfo);

/* Whether this process speaks, of all those that share a place in a parallel plan. */
extern bool speaks_for_all(void);

/* Whether other processes may call the function at the same place. */
extern bool reads_a_part(void);

#endif							/* PLG_PG_CALL_SITE_H */
