/* Catalogs that are read as they are by now. */
#include "live/catalogs.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_trigger.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

SysScanDesc
scan_by_oid(Relation catalog, Oid index, AttrNumber attno, Oid oid, Snapshot snapshot)
{
	ScanKeyData key;

	ScanKeyInit(&key, attno, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(oid));
	return systable_beginscan(catalog, index, true, snapshot, 1, &key);
}

Oid
owner_of_relation(Oid relation)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	return owner;
}

char *
name_of_relation(Oid relation)
{
	char	   *name = get_rel_name(relation);

	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation %u has been dropped meanwhile", relation),
				 errhint("Try again.")));
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relation)), name);
}

List *
parents_of(Oid table)
{
	Relation	inherits = table_open(InheritsRelationId, AccessShareLock);
	SysScanDesc scan = scan_by_oid(inherits, InheritsRelidSeqnoIndexId, Anum_pg_inherits_inhrelid, table, NULL);
	HeapTuple	tuple;
	List	   *parents = NIL;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		parents = lappend_oid(parents, ((Form_pg_inherits) GETSTRUCT(tuple))->inhparent);
	systable_endscan(scan);
	table_close(inherits, AccessShareLock);
	return parents;
}

Oid
relation_of_trigger(Oid trigger)
{
	Relation	triggers = table_open(TriggerRelationId, AccessShareLock);
	Oid			relation = InvalidOid;

	while (OidIsValid(trigger))
	{
		SysScanDesc scan = scan_by_oid(triggers, TriggerOidIndexId, Anum_pg_trigger_oid, trigger, NULL);
		HeapTuple	tuple = systable_getnext(scan);

		trigger = InvalidOid;
		if (HeapTupleIsValid(tuple))
		{
			relation = ((Form_pg_trigger) GETSTRUCT(tuple))->tgrelid;
			trigger = ((Form_pg_trigger) GETSTRUCT(tuple))->tgparentid;
		}
		systable_endscan(scan);
	}
	table_close(triggers, AccessShareLock);
	return relation;
}

/* What a rule is of; of a view it is the query. */
static Oid
relation_of_rule(Oid rule)
{
	Relation	rules = table_open(RewriteRelationId, AccessShareLock);
	SysScanDesc scan = scan_by_oid(rules, RewriteOidIndexId, Anum_pg_rewrite_oid, rule, NULL);
	HeapTuple	tuple;
	Oid			relation = InvalidOid;

	if (HeapTupleIsValid(tuple = systable_getnext(scan)))
		relation = ((Form_pg_rewrite) GETSTRUCT(tuple))->ev_class;
	systable_endscan(scan);
	table_close(rules, AccessShareLock);
	return relation;
}

List *
users_of(Oid relation)
{
	Relation	depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;
	List	   *rules = NIL;
	List	   *users = NIL;
	ListCell   *rule;

	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(RelationRelationId));
	ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relation));
	scan = systable_beginscan(depend, DependReferenceIndexId, true, NULL, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend link = (Form_pg_depend) GETSTRUCT(tuple);

		/* a link for each column that the rule uses */
		if (link->classid == RewriteRelationId)
			rules = list_append_unique_oid(rules, link->objid);
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	foreach(rule, rules)
		users = lappend_oid(users, relation_of_rule(lfirst_oid(rule)));
	return users;
}
