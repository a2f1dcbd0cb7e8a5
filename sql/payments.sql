-- Money in: plg.ledger_payments, plg.monthly_between and plg.minor_units of what is billed, plg.carry_gaps.
SET timezone TO 'UTC';
SET datestyle TO ISO;

CREATE TEMP TABLE charge (account int, amount numeric, at timestamptz, covers interval);
INSERT INTO charge VALUES
	(1, 50, '2026-01-05', '1 month'), (1, 50, '2026-02-05', '1 month'), (1, 50, '2026-03-09', '1 month'), (1, 50, '2026-04-05', '1 month'),  -- once four days late
	(2, 1200, '2026-01-31', '1 year'),
	(3, 30, '2026-01-10', '1 month'), (3, 30, '2026-03-25', '1 month'),                                    -- left, and came back
	(4, 20, '2026-01-10', '1 month'), (4, 100, '2026-01-20', '1 month'), (4, 0, '2026-02-25', '1 month'),  -- moves up at once, then a free month
	(5, 40, '2026-01-10', '1 month'), (5, -40, '2026-01-10', '1 month'),                                   -- taken back whole
	(6, 40, '2026-01-10', '1 month'), (6, -20, '2026-01-25', '1 month'), (6, 40, '2026-02-10', '1 month'), -- half of it, for the rest
	(7, 30, '2026-01-10', '1 month'), (7, 240, '2026-01-10', '1 year'), (7, -240, '2026-01-10', '1 year'), -- two at once, one taken back
	(8, 12, '2026-01-10', '7 days'), (9, 10, '2026-01-10', '10 days');
SELECT u.* FROM (SELECT plg.ledger_payments(account, amount, at, covers, '10 days') AS l FROM charge) s, plg.unnest(l) u;
-- without grace who is late has a gap, and only that
SELECT u.* FROM (SELECT plg.ledger_payments(account, amount, at, covers, '0') AS l FROM charge WHERE account IN (1, 3)) s, plg.unnest(l) u;
-- the session's time zone does not matter, nor does the type of the time
SET timezone TO 'America/New_York';
SELECT plg.ledger_payments(account, amount, at, covers, '10 days') OPERATOR(plg.=) plg.ledger_payments(account, amount, at AT TIME ZONE 'UTC', covers, '10 days') AS same,
	plg.ledger_payments(account, amount, at, covers, '10 days') OPERATOR(plg.=) plg.ledger_payments(account, amount, (at AT TIME ZONE 'UTC')::date, covers, '10 days') AS same_of_dates FROM charge;
SET timezone TO 'UTC';
-- texts and uuids of one length and of others; a currency; subscriptions one by one
SELECT u.* FROM (SELECT plg.ledger_payments(a, 10, at, '1 month', '0', 'EUR') AS l FROM (VALUES ('ab', timestamptz '2026-01-01'), ('b', '2026-01-01'), ('ab', '2026-01-15'), ('', '2026-02-01'), ('abc', '2026-01-01')) v (a, at)) s, plg.unnest(l) u;
SELECT plg.currency(l), u.* FROM (SELECT plg.ledger_payments(lpad(a::text, 32, '0')::uuid, 10, date '2026-01-31', '1 month', '0', 'EUR') AS l FROM generate_series(1, 2) a) s, plg.unnest(l) u;
SELECT u.* FROM (SELECT plg.rollup(l) AS l FROM (SELECT plg.ledger_payments(1, amount, at, '1 month', '3 days') AS l FROM (VALUES ('base', 10, timestamptz '2026-01-01'), ('seats', 5, '2026-01-15'), ('base', 10, '2026-02-01')) v (subscription, amount, at) GROUP BY subscription) s) r, plg.unnest(l) u;
SELECT plg.ledger_payments(account, amount, at, covers, '0') FROM charge WHERE false;

-- what is refused
SELECT plg.ledger_payments(1, -5, at, '1 month', '0') FROM (VALUES (timestamptz '2026-01-01')) v (at);
SELECT plg.ledger_payments(1, amount, at, '1 month', '2 days') FROM (VALUES (5, timestamptz '2026-01-01'), (-5, '2026-02-03')) v (amount, at);
SELECT plg.ledger_payments(7, 5, date '2026-01-01', '1 month 3 days', '0');
SELECT plg.ledger_payments(7, 5, date '2026-01-01', '12 hours', '0');
SELECT plg.ledger_payments(7, 5, date '2026-01-01', '0', '0');
SELECT plg.ledger_payments(7, 5, date '2026-01-01', '-1 month', '0');
SELECT plg.ledger_payments(7, 5, date '2026-01-01', '1 month', '-1 day');
SELECT plg.ledger_payments(7, 5, date '2026-01-01', NULL, '0');
SELECT plg.ledger_payments(7, 5, date '2026-01-01', '1 month', NULL);
SELECT plg.ledger_payments(7, NULL, date '2026-01-01', '1 month', '0');
SELECT plg.ledger_payments(7, 5, date 'infinity', '1 month', '0');
SELECT plg.ledger_payments(7, 'NaN', date '2026-01-01', '1 month', '0');
SELECT plg.ledger_payments(7, 5, timestamptz '294276-12-01', '1 month', '0');
SELECT plg.ledger_payments(7, 5, timestamptz '4714-11-24 BC', '1 month', '106751990 days');
SELECT plg.ledger_payments(7, 5, date '2026-01-01', '1 month', '0', c) FROM unnest('{EUR,USD}'::text[]) c;

-- an amount for the time between two days
SELECT "from", "to", plg.monthly_between(120, "from", "to") FROM (VALUES (date '2026-01-01', date '2026-02-01'), ('2026-01-15', '2026-04-15'), ('2026-02-28', '2027-02-28'), ('2026-01-31', '2026-02-28'),
	('2026-02-28', '2026-03-31'), ('2024-01-31', '2024-02-29'), ('2026-01-30', '2026-02-28'), ('2026-02-28', '2026-03-28'), ('2026-01-01', '2026-01-15'), ('2026-02-01', '2026-02-28'), ('2026-01-31', '2026-03-01')) v ("from", "to");
SELECT plg.monthly_between(NULL, date '2026-01-01', date '2026-02-01'), plg.monthly_between(100, date '2026-01-01', date '2026-04-01'), plg.monthly_between(-30, date '2026-01-01', date '2027-01-01');
SELECT plg.monthly_between(100, date '2026-02-01', date '2026-02-01');
SELECT plg.monthly_between(100, date '2026-02-01', date 'infinity');
SELECT plg.monthly_between('NaN', date '2026-02-01', date '2026-03-01');

-- minor units by currency
SELECT plg.minor_units(1999, 'EUR'), plg.minor_units(1500, 'jpy'), plg.minor_units(1999, 'KWD'), plg.minor_units(19990, 'CLF'), plg.minor_units('0.5', 'usd'), plg.minor_units(-1999.50, 'EUR'), plg.minor_units(1999::numeric, 'EUR'), plg.minor_units(NULL::numeric, 'EUR'),
	plg.minor_units('{"amount": 1999, "currency": "eur"}'::jsonb ->> 'amount', 'eur'), plg.minor_units(9223372036854775807::bigint, 'EUR');
SELECT plg.minor_units(1999, 'EURO');
SELECT plg.minor_units(1999, 'JPN');
SELECT plg.minor_units(1999, '');
SELECT plg.minor_units('many', 'EUR');
SELECT plg.minor_units('infinity', 'EUR');

-- a gap of at most 31 days is carried; a longer one, one without an end, and what was before the first payment are not
CREATE TEMP TABLE subs (account int, mrr numeric, during daterange);
INSERT INTO subs VALUES (1, 100, '[2026-01-10,2026-03-01)'), (1, 120, '[2026-04-01,)'), (2, 60, '[2026-01-20,2026-02-01)'), (2, 60, '[2026-03-05,)'),
	(3, 50, '[2026-01-01,2026-02-01)'), (3, -10, '[2026-02-10,2026-02-20)'), (3, 50, '[2026-03-01,2026-05-01)'), (4, -5, '[2026-01-01,2026-01-10)'), (4, 5, '[2026-01-20,)');
CREATE TEMP VIEW built AS SELECT plg.ledger(account, mrr, during) AS l FROM subs;
SELECT u.* FROM built, plg.unnest(plg.carry_gaps(l, '31 days')) u;
SELECT how, m.period_start, m.expansion, m.contraction, m.churn, m.reactivation, m.closing, m.nrr
FROM (SELECT 'as they were' AS how, l FROM built UNION ALL SELECT 'carried', plg.carry_gaps(l, '31 days') FROM built) s, plg.movements(l, 'month', '2026-02-01', '2026-05-01') m;
-- what comes after as_of is not known, and not there
SELECT u.* FROM built, plg.unnest(plg.carry_gaps(l, '31 days', '2026-03-20')) u WHERE account IN ('1', '3');
SELECT plg.carry_gaps(l, '0') OPERATOR(plg.=) l AS same, plg.carry_gaps(NULL, '1 day') AS none, plg.carry_gaps(l, '31 days')::text = plg.carry_gaps(plg.carry_gaps(l, '31 days'), '31 days')::text AS once FROM built;
SELECT plg.carry_gaps(l, NULL) FROM built;
SELECT plg.carry_gaps(l, '1 month') FROM built;
SELECT plg.carry_gaps(l, '-1 day') FROM built;
SELECT plg.carry_gaps(l, '1 day', '-infinity') FROM built;
DROP VIEW built;
DROP TABLE subs, charge;

-- what looks suspicious in the rows of a ledger
CREATE TEMP TABLE rows (account text, mrr numeric, since timestamptz, until timestamptz);
INSERT INTO rows VALUES ('a', 50, '2026-01-01', '2026-01-31'), ('a', 50, '2026-02-01', '2026-02-28 23:59:59'), ('a', 60, '2026-03-01', '2100-01-01'), ('b', 20, '2026-01-05', NULL), ('b', 20.0, '2026-01-05', 'infinity'),
	('c', 80, '2026-02-01', '2026-02-01'), ('d', NULL, '2026-02-01', NULL), (NULL, 1, '2026-02-01', NULL), ('d', 1, NULL, '2026-05-01'), ('e', 10, '2026-02-01', '2026-05-01'), ('e', 12, '2026-04-01', NULL), ('e', 12, '2026-04-02', NULL),
	('f', 30, '2026-03-01', '2026-02-01'), ('f', 30, '-infinity', '2026-02-01'), ('f', 'NaN', '2026-03-01', '2026-03-02'), ('g', 1, '2026-01-01', '2026-01-02'), ('g', 1, '2026-01-02', '2026-01-03'), ('g', 1, '2026-01-03 23:59', '2026-01-05'), ('g', 1, '2026-01-07', NULL);
\x
SELECT (plg.ledger_check(account, mrr, since, until)).* FROM rows;
SELECT (plg.ledger_check(account, mrr, since, until)).* FROM rows WHERE account = 'g';
\x
SELECT plg.ledger_check(account, mrr, since, until)::text = (SELECT plg.ledger_check(account, mrr, since, until)::text FROM (SELECT * FROM rows ORDER BY random()) r) AS same FROM rows;
SELECT plg.ledger_check(7, 10, date '2026-01-01', NULL::date), plg.ledger_check(lpad('7', 32, '0')::uuid, 10, timestamp '2026-01-01', date '2026-01-01');
SELECT plg.ledger_check(account, mrr, since, until) FROM rows WHERE false;
SELECT plg.ledger_check_final('\x0102');
DROP TABLE rows;
