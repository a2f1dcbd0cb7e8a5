/*
 * The views that read a live value: pieces and pending rows where the seal (seal.c)
 * holds, the rows of the sources where it does not.
 *
 * It is ONE statement, so that its snapshot sees each row once.  What reads the
 * sources stands below limits, of nothing or of all: where it is idle no node of it
 * is begun, and no parallel worker.  Of a limit that the planner does not know it
 * assumes a tenth, of two a hundredth.  Else what is hardly ever done would make the
 * plan one that is compiled, which takes longer than to read a value.
 */
#include "live/catalogs.h"
#include "live/seal.h"
#include "live/views.h"

#include "nodes/primnodes.h"

#define SIGNED_ROWS \
	"plg.journeys(r.entity, r.at, r.event) FILTER (WHERE r.sign > 0)," \
	" plg.journeys(r.entity, r.at, r.event) FILTER (WHERE r.sign < 0)"

const char *
kind_of_entity(SourceType type)
{
	return type == SOURCE_UUID ? "uuid" : type == SOURCE_TEXT ? "text" : "bigint";
}

/* Whether a filter may keep rows from expressions that would fail for them; then it goes first, however cheap these are. */
static bool
filter_guards(const LiveMapping *mapping)
{
	for (int i = 0; i < SOURCE_COLUMNS; i++)
		if (!IsA(mapping->expressions[i], Var) && !IsA(mapping->expressions[i], Const))
			return mapping->expressions[SOURCE_FILTER] != NULL;
	return false;
}

static char *
rows_of_source(Oid view)
{
	LiveMapping mapping;
	const char *at;
	const char *finite = "";
	const char *from = name_of_relation(view);

	if (!read_mapping(view, &mapping))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("view %s is none of a live value's source any more", name_of_relation(view)),
				 errhint("Drop the live value with plg.live_drop and create it anew.")));
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
	if (filter_guards(&mapping))
		from = psprintf("(SELECT entity, at, event FROM %s OFFSET 0)", from);
	return psprintf("SELECT s.entity::%s AS entity, %s AS at, s.event::text AS event FROM %s s WHERE isfinite(s.at)%s"
					" AND s.entity IS NOT NULL AND s.event IS NOT NULL",
					kind_of_entity(mapping.types[SOURCE_ENTITY]), at, from, finite);
}

char *
packed_by_bucket(int buckets, const char *columns, const char *from)
{
	/* one group is none: no hash, no sort, and a plan that may be parallel */
	return buckets == 1 ? psprintf("SELECT 0 AS bucket, %s FROM %s HAVING count(*) > 0", columns, from) :
		psprintf("SELECT plg.bucket(r.entity, %d) AS bucket, %s FROM %s GROUP BY 1", buckets, columns, from);
}

char *
packed_sources(const LiveValue *live)
{
	return packed_by_bucket(buckets_of(live), "plg.journeys(r.entity, r.at, r.event) AS v", psprintf("%s r", live_relation(live, LIVE_ROWS)));
}

/* The rows of the sources, or none. */
static char *
rows_if_unsealed(const LiveValue *live)
{
	const char *limit = "LIMIT CASE WHEN (SELECT s.sealed FROM s) THEN 0 END";

	return psprintf("(SELECT * FROM (SELECT * FROM %s %s) r %s) r", live_relation(live, LIVE_ROWS), limit, limit);
}

void
make_views(const LiveValue *live, const char *create, int buckets)
{
	char	   *rows = rows_of_source(linitial_oid(live->sources));
	char	   *sealed = sealed_subquery(live);
	char	   *pieces = live_relation(live, LIVE_PIECES);
	char	   *pending = psprintf("%s r WHERE (SELECT s.sealed FROM s) AND %s",
								   live_relation(live, LIVE_PENDING), of_sealed_trigger(live, "r"));
	char	   *unsealed = rows_if_unsealed(live);

	for (int n = 1; n < list_length(live->sources); n++)
		rows = psprintf("%s UNION ALL %s", rows, rows_of_source(list_nth_oid(live->sources, n)));
	run_statement("%s VIEW %s AS %s", create, live_relation(live, LIVE_ROWS), rows);
	run_statement("%s VIEW %s AS WITH s AS MATERIALIZED (%s)"
				  " SELECT plg.rollup(x.v, x.gone) AS j FROM ("
				  "SELECT p.v, p.gone FROM %s p WHERE (SELECT s.sealed FROM s)"
				  " UNION ALL SELECT " SIGNED_ROWS " FROM %s"
				  " UNION ALL SELECT plg.journeys(r.entity, r.at, r.event), NULL FROM %s) x",
				  create, live_relation(live, ""), sealed, pieces, pending, unsealed);
	run_statement("%s VIEW %s AS WITH s AS MATERIALIZED (%s)"
				  " SELECT x.bucket, plg.rollup(x.v, x.gone) AS j FROM ("
				  "SELECT p.bucket, p.v, p.gone FROM %s p WHERE (SELECT s.sealed FROM s) UNION ALL %s UNION ALL %s) x GROUP BY x.bucket",
				  create, live_relation(live, LIVE_BY_BUCKET), sealed, pieces,
				  packed_by_bucket(buckets, SIGNED_ROWS, pending),
				  packed_by_bucket(buckets, "plg.journeys(r.entity, r.at, r.event), NULL", unsealed));
}
