/* What the catalogs say of relations, by now (catalogs.c). */
#ifndef PLG_LIVE_CATALOGS_H
#define PLG_LIVE_CATALOGS_H

#include "pg/compat.h"

#include "access/genam.h"
#include "nodes/pg_list.h"

/* Begins a scan of a catalog by its index on an oid; in that snapshot, or as it is by now. */
extern SysScanDesc scan_by_oid(Relation catalog, Oid index, AttrNumber attno, Oid oid, Snapshot snapshot);

extern Oid	owner_of_relation(Oid relation);

/* With its schema, for a statement; an error if it is gone. */
extern char *name_of_relation(Oid relation);

/* What it inherits from, and what it is a partition of, until it is detached for good. */
extern List *parents_of(Oid table);

/* Where a trigger is made: one of a partition, on the table that it is a part of. */
extern Oid	relation_of_trigger(Oid trigger);

/* What has rules that use it, its views among them. */
extern List *users_of(Oid relation);

#endif							/* PLG_LIVE_CATALOGS_H */
