/*
 * plg.live_create, live_add, live_drop: the tables, views and triggers of a live
 * value, made as the caller, in ordinary statements.
 *
 * The view of a source is made under the caller's search_path, for its expressions
 * are the caller's; everything else is made under pg_catalog's.
 */
#include "live/catalogs.h"
#include "live/live_value.h"
#include "live/locks.h"
#include "live/mapping.h"
#include "live/seal.h"
#include "live/views.h"

#include "access/relation.h"
#include "catalog/namespace.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "parser/analyze.h"
#include "parser/parser.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/fmgrprotos.h"
#include "utils/varlena.h"

#define MAX_BUCKETS 1024

/* The longest name of a relation of a live value is this much longer than its own. */
#define ROOM_FOR_SUFFIX 14

/* What live_create and live_add are told of a source. */
typedef struct SourceArgs
{
	Oid			table;
	char	   *table_name;		/* qualified */
	char	   *expressions[SOURCE_EXPRESSIONS];
} SourceArgs;

static SourceArgs
source_arguments(FunctionCallInfo fcinfo)
{
	static const char *const NAMES[] = {"entity", "at", "event"};
	SourceArgs	source;

	if (PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("\"source\" must not be NULL"),
				 errhint("Name the table that has the rows.")));
	source.table = PG_GETARG_OID(1);
	if (get_rel_name(source.table) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("there is no relation %u", source.table),
				 errhint("Name the table that has the rows.")));
	for (int i = 0; i < SOURCE_COLUMNS; i++)
	{
		if (PG_ARGISNULL(2 + i))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("\"%s\" must not be NULL", NAMES[i]),
					 errhint("It is a column, or an expression over the columns.")));
		source.expressions[i] = text_to_cstring(PG_GETARG_TEXT_PP(2 + i));
	}
	source.expressions[SOURCE_FILTER] = PG_ARGISNULL(5) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(5));
	source.table_name = name_of_relation(source.table);
	return source;
}

static void
check_table(const SourceArgs *source)
{
	Relation	table = relation_open(source->table, AccessShareLock);
	char		relkind = table->rd_rel->relkind;

	if (relkind != RELKIND_RELATION && relkind != RELKIND_PARTITIONED_TABLE)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is no table", RelationGetRelationName(table)),
				 errhint("A live value is of ordinary and partitioned tables, whose triggers see each row that changes.")));
	if (table->rd_rel->relpersistence != RELPERSISTENCE_PERMANENT)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("table \"%s\" is unlogged or temporary", RelationGetRelationName(table)),
				 errhint("A crash would empty it, and nothing would tell; make it LOGGED.")));
	must_own(table->rd_rel->relowner, OBJECT_TABLE, RelationGetRelationName(table));
	relation_close(table, AccessShareLock);
}

/* The query of a source's view, without the column pending: all of it but what makes it a view. */
static char *
source_query(const SourceArgs *source, const char *more_columns)
{
	StringInfoData sql;

	/* an expression ends on its own line, for it may end in a comment */
	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT (%s\n) AS entity, (%s\n) AS at, (%s\n) AS event%s FROM %s",
					 source->expressions[SOURCE_ENTITY], source->expressions[SOURCE_AT], source->expressions[SOURCE_EVENT],
					 more_columns, source->table_name);
	if (source->expressions[SOURCE_FILTER])
		appendStringInfo(&sql, " WHERE (%s\n)", source->expressions[SOURCE_FILTER]);
	return sql.data;
}

/* Shows the place of an error in the query that the expressions are part of. */
static void
show_query(void *query)
{
	int			position = geterrposition();

	if (geterrcode() == ERRCODE_UNDEFINED_COLUMN)
		errdetail("Each is an SQL expression, so a constant has quotes of its own: event => $$'signup'$$.");
	if (position > 0)
	{
		errposition(0);
		internalerrposition(position);
		internalerrquery(query);
	}
}

/* Refuses what can be no source; gives the type of its entities. */
static const char *
check_source(const SourceArgs *source)
{
	char	   *sql = source_query(source, "");
	ErrorContextCallback place = {.previous = error_context_stack, .callback = show_query, .arg = sql};
	List	   *parsed;
	SourceType	types[SOURCE_COLUMNS];

	check_table(source);
	error_context_stack = &place;
	parsed = raw_parser(sql, RAW_PARSE_DEFAULT);
	if (list_length(parsed) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("entity, at, event and filter must be one expression each"),
				 errhint("A statement's end has no place in them.")));
	check_mapping(parse_analyze_fixedparams(linitial_node(RawStmt, parsed), sql, NULL, 0, NULL), source->table, types);
	error_context_stack = place.previous;
	return kind_of_entity(types[SOURCE_ENTITY]);
}

/* The views that read a live value. */
static List *
views_of(const LiveValue *live)
{
	static const char *const SUFFIXES[] = {"", LIVE_BY_BUCKET, LIVE_ROWS};
	List	   *views = NIL;

	for (int i = 0; i < (int) lengthof(SUFFIXES); i++)
		views = lappend_oid(views, get_relname_relid(psprintf("%s%s", live->name, SUFFIXES[i]), get_namespace_oid(live->schema, false)));
	return views;
}

static bool
any_has_trigger(const List *tables, const char *name)
{
	const ListCell *cell;

	foreach(cell, tables)
		if (OidIsValid(get_trigger_oid(lfirst_oid(cell), name, true)))
			return true;
	return false;
}

/* A name for the triggers of a source: that of its view, or like it where a live value in another schema is called the same. */
static char *
trigger_name(const List *tables, char *view)
{
	char	   *name = view;

	for (int n = 2; any_has_trigger(tables, name); n++)
		name = psprintf("%s_%d", view, n);
	return name;
}

/* The view and the triggers of a source; some views will be replaced for it. */
static void
make_source(LiveValue *live, const SourceArgs *source, List *replaced)
{
	int			n = list_length(live->sources) + 1;
	char	   *name = source_name(live, n);
	char	   *view = quote_qualified_identifier(live->schema, name);
	char	   *token = quote_literal_cstr(DatumGetCString(DirectFunctionCall1(uuid_out, DirectFunctionCall1(gen_random_uuid, (Datum) 0))));
	List	   *tables = find_all_inheritors(source->table, NoLock, NULL);
	const char *trigger;
	Settings	settings;
	ListCell   *cell;

	lock_patiently(tables, ShareRowExclusiveLock, replaced);
	trigger = quote_identifier(trigger_name(tables, name));
	run_statement("CREATE VIEW %s AS %s", view,
				  source_query(source, psprintf(", %s::pg_catalog.regclass AS pending, %s::pg_catalog.text AS source",
												quote_literal_cstr(live_relation(live, LIVE_PENDING)), token)));
	settings = enter_settings(NULL);
	foreach(cell, tables)
	{
		Oid			table = lfirst_oid(cell);
		char	   *table_name;

		/* partitions get theirs with the partitioned table; others may be gone since they were listed */
		if (table != source->table && (get_rel_relispartition(table) || get_rel_name(table) == NULL))
			continue;
		table_name = name_of_relation(table);
		run_statement("CREATE TRIGGER %s AFTER INSERT OR UPDATE OR DELETE ON %s"
					  " FOR EACH ROW EXECUTE FUNCTION plg.live_capture(%s)", trigger, table_name, token);
		run_statement("ALTER TABLE %s ENABLE ALWAYS TRIGGER %s", table_name, trigger);
	}
	leave_settings(&settings);
	if (OidIsValid(live->owner) && live->owner != GetUserId())
		run_statement("ALTER VIEW %s OWNER TO %s", view, quote_identifier(GetUserNameFromId(live->owner, false)));
	live->sources = lappend_oid(live->sources, get_relname_relid(name, get_namespace_oid(live->schema, false)));
}

static void
make_tables(const LiveValue *live, const char *entity, int buckets)
{
	char	   *pending = live_relation(live, LIVE_PENDING);
	char	   *state = live_relation(live, LIVE_STATE);

	if (OidIsValid(get_relname_relid(live->name, get_namespace_oid(live->schema, false))))
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_TABLE),
				 errmsg("relation \"%s\" already exists", live->name),
				 errhint("Give the live value another name, or drop the one that there is with plg.live_drop.")));
	/* a vacuum that truncates would lock writers out for a moment */
	run_statement("CREATE TABLE %s (entity %s NOT NULL, at timestamptz NOT NULL, trigger oid NOT NULL, sign smallint NOT NULL, event text NOT NULL)"
				  " WITH (vacuum_truncate = off, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,"
				  " autovacuum_vacuum_insert_threshold = -1, autovacuum_vacuum_cost_delay = 0)", pending, entity);
	run_statement("CREATE TABLE %s (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, bucket integer NOT NULL, events bigint NOT NULL,"
				  " v plg.journeys, gone plg.journeys)", live_relation(live, LIVE_PIECES));
	run_statement("CREATE TABLE %s (seal text[], buckets integer, refreshed_at timestamptz)", state);
	/* else a publication of all tables would forbid us to delete */
	run_statement("ALTER TABLE %s REPLICA IDENTITY FULL", pending);
	run_statement("ALTER TABLE %s REPLICA IDENTITY FULL", state);
	run_statement("INSERT INTO %s VALUES ('{" SEAL_UNFILLED "}', %d)", state, buckets);
}

static void
comment_on(const LiveValue *live, const char *suffix, const char *kind, const char *text)
{
	run_statement("COMMENT ON %s %s IS %s", kind, live_relation(live, suffix), quote_literal_cstr(text));
}

PLG_FUNCTION(plg_live_create);
Datum
plg_live_create(PG_FUNCTION_ARGS)
{
	LiveValue	live = {0};
	SourceArgs	source = source_arguments(fcinfo);
	int			buckets = PG_ARGISNULL(6) ? 1 : PG_GETARG_INT32(6);
	const char *entity;
	RangeVar   *name;
	Oid			schema;
	Settings	settings;

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("\"name\" must not be NULL"),
				 errhint("It becomes the name of the view that is the live value.")));
	if (buckets < 1 || buckets > MAX_BUCKETS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("buckets must be from 1 to %d, not %d", MAX_BUCKETS, buckets),
				 errhint("A few for each processor are enough; 1 is for values that are not read in parallel.")));
	name = makeRangeVarFromNameList(textToQualifiedNameList(PG_GETARG_TEXT_PP(0)));
	schema = RangeVarGetCreationNamespace(name);
	if (strlen(name->relname) > NAMEDATALEN - 1 - ROOM_FOR_SUFFIX)
		ereport(ERROR,
				(errcode(ERRCODE_NAME_TOO_LONG),
				 errmsg("the name \"%s\" is too long", name->relname),
				 errhint("At most %d bytes leave room for the names of its tables.", NAMEDATALEN - 1 - ROOM_FOR_SUFFIX)));
	if (isAnyTempNamespace(schema))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a live value cannot be temporary"),
				 errhint("Name a schema that is none of a session.")));
	live.name = name->relname;
	live.schema = get_namespace_name(schema);
	entity = check_source(&source);

	SPI_connect();
	settings = enter_settings(NULL);
	make_tables(&live, entity, buckets);
	leave_settings(&settings);
	make_source(&live, &source, NIL);
	settings = enter_settings(NULL);
	make_views(&live, "CREATE", buckets);
	note_capture(&live);
	comment_on(&live, "", "VIEW", "live journeys of plg: j is at every instant the journeys of all rows of its sources");
	comment_on(&live, LIVE_BY_BUCKET, "VIEW", "the same by bucket of entities, for parallel queries");
	comment_on(&live, LIVE_ROWS, "VIEW", "the rows that the live journeys are of");
	comment_on(&live, LIVE_PENDING, "TABLE", "rows added (sign 1) and taken away (-1) since plg.live_refresh last moved them");
	comment_on(&live, LIVE_PIECES, "TABLE", "packed rows added (v) and taken away (gone)");
	comment_on(&live, LIVE_STATE, "TABLE", "the catalogs' state when the pieces were filled; a row without a seal asks for a fill");
	leave_settings(&settings);
	SPI_finish();
	PG_RETURN_VOID();
}

PLG_FUNCTION(plg_live_add);
Datum
plg_live_add(PG_FUNCTION_ARGS)
{
	LiveValue  *live = find_live_value(fcinfo);
	SourceArgs	source = source_arguments(fcinfo);
	const char *entity;
	const char *wanted = format_type_be(get_atttype(live->pending, get_attnum(live->pending, "entity")));
	Settings	settings;

	must_own(live->owner, OBJECT_VIEW, live->name);
	entity = check_source(&source);
	if (!has_privs_of_role(live->owner, owner_of_relation(source.table)))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("the owner of live value \"%s\" does not own table \"%s\"", live->name, get_rel_name(source.table)),
				 errhint("All that belongs to a live value has one owner, who owns its sources, too.")));
	if (strcmp(entity, wanted) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("entities of the source are of type %s, those of live value \"%s\" of type %s", entity, live->name, wanted),
				 errhint("Cast its entity, or make a live value of its own.")));
	SPI_connect();
	make_source(live, &source, views_of(live));
	settings = enter_settings(NULL);
	make_views(live, "CREATE OR REPLACE", buckets_of(live));
	leave_settings(&settings);
	SPI_finish();
	PG_RETURN_VOID();
}

/* The caller's own tables that have a trigger of a source, wherever they are by now; as a query. */
static char *
triggers_of(const LiveMapping *source)
{
	return psprintf("SELECT format('DROP TRIGGER %%I ON %%s', t.tgname, t.tgrelid::regclass), t.tgrelid FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
					" WHERE t.tgfoid = 'plg.live_capture()'::regprocedure AND t.tgparentid = 0 AND t.tgargs = convert_to(%s, 'UTF8') || decode('00', 'hex')"
					" AND pg_has_role(c.relowner, 'USAGE')", quote_literal_cstr(source->token));
}

static List *
add_tables_with_triggers(List *tables, const LiveMapping *source)
{
	uint64		n = run_statement("%s", triggers_of(source));

	for (uint64 i = 0; i < n; i++)
	{
		bool		isnull;

		tables = list_append_unique_oid(tables, DatumGetObjectId(SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 2, &isnull)));
	}
	return tables;
}

static void
drop_triggers(const LiveMapping *source)
{
	uint64		n = run_statement("%s", triggers_of(source));
	SPITupleTable *drops = SPI_tuptable;

	for (uint64 i = 0; i < n; i++)
		run_statement("%s", SPI_getvalue(drops->vals[i], drops->tupdesc, 1));
}

PLG_FUNCTION(plg_live_drop);
Datum
plg_live_drop(PG_FUNCTION_ARGS)
{
	LiveValue  *live = find_live_value(fcinfo);
	StringInfoData views;
	Settings	settings;
	List	   *sources = NIL;
	List	   *tables = NIL;
	List	   *own;
	ListCell   *cell;

	must_own(live->owner, OBJECT_VIEW, live->name);
	initStringInfo(&views);
	appendStringInfo(&views, "%s, %s, %s", live_relation(live, ""), live_relation(live, LIVE_BY_BUCKET), live_relation(live, LIVE_ROWS));
	SPI_connect();
	settings = enter_settings(NULL);
	foreach(cell, live->sources)
	{
		LiveMapping *source = palloc(sizeof(*source));

		appendStringInfo(&views, ", %s", name_of_relation(lfirst_oid(cell)));
		if (!read_mapping(lfirst_oid(cell), source))
			continue;
		must_own(owner_of_relation(source->table), OBJECT_TABLE, get_rel_name(source->table));
		tables = list_concat_unique_oid(tables, find_all_inheritors(source->table, NoLock, NULL));
		tables = add_tables_with_triggers(tables, source);
		sources = lappend(sources, source);
	}
	own = views_of(live);
	own = lappend_oid(own, live->pending);
	own = lappend_oid(own, live->pieces);
	/* who refreshes has the state */
	own = lappend_oid(own, live->state);
	lock_patiently(tables, AccessExclusiveLock, own);
	foreach(cell, sources)
		drop_triggers(lfirst(cell));
	run_statement("DROP VIEW %s", views.data);
	run_statement("DROP TABLE %s, %s, %s", live_relation(live, LIVE_PENDING), live_relation(live, LIVE_PIECES),
				  live_relation(live, LIVE_STATE));
	leave_settings(&settings);
	SPI_finish();
	PG_RETURN_VOID();
}
