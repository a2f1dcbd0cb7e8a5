SET timezone TO 'UTC'; SET datestyle TO ISO; SET intervalstyle TO postgres;
\set VERBOSITY default

-- One small history that has everything: two subscriptions of one account, a
-- plan change, a churn and return, a customer of a few days, a credit.
CREATE TABLE subs (account int, mrr numeric, during tstzrange);
INSERT INTO subs VALUES
	(1, 100,   '[2026-01-01,)'),
	(1, 20.50, '[2026-02-10,2026-04-01)'),
	(2, 10,    '[2026-01-15,2026-02-15)'),
	(2, 12,    '[2026-03-20,)'),
	(3, 5,     '[2026-02-03,2026-02-20)'),
	(4, -3,    '[2026-02-03,2026-03-20)'),
	(5, 200,   '[2026-01-01,2026-03-05)'),
	(5, 150.5, '[2026-03-05,)');
CREATE TEMP VIEW built AS SELECT plg.ledger(account, mrr, during) AS l FROM subs;

SELECT period_start, opening, new, reactivation, expansion, contraction, churn, credit, closing, flash
FROM built, plg.movements(l, 'month', '2025-12-01', '2026-05-01');
SELECT period_start, accounts_opening AS o, accounts_new AS n, accounts_reactivated AS r, accounts_expanded AS e,
	accounts_contracted AS co, accounts_churned AS ch, accounts_closing AS c, accounts_flash AS f,
	round(nrr::numeric, 4) AS nrr, round(grr::numeric, 4) AS grr, round(logo_retention::numeric, 4) AS logo,
	round(quick_ratio::numeric, 4) AS quick, arpa, provisional
FROM built, plg.movements(l, 'month', '2025-12-01', '2026-05-01');
SELECT period_start, opening, new, reactivation, expansion, contraction, churn, credit, closing, flash, accounts_flash
FROM built, plg.movements(l, 'quarter', '2026-01-01', '2026-07-01');
SELECT period_start, closing FROM built, plg.movements(l, 'YEAR', '2025-01-01', '2027-01-01');

-- MRR at an instant: changes at the instant itself count
SELECT at, plg.mrr(l, at)
FROM built, unnest('{-infinity,2025-12-31,2026-01-01,"2026-02-09 23:59:59.999999",2026-02-10,2026-03-05,infinity}'::timestamptz[]) at;

-- retention over any window; opening and closing are the values just before the days
SELECT plg.nrr(l, '2026-02-01', '2026-04-01'), plg.grr(l, '2026-02-01', '2026-04-01'), plg.logo_retention(l, '2026-02-01', '2026-04-01')
FROM built;
SELECT plg.nrr(l, '2026-01-01', '2026-04-01'), plg.grr(l, '2026-01-01', '2026-04-01'), plg.logo_retention(l, '2026-01-01', '2026-04-01')
FROM built;

-- time zones move the boundaries
SELECT tz, period_start, opening, closing
FROM (SELECT plg.ledger(1, 10, '[2026-02-28 20:00Z,)'::tstzrange) AS l) s,
	unnest('{UTC,America/New_York,Asia/Tokyo}'::text[]) tz, plg.movements(l, 'month', '2026-02-01', '2026-04-01', tz) m;

-- as_of: later changes are not used, periods ending after it are provisional
SELECT period_start, opening, churn, contraction, closing, provisional
FROM built, plg.movements(l, 'month', '2026-02-01', '2026-05-01', as_of => '2026-03-04');
SELECT period_start, closing, provisional
FROM built, plg.movements(l, 'month', '2026-02-01', '2026-05-01', as_of => '2026-04-01');
SELECT plg.nrr(l, '2026-02-01', '2026-04-01', as_of => '2026-03-31 23:59:59.999999') AS before,
	plg.nrr(l, '2026-02-01', '2026-04-01', as_of => '2026-04-01') AS at,
	plg.nrr(l, '2026-02-01', '2026-04-01', as_of => 'infinity') AS later,
	plg.nrr(l, '2026-02-01', '2026-04-01', 'America/New_York', '2026-04-01') AS new_york
FROM built;

-- NULLs
SELECT plg.mrr(NULL, now()), plg.nrr(NULL, '2026-01-01', '2026-02-01'), count(m)
FROM plg.movements(NULL, 'month', '2026-01-01', '2026-02-01') m;
SELECT plg.ledger(account, mrr, during) IS NULL FROM subs WHERE false;
SELECT plg.ledger(account, mrr, during) IS NULL FROM (VALUES (1, 2, 'empty'::tstzrange)) v (account, mrr, during);
SELECT plg.rollup(l) IS NULL FROM (VALUES (NULL::plg.ledger)) v (l);

-- an account that pays nothing makes an empty ledger, which can be read
SELECT plg.mrr(l, '2026-01-01'), plg.nrr(l, '2026-01-01', '2026-02-01'), period_start, opening, closing, nrr, quick_ratio, arpa
FROM (SELECT plg.ledger(1, 0, '[2026-01-01,)'::daterange) AS l) s, plg.movements(l, 'month', '2026-01-01', '2026-02-01');

-- Shapes: the same history is the same value in all of them.
CREATE TABLE shapes (shape text, l plg.ledger);
INSERT INTO shapes SELECT 'tstzrange', l FROM built;
INSERT INTO shapes SELECT 'tsrange', plg.ledger(account, mrr, tsrange(lower(during)::timestamp, upper(during)::timestamp)) FROM subs;
INSERT INTO shapes SELECT 'daterange', plg.ledger(account, mrr, daterange(lower(during)::date, upper(during)::date)) FROM subs;
INSERT INTO shapes SELECT 'other bounds', plg.ledger(account, mrr,
	tstzrange(lower(during) - interval '1 us', upper(during) - interval '1 us', '(]')) FROM subs;
INSERT INTO shapes SELECT 'infinite', plg.ledger(account, mrr, tstzrange(lower(during), coalesce(upper(during), 'infinity'))) FROM subs;
INSERT INTO shapes SELECT 'from/to', plg.ledger(account, mrr, lower(during), upper(during)) FROM subs;
INSERT INTO shapes SELECT 'from/to infinite', plg.ledger(account, mrr, lower(during), coalesce(upper(during), 'infinity')) FROM subs;
INSERT INTO shapes SELECT 'from/to timestamp', plg.ledger(account, mrr, lower(during)::timestamp, upper(during)::timestamp) FROM subs;
INSERT INTO shapes SELECT 'from/to date', plg.ledger(account, mrr, lower(during)::date, upper(during)::date) FROM subs;
INSERT INTO shapes SELECT 'from date, to timestamptz', plg.ledger(account, mrr, lower(during)::date, upper(during)) FROM subs;
INSERT INTO shapes SELECT 'from timestamp, to date', plg.ledger(account, mrr, lower(during)::timestamp, upper(during)::date) FROM subs;
INSERT INTO shapes SELECT 'cut in two', plg.ledger(account, mrr, lower(r), upper(r)) FROM subs,
	LATERAL (VALUES (during * '(,2026-02-12)'), (during * '[2026-02-12,)')) v (r) WHERE NOT isempty(r);
INSERT INTO shapes SELECT 'trailing zeros', plg.ledger(account, mrr::numeric(20,8), during) FROM subs;
INSERT INTO shapes SELECT 'rollup', plg.rollup(l) FROM (SELECT plg.ledger(account, mrr, during) AS l FROM subs GROUP BY mrr) s;
INSERT INTO shapes SELECT 'text', l::text::plg.ledger FROM built;
CREATE VIEW changes AS
	SELECT account, lower(during)::text AS subscription, mrr, lower(during) AS at FROM subs
	UNION ALL SELECT account, lower(during)::text, 0, upper(during) FROM subs WHERE NOT upper_inf(during);
INSERT INTO shapes SELECT 'changes of subscriptions', plg.ledger_changes(account, subscription, mrr, at) FROM changes;
INSERT INTO shapes SELECT 'changes told twice', plg.ledger_changes(account, subscription, mrr, at::timestamp)
	FROM (TABLE changes UNION ALL TABLE changes UNION ALL SELECT account, subscription, mrr + 0.00, at FROM changes) s;
INSERT INTO shapes SELECT 'changes by account', plg.rollup(l)
	FROM (SELECT plg.ledger_changes(account, subscription, mrr, at::date) AS l FROM changes GROUP BY account) s;
INSERT INTO shapes SELECT 'changes of accounts', plg.ledger_changes(account, mrr, at)
	FROM (SELECT account, at, (SELECT coalesce(sum(s.mrr), 0) FROM subs s WHERE s.account = c.account AND during @> at) FROM changes c) s (account, at, mrr);
INSERT INTO shapes SELECT 'text accounts', plg.ledger(account::text, mrr, during) FROM subs;
INSERT INTO shapes SELECT 'uuid accounts', plg.ledger(lpad(account::text, 32, '0')::uuid, mrr, during) FROM subs;
SELECT shape, s.l OPERATOR(plg.=) b.l AS same, s.l OPERATOR(plg.<>) b.l AS differs, plg.nrr(s.l, '2026-02-01', '2026-04-01') = plg.nrr(b.l, '2026-02-01', '2026-04-01') AS same_nrr
FROM shapes s, built b;
SELECT count(*) FROM (SELECT DISTINCT l FROM shapes) s;

-- text and uuid accounts and subscriptions in changes
WITH c AS (SELECT account, dense_rank() OVER (ORDER BY subscription) AS s, mrr, at FROM changes)
SELECT plg.ledger_changes(account, s, mrr, at) OPERATOR(plg.=) (SELECT l FROM built),
	plg.ledger_changes(account, lpad(s::text, 32, '0')::uuid, mrr, at) OPERATOR(plg.=) (SELECT l FROM built),
	plg.ledger_changes(account::text, s, mrr, at) OPERATOR(plg.=) (SELECT l FROM shapes WHERE shape = 'text accounts'),
	plg.ledger_changes(account::text, s::text, mrr, at::date) OPERATOR(plg.=) (SELECT l FROM shapes WHERE shape = 'text accounts'),
	plg.ledger_changes(lpad(account::text, 32, '0')::uuid, lpad(s::text, 32, '0')::uuid, mrr, at) OPERATOR(plg.=)
		(SELECT l FROM shapes WHERE shape = 'uuid accounts')
FROM c;
-- keys that run together when glued without a length stay apart
SELECT plg.mrr(plg.ledger_changes(a, s, m, '2026-01-01'::date), '2026-01-01')
FROM (VALUES ('ab', 'c', 1), ('a', 'bc', 2), ('', 'abc', 4), ('abc', '', 8)) v (a, s, m);

-- exact money, trailing zeros dropped
SELECT plg.mrr(plg.ledger(1, m, '[2026-01-01,)'::daterange), '2026-01-01')
FROM (VALUES (ARRAY[0.1, 0.2]), (ARRAY[1e30, 0.000001]), (ARRAY[-0.010, 0.010]), (ARRAY[33.33333333333333333333, 66.66666666666666666667]),
	(ARRAY[100, 900.000]), (ARRAY[-12345.67891, 0.00001])) v (a), unnest(a) m GROUP BY a ORDER BY a;
SELECT plg.mrr(plg.ledger(1, 9999999999999999999999999999999999999, '[2026-01-01,)'::daterange), '2026-01-01');

-- What a row of a ledger must have.
SELECT plg.ledger(NULL::int, 10, '2026-01-01'::date, NULL::date);
SELECT plg.ledger(7, NULL, '2026-01-01'::date, NULL::date);
SELECT plg.ledger(7, 10, NULL::timestamptz, '2026-01-01'::date);
SELECT plg.ledger('acme'::text, NULL, '[2026-01-01,2026-02-01)'::daterange);
SELECT plg.ledger('acme'::text, 10, NULL::tsrange);
SELECT plg.ledger(7, 10, '(,2026-01-01)'::tsrange);
SELECT plg.ledger(7, 10, '[-infinity,2026-01-01)'::tstzrange);
SELECT plg.ledger(7, 10, '-infinity'::date, NULL::date);
SELECT plg.ledger(7, 10, 'infinity'::timestamptz, NULL::date);
SELECT plg.ledger(7, 10, '2026-01-02'::date, '2026-01-01 12:00'::timestamp);
SELECT plg.ledger(7, 10, '2026-01-02'::date, '-infinity'::date);
SELECT plg.ledger(7, 'NaN', '2026-01-02'::date, NULL::date);
SELECT plg.ledger(7, 'Infinity', '2026-01-02'::date, NULL::date);
SELECT plg.ledger(7, 10000000000000000000000000000000000000, '2026-01-02'::date, NULL::date);
SELECT plg.ledger(7, 1e-25, '2026-01-02'::date, NULL::date);
SELECT plg.ledger(7, m, '2026-01-02'::date, NULL::date) FROM (VALUES (1e20), (1e-20)) v (m);
SELECT plg.ledger(i, 5e36, '2026-01-02'::date, NULL::date) FROM generate_series(1, 2) i;
SELECT plg.ledger(7, 10, daterange('5874897-01-01', NULL));
SELECT plg.ledger_changes(7, 10, NULL::date);
SELECT plg.ledger_changes(7, NULL::text, 10, '2026-01-01'::date);
SELECT plg.ledger_changes(7, 'main'::text, 10, 'infinity'::timestamp);
SELECT plg.ledger_changes(7, mrr, '2026-01-01'::date) FROM (VALUES (10), (10.0), (12.5)) v (mrr);
SELECT plg.ledger_changes('acme'::text, 8, mrr, '2026-01-01 10:00:00.5Z'::timestamptz) FROM (VALUES (10), (0)) v (mrr);
SELECT plg.rollup(l) FROM (SELECT plg.ledger(1, 10, '[2026-01-01,)'::daterange) UNION ALL SELECT plg.ledger('1'::text, 10, '[2026-01-01,)'::daterange)) s (l);

-- What readers refuse.
SELECT * FROM built, plg.movements(l, 'weak', '2026-01-01', '2026-02-01');
SELECT * FROM built, plg.movements(l, 'month', '2026-01-01', '2026-02-01', 'Mars/Base');
SELECT * FROM built, plg.movements(l, 'month', '2026-01-15', '2026-02-01');
SELECT * FROM built, plg.movements(l, 'week', '2026-01-05', '2026-02-01');
SELECT * FROM built, plg.movements(l, 'month', '2026-02-01', '2026-02-01');
SELECT * FROM built, plg.movements(l, 'year', '2026-01-01', '2024-01-01');
SELECT * FROM built, plg.movements(l, 'day', '1000-01-01', '2026-02-01');
SELECT * FROM built, plg.movements(l, 'day', '-infinity', '2026-02-01');
SELECT * FROM built, plg.movements(l, NULL, '2026-01-01', '2026-02-01');
SELECT * FROM built, plg.movements(l, 'month', NULL, '2026-02-01');
SELECT * FROM built, plg.movements(l, 'month', '2026-01-01', '2026-02-01', NULL);
SELECT plg.nrr(l, '2026-02-01', '2026-02-01') FROM built;
SELECT plg.grr(l, '2026-02-01', '2026-01-01') FROM built;
SELECT plg.logo_retention(l, NULL, '2026-01-01') FROM built;
SELECT plg.nrr(l, '2026-02-01', 'infinity') FROM built;

-- The state of ledger_changes on its way is no ledger yet: nothing but that
-- aggregate takes it.  Bit 0 of byte 9 says so.
CREATE FUNCTION pending(plg.ledger) RETURNS plg.ledger LANGUAGE sql AS $$
	SELECT replace(encode(set_byte(plg.ledger_send($1), 9, 1), 'base64'), E'\n', '')::plg.ledger $$;
SELECT plg.mrr(pending(l), '2026-01-01') FROM built;
SELECT plg.nrr(pending(l), '2026-01-01', '2026-02-01') FROM built;
SELECT count(*) FROM built, plg.movements(pending(l), 'month', '2026-01-01', '2026-02-01');
SELECT plg.rollup(pending(l)) FROM built;
