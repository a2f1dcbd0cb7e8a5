-- plg.journeys: what goes in comes out, whatever surrounds the aggregate; what
-- cannot be right is refused.
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET intervalstyle TO postgres;
\set SHOW_CONTEXT never

CREATE TABLE event (who bigint, at timestamptz, what text);
INSERT INTO event VALUES
	(2, '2026-03-02 10:00', 'signup'),
	(1, '2026-03-01 09:00', 'signup'),
	(1, '2026-03-01 09:00', 'invite'),
	(1, '2026-03-01 09:00', 'invite'),
	(2, '2026-03-01 10:00', 'visit'),
	(-7, '2026-02-28 23:59:59.999999', 'signup'),
	(NULL, '2026-03-01', 'signup'),
	(1, NULL, 'signup'),
	(1, '2026-03-01', NULL);

-- rows come out in order, equal ones kept, those with a NULL left out
SELECT u.* FROM (SELECT plg.journeys(who, at, what) AS j FROM event) s, plg.unnest(s.j) u;
SELECT u.* FROM (SELECT plg.journeys(who, at, what) AS j FROM event) s, plg.unnest_as(NULL::bigint, s.j) u LIMIT 2;
SELECT plg.entities(j), plg.events(j), plg.first_at(j), plg.last_at(j)
FROM (SELECT plg.journeys(who, at, what) AS j FROM event) s;
SELECT u.* FROM (SELECT plg.journeys(who, at, what) AS j FROM event) s, plg.event_summary(s.j) u;

-- no accepted row: NULL
SELECT plg.journeys(who, at, what) IS NULL AS nothing FROM event WHERE who IS NULL;
SELECT plg.journeys(who, at, what) IS NULL AS nothing FROM event WHERE false;
SELECT who, plg.events(plg.journeys(who, at, what) FILTER (WHERE what = 'invite')) FROM event GROUP BY who ORDER BY who;
SELECT plg.rollup(NULL::plg.journeys) IS NULL AS nothing;
SELECT plg.events(NULL::plg.journeys) IS NULL AS nothing;
SELECT count(*) FROM plg.unnest(NULL::plg.journeys);
SELECT count(*) FROM plg.unnest_as(NULL::bigint, NULL);
SELECT count(*) FROM plg.event_summary(NULL::plg.journeys);

-- entities of every type, times of every type
SELECT u.entity, u.event FROM plg.unnest((SELECT plg.journeys(e, '2026-03-01'::timestamptz, e)
	FROM unnest(ARRAY['b', 'a', '', 'aa', E'a\nb', 'ä', 'Z', ' ']) e)) u;
SELECT u.* FROM plg.unnest_as(NULL::uuid, (SELECT plg.journeys(e, '2026-03-01'::timestamptz, 'x')
	FROM unnest('{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11,00000000-0000-0000-0000-000000000000,A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A10}'::uuid[]) e)) u;
SELECT u.* FROM plg.unnest_as(NULL::bigint, (SELECT plg.journeys(e, '2026-03-01'::timestamptz, 'x')
	FROM unnest('{9223372036854775807,-9223372036854775808,0,-1}'::bigint[]) e)) u;
SELECT u.* FROM plg.unnest_as(NULL::text, (SELECT plg.journeys('e'::text, '2026-03-01'::timestamptz, 'x'))) u;
SELECT u.* FROM plg.unnest((SELECT plg.journeys(1, '2026-03-01'::date, 'x'))) u;
SELECT u.* FROM plg.unnest((SELECT plg.journeys(1, '2026-03-01 12:00'::timestamp, 'x'))) u;
SET timezone TO 'America/New_York';
SELECT plg.first_at(plg.journeys(1, '2026-03-01'::date, 'x')) = '2026-03-01 00:00+00' AS utc,
	plg.first_at(plg.journeys(1, '2026-03-01 12:00'::timestamp, 'x')) = '2026-03-01 12:00+00' AS utc;
SET timezone TO 'UTC';

-- the whole range of times
SELECT u.at FROM plg.unnest((SELECT plg.journeys(1, t, 'x') FROM
	unnest('{294276-12-31 23:59:59.999999+00,4714-11-24 00:00:00+00 BC}'::timestamptz[]) t)) u;
SELECT plg.journeys(42, 'infinity'::timestamptz, 'x');
SELECT plg.journeys('ann'::text, '-infinity'::timestamp, 'x');
SELECT plg.journeys(42, 'infinity'::date, 'x');
SELECT plg.journeys(42, '5874897-12-31'::date, 'x');

-- bytes are canonical: order, splits and plan leave no trace
CREATE TABLE many AS
	SELECT (g * 7919) % 211 AS who, '2026-01-01'::timestamptz + (g * 104729 % 50000) * interval '1 minute' AS at,
		(ARRAY['signup', 'visit', 'invite', 'pay'])[1 + g % 4] AS what, g % 5 AS part
	FROM generate_series(1, 20000) g;
CREATE TABLE whole AS SELECT plg.journeys(who, at, what) AS j FROM many;
SELECT plg.events(j), plg.entities(j) FROM whole;
SELECT count(*) FROM (TABLE whole INTERSECT (
	SELECT plg.journeys(who, at, what) FROM (SELECT * FROM many ORDER BY md5(who || at::text)) s)) x;
SELECT plg.rollup(j) OPERATOR(plg.=) (TABLE whole) AS same
	FROM (SELECT plg.journeys(who, at, what) AS j FROM many GROUP BY part) s;
SELECT plg.rollup(j) OPERATOR(plg.=) (TABLE whole) AS same
	FROM (SELECT plg.journeys(who, at, what) AS j FROM many GROUP BY who) s;
SELECT plg.rollup(j) OPERATOR(plg.=) (TABLE whole) AS same
	FROM (SELECT plg.rollup(j) AS j FROM (SELECT who, part, plg.journeys(who, at, what) AS j FROM many GROUP BY 1, 2) s GROUP BY part) s;
SELECT plg.rollup(j) OPERATOR(plg.<>) (TABLE whole) AS twice FROM (TABLE whole UNION ALL TABLE whole) s;
SELECT count(*) FROM (SELECT u.who, u.at, u.event FROM whole, plg.unnest_as(NULL::bigint, j) u(who, at, event)
	EXCEPT ALL SELECT who, at, what FROM many) x;
SELECT plg.journeys(u.entity, u.at, u.event) OPERATOR(plg.=) j AS same FROM whole, plg.unnest_as(NULL::bigint, j) u GROUP BY j;

-- text form and back; hash joins and DISTINCT work
SELECT j::text::plg.journeys OPERATOR(plg.=) j AS same FROM whole;
SELECT count(DISTINCT j::text) FROM (TABLE whole UNION SELECT j::text::plg.journeys FROM whole) s;
SELECT plg.journeys_hash(j) = plg.journeys_hash(j::text::plg.journeys) AS same,
	plg.journeys_hash_extended(j, 3) = plg.journeys_hash_extended(j::text::plg.journeys, 3) AS same FROM whole;
SELECT md5(plg.journeys_send(plg.journeys(1, '2026-03-01'::timestamptz, 'x'))) AS stays;
SELECT length(array_send(ARRAY[j, j])) = 2 * length(plg.journeys_send(j)) + 28 AS sent_in_an_array FROM (SELECT plg.journeys(1, '2026-03-01'::timestamptz, 'x') AS j) s;

-- as a window function: the state goes on growing after it has been read
SELECT at, plg.events(plg.journeys(who, at, what) OVER (ORDER BY at, what ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)) AS two,
	plg.events(plg.journeys(who, at, what) OVER (ORDER BY at, what)) AS so_far,
	plg.entities(plg.journeys(who, at, what) OVER (PARTITION BY what)) AS of_kind,
	plg.events(plg.journeys(who, at, what) FILTER (WHERE what = 'signup') OVER (ORDER BY at, what ROWS UNBOUNDED PRECEDING)) AS signups
FROM event WHERE who + extract(epoch FROM at) IS NOT NULL AND what IS NOT NULL ORDER BY at, what, who;
SELECT part, plg.events(plg.rollup(j) OVER (ORDER BY part)) AS so_far
	FROM (SELECT part, plg.journeys(who, at, what) AS j FROM many GROUP BY part) s ORDER BY part;

-- grouping sets, DISTINCT and ORDER BY in the call, several aggregates at once
SELECT part, what, plg.events(plg.journeys(who, at, what)), plg.entities(plg.journeys(who, at, what))
	FROM many WHERE part < 2 GROUP BY CUBE (part, what) ORDER BY 1, 2;
SELECT plg.journeys(who, at, what ORDER BY what DESC, at) OPERATOR(plg.=) (TABLE whole) AS same,
	plg.events(plg.journeys(DISTINCT who, at, what)) AS distinct_rows,
	plg.events(plg.journeys(who, at, what) FILTER (WHERE what = 'pay')) AS paid,
	plg.entities(plg.journeys(who::text, at, what)) AS texts FROM many;
SELECT plg.rollup(plg.journeys(who, at, what)) FROM many;

-- values in arrays, rows, CTEs, variables, cursors, correlated subqueries
WITH parts AS MATERIALIZED (SELECT part, plg.journeys(who, at, what) AS j FROM many GROUP BY part)
	SELECT plg.rollup(j) OPERATOR(plg.=) (TABLE whole) AS same, plg.events((array_agg(j ORDER BY part))[2]) AS second FROM parts;
SELECT plg.events((r).j) FROM (SELECT ROW(j)::whole AS r FROM whole) s;
SELECT p.part, (SELECT plg.events(plg.journeys(who, at, what)) FROM many m WHERE m.part = p.part AND what = 'pay')
	FROM generate_series(0, 5) p(part) ORDER BY 1;
SELECT p.part, u.events FROM generate_series(0, 1) p(part),
	LATERAL (SELECT plg.journeys(who, at, what) AS j FROM many m WHERE m.part = p.part) s, plg.event_summary(s.j) u
	WHERE u.event = 'pay' ORDER BY 1;
DO $$
DECLARE
	j plg.journeys;
	k plg.journeys;
	n int := 0;
BEGIN
	FOR i IN 0..4 LOOP
		BEGIN
			SELECT plg.journeys(who, CASE WHEN part = 3 AND what = 'pay' THEN 'infinity' ELSE at END, what)
				INTO k FROM many WHERE part = i;
			SELECT plg.rollup(x) INTO j FROM (VALUES (j), (k)) v(x);
		EXCEPTION WHEN datetime_field_overflow THEN
			n := n + 1;
		END;
	END LOOP;
	RAISE NOTICE '% events, % failure', plg.events(j), n;
END $$;
BEGIN;
DECLARE c CURSOR FOR SELECT part, plg.events(plg.journeys(who, at, what)) FROM many GROUP BY part ORDER BY part;
FETCH 2 FROM c;
FETCH 2 FROM c;
COMMIT;

-- types of entities do not mix
SELECT plg.rollup(j) FROM (SELECT plg.journeys(1, '2026-03-01'::date, 'x') AS j
	UNION ALL SELECT plg.journeys('1'::text, '2026-03-01'::date, 'x')) s;
SELECT count(*) FROM plg.unnest_as(NULL::uuid, (TABLE whole));
SELECT count(*) FROM plg.unnest_as(NULL::text, (TABLE whole));

-- the support functions belong to their aggregates
SELECT plg.journeys_add(NULL, 1, '2026-03-01'::timestamptz, 'x');
SELECT plg.journeys_add(j, 1, '2026-03-01'::timestamptz, 'x') FROM whole;
SELECT plg.journeys_combine(j, j) FROM whole;
SELECT plg.journeys_final(j) FROM whole;

-- bucket: by the text form, stable
SELECT plg.bucket(42, 16) = plg.bucket('42'::text, 16) AS same, plg.bucket(42, 16), plg.bucket(42, 1) AS only,
	plg.bucket('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid, 2147483647) =
	plg.bucket('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::text, 2147483647) AS same;
SELECT min(b), max(b), count(DISTINCT b) FROM (SELECT plg.bucket(g, 7) AS b FROM generate_series(-500, 500) g) s;
SELECT plg.bucket(42, 0);
SELECT plg.bucket(42, -1);

-- values from outside
SELECT ''::plg.journeys;
SELECT 'not base64'::plg.journeys;
SELECT 'QUJD'::plg.journeys;
CREATE FUNCTION damaged(at int, byte int) RETURNS plg.journeys LANGUAGE sql AS $$
	SELECT translate(encode(set_byte(plg.journeys_send(
		plg.journeys(10, '2026-03-01'::timestamptz, 'x')), at, byte), 'base64'), E'\n', '')::plg.journeys
$$;
SELECT damaged(0, 0);		-- magic
SELECT damaged(4, 0);		-- version
SELECT damaged(4, 2);		-- a future one
SELECT damaged(6, 1);		-- reserved
SELECT damaged(8, 3);		-- kind
SELECT damaged(8, 1);
SELECT damaged(9, 1);		-- flags
SELECT damaged(10, 1);		-- modulus
SELECT damaged(12, 2);		-- number of strings
SELECT damaged(16, 2);		-- rows
SELECT damaged(16, 0);
SELECT damaged(24, 2);		-- entities
SELECT damaged(32, 1);		-- first time
SELECT damaged(48, 200);	-- dictionary
SELECT damaged(57, 255);	-- not UTF-8
SELECT damaged(57, 0);		-- no character either
SELECT plg.event_summary(damaged(57, ascii('y')));
DROP FUNCTION damaged(int, int);
-- a time that no timestamp has: the one row's time is in the head twice, in the
-- directory twice, and as days since 2000 in its column, which grows by 7 bytes
SELECT translate(encode(decode(replace(replace(replace(encode(plg.journeys_send(
	plg.journeys(10, '2026-03-01'::timestamptz, 'x')), 'hex'),
	'00808bebe9ee0200', 'ffffffffffffff7f'), '01780f', '017816'), '0005a89501', '0000feffffffffffffffff01'),
	'hex'), 'base64'), E'\n', '')::plg.journeys;
DROP TABLE event, many, whole;
