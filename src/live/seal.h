/* The seal of a live value: facts of the catalogs that tell whether all writes were captured. */
#ifndef PLG_LIVE_SEAL_H
#define PLG_LIVE_SEAL_H

#include "pg/compat.h"

#include "nodes/pg_list.h"
#include "utils/snapshot.h"

/* A line of the seal begins with the relation's oid, or with this, for a value of an enum. */
#define SEAL_OF_VALUE "enum "

/* The table and what inherits from it, partitions too, in the snapshot; ascending. */
extern List *tables_of_source(Oid table, Snapshot snapshot);

#endif							/* PLG_LIVE_SEAL_H */
