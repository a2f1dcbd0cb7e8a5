-- From journeys to journeys: slice, only_events, only_entities, except_entities, relabel.
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET intervalstyle TO postgres;

CREATE TEMP TABLE event (who int, at timestamptz, what text);
INSERT INTO event VALUES (1, '2026-01-01', 'signup'), (1, '2026-01-02', 'a|b'), (1, '2026-01-02', 'buy'), (2, '2026-01-02', 'signup'), (2, '2026-01-03', 'buy'),
	(-7, '2026-01-04', 'sign_up');
CREATE TEMP VIEW built AS SELECT plg.journeys(who, at, what) AS j FROM event;

SELECT u.* FROM built, plg.unnest(plg.slice(j, '2026-01-02', '2026-01-03')) u;
SELECT plg.events(plg.slice(j, NULL, '2026-01-02')), plg.events(plg.slice(j, '2026-01-02', NULL)), plg.slice(j, NULL, NULL) OPERATOR(plg.=) j AS all_of_it,
	plg.slice(j, '-infinity', 'infinity') OPERATOR(plg.=) j AS all_again, plg.slice(j, '2030-01-01', NULL) IS NULL AS none,
	plg.slice(j, '2026-01-02', '2026-01-02') IS NULL AS empty, plg.slice(j, '-infinity', '-infinity') IS NULL AS none_either
FROM built;
SELECT u.* FROM built, plg.unnest(plg.only_events(j, '{signup|sign_up,a\\|b,nothing}')) u;
SELECT plg.only_events(j, '{}') IS NULL AS none, plg.only_events(j, '{nothing}') IS NULL AS none_either FROM built;
SELECT u.* FROM built, plg.unnest(plg.only_entities(j, '{2,-7,99,2}')) u;
SELECT u.* FROM built, plg.unnest(plg.except_entities(j, '{2,-7,99,2}')) u;
SELECT plg.only_entities(j, '{}') IS NULL AS none, plg.except_entities(j, '{}') OPERATOR(plg.=) j AS all_of_it, plg.except_entities(j, '{1,2,-7}') IS NULL AS none_left FROM built;
SELECT plg.entities(plg.only_entities(plg.journeys(w, '2026-01-01'::date, 'x'), '{"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"}'))
FROM (VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid), ('b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11')) v (w);
SELECT u.* FROM built, plg.unnest(plg.relabel(j, '{"sign_up": "signup", "a|b": "z", "buy": "a"}')) u;
SELECT plg.relabel(j, '{}') OPERATOR(plg.=) j AS as_it_was, plg.relabel(j, '{"none": "x"}') OPERATOR(plg.=) j AS still FROM built;
SELECT plg.slice(NULL, NULL, NULL), plg.only_events(NULL, '{a}'), plg.only_entities(NULL, '{a}'), plg.except_entities(NULL, '{a}'), plg.relabel(NULL, '{}');

-- a name that no event has is told of, once for each call
SELECT plg.events(plg.relabel(j, '{"vsit": "view", "visit|view": "x", "visit": "view"}')), plg.events(plg.only_events(j, '{vsit,visit}'))
FROM (SELECT plg.journeys(n, date '2026-01-01' + n % 9, 'visit') AS j FROM generate_series(1, 2) part, generate_series(1, 1000) n GROUP BY part) s;

-- bad arguments
SELECT plg.slice(j, '2026-01-02', '2026-01-01') FROM built;
SELECT plg.only_events(j, NULL) FROM built;
SELECT plg.only_events(j, '{signup,NULL}') FROM built;
SELECT plg.only_events(j, '{{signup},{buy}}') FROM built;
SELECT plg.only_entities(j, '{{1},{2}}') FROM built;
SELECT plg.only_entities(j, NULL) FROM built;
SELECT plg.only_entities(j, '{1,NULL}') FROM built;
SELECT plg.only_entities(j, '{ann}') FROM built;
SELECT plg.except_entities(j, NULL) FROM built;
SELECT plg.except_entities(j, '{99999999999999999999}') FROM built;
SELECT plg.relabel(j, NULL) FROM built;
SELECT plg.relabel(j, '[]') FROM built;
SELECT plg.relabel(j, '"x"') FROM built;
SELECT plg.relabel(j, '{"buy": null}') FROM built;
SELECT plg.relabel(j, '{"buy": {"x": "y"}}') FROM built;

PREPARE p0 AS SELECT plg.slice($1, $2, $3), plg.only_events($1, $4), plg.only_entities($1, $5), plg.except_entities($1, $5), plg.relabel($1, $6);
DEALLOCATE ALL;
DROP VIEW built;
DROP TABLE event;
