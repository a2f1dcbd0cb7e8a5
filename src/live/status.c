/* plg.live_check, live_status: what proves a live value, and what tells how it is. */
#include "live/live_value.h"
#include "live/seal.h"
#include "live/views.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "pg/result.h"
#include "utils/acl.h"
#include "utils/snapmgr.h"

static void
put_results(ReturnSetInfo *result, SPITupleTable *rows)
{
	for (uint64 i = 0; i < rows->numvals; i++)
	{
		ResultRow	row = {0};

		for (int column = 1; column <= rows->tupdesc->natts; column++)
		{
			bool		isnull;
			Datum		value = SPI_getbinval(rows->vals[i], rows->tupdesc, column, &isnull);

			put_if(&row, !isnull, value);
		}
		put_row(result, &row);
	}
}

/*
 * The answer in one snapshot.  The plan is made after it and before another: where
 * the catalogs change meanwhile, the plan may have a partition that the snapshot has not.
 */
static SPITupleTable *
ask(const LiveValue *live, const char *question, bool of_sources)
{
	SPITupleTable *rows;
	bool		again;

	do
	{
		PushActiveSnapshot(GetTransactionSnapshot());
		/* read-only, so in this snapshot */
		(void) SPI_execute(question, true, 0);
		rows = SPI_tuptable;
		again = of_sources && rows->numvals > 0 && seal_has_changed(live);
		PopActiveSnapshot();
		if (again && IsolationUsesXactSnapshot())
			ereport(ERROR,
					(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
					 errmsg("a source of live value \"%s\" has been altered since this transaction's snapshot", live->name),
					 errhint("Check it in another transaction.")));
	} while (again);
	return rows;
}

/* Answers a question about a live value, as its owner, for who may see it. */
static Datum
answer(FunctionCallInfo fcinfo, char *(*question) (const LiveValue *live), bool of_sources)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	LiveValue  *live = find_live_value(fcinfo);
	Settings	settings;

	if (pg_class_aclcheck(live->view, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_VIEW, live->name);
	InitMaterializedSRF(fcinfo, 0);
	SPI_connect();
	settings = enter_settings(live);
	put_results(result, ask(live, question(live), of_sources));
	leave_settings(&settings);
	SPI_finish();
	return (Datum) 0;
}

static char *
what_differs(const LiveValue *live)
{
	return psprintf("SELECT bucket::bigint, coalesce(plg.events(l.j), 0), coalesce(plg.events(r.v), 0) FROM %s l FULL JOIN (%s) r USING (bucket)"
					" WHERE NOT coalesce(l.j OPERATOR(plg.=) r.v, coalesce(plg.events(l.j), 0) + coalesce(plg.events(r.v), 0) = 0) ORDER BY 1",
					live_relation(live, LIVE_BY_BUCKET), packed_sources(live));
}

PLG_CALLS(plg_live_check, answer(fcinfo, what_differs, true))

/* What is not as it was when the pieces were filled, as a subquery. */
static char *
changed_subquery(const LiveValue *live)
{
	return psprintf("SELECT CASE WHEN bool_or('" SEAL_UNFILLED "' = ANY (t.seal)) THEN 'not filled yet' WHEN count(DISTINCT t.ctid) > 1 THEN 'a dump was restored'"
					" ELSE coalesce(string_agg(DISTINCT CASE WHEN starts_with(l.line, '" SEAL_OF_VALUE "') THEN 'a label was renamed or added'"
					" WHEN starts_with(l.line, '" SEAL_OF_VIEW "') THEN CASE WHEN EXISTS (SELECT FROM unnest(t.seal) o WHERE starts_with(o, l.place))"
					" THEN 'the view of a source was replaced' ELSE 'a source was added' END"
					" WHEN c.oid IS NULL THEN 'a table is gone'"
					" WHEN NOT EXISTS (SELECT FROM unnest(t.seal) o WHERE starts_with(o, l.place)) THEN format('%%s is new', c.oid::regclass)"
					" WHEN NOT EXISTS (SELECT FROM unnest(n.seal) o WHERE starts_with(o, l.place)) THEN format('%%s is no part of a source any more', c.oid::regclass)"
					" ELSE format('%%s was truncated, rewritten or altered', c.oid::regclass) END, ', '), 'a refresh could not fill') END"
					" FROM %1$s t LEFT JOIN (SELECT DISTINCT plg.live_seal(%2$s) AS seal) n ON t.seal IS NOT NULL LEFT JOIN LATERAL"
					" (SELECT line, substring(line FROM '^[a-z]+ [0-9]+ ') AS place FROM (SELECT unnest(t.seal) EXCEPT SELECT unnest(n.seal)"
					" UNION SELECT * FROM (SELECT unnest(n.seal) EXCEPT SELECT unnest(t.seal)) a) d (line)) l ON true"
					" LEFT JOIN pg_class c ON starts_with(l.line, '" SEAL_OF_TABLE "') AND c.oid::text = split_part(l.line, ' ', 2)",
					live_relation(live, LIVE_STATE), seal_arguments(live));
}

static char *
how_it_stands(const LiveValue *live)
{
	return psprintf("SELECT s.sealed, CASE WHEN NOT s.sealed THEN coalesce(plg.live_unsealed(%1$s), (%6$s) || '; the sources are read until plg.live_refresh') END,"
					" (SELECT count(*) FROM %2$s), p.pieces, p.events, p.bytes, (SELECT max(t.refreshed_at) FROM %4$s t)"
					" FROM (%5$s) s, (SELECT count(*) AS pieces, coalesce(sum(events)::bigint, 0) AS events,"
					" coalesce(sum(coalesce(pg_column_size(v), 0) + coalesce(pg_column_size(gone), 0))::bigint, 0) AS bytes FROM %3$s) p",
					seal_arguments(live), live_relation(live, LIVE_PENDING), live_relation(live, LIVE_PIECES),
					live_relation(live, LIVE_STATE), sealed_subquery(live), changed_subquery(live));
}

PLG_CALLS(plg_live_status, answer(fcinfo, how_it_stands, false))
