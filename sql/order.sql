-- Values in an order, that of their bytes: it has no meaning, but sorts, DISTINCT
-- in aggregates, merge joins and indexes want one.
SET timezone TO 'UTC';
-- a role called plg would find the schema
SET search_path TO public;
CREATE FUNCTION is_planned(query text, what text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
	RETURN plan::text ~ what;
END $$;
CREATE TABLE kept AS
	SELECT n, plg.journeys(n % 5, timestamptz '2026-01-01', 'e' || n % 3) AS j,
		plg.conversion(timestamptz '2026-01-01', timestamptz '2026-01-01' + n % 4 * interval '1 hour', '2026-02-01') AS c,
		plg.ledger(n % 5, n % 2 + 1, date '2026-01-01', NULL::date) AS l
	FROM generate_series(1, 60) n GROUP BY n;

SELECT count(DISTINCT j) AS j, count(DISTINCT c) AS c, count(DISTINCT l) AS l FROM kept;
SELECT bool_and(ok) AS in_order FROM (
	SELECT (lag(j) OVER (ORDER BY j) OPERATOR(plg.<=) j) IS NOT FALSE AND (lag(c) OVER (ORDER BY c DESC) OPERATOR(plg.>=) c) IS NOT FALSE
		AND (lag(l) OVER (ORDER BY l) OPERATOR(plg.<=) l) IS NOT FALSE AS ok FROM kept) s;
-- each operator agrees with the bytes and with the others
SELECT count(*) AS pairs, bool_and(
	(a.j OPERATOR(plg.<) b.j) = (x < y) AND (a.j OPERATOR(plg.<=) b.j) = (x <= y) AND (a.j OPERATOR(plg.=) b.j) = (x = y)
	AND (a.j OPERATOR(plg.<>) b.j) = (x <> y) AND (a.j OPERATOR(plg.>=) b.j) = (x >= y) AND (a.j OPERATOR(plg.>) b.j) = (x > y)
	AND sign(plg.journeys_cmp(a.j, b.j)) = (x > y)::int - (x < y)::int
	AND (plg.journeys_cmp(a.j, b.j) = 0) = (plg.journeys_hash(a.j) = plg.journeys_hash(b.j))) AS agree
FROM kept a, kept b, LATERAL (SELECT plg.journeys_send(a.j) AS x, plg.journeys_send(b.j) AS y) s;

SET enable_hashjoin TO off;
SET enable_nestloop TO off;
SET enable_sort TO on;
SET enable_memoize TO off;
SET max_parallel_workers_per_gather TO 0;
SELECT is_planned('SELECT FROM kept a JOIN kept b ON a.l OPERATOR(plg.=) b.l', 'Merge Join');
SELECT count(*) FROM kept a JOIN kept b ON a.l OPERATOR(plg.=) b.l;
RESET enable_hashjoin;
RESET enable_nestloop;

-- an index, which merges equal values into one entry
CREATE INDEX kept_c ON kept (c);
CREATE UNIQUE INDEX kept_j ON kept (j, n);
SET enable_seqscan TO off;
SELECT is_planned('SELECT n FROM kept WHERE c OPERATOR(plg.=) (SELECT c FROM kept WHERE n = 7)', 'kept_c');
SELECT array_agg(n ORDER BY n) FROM kept WHERE c OPERATOR(plg.=) (SELECT c FROM kept WHERE n = 7);
SELECT opcname, opcintype::regtype, amproc::regprocedure AS deduplicates FROM pg_opclass JOIN pg_amproc ON amprocfamily = opcfamily AND amprocnum = 4
WHERE opcnamespace = 'plg'::regnamespace ORDER BY opcname;
RESET enable_seqscan;

-- fresh values and values that are moved out of the row
SELECT a OPERATOR(plg.<) b AS below, b OPERATOR(plg.>) a AS above, a OPERATOR(plg.=) a AS equal
FROM (SELECT plg.journeys(n, timestamptz '2026-01-01', 'a') AS a, plg.journeys(n, timestamptz '2026-01-01', 'b') AS b FROM generate_series(1, 9) n) s;
CREATE TABLE large AS SELECT k, plg.journeys(n, timestamptz '2026-01-01' + n % (100 - k % 3) * interval '1 hour', 'a') AS j
	FROM generate_series(1, 9) k, generate_series(1, 9000) n GROUP BY k;
SELECT count(DISTINCT j) AS distinct_values, min(pg_column_size(j)) > 9000 AS are_large FROM large;
-- an entry of an index has its limit, as with text
CREATE INDEX ON large (j);
DROP TABLE kept, large;
DROP FUNCTION is_planned(text, text);
