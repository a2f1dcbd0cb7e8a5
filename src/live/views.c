/*
 * The views that read a live value: pieces and pending rows where the seal (seal.c)
 * holds, the rows of the sources where it does not.
 *
 * It is ONE statement, so that its snapshot sees each row once.  What reads the
 * sources is switched off above its aggregate: where it is idle no node of it is
 * begun, and no parallel worker.
 */
#include "live/views.h"

#include "utils/lsyscache.h"

const char *
kind_of_entity(SourceType type)
{
	return type == SOURCE_UUID ? "uuid" : type == SOURCE_TEXT ? "text" : "bigint";
}

static char *
rows_of_source(Oid view)
{
	LiveMapping mapping;
	const char *at;
	const char *finite = "";

	(void) read_mapping(view, &mapping);
	switch (mapping.types[SOURCE_AT])
	{
		case SOURCE_TIMESTAMP:
			at = "s.at AT TIME ZONE 'UTC'";
			break;
		case SOURCE_DATE:
			at = "s.at::timestamp AT TIME ZONE 'UTC'";
			finite = " AND s.at < '294277-01-01'::date";
			break;
		default:
			at = "s.at";
	}
	return psprintf("SELECT s.entity::%s AS entity, %s AS at, s.event::text AS event FROM %s s WHERE isfinite(s.at)%s"
					" AND s.entity IS NOT NULL AND s.event IS NOT NULL",
					kind_of_entity(mapping.types[SOURCE_ENTITY]), at, name_of_relation(view), finite);
}

void
make_views(const LiveValue *live, const char *create, int buckets)
{
	char	   *rows = rows_of_source(linitial_oid(live->sources));
	char	   *sealed = sealed_subquery(live);
	char	   *pieces = live_relation(live, LIVE_PIECES);
	char	   *pending = live_relation(live, LIVE_PENDING);

	for (int n = 1; n < list_length(live->sources); n++)
		rows = psprintf("%s UNION ALL %s", rows, rows_of_source(list_nth_oid(live->sources, n)));
	run_statement("%s VIEW %s AS %s", create, live_relation(live, LIVE_ROWS), rows);
	run_statement("%s VIEW %s AS WITH s AS MATERIALIZED (%s)"
				  " SELECT plg.rollup(x.v, x.gone) AS j FROM ("
				  "SELECT p.v, p.gone FROM %s p WHERE (SELECT s.sealed FROM s)"
				  " UNION ALL SELECT plg.journeys(p.entity, p.at, p.event) FILTER (WHERE p.sign > 0),"
				  " plg.journeys(p.entity, p.at, p.event) FILTER (WHERE p.sign < 0) FROM %s p WHERE (SELECT s.sealed FROM s)"
				  " UNION ALL SELECT r.v, NULL FROM (SELECT plg.journeys(r.entity, r.at, r.event) AS v FROM %s r) r"
				  " WHERE NOT (SELECT s.sealed FROM s)) x",
				  create, live_relation(live, ""), sealed, pieces, pending, live_relation(live, LIVE_ROWS));
	run_statement("%s VIEW %s AS WITH s AS MATERIALIZED (%s)"
				  " SELECT x.bucket, plg.rollup(x.v, x.gone) AS j FROM ("
				  "SELECT p.bucket, p.v, p.gone FROM %s p WHERE (SELECT s.sealed FROM s)"
				  " UNION ALL SELECT plg.bucket(p.entity, %d), plg.journeys(p.entity, p.at, p.event) FILTER (WHERE p.sign > 0),"
				  " plg.journeys(p.entity, p.at, p.event) FILTER (WHERE p.sign < 0) FROM %s p WHERE (SELECT s.sealed FROM s) GROUP BY 1"
				  " UNION ALL SELECT r.bucket, r.v, NULL FROM"
				  " (SELECT plg.bucket(r.entity, %d) AS bucket, plg.journeys(r.entity, r.at, r.event) AS v FROM %s r GROUP BY 1) r"
				  " WHERE NOT (SELECT s.sealed FROM s)) x GROUP BY x.bucket",
				  create, live_relation(live, LIVE_BY_BUCKET), sealed, pieces, buckets, pending, buckets, live_relation(live, LIVE_ROWS));
}
