/*
 * plg.live_refresh: what keeps a live value fast.
 *
 * What is pending moves into pieces: immutable packed rows, added (v) and taken
 * away (gone).  A new piece takes in all that are not eight times as large as the
 * smaller ones together, so a row is packed a few times in its life and the pieces
 * stay few.  Nothing that is read depends on it: a refresh only puts the sum of some
 * rows in the place of the rows.
 *
 * Two rules, of which each is necessary.  First the lock, which one refresh at a
 * time has until its transaction ends, then the move in a NEW statement, whose
 * snapshot has seen all that others moved before.  And the move is ONE statement: a
 * snapshot sees what was removed and what was added, or neither.
 *
 * Where the seal (seal.c) is not that of the last fill, nothing is moved.  Relations
 * that came and are empty, of which nothing has been captured yet, are taken into
 * the seal; otherwise the pieces are filled anew, from the sources and again in one
 * statement, so what is committed later stays pending.
 *
 * Whatever changes what triggers capture has waited for the writers of the table,
 * but for two: a value of an enum that is renamed, and a source's view that is
 * replaced.  So where the seal has others of these than the state, they are noted
 * there, and a fill waits for those who write meanwhile.  It counts only if its
 * snapshot has none but those noted.
 */
#include "live/catalogs.h"
#include "live/live_value.h"
#include "live/locks.h"
#include "live/mapping.h"
#include "live/seal.h"
#include "live/views.h"

#include "access/relation.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "commands/tablecmds.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rls.h"

/* A piece is merged unless it is larger than so many times all smaller ones. */
#define FAN 8

#define BUSY "a source is being vacuumed, indexed or altered, or filled from: nothing is done"

/* Until the transaction ends; false if another session has it. */
static bool
lock_refresh(const LiveValue *live)
{
	LOCKTAG		tag;

	SET_LOCKTAG_OBJECT(tag, MyDatabaseId, RelationRelationId, live->state, 0);
	return LockAcquire(&tag, ExclusiveLock, false, true) != LOCKACQUIRE_NOT_AVAIL;
}

static Datum
result_column(int column, bool *isnull)
{
	return SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column, isnull);
}

static int64
result_number(int column)
{
	bool		isnull;
	Datum		number = result_column(column, &isnull);

	return isnull ? 0 : DatumGetInt64(number);
}

/* Moves what is pending into pieces, if the value is sealed; false if it is not. */
static bool
move_pending(const LiveValue *live, int64 *moved)
{
	bool		isnull;

	run_statement("WITH s AS MATERIALIZED (%1$s),"
				  " moved AS (DELETE FROM %2$s WHERE (SELECT s.sealed FROM s) RETURNING entity, at, event, sign, trigger),"
				  " new AS (SELECT plg.bucket(m.entity, (SELECT DISTINCT t.buckets FROM %4$s t WHERE t.buckets IS NOT NULL)) AS bucket, count(*) AS n,"
				  " plg.journeys(m.entity, m.at, m.event) FILTER (WHERE m.sign > 0) AS v,"
				  " plg.journeys(m.entity, m.at, m.event) FILTER (WHERE m.sign < 0) AS gone"
				  " FROM moved m WHERE %6$s GROUP BY 1),"
				  " size AS (SELECT p.id, p.bucket, p.events,"
				  " p.events <= %5$d * (n.n + sum(p.events) OVER (PARTITION BY p.bucket ORDER BY p.events, p.id) - p.events) AS small"
				  " FROM %3$s p JOIN new n USING (bucket)),"
				  " pick AS (SELECT id, bool_and(small) OVER (PARTITION BY bucket ORDER BY events, id) AS merged FROM size),"
				  " old AS (DELETE FROM %3$s WHERE id IN (SELECT id FROM pick WHERE merged) RETURNING bucket, v, gone),"
				  " net AS (SELECT x.bucket, plg.net(plg.rollup(x.v), plg.rollup(x.gone)) AS n"
				  " FROM (SELECT bucket, v, gone FROM new UNION ALL SELECT bucket, v, gone FROM old) x GROUP BY x.bucket),"
				  " made AS (INSERT INTO %3$s (bucket, events, v, gone)"
				  " SELECT bucket, coalesce(plg.events((n).j), 0) + coalesce(plg.events((n).gone), 0), (n).j, (n).gone"
				  " FROM net WHERE (n).j IS NOT NULL OR (n).gone IS NOT NULL),"
				  " told AS (UPDATE %4$s t SET refreshed_at = clock_timestamp() WHERE t.seal IS NOT NULL AND (SELECT s.sealed FROM s))"
				  " SELECT s.sealed, (SELECT count(*) FROM moved) FROM s",
				  sealed_subquery(live), live_relation(live, LIVE_PENDING), live_relation(live, LIVE_PIECES),
				  live_relation(live, LIVE_STATE), FAN, of_sealed_trigger(live, "m"));
	*moved = result_number(2);
	return DatumGetBool(result_column(1, &isnull));
}

/* The tables of all sources, and what inherits from them. */
static List *
tables_of_sources(const LiveValue *live)
{
	List	   *tables = NIL;
	ListCell   *view;

	foreach(view, live->sources)
	{
		LiveMapping source;

		if (read_mapping(lfirst_oid(view), &source))
			tables = list_concat_unique_oid(tables, find_all_inheritors(source.table, NoLock, NULL));
	}
	return tables;
}

/* A mark asks for a fill, also where the seal should become again what it was. */
static void
mark(const LiveValue *live)
{
	run_statement("INSERT INTO %1$s SELECT WHERE NOT EXISTS (SELECT FROM %1$s WHERE seal IS NULL)", live_relation(live, LIVE_STATE));
}

/* Says that the sources are read if there is no seal, and why; otherwise NULL. */
static char *
why_read(const LiveValue *live)
{
	bool		isnull;
	Datum		unsealed;
	char	   *why;

	run_statement("SELECT plg.live_unsealed(%s)", seal_arguments(live));
	unsealed = result_column(1, &isnull);
	if (isnull)
		return NULL;
	why = psprintf("%s: the sources are read", TextDatumGetCString(unsealed));
	mark(live);
	return why;
}

/*
 * Refuses a refresh where rows that this transaction has changed are still to be
 * captured.  Otherwise why it has to be later; or NULL.  A TRUNCATE in the transaction
 * that made a table leaves no trace.
 */
static char *
why_later(const LiveValue *live)
{
	bool		traceable = true;
	ListCell   *cell;

	foreach(cell, tables_of_sources(live))
	{
		Relation	relation;

		if (!ConditionalLockRelationOid(lfirst_oid(cell), AccessShareLock))
			return pstrdup(BUSY);
		relation = try_relation_open(lfirst_oid(cell), NoLock);
		if (!relation)
			continue;
		CheckTableNotInUse(relation, "fill a live value from");
		traceable = traceable && relation->rd_createSubid == InvalidSubTransactionId &&
			plg_new_file_subid(relation) == InvalidSubTransactionId;
		relation_close(relation, NoLock);
	}
	if (traceable)
		return NULL;
	mark(live);
	return pstrdup("this transaction has made or emptied a source: the sources are read until a refresh after it");
}

/* Whether rows that are not committed yet may have been captured otherwise than sources are now; as SQL. */
static char *
captured_otherwise(const LiveValue *live)
{
	return psprintf("SELECT EXISTS (SELECT FROM %s t WHERE EXISTS (%s))", live_relation(live, LIVE_STATE), newly_captured(live));
}

static bool
is_captured_otherwise(const LiveValue *live)
{
	bool		isnull;

	run_statement("%s", captured_otherwise(live));
	return DatumGetBool(result_column(1, &isnull));
}

/*
 * The conditions under which that seal may be taken for the state's, as SQL: each
 * relation that came is empty, and nothing is pending of it.  NULL if there is more
 * to it than that.
 */
static char *
condition_to_adopt(const LiveValue *live, const char *seal)
{
	StringInfoData condition;
	char	   *state = live_relation(live, LIVE_STATE);
	bool		isnull;
	SPITupleTable *lines;
	uint64		n;

	run_statement("SELECT count(*) = 1 AND bool_and(t.seal IS NOT NULL AND t.seal <> '{}' AND t.seal <@ %s) FROM %s t", seal, state);
	if (!DatumGetBool(result_column(1, &isnull)) || isnull)
		return NULL;
	n = run_statement("SELECT line FROM %s t, unnest(%s) line WHERE line <> ALL (t.seal)", state, seal);
	lines = SPI_tuptable;
	initStringInfo(&condition);
	appendStringInfoString(&condition, "true");
	for (uint64 i = 0; i < n; i++)
	{
		const char *line = SPI_getvalue(lines->vals[i], lines->tupdesc, 1);
		char	   *rest;
		Oid			relation;
		Oid			trigger;

		/* what is pending may have another label, if a value was renamed since it came */
		if (strncmp(line, SEAL_OF_TABLE, strlen(SEAL_OF_TABLE)) != 0)
			return NULL;
		relation = strtoul(line + strlen(SEAL_OF_TABLE), &rest, 10);
		trigger = strtoul(rest, NULL, 10);
		/* so that its name stays its own */
		if (!ConditionalLockRelationOid(relation, AccessShareLock) || !get_rel_name(relation) || pg_class_aclcheck(relation, live->owner, ACL_SELECT) != ACLCHECK_OK ||
			check_enable_rls(relation, live->owner, true) == RLS_ENABLED)
			return NULL;
		/* what inherits from it has a line of its own */
		appendStringInfo(&condition, " AND NOT EXISTS (SELECT FROM ONLY %s) AND NOT EXISTS (SELECT FROM %s WHERE trigger = %u)",
						 name_of_relation(relation), live_relation(live, LIVE_PENDING), trigger);
	}
	return condition.data;
}

/* Takes in what is new and empty.  Tables may come and go meanwhile: it is that seal which is taken in, where it still is that. */
static bool
adopt(const LiveValue *live)
{
	char	   *seal;
	char	   *condition;

	run_statement("SELECT quote_literal(coalesce(plg.live_seal(%s), '{}')) || '::text[]'", seal_arguments(live));
	seal = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	condition = condition_to_adopt(live, seal);
	return condition &&
		run_statement("UPDATE %s t SET seal = %s WHERE t.seal IS NOT NULL AND t.seal <@ %s AND plg.live_seal(%s) = %s AND %s",
					  live_relation(live, LIVE_STATE), seal, seal, seal_arguments(live), seal, condition) > 0;
}

static void
wait_for_writers(const LiveValue *live)
{
	List	   *tags = NIL;
	ListCell   *cell;

	foreach(cell, tables_of_sources(live))
	{
		LOCKTAG    *tag = palloc(sizeof(*tag));

		SET_LOCKTAG_RELATION(*tag, MyDatabaseId, lfirst_oid(cell));
		tags = lappend(tags, tag);
	}
	WaitForLockersMultiple(tags, ShareLock, false);
}

/* Fills the pieces from the sources; false if its snapshot has a source that was another when it was last noted. */
static bool
fill(const LiveValue *live, int64 *events)
{
	bool		isnull;

	run_statement("WITH state AS MATERIALIZED (SELECT ctid FROM %1$s WHERE seal IS NOT NULL LIMIT 1),"
				  " others AS (DELETE FROM %1$s t WHERE t.ctid <> (SELECT s.ctid FROM state s)),"
				  " pending AS (DELETE FROM %2$s),"
				  " old AS (DELETE FROM %3$s),"
				  " sealed AS (UPDATE %1$s t SET seal = coalesce(plg.live_seal(%4$s), '{}'), refreshed_at = clock_timestamp() WHERE t.ctid = (SELECT s.ctid FROM state s)),"
				  " made AS (INSERT INTO %3$s (bucket, events, v)"
				  " SELECT b.bucket, plg.events(b.v), b.v FROM (%5$s) b RETURNING events)"
				  " SELECT sum(events)::bigint, (%6$s) FROM made",
				  live_relation(live, LIVE_STATE), live_relation(live, LIVE_PENDING), live_relation(live, LIVE_PIECES),
				  seal_arguments(live), packed_sources(live), captured_otherwise(live));
	*events = result_number(1);
	return !DatumGetBool(result_column(2, &isnull));
}

/* Fills; no partition may come or go between its plan and its snapshot, while writers pass. */
static char *
fill_anew(const LiveValue *live)
{
	int64		n;
	bool		otherwise;
	char	   *why;

	if (!lock_unless_busy(tables_of_sources(live), ShareUpdateExclusiveLock))
		return pstrdup(BUSY);
	why = why_read(live);
	if (why)
		return why;
	otherwise = is_captured_otherwise(live);
	if (IsolationUsesXactSnapshot() && (otherwise || seal_has_changed(live)))
	{
		mark(live);
		return pstrdup("a source has changed: the sources are read until a refresh in READ COMMITTED");
	}
	if (otherwise)
	{
		note_capture(live);
		wait_for_writers(live);
	}
	/* what it waited with may have changed again */
	while (!fill(live, &n))
		wait_for_writers(live);
	return psprintf("filled with " INT64_FORMAT " events", n);
}

/* What a refresh did, in words. */
static char *
refresh(const LiveValue *live, bool anew)
{
	int64		n;
	char	   *why;

	if (!anew && move_pending(live, &n))
		return n == 0 ? pstrdup("nothing was pending") : psprintf("moved " INT64_FORMAT " rows", n);
	why = why_read(live);
	if (!why)
		why = why_later(live);
	if (why)
		return why;
	if (!anew && adopt(live) && move_pending(live, &n))
		return psprintf("took in what is new and empty, moved " INT64_FORMAT " rows", n);
	return fill_anew(live);
}

/*
 * Expressions are evaluated over rows that who calls may not read, and what they
 * say when they fail may have a row's values.  So others are told that they fail.
 */
static char *
refresh_for(const LiveValue *live, bool anew, Oid caller)
{
	MemoryContext context = CurrentMemoryContext;
	char	   *volatile done = NULL;

	if (has_privs_of_role(caller, live->owner))
		return refresh(live, anew);
	PG_TRY();
	{
		done = refresh(live, anew);
	}
	PG_CATCH();
	{
		ErrorData  *error;
		int			category;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		category = ERRCODE_TO_CATEGORY(error->sqlerrcode);
		if (category == ERRCODE_OPERATOR_INTERVENTION || category == ERRCODE_INSUFFICIENT_RESOURCES ||
			category == ERRCODE_TRANSACTION_ROLLBACK || error->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE)
			PG_RE_THROW();
		FlushErrorState();
		ereport(ERROR,
				(errcode(error->sqlerrcode),
				 errmsg("live value \"%s\" cannot be refreshed", live->name),
				 errhint("What fails, a role with the owner's rights is told by plg.live_refresh.")));
	}
	PG_END_TRY();
	return done;
}

PLG_FUNCTION(plg_live_refresh);
Datum
plg_live_refresh(PG_FUNCTION_ARGS)
{
	LiveValue  *live = find_live_value(fcinfo);
	bool		anew = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);
	Oid			caller = GetUserId();
	Settings	settings;
	const char *done;
	text	   *result;

	PreventCommandIfReadOnly("plg.live_refresh()");
	if (anew)
		must_own(live->owner, OBJECT_VIEW, live->name);
	if (!lock_refresh(live))
		PG_RETURN_TEXT_P(cstring_to_text("another session is refreshing"));
	SPI_connect();
	settings = enter_settings(live);
	done = refresh_for(live, anew, caller);
	leave_settings(&settings);
	result = SPI_palloc(VARHDRSZ + strlen(done));
	SET_VARSIZE(result, VARHDRSZ + strlen(done));
	memcpy(VARDATA(result), done, strlen(done));
	SPI_finish();
	PG_RETURN_TEXT_P(result);
}
