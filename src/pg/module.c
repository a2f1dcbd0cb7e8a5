/*
 * The module's identity, and whether it is that of the extension.
 *
 * The library and the extension's objects come by different ways, make install
 * and ALTER EXTENSION.  A script that leads to this version's objects stops if
 * the library is another's (src/library.sql); a session that loads a library of
 * a version other than that of the objects in its database is warned.
 */
#include "pg/compat.h"

#include "access/genam.h"
#include "access/parallel.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/pg_extension.h"
#include "commands/extension.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

PLG_MODULE_MAGIC;

extern PGDLLEXPORT void _PG_init(void);	/* NOLINT(bugprone-reserved-identifier,cert-dcl*) PostgreSQL's name */

/* The version of the objects in this database; NULL if there are none. */
static char *
extension_version(void)
{
	Relation	extensions = table_open(ExtensionRelationId, AccessShareLock);
	SysScanDesc scan;
	ScanKeyData key;
	HeapTuple	tuple;
	char	   *version = NULL;

	ScanKeyInit(&key, Anum_pg_extension_extname, BTEqualStrategyNumber, F_NAMEEQ,
				CStringGetDatum("plg"));
	scan = systable_beginscan(extensions, ExtensionNameIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		bool		isnull;
		Datum		datum = heap_getattr(tuple, Anum_pg_extension_extversion,
										 RelationGetDescr(extensions), &isnull);

		if (!isnull)
			version = TextDatumGetCString(datum);
	}
	systable_endscan(scan);
	table_close(extensions, AccessShareLock);
	return version;
}

void
_PG_init(void)
{
	char	   *version;

	/* preloaded, or in a worker whose leader has been warned, or in a script */
	if (!IsTransactionState() || !OidIsValid(MyDatabaseId) || InitializingParallelWorker || creating_extension)
		return;
	version = extension_version();
	if (version != NULL && strcmp(version, PLG_VERSION) != 0)
		ereport(WARNING,
				(errmsg("plg's library is of version \"%s\", its objects in this database are of version \"%s\"",
						PLG_VERSION, version),
				 errhint("If the library is the newer one, run ALTER EXTENSION plg UPDATE; else install the newer one and connect again.")));
}

PLG_FUNCTION(plg_check_library);
Datum
plg_check_library(PG_FUNCTION_ARGS)
{
	char	   *version = text_to_cstring(PG_GETARG_TEXT_PP(0));

	if (strcmp(version, PLG_VERSION) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("plg's library is of version \"%s\", the extension's script of version \"%s\"",
						PLG_VERSION, version),
				 errhint("Install both from one version of plg, and connect again.")));
	PG_RETURN_VOID();
}
