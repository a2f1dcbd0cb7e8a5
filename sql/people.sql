-- plg.entrants and plg.entity_summary, and what is in a ledger: what they answer, what they refuse.
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET intervalstyle TO postgres;
SET extra_float_digits TO -6;

CREATE TEMP TABLE event (who int, at timestamptz, event text);
INSERT INTO event VALUES (1, '2026-01-05', 'signup'), (1, '2026-01-07', 'upgrade'), (1, '2026-01-09', 'upgrade'), (2, '2026-01-05', 'signup'), (2, '2026-01-20', 'upgrade'),
	(3, '2026-01-18', 'signup'), (3, '2026-01-18', 'upgrade'), (4, '2026-01-19 22:00', 'signup'), (4, '2026-01-20 03:00', 'login'), (5, '2026-01-05', 'upgrade'), (6, '2026-01-05', 'signup');
CREATE TEMP TABLE built AS SELECT plg.journeys(who, at, event) AS j FROM event;

SELECT e.* FROM built, plg.entrants(j, 'signup', 'upgrade', '2026-01-20', '7 days') e;
SELECT a.* FROM built, plg.activation(j, 'signup', 'upgrade', '7 days', '2026-01-20') a;
-- so far; until the last event; of those who entered, twice, in their own type
SELECT e.* FROM built, plg.entrants(j, 'signup', 'upgrade', NULL) e;
SELECT e.* FROM built, plg.entrants_as(NULL::bigint, j, NULL, 'upgrade', 'infinity', '30 days', '[2026-01-05,2026-01-06)', 2) e;
SELECT * FROM plg.entrants(NULL, 'signup', 'upgrade', NULL);
SELECT e.* FROM built, plg.entrants_as(NULL::uuid, j, 'signup', 'upgrade', NULL) e;
SELECT e.* FROM built, plg.entrants(j, 'signup', NULL, NULL) e;
SELECT e.* FROM built, plg.entrants(j, 'signup', 'upgrade', '-infinity') e;
SELECT e.* FROM built, plg.entrants(j, 'signup', 'upgrade', NULL, '1 month') e;
SELECT e.* FROM built, plg.entrants(j, 'signup', 'upgrade', NULL, min_count => 0) e;

SELECT s.* FROM built, plg.entity_summary(j) s;
SELECT s.* FROM built, plg.entity_summary(j, '2026-01-19 23:00', 'Asia/Tokyo') s;
SELECT s.* FROM built, plg.entity_summary_as(NULL::bigint, j, 'infinity', 'America/New_York') s;
SELECT s.* FROM built, plg.entity_summary(j, '2025-01-01') s;
SELECT * FROM plg.entity_summary(NULL);
SELECT s.* FROM built, plg.entity_summary_as(NULL::text, j) s;
SELECT s.* FROM built, plg.entity_summary(j, '-infinity') s;
SELECT s.* FROM built, plg.entity_summary(j, NULL, 'Mars/Olympus') s;
SELECT s.* FROM built, plg.entity_summary(j, NULL, NULL) s;

-- ledgers: what is in them, and some of their accounts
CREATE TEMP TABLE subscription (account int, mrr numeric, during tstzrange);
INSERT INTO subscription VALUES (1, 100, '[2026-01-10,)'), (2, 50.50, '[2026-01-15,2026-02-20)'), (2, 80, '[2026-02-20,)'), (3, 200, '[2026-01-05,2026-03-12)'), (3, 10, '[2026-02-01,2026-03-12)'), (4, -5, '[2026-02-08,)');
CREATE TEMP TABLE paid AS SELECT plg.ledger(account, mrr, during, 'EUR') AS l FROM subscription;
SELECT u.* FROM paid, plg.unnest(l) u;
SELECT plg.ledger_changes(account::int, mrr, at, 'EUR') OPERATOR(plg.=) l AS same FROM paid, plg.unnest(l) u GROUP BY l;
SELECT u.* FROM paid, plg.unnest(plg.only_accounts(l, '{2,4,9}')) u;
SELECT u.* FROM paid, plg.unnest(plg.except_accounts(l, '{1,2}')) u;
SELECT plg.currency(plg.only_accounts(l, '{2}')), plg.only_accounts(l, '{9}') IS NULL AS none, plg.only_accounts(l, '{}') IS NULL AS also_none, plg.except_accounts(l, '{1,2,3,4}') IS NULL AS neither,
	plg.except_accounts(l, '{}') OPERATOR(plg.=) l AS all, plg.rollup(x) OPERATOR(plg.=) l AS again
FROM paid, LATERAL (VALUES (plg.only_accounts(l, '{1,3}')), (plg.except_accounts(l, '{3,1}'))) v (x) GROUP BY l;
-- several become one; what then cancels out is no change
SELECT u.* FROM paid, plg.unnest(plg.rename_accounts(l, '{"1": "2", "3": 2, "4": 40, "40": "5"}')) u;
SELECT u.* FROM (SELECT plg.ledger(n, 10, CASE n WHEN 1 THEN tstzrange('2026-01-01', '2026-02-01') ELSE tstzrange('2026-02-01', NULL) END) AS l FROM generate_series(1, 2) n) s, plg.unnest(plg.rename_accounts(l, '{"1": "2"}')) u;
SELECT plg.rename_accounts(l, '{}') OPERATOR(plg.=) l AS same FROM paid;
SELECT plg.mrr(l, '2026-02-10'), plg.mrr(plg.rename_accounts(l, '{"1": "2"}'), '2026-02-10') FROM paid;
SELECT plg.only_accounts(NULL, '{1}'), plg.except_accounts(NULL, '{1}'), plg.rename_accounts(NULL, '{}');
SELECT * FROM plg.unnest(NULL::plg.ledger);

SELECT plg.only_accounts(l, '{x}') FROM paid;
SELECT plg.only_accounts(l, NULL) FROM paid;
SELECT plg.except_accounts(l, '{1,NULL}') FROM paid;
SELECT plg.rename_accounts(l, NULL) FROM paid;
SELECT plg.rename_accounts(l, '["1"]') FROM paid;
SELECT plg.rename_accounts(l, '{"1": null}') FROM paid;
SELECT plg.rename_accounts(l, '{"1": ["2"]}') FROM paid;
SELECT plg.rename_accounts(l, '{"1": "x"}') FROM paid;
SELECT plg.rename_accounts(l, '{"x": "1"}') FROM paid;
SELECT plg.rename_accounts(l, '{"1": 2.5}') FROM paid;
SELECT plg.rename_accounts(l, '{"1": "2", "01": "3"}') FROM paid;
