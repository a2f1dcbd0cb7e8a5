-- Aggregates that somebody puts together from plg's support functions: what
-- makes no sense is refused, and nothing takes the server down.
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET intervalstyle TO postgres;

CREATE TABLE event (who bigint, at timestamptz, what text);
INSERT INTO event SELECT g, '2026-03-01'::timestamptz + g * interval '1 hour', 'x' || g FROM generate_series(1, 4) g;

-- journeys that begin with a value, and some that never end
SELECT plg.journeys(1, '2026-03-01'::date, 'x')::text AS value \gset
CREATE AGGREGATE continued(bigint, timestamptz, text)
	(SFUNC = plg.journeys_add, STYPE = plg.journeys, FINALFUNC = plg.journeys_final, INITCOND = :'value');
CREATE AGGREGATE unfinished(bigint, timestamptz, text) (SFUNC = plg.journeys_add, STYPE = plg.journeys);
CREATE AGGREGATE counted(bigint, timestamptz, text)
	(SFUNC = plg.journeys_add, STYPE = plg.journeys, FINALFUNC = plg.events);
SELECT plg.events(continued(who, at, what)) FROM event;
SELECT plg.events(continued(who, at, what) OVER (ORDER BY at ROWS 1 PRECEDING)) FROM event;
SELECT who % 2 AS odd, plg.events(unfinished(who, at, what)), counted(who, at, what) FROM event GROUP BY 1 ORDER BY 1;
SELECT plg.events(unfinished(who, at, what) OVER (ORDER BY at ROWS 1 PRECEDING)),
	counted(who, at, what) OVER (ORDER BY at) FROM event;
CREATE AGGREGATE moving(bigint, timestamptz, text) (SFUNC = plg.journeys_add, STYPE = plg.journeys, FINALFUNC = plg.events,
	MSFUNC = plg.journeys_add, MINVFUNC = plg.journeys_add, MSTYPE = plg.journeys, MFINALFUNC = plg.events);
SELECT moving(who, at, what) OVER (ORDER BY at ROWS 1 PRECEDING) FROM event;

-- a value of one type of entity, rows of another
CREATE AGGREGATE confused(text, timestamptz, text)
	(SFUNC = plg.journeys_add, STYPE = plg.journeys, FINALFUNC = plg.journeys_final, INITCOND = :'value');
SELECT confused(who::text, at, what) FROM event;

-- ledger_changes on the way: a state that no reader takes
CREATE AGGREGATE pending(text, numeric, timestamptz) (SFUNC = plg.ledger_changes_add, STYPE = plg.ledger);
CREATE AGGREGATE finished(plg.ledger)
	(SFUNC = plg.ledger_changes_combine, STYPE = plg.ledger, FINALFUNC = plg.ledger_changes_final);
SELECT plg.mrr(pending(what, who, at), '2026-04-01') FROM event;
SELECT plg.rollup(l) FROM (SELECT pending(what, who, at) AS l FROM event) s;
SELECT plg.mrr(finished(l), '2026-04-01') FROM (SELECT pending(what, who, at) AS l FROM event GROUP BY what) s;
SELECT finished(l) FROM (SELECT plg.ledger(who, 1, at, NULL::timestamptz) AS l FROM event) s;
SELECT translate(encode(overlay(plg.ledger_send(l) PLACING '\xff' FROM position('x4'::bytea IN plg.ledger_send(l))), 'base64'),
	E'\n', '')::plg.ledger FROM (SELECT pending(what, who, at) AS l FROM event) s;

SELECT pending('x', 1, '2026-03-01')::text AS value \gset
CREATE AGGREGATE confused(bigint, numeric, timestamptz)
	(SFUNC = plg.ledger_changes_add, STYPE = plg.ledger, FINALFUNC = plg.ledger_changes_final, INITCOND = :'value');
SELECT confused(who, 1, at) FROM event;

-- functions of two different aggregates
CREATE AGGREGATE confused(bigint, numeric, tstzrange)
	(SFUNC = plg.ledger_add, STYPE = plg.ledger, FINALFUNC = plg.ledger_changes_final);
SELECT confused(who, 1, tstzrange(at, NULL)) FROM event;

-- a final function and a combine function of somebody's own may not change or redeem what is another's
CREATE FUNCTION adds(plg.journeys) RETURNS int LANGUAGE plpgsql AS $$ DECLARE x plg.journeys; BEGIN x := plg.journeys_add($1, 1::bigint, now(), 'x'); RETURN 1; END $$;
CREATE AGGREGATE stolen(bigint, timestamptz, text) (SFUNC = plg.journeys_add, STYPE = plg.journeys, FINALFUNC = adds);
\set SHOW_CONTEXT never
SELECT count(x) FROM (SELECT stolen(g, now(), 'x') AS x FROM generate_series(1, 100) g GROUP BY g % 5) s;
\set SHOW_CONTEXT errors
CREATE TABLE parted (who bigint, at timestamptz, what text) PARTITION BY HASH (who);
CREATE TABLE parted_0 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO parted SELECT g, timestamptz '2026-03-01' + g * interval '1 hour', 'x' FROM generate_series(1, 300) g;
CREATE FUNCTION redeem(plg.journeys, plg.journeys) RETURNS plg.journeys LANGUAGE plpgsql AS $$ DECLARE x plg.journeys; BEGIN SELECT plg.rollup(v) INTO x FROM (VALUES ($2), (NULL)) s (v); RETURN coalesce($1, $2); END $$;
CREATE AGGREGATE redeeming(bigint, timestamptz, text) (SFUNC = plg.journeys_add, STYPE = plg.journeys, COMBINEFUNC = redeem);
SET enable_partitionwise_aggregate TO on;
SELECT plg.events(plg.journeys(who, at, what)), plg.events(redeeming(who, at, what)) > 0 AS theirs FROM parted;
SELECT plg.events(redeeming(who, at, what)) > 0 AS theirs, plg.events(plg.journeys(who, at, what)) FROM parted;
-- beside such a one parts travel as values: of those that have taken all away nothing is left
CREATE AGGREGATE redeeming(plg.journeys, plg.journeys) (SFUNC = plg.journeys_add_signed, STYPE = plg.journeys, COMBINEFUNC = redeem);
CREATE TABLE parted_j (who bigint, j plg.journeys) PARTITION BY HASH (who);
CREATE TABLE parted_j_0 PARTITION OF parted_j FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE parted_j_1 PARTITION OF parted_j FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO parted_j SELECT who, plg.journeys(who, at, what) FROM parted GROUP BY who;
SELECT plg.rollup(j, j) AS own, redeeming(j, NULL) IS NULL AS theirs FROM parted_j;
RESET enable_partitionwise_aggregate;
DROP TABLE parted_j;
DROP AGGREGATE stolen(bigint, timestamptz, text), redeeming(bigint, timestamptz, text), redeeming(plg.journeys, plg.journeys);
DROP FUNCTION adds(plg.journeys), redeem(plg.journeys, plg.journeys);
DROP TABLE parted;

DROP AGGREGATE continued(bigint, timestamptz, text), unfinished(bigint, timestamptz, text),
	counted(bigint, timestamptz, text), moving(bigint, timestamptz, text), confused(text, timestamptz, text),
	pending(text, numeric, timestamptz), finished(plg.ledger), confused(bigint, numeric, timestamptz),
	confused(bigint, numeric, tstzrange);
DROP TABLE event;
