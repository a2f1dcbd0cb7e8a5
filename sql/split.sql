-- plg.split, plg.derive and plg.merge_entities: what they answer, what they refuse.
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET intervalstyle TO postgres;
SET extra_float_digits TO -6;

CREATE TEMP TABLE event (who bigint, at timestamptz, event text);
INSERT INTO event VALUES (1, '2026-01-05', 'signup'), (1, '2026-01-07', 'replay'), (1, '2026-01-09', 'filter'), (1, '2026-01-20', 'replay'),
	(2, '2026-01-06', 'signup'), (2, '2026-01-06', 'replay'), (3, '2026-01-06', 'replay'), (3, '2026-01-08', 'signup'), (3, '2026-01-10', 'replay'),
	(4, '2026-01-05', 'signup'), (5, '2026-01-07', 'replay');
CREATE TEMP TABLE plan (who bigint, at timestamptz, plan text);
INSERT INTO plan VALUES (1, '2026-01-05', 'free'), (1, '2026-01-09', 'pro'), (2, '2026-01-01', 'free'), (2, '2026-01-10', 'pro'),
	(3, '2026-01-08 12:00', 'free'), (4, '2026-01-01', 'enterprise'), (9, '2026-01-01', 'none of them');
CREATE TEMP TABLE built AS SELECT (SELECT plg.journeys(who, at, event) FROM event) AS j, (SELECT plg.journeys(who, at, plan) FROM plan) AS p;

CREATE FUNCTION pg_temp.told(j plg.journeys) RETURNS text LANGUAGE sql
	AS $$ SELECT string_agg(concat_ws(' ', entity, to_char(at, 'MM-DD'), event), ', ' ORDER BY entity, at, event) FROM plg.unnest(j) $$;
SELECT value, segment, pg_temp.told(journeys) FROM built, unnest('{first,last,event}'::text[]) value, plg.split(j, p, value);
-- at the first start; without a start at the first event of all
SELECT segment, pg_temp.told(journeys) FROM built, plg.split(j, p, start => 'signup');
SELECT segment, pg_temp.told(journeys) FROM built, plg.split(j, p);
-- later values are not known yet
SELECT segment, pg_temp.told(journeys) FROM built, plg.split(j, p, 'last', as_of => '2026-01-08');
-- the largest ones, of equal size by name; the rest is other, who has no value stays apart
SELECT segment, plg.entities(journeys) FROM built, plg.split(j, p, 'last', top => 1);
SELECT segment, plg.entities(journeys) FROM built, plg.split(j, p, 'first', top => 1);
SELECT segment, plg.entities(journeys) FROM built, plg.split(j, p, 'last', top => 10);
-- a value that is called so is one of the others, if there are any; it takes no place
SELECT top, segment, plg.entities(journeys) FROM built, (SELECT plg.journeys(who, at, replace(plan, 'free', 'other')) FROM plan) r (q), unnest('{NULL,1,2}'::int[]) top, plg.split(j, q, 'first', top => top);
-- of several values at one instant the first and the last by name
SELECT value, segment FROM (SELECT plg.journeys(1, timestamptz '2026-01-05', 'signup') AS j, plg.journeys(1, timestamptz '2026-01-05', v) AS p FROM unnest('{b,a,c}'::text[]) v) s,
	unnest('{entry,first,last,event}'::text[]) value, plg.split(j, p, value);
-- what is put together again is the same
SELECT value, top, plg.rollup(journeys) OPERATOR(plg.=) j AS same FROM built, unnest('{entry,first,last,event}'::text[]) value, unnest('{NULL,1}'::int[]) top, plg.split(j, p, value, top => top) GROUP BY 1, 2, j ORDER BY 1, 2;
-- no properties at all are no values; no journeys are no segments
SELECT segment, journeys OPERATOR(plg.=) j AS same FROM built, plg.split(j, NULL);
SELECT * FROM built, plg.split(NULL, p);

SELECT * FROM built, plg.split(j, p, 'median');
SELECT * FROM built, plg.split(j, p, NULL);
SELECT * FROM built, plg.split(j, p, 'last', 'signup');
SELECT * FROM built, plg.split(j, p, top => 0);
SELECT * FROM built, plg.split(j, p, as_of => '-infinity');
SELECT * FROM built, (SELECT plg.journeys(who::text, at, plan) FROM plan) t (q), plg.split(j, q);
SELECT * FROM built, (SELECT plg.journeys(md5(who::text)::uuid, at, plan) FROM plan) t (q), plg.split(NULL::plg.journeys, q);
SELECT segment FROM (SELECT plg.journeys(n, timestamptz '2026-01-05', 'signup') AS j FROM generate_series(1, 1000) n) s, plg.split(j, j, start => 'singup');

-- derived: the first start's own row counts for nothing, another row at its instant does
CREATE FUNCTION pg_temp.found(j plg.journeys) RETURNS text LANGUAGE sql
	AS $$ SELECT string_agg(concat_ws(' ', entity, to_char(at, 'MM-DD')), ', ') FROM plg.unnest(j) WHERE event = 'activated' $$;
SELECT pg_temp.found(plg.derive(j, 'activated', 'signup', '{replay}')), pg_temp.found(plg.derive(j, 'activated', 'signup', '{replay}', counts => '{2}')),
	pg_temp.found(plg.derive(j, 'activated', 'signup', '{replay,filter}', counts => '{2,1}')), pg_temp.found(plg.derive(j, 'activated', 'signup', '{replay,filter}', '14 days', '{2,1}')),
	pg_temp.found(plg.derive(j, 'activated', 'signup', '{replay,filter}', '15 days', '{2,1}')), pg_temp.found(plg.derive(j, 'activated', 'signup', '{replay,filter}', at_least => 1)),
	pg_temp.found(plg.derive(j, 'activated', 'signup', '{replay,filter}', '0', at_least => 1)), pg_temp.found(plg.derive(j, 'activated', NULL, '{replay}')),
	pg_temp.found(plg.derive(j, 'activated', 'replay', '{replay}')) FROM built
\gx
-- one row may serve two goals, but the start none; of two starts at one instant that one is it which leaves more
SELECT pg_temp.found(plg.derive(j, 'activated', 'signup', '{replay|filter,replay}', counts => '{1,1}')) FROM built;
SELECT goals, pg_temp.found(plg.derive(j, 'activated', 'a|b', goals)) FROM (SELECT plg.journeys(1, timestamptz '2026-01-05', e) AS j FROM unnest('{a,b}'::text[]) e) s, (VALUES ('{a}'::text[]), ('{b}'), ('{a,b}'), ('{a|b}')) g (goals);
-- it works in every reader
SELECT a.* FROM built, plg.activation(plg.derive(j, 'activated', 'signup', '{replay,filter}', at_least => 1), 'signup', 'activated', '7 days', '2026-02-01') a;
SELECT plg.derive(j, 'activated', 'signup', '{nothing}') OPERATOR(plg.=) j AS same FROM built;
SELECT plg.derive(NULL, 'activated', 'signup', '{replay}');

SELECT plg.derive(j, 'filter', 'signup', '{replay}') FROM built;
SELECT plg.derive(j, NULL, 'signup', '{replay}') FROM built;
SELECT plg.derive(j, 'activated', 'signup', NULL) FROM built;
SELECT plg.derive(j, 'activated', 'signup', '{}') FROM built;
SELECT plg.derive(j, 'activated', 'signup', '{replay,NULL}') FROM built;
SELECT plg.derive(j, 'activated', 'signup', '{{replay},{filter}}') FROM built;
SELECT plg.derive(j, 'activated', 'signup', array_fill('replay'::text, '{64}')) FROM built;
SELECT plg.derive(j, 'activated', 'signup', '{replay,filter}', counts => '{1}') FROM built;
SELECT plg.derive(j, 'activated', 'signup', '{replay,filter}', counts => '{1,0}') FROM built;
SELECT plg.derive(j, 'activated', 'signup', '{replay,filter}', counts => '{1,NULL}') FROM built;
SELECT plg.derive(j, 'activated', 'signup', '{replay,filter}', at_least => 3) FROM built;
SELECT plg.derive(j, 'activated', 'signup', '{replay,filter}', at_least => 0) FROM built;
SELECT plg.derive(j, 'activated', 'signup', '{replay}', '1 month') FROM built;

-- aliases: to whom they stand for then, before the first to the first; who is none stays
CREATE TEMP TABLE alias AS SELECT plg.journeys(alias, at, who) AS a FROM (VALUES (3, timestamptz '2026-01-09', '1'), (5, '2026-01-01', '77'), (5, '2026-01-07', '2'), (99, '2026-01-01', '1')) v (alias, at, who);
SELECT pg_temp.told(plg.merge_entities(j, a)) FROM built, alias;
SELECT plg.merge_entities(j, NULL) OPERATOR(plg.=) j AS same, plg.merge_entities(NULL, j) FROM built;
-- taken away again: the other aliases alone
SELECT plg.merge_entities(j, plg.except_entities(a, '{3,5,99}')) OPERATOR(plg.=) j AS same, pg_temp.told(plg.only_entities(plg.merge_entities(j, plg.except_entities(a, '{3}')), '{3}')) FROM built, alias;
SELECT pg_temp.told(plg.merge_entities(j, a)) FROM (SELECT plg.journeys(('00000000-0000-0000-0000-00000000000' || n)::uuid, timestamptz '2026-01-05', 'x') AS j FROM generate_series(1, 3) n) s,
	(SELECT plg.journeys(uuid '00000000-0000-0000-0000-000000000003', timestamptz '2026-01-05', '{00000000-0000-0000-0000-000000000001}') AS a) t;
SELECT pg_temp.told(plg.merge_entities(j, a)) FROM (SELECT plg.journeys('anonymous ' || n, timestamptz '2026-01-05', 'x') AS j FROM generate_series(1, 3) n) s, (SELECT plg.journeys('anonymous 2', timestamptz '2026-01-05', 'ann') AS a) t;

SELECT plg.merge_entities(j, plg.journeys(3, timestamptz '2026-01-09', 'ann')) FROM built GROUP BY j;
SELECT plg.merge_entities(j, (SELECT plg.journeys(a, timestamptz '2026-01-09', b) FROM (VALUES (3, '1'), (1, '2')) v (a, b))) FROM built;
SELECT plg.merge_entities(j, (SELECT plg.journeys(3, timestamptz '2026-01-09', '3'))) FROM built;
SELECT plg.merge_entities(j, (SELECT plg.journeys('3', timestamptz '2026-01-09', '1'))) FROM built;
