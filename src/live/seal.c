/*
 * plg.live_seal: what of the catalogs must not have changed since the pieces of a
 * live value were filled, as an array of texts.
 *
 * Triggers do not see everything.  TRUNCATE, a partition that is attached, detached
 * or dropped, a trigger switched off for a while, a table restored, pieces emptied:
 * each leaves a trace in the catalogs, and these are MVCC like the rows.  So the
 * seal is read in the snapshot of the query that asks, and where it is not that of
 * the last fill, the query reads the sources themselves until a refresh fills anew.
 * It has, for each relation
 *
 *   its oid and its file (TRUNCATE, a rewrite), its row-level security,
 *   by which row of pg_inherits it is part of the source,
 *   its trigger of the source and that row of pg_trigger,
 *
 * the row of pg_rewrite that is the source's view, and for labels that are an enum
 * its rows of pg_enum.  A row is known by the transaction that wrote it and its
 * place, so what is changed to and fro, in one transaction even, is not what it was.
 * But a relation that came and went leaves the others as they were, and so does a
 * trigger: so what a trigger made pending that the seal does not have counts for nothing.
 *
 * There is no seal, so that the sources are read, while writes are not captured at
 * all; why, live_status says.  That holds for inheritance at two removes, too:
 * nothing waits for who writes to a grandchild when its parent comes or goes.
 * (Partitions have triggers that are made and dropped then, which does.)
 */
#include "live/seal.h"
#include "live/catalogs.h"

#include "pg/compat.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_subscription_rel.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "live/mapping.h"
#include "miscadmin.h"
#include "parser/parse_func.h"
#include "pg/args.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"

typedef struct Seal
{
	Snapshot	snapshot;
	Relation	classes;
	Relation	triggers;
	Oid			capture;		/* plg.live_capture */
	List	   *lines;			/* of char * */
	char	   *broken;			/* why there is no seal; or NULL */
} Seal;

static void
break_seal(Seal *seal, char *why)
{
	if (!seal->broken)
		seal->broken = why;
}

static void
add_line(Seal *seal, char *line)
{
	seal->lines = lappend(seal->lines, line);
}

/*
 * What a transaction alters itself is in its snapshot, which may be older than what
 * others have committed until then: that was captured as it was before, or not at all.
 */
static void
must_be_older(Seal *seal, HeapTuple tuple)
{
	if (IsolationUsesXactSnapshot() && TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(tuple->t_data)))
		break_seal(seal, pstrdup("this transaction has altered a source, and is not READ COMMITTED"));
}

static char *
version_of(Seal *seal, HeapTuple tuple)
{
	must_be_older(seal, tuple);
	return psprintf(" %u.%u.%u", HeapTupleHeaderGetRawXmin(tuple->t_data),
					ItemPointerGetBlockNumber(&tuple->t_self), ItemPointerGetOffsetNumber(&tuple->t_self));
}

/* Whether that is a trigger's only argument, which the catalog ends by a zero. */
static bool
has_argument(HeapTuple trigger, TupleDesc descriptor, const char *token)
{
	bool		isnull;
	const struct varlena *arguments = PG_DETOAST_DATUM_PACKED(heap_getattr(trigger, Anum_pg_trigger_tgargs, descriptor, &isnull));

	return !isnull && VARSIZE_ANY_EXHDR(arguments) == strlen(token) + 1 &&
		memcmp(VARDATA_ANY(arguments), token, strlen(token) + 1) == 0;
}

/* The trigger that captures the relation's rows for the source, and its version; none if that is not all that it should be. */
static Oid
find_trigger(Seal *seal, Oid relation, const char *token, char **version)
{
	SysScanDesc scan = scan_by_oid(seal->triggers, TriggerRelidNameIndexId, Anum_pg_trigger_tgrelid, relation, seal->snapshot);
	const int	wanted = TRIGGER_TYPE_ROW | TRIGGER_TYPE_INSERT | TRIGGER_TYPE_UPDATE | TRIGGER_TYPE_DELETE;
	Oid			found = InvalidOid;
	HeapTuple	tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_trigger trigger = (Form_pg_trigger) GETSTRUCT(tuple);

		if (trigger->tgfoid != seal->capture || !has_argument(tuple, RelationGetDescr(seal->triggers), token))
			continue;
		if (OidIsValid(found) || trigger->tgtype != wanted || trigger->tgenabled != TRIGGER_FIRES_ALWAYS || trigger->tgdeferrable ||
			trigger->tgattr.dim1 != 0 || !heap_attisnull(tuple, Anum_pg_trigger_tgqual, RelationGetDescr(seal->triggers)))
		{
			found = InvalidOid;
			break;
		}
		found = trigger->oid;
		*version = version_of(seal, tuple);
	}
	systable_endscan(scan);
	return found;
}

/* A relation: one of the live value's own tables, or of a source, so many removes from its table and by that row of pg_inherits. */
static void
add_relation(Seal *seal, Oid relation, const LiveMapping *source, int removes, HeapTuple link)
{
	SysScanDesc scan = scan_by_oid(seal->classes, ClassOidIndexId, Anum_pg_class_oid, relation, seal->snapshot);
	HeapTuple	tuple = systable_getnext(scan);

	if (!HeapTupleIsValid(tuple))
		break_seal(seal, psprintf("relation %u is gone", relation));
	else
	{
		Form_pg_class class = (Form_pg_class) GETSTRUCT(tuple);
		const char *name = NameStr(class->relname);
		Oid			trigger = InvalidOid;
		char	   *version = "";

		must_be_older(seal, tuple);
		if (class->relpersistence != RELPERSISTENCE_PERMANENT)
			break_seal(seal, psprintf("table \"%s\" is unlogged or temporary", name));
		if (source)
		{
			if (class->relkind != RELKIND_RELATION && class->relkind != RELKIND_PARTITIONED_TABLE)
				break_seal(seal, psprintf("\"%s\" is no table of this server", name));
			if (removes > 1 && !class->relispartition)
				break_seal(seal, psprintf("\"%s\" inherits from a table that inherits", name));
			trigger = find_trigger(seal, relation, source->token, &version);
			if (!OidIsValid(trigger))
				break_seal(seal, psprintf("the trigger on table \"%s\" is missing, disabled or not ENABLE ALWAYS", name));
			/* that of a child is not asked through its parent */
			if (removes == 0 && (class->relrowsecurity || class->relforcerowsecurity) &&
				check_enable_rls(relation, source->owner, true) == RLS_ENABLED)
				ereport(ERROR,
						(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
						 errmsg("row-level security hides rows of table \"%s\" from the owner of the live value, \"%s\"",
								name, GetUserNameFromId(source->owner, true)),
						 errhint("Give it to a role that sees all rows: the table's owner without FORCE ROW LEVEL SECURITY, or one with BYPASSRLS.")));
		}
		add_line(seal, psprintf(SEAL_OF_TABLE "%u %u %u %d%d%s%s", relation, trigger, class->relfilenode,
								class->relrowsecurity, class->relforcerowsecurity, link ? version_of(seal, link) : "", version));
	}
	systable_endscan(scan);
}

/* A subscription that writes to the live value's own tables writes what it has not captured. */
static void
refuse_subscription(Seal *seal, Oid relation)
{
	Relation	subscribed = table_open(SubscriptionRelRelationId, AccessShareLock);
	SysScanDesc scan = scan_by_oid(subscribed, SubscriptionRelSrrelidSrsubidIndexId, Anum_pg_subscription_rel_srrelid,
								  relation, seal->snapshot);

	if (HeapTupleIsValid(systable_getnext(scan)))
		break_seal(seal, psprintf("a subscription writes to table \"%s\"", get_rel_name(relation)));
	systable_endscan(scan);
	table_close(subscribed, AccessShareLock);
}

/* A line for each value, so that one which is new is told from one renamed. */
static void
add_enum(Seal *seal, Oid type)
{
	Relation	values = table_open(EnumRelationId, AccessShareLock);
	SysScanDesc scan = scan_by_oid(values, EnumTypIdLabelIndexId, Anum_pg_enum_enumtypid, type, seal->snapshot);
	HeapTuple	tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		add_line(seal, psprintf(SEAL_OF_VALUE "%u%s", ((Form_pg_enum) GETSTRUCT(tuple))->oid, version_of(seal, tuple)));
	systable_endscan(scan);
	table_close(values, AccessShareLock);
}

/* A table of a source and what inherits from it, partitions too. */
static void
add_tables(Seal *seal, Oid table, const LiveMapping *source, int removes, HeapTuple link)
{
	Relation	inherits = table_open(InheritsRelationId, AccessShareLock);
	SysScanDesc scan;
	HeapTuple	tuple;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	add_relation(seal, table, source, removes, link);
	scan = scan_by_oid(inherits, InheritsParentIndexId, Anum_pg_inherits_inhparent, table, seal->snapshot);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_inherits child = (Form_pg_inherits) GETSTRUCT(tuple);

		/* who still writes to it would commit after a fill what the fill has not taken in; DETACH waits for them at its end */
		if (child->inhdetachpending)
			break_seal(seal, psprintf("partition \"%s\" is being detached", get_rel_name(child->inhrelid)));
		else
			add_tables(seal, child->inhrelid, source, removes + 1, tuple);
	}
	systable_endscan(scan);
	table_close(inherits, AccessShareLock);
}

/* The rule that makes a view; false if there is none. */
static bool
add_view(Seal *seal, Oid view)
{
	Relation	rules = table_open(RewriteRelationId, AccessShareLock);
	SysScanDesc scan = scan_by_oid(rules, RewriteRelRulenameIndexId, Anum_pg_rewrite_ev_class, view, seal->snapshot);
	HeapTuple	tuple = systable_getnext(scan);
	bool		found = HeapTupleIsValid(tuple);

	if (found)
		add_line(seal, psprintf(SEAL_OF_VIEW "%u%s", view, version_of(seal, tuple)));
	systable_endscan(scan);
	table_close(rules, AccessShareLock);
	return found;
}

static void
add_source(Seal *seal, Oid view)
{
	LiveMapping source;

	if (!read_mapping(view, &source) || !add_view(seal, view))
	{
		break_seal(seal, pstrdup("the view of a source is gone, or none of a source"));
		return;
	}
	add_tables(seal, source.table, &source, 0, NULL);
	if (OidIsValid(source.enum_type))
		add_enum(seal, source.enum_type);
}

static int
compare_lines(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}

static ArrayType *
array_of_lines(List *lines)
{
	ArrayBuildState *array = NULL;
	ListCell   *cell;

	list_sort(lines, compare_lines);
	foreach(cell, lines)
		array = accumArrayResult(array, CStringGetTextDatum(lfirst(cell)), false, TEXTOID, CurrentMemoryContext);
	return DatumGetArrayTypeP(makeArrayResult(array, CurrentMemoryContext));
}

/* The seal, or NULL and why there is none. */
static ArrayType *
read_seal(Datum *tables, int n_tables, Datum *sources, int n_sources, char **broken)
{
	List	   *name = list_make2(makeString("plg"), makeString("live_capture"));
	Seal		seal = {.snapshot = GetActiveSnapshot(), .capture = LookupFuncName(name, 0, NULL, false)};

	seal.classes = table_open(RelationRelationId, AccessShareLock);
	seal.triggers = table_open(TriggerRelationId, AccessShareLock);
	for (int i = 0; i < n_tables; i++)
	{
		add_relation(&seal, DatumGetObjectId(tables[i]), NULL, 0, NULL);
		refuse_subscription(&seal, DatumGetObjectId(tables[i]));
	}
	for (int i = 0; i < n_sources; i++)
		add_source(&seal, DatumGetObjectId(sources[i]));
	table_close(seal.triggers, AccessShareLock);
	table_close(seal.classes, AccessShareLock);
	*broken = seal.broken;
	return seal.broken ? NULL : array_of_lines(seal.lines);
}

static ArrayType *
seal_of_arguments(FunctionCallInfo fcinfo, char **broken)
{
	Datum	   *tables;
	Datum	   *sources;
	bool	   *nulls;
	int			n_tables = arg_array(fcinfo, 0, "tables", REGCLASSOID, "They are the live value's own.", &tables, &nulls);
	int			n_sources = arg_array(fcinfo, 1, "sources", REGCLASSOID, "They are the views of its sources.", &sources, &nulls);

	if (n_tables < 1 || n_sources < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a live value has tables and sources"),
				 errhint("This function is called by the views that plg.live_create makes.")));
	return read_seal(tables, n_tables, sources, n_sources, broken);
}

PLG_FUNCTION(plg_live_seal);
Datum
plg_live_seal(PG_FUNCTION_ARGS)
{
	char	   *broken;
	ArrayType  *seal = seal_of_arguments(fcinfo, &broken);

	if (!seal)
		PG_RETURN_NULL();
	PG_RETURN_ARRAYTYPE_P(seal);
}

PLG_FUNCTION(plg_live_unsealed);
Datum
plg_live_unsealed(PG_FUNCTION_ARGS)
{
	char	   *broken;

	if (seal_of_arguments(fcinfo, &broken))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(broken));
}

char *
of_sealed_trigger(const LiveValue *live, const char *row)
{
	return psprintf("(%s.trigger IN (SELECT split_part(l.line, ' ', 3)::oid FROM %s t, unnest(t.seal) l (line)"
					" WHERE starts_with(l.line, '" SEAL_OF_TABLE "'))) IS TRUE", row, live_relation(live, LIVE_STATE));
}

char *
newly_captured(const LiveValue *live)
{
	return psprintf("SELECT line FROM unnest(plg.live_seal(%s)) line WHERE line <> ALL (t.seal)"
					" AND (starts_with(line, '" SEAL_OF_VALUE "') OR starts_with(line, '" SEAL_OF_VIEW "'))", seal_arguments(live));
}

void
note_capture(const LiveValue *live)
{
	run_statement("UPDATE %s t SET seal = t.seal || ARRAY(%s) WHERE t.seal IS NOT NULL", live_relation(live, LIVE_STATE), newly_captured(live));
}

bool
seal_has_changed(const LiveValue *live)
{
	char	   *sql = psprintf("SELECT coalesce(plg.live_seal(%s)::text, '')", seal_arguments(live));
	char	   *seal;

	/* read-only, so in the active snapshot */
	(void) SPI_execute(sql, true, 0);
	seal = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	PushActiveSnapshot(GetLatestSnapshot());
	(void) SPI_execute(sql, true, 0);
	PopActiveSnapshot();
	return strcmp(seal, SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1)) != 0;
}
