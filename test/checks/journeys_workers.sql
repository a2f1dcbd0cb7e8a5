-- Large aggregates send their rows from workers to the leader dealt but not
-- sorted: the value is the same, whoever had which rows, labels and entities.
-- test: slow, 15 s
SET timezone TO 'UTC';
SET jit TO off;
SET client_min_messages TO warning;
CREATE UNLOGGED TABLE many AS
SELECT CASE WHEN n % 100000 = 7 THEN 9000000000000000000 - n ELSE (n * 7919) % 40009 + n / 100 - 3000 END AS entity,
	timestamptz '2026-01-01 00:00+00' + n * interval '20.5 seconds' - CASE WHEN n % 90 = 0 THEN interval '2 days' ELSE interval '0' END AS at,
	CASE WHEN n % 211 = 0 THEN 'label number ' || n / 30000 ELSE 'e' || hashint8(n / 3) % 9 END AS event
FROM generate_series(1::bigint, 1200000) n;
ANALYZE many;
CREATE AGGREGATE bare_journeys(bigint, timestamptz, text) (SFUNC = plg.journeys_add, STYPE = plg.journeys,
	COMBINEFUNC = plg.journeys_combine, PARALLEL = SAFE);
SET max_parallel_workers_per_gather TO 0;
CREATE TABLE serial AS SELECT plg.journeys(entity, at, event) AS j FROM many;

-- against rows, not against another value
SELECT CASE WHEN count(*) = 0 THEN 'ok' ELSE 'not ok' END || ' - 1.2 million dealt rows come back'
FROM (SELECT entity, at, event, count(*) FROM many GROUP BY 1, 2, 3
	EXCEPT ALL SELECT u.entity, u.at, u.event, count(*) FROM serial, plg.unnest_as(NULL::bigint, j) u GROUP BY 1, 2, 3) d;

SET max_parallel_workers_per_gather TO 2;
SET parallel_setup_cost TO 0;
SET parallel_tuple_cost TO 0;
SET min_parallel_table_scan_size TO 0;
CREATE TABLE workers AS SELECT plg.journeys(entity, at, event) AS j FROM many;
SET parallel_leader_participation TO off;
CREATE TABLE workers_only AS SELECT plg.journeys(entity, at, event) AS j FROM many;
CREATE TABLE halves AS SELECT entity % 2 = 0 AS half, plg.journeys(entity, at, event) AS j FROM many GROUP BY 1;
SELECT CASE WHEN w.j OPERATOR(plg.=) s.j AND o.j OPERATOR(plg.=) s.j THEN 'ok' ELSE 'not ok' END
	|| ' - workers give the bytes of one process'
FROM serial s, workers w, workers_only o;
SELECT CASE WHEN (SELECT plg.rollup(j) FROM halves) OPERATOR(plg.=) s.j THEN 'ok' ELSE 'not ok' END
	|| ' - groups of workers add up to the same' FROM serial s;

-- the leader's own part changes hands without a copy: several parts of one plan, and a plan run again
RESET parallel_leader_participation;
SET enable_material TO off;
CREATE TABLE again AS
SELECT x, q.* FROM generate_series(1, 3) x LEFT JOIN
	(SELECT plg.journeys(entity, at, event) FILTER (WHERE entity % 2 = 0) AS even,
			plg.journeys(entity, at, event) FILTER (WHERE entity % 2 <> 0) AS odd,
			plg.journeys(entity, at, event) FILTER (WHERE entity < -9000000) AS none
		FROM many) q ON x > 0;
SELECT CASE WHEN count(*) = 3 AND bool_and((SELECT plg.rollup(j) FROM (VALUES (even), (odd), (none)) v (j)) OPERATOR(plg.=) s.j)
		THEN 'ok' ELSE 'not ok' END || ' - three parts of one plan, run three times'
FROM again, serial s GROUP BY s.j;
RESET enable_material;

-- an aggregate of the user's own without a final function hands out a state, which is stored as its value
SET max_parallel_workers_per_gather TO 0;
CREATE TABLE bare AS SELECT bare_journeys(entity, at, event) AS j FROM many;
SELECT CASE WHEN b.j OPERATOR(plg.=) s.j AND plg.events(b.j) = 1200000 AND b.j::text = s.j::text
		AND (SELECT plg.rollup(j) FROM bare) OPERATOR(plg.=) s.j AND pg_column_size(b.j) = pg_column_size(s.j)
		AND (SELECT count(*) FROM plg.unnest(b.j)) = 1200000 THEN 'ok' ELSE 'not ok' END
	|| ' - a stored state reads as its value' FROM serial s, bare b;
-- a part that a worker sent, kept by a combine function of somebody's own
CREATE FUNCTION keep_last(plg.journeys, plg.journeys) RETURNS plg.journeys LANGUAGE plpgsql PARALLEL SAFE AS $$ BEGIN RETURN $2; END $$;
CREATE AGGREGATE kept_journeys(bigint, timestamptz, text) (SFUNC = plg.journeys_add, STYPE = plg.journeys, COMBINEFUNC = keep_last, PARALLEL = SAFE);
SET max_parallel_workers_per_gather TO 2;
SET enable_hashagg TO off;
SELECT CASE WHEN count(*) = 3 AND min(n) = max(n) AND min(n) > 0 AND bool_and(own) THEN 'ok' ELSE 'not ok' END || ' - a part of a worker that somebody keeps is a value'
FROM (SELECT h, plg.events(plg.rollup(x)) AS n, bool_and(plg.events(j) = (SELECT count(*) FROM many)) AS own
	FROM (SELECT kept_journeys(entity, at, event) AS x, plg.journeys(entity, at, event) AS j FROM many) s, generate_series(1, 3) h GROUP BY h) r;
