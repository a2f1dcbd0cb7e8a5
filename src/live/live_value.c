/* Live values by name, and what the functions of live values share. */
#include "live/live_value.h"
#include "live/catalogs.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_class.h"
#include "catalog/pg_database.h"
#include "catalog/pg_namespace.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

char *
live_relation(const LiveValue *live, const char *suffix)
{
	return quote_qualified_identifier(live->schema, psprintf("%s%s", live->name, suffix));
}

char *
source_name(const LiveValue *live, int n)
{
	return psprintf("%s" LIVE_SOURCE "%d", live->name, n);
}

void
must_own(Oid owner, ObjectType type, const char *name)
{
	if (!has_privs_of_role(GetUserId(), owner))
		aclcheck_error(ACLCHECK_NOT_OWNER, type, name);
}

/* One of the live value's relations, with the same owner as all. */
static Oid
part_of(const LiveValue *live, const char *suffix, char relkind)
{
	char	   *name = psprintf("%s%s", live->name, suffix);
	Oid			relation = get_relname_relid(name, get_namespace_oid(live->schema, false));

	if (!OidIsValid(relation) || get_rel_relkind(relation) != relkind)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("\"%s\" is no live value: there is no %s \"%s\" in its schema", live->name,
						relkind == RELKIND_VIEW ? "view" : "table", name),
				 errhint("plg.live_create makes all that belongs to one; what is renamed must be renamed alike.")));
	if (owner_of_relation(relation) != live->owner)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("\"%s\" and \"%s\" have different owners", live->name, name),
				 errhint("All that belongs to a live value has one owner: ALTER ... OWNER TO, or REASSIGN OWNED.")));
	return relation;
}

LiveValue *
find_live_value(FunctionCallInfo fcinfo)
{
	LiveValue  *live = palloc0(sizeof(*live));
	RangeVar   *name;
	Oid			rows;

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("\"name\" must not be NULL"),
				 errhint("Name the live value, as plg.live_create was given it.")));
	name = makeRangeVarFromNameList(textToQualifiedNameList(PG_GETARG_TEXT_PP(0)));
	live->view = RangeVarGetRelid(name, NoLock, true);
	if (!OidIsValid(live->view))
	{
		RangeVar   *pieces = makeRangeVar(name->schemaname, psprintf("%s" LIVE_PIECES, name->relname), -1);

		if (OidIsValid(RangeVarGetRelid(pieces, NoLock, true)))
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_TABLE),
					 errmsg("the views of live value \"%s\" are gone", name->relname),
					 errhint("DROP ... CASCADE takes them. Drop the tables \"%1$s" LIVE_PENDING "\", \"%1$s" LIVE_PIECES "\" and \"%1$s" LIVE_STATE
							 "\" and the triggers, and create it anew.", name->relname)));
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("there is no live value \"%s\"", name->relname),
				 errhint("plg.live_create makes one; name it with its schema if that is not in search_path.")));
	}
	live->schema = get_namespace_name(get_rel_namespace(live->view));
	live->name = get_rel_name(live->view);
	live->owner = owner_of_relation(live->view);
	/* a view runs as who reads it, so one of somebody else's must not be read */
	(void) part_of(live, "", RELKIND_VIEW);
	(void) part_of(live, LIVE_BY_BUCKET, RELKIND_VIEW);
	rows = part_of(live, LIVE_ROWS, RELKIND_VIEW);
	live->pending = part_of(live, LIVE_PENDING, RELKIND_RELATION);
	live->pieces = part_of(live, LIVE_PIECES, RELKIND_RELATION);
	live->state = part_of(live, LIVE_STATE, RELKIND_RELATION);
	for (int n = 1;; n++)
	{
		Oid			source = get_relname_relid(source_name(live, n), get_rel_namespace(live->view));

		/* others may have put there what is none */
		if (!OidIsValid(source) || !list_member_oid(users_of(source), rows))
			break;
		live->sources = lappend_oid(live->sources, part_of(live, psprintf(LIVE_SOURCE "%d", n), RELKIND_VIEW));
	}
	if (live->sources == NIL)
		(void) part_of(live, LIVE_SOURCE "1", RELKIND_VIEW);
	return live;
}

/*
 * Statements name the live value's relations, and who owns their schema can put
 * others there at any instant.  So nobody else may have them run as its owner: who
 * has the owner's rights runs what he names as himself, as everywhere in SQL.
 */
static void
must_trust_schema(const LiveValue *live)
{
	Oid			schema = get_namespace_oid(live->schema, false);
	HeapTuple	tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(schema));
	Oid			owner = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		owner = ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner;
		ReleaseSysCache(tuple);
	}
	if (owner == ROLE_PG_DATABASE_OWNER && HeapTupleIsValid(tuple = SearchSysCache1(DATABASEOID, ObjectIdGetDatum(MyDatabaseId))))
	{
		owner = ((Form_pg_database) GETSTRUCT(tuple))->datdba;
		ReleaseSysCache(tuple);
	}
	if (!has_privs_of_role(GetUserId(), live->owner) && !has_privs_of_role(owner, live->owner))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("live value \"%s\" is in a schema of somebody else's than its owner", live->name),
				 errhint("Its owner may do this; everybody, once the schema is the owner's, or one of a role that has the owner's rights.")));
}

char *
seal_arguments(const LiveValue *live)
{
	StringInfoData sql;
	ListCell   *cell;

	initStringInfo(&sql);
	appendStringInfo(&sql, "ARRAY[%s::pg_catalog.regclass, %s, %s], ARRAY[",
					 quote_literal_cstr(live_relation(live, LIVE_PENDING)),
					 quote_literal_cstr(live_relation(live, LIVE_PIECES)),
					 quote_literal_cstr(live_relation(live, LIVE_STATE)));
	foreach(cell, live->sources)
		appendStringInfo(&sql, "%s%s::pg_catalog.regclass", foreach_current_index(cell) == 0 ? "" : ", ",
						 quote_literal_cstr(name_of_relation(lfirst_oid(cell))));
	appendStringInfoChar(&sql, ']');
	return sql.data;
}

char *
sealed_subquery(const LiveValue *live)
{
	/* where a dump was restored there are two, and they may be alike */
	return psprintf("SELECT count(*) = 1 AND bool_and(coalesce(t.seal = plg.live_seal(%s), false)) AS sealed FROM %s t",
					seal_arguments(live), live_relation(live, LIVE_STATE));
}

uint64
run_statement(const char *format,...)
{
	StringInfoData sql;
	int			needed;
	int			result;

	initStringInfo(&sql);
	for (;;)
	{
		va_list		args;

		va_start(args, format);
		needed = appendStringInfoVA(&sql, format, args);
		va_end(args);
		if (needed == 0)
			break;
		enlargeStringInfo(&sql, needed);
	}
	result = SPI_execute(sql.data, false, 0);
	if (result < 0)
		elog(ERROR, "SPI_execute failed: %s", SPI_result_code_string(result));
	pfree(sql.data);
	return SPI_processed;
}

int
buckets_of(const LiveValue *live)
{
	bool		isnull = true;
	Datum		buckets = (Datum) 0;

	if (run_statement("SELECT DISTINCT t.buckets FROM %s t WHERE t.buckets IS NOT NULL", live_relation(live, LIVE_STATE)) == 1)
		buckets = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table %s does not say how many buckets there are", live_relation(live, LIVE_STATE)),
				 errhint("Drop the live value with plg.live_drop and create it anew.")));
	return DatumGetInt32(buckets);
}

Settings
enter_settings(const LiveValue *as_owner_of)
{
	Settings	settings;

	if (as_owner_of)
		must_trust_schema(as_owner_of);
	GetUserIdAndSecContext(&settings.user, &settings.security);
	if (as_owner_of)
		SetUserIdAndSecContext(as_owner_of->owner, settings.security | SECURITY_RESTRICTED_OPERATION);
	settings.guc_level = NewGUCNestLevel();
	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	/* these statements are planned for what a table may hold, and compiling takes longer than they do */
	(void) set_config_option("jit", "off", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	/* an error, not some of the rows */
	(void) set_config_option("row_security", "off", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	return settings;
}

void
leave_settings(const Settings *settings)
{
	AtEOXact_GUC(false, settings->guc_level);
	SetUserIdAndSecContext(settings->user, settings->security);
}
