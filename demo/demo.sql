-- A demo SaaS, the same on every machine: who signed up, what they did, and
-- what accounts pay, until 2026-06-15 00:00 UTC.  What looks random comes from
-- hashes of the row's number, and the truth behind it is known:
--
--   signups   grow 3 % a day, so many have only just begun
--   activate  55 % ever create a project, after 5 days on average (exponential)
--   pay       20 % ever upgrade, after 21 days on average (exponential)
--
-- Of the money there are the generator's own books, in schema truth.

CREATE SCHEMA truth;

-- A number in (0,1) from a row's number and what it is for.
CREATE FUNCTION truth.u(n bigint, purpose bigint) RETURNS float8
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN (((hashint8extended(n * 64 + purpose, purpose) >> 12) & ((1::bigint << 52) - 1))::float8 + 0.5) / (1::bigint << 52)::float8;

CREATE FUNCTION truth.wait(mean_days float8, u float8) RETURNS interval
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN floor(mean_days * 86400 * -ln(u)) * interval '1 second';

-- The probability of activating within so many days of signing up, and of
-- paying; and the percentile of the time to activate among those who do within.
CREATE FUNCTION truth.activated(days float8) RETURNS float8
	LANGUAGE sql IMMUTABLE RETURN 0.55 * (1 - exp(-days / 5));
CREATE FUNCTION truth.paid(days float8) RETURNS float8
	LANGUAGE sql IMMUTABLE RETURN 0.20 * (1 - exp(-days / 21));
CREATE FUNCTION truth.ttv_days(p float8, within_days float8) RETURNS float8
	LANGUAGE sql IMMUTABLE RETURN -5 * ln(1 - p * (1 - exp(-within_days / 5)));

CREATE TABLE users (entity bigint NOT NULL, at timestamptz NOT NULL);
CREATE TABLE events (entity bigint NOT NULL, at timestamptz NOT NULL, event text NOT NULL);
CREATE TABLE subscriptions (account bigint NOT NULL, mrr numeric NOT NULL, "from" timestamptz NOT NULL, "to" timestamptz);

INSERT INTO users
SELECT row_number() OVER (ORDER BY day, i),
	'2026-01-05 00:00+00'::timestamptz + day * interval '24 hours'
		+ floor(86400 * truth.u(day * 10000 + i, 1)) * interval '1 second'
FROM generate_series(0, 160) AS day, generate_series(1, round(8 * 1.03 ^ day)::int) AS i;

INSERT INTO events
SELECT entity, e.at, e.event
FROM users AS s,
	LATERAL (SELECT s.at + truth.wait(5, truth.u(entity, 3)) AS activated) AS a,
	LATERAL (
		SELECT activated, 'create_project' WHERE truth.u(entity, 2) < 0.55
		UNION ALL
		SELECT activated + truth.wait(3, truth.u(entity, 5)), 'invite'
		WHERE truth.u(entity, 2) < 0.55 AND truth.u(entity, 4) < 0.4
		UNION ALL
		SELECT s.at + truth.wait(21, truth.u(entity, 21)), 'upgrade' WHERE truth.u(entity, 20) < 0.20
		UNION ALL
		SELECT s.at + truth.wait(12, truth.u(entity * 64 + k, 8)), 'open' FROM generate_series(1, 7) AS k
	) AS e (at, event)
WHERE e.at < '2026-06-15 00:00+00';

-- Accounts: 500 customers of before, and everybody who upgraded.  In the months
-- after its first an account changes at most once, so each change is one
-- movement of that month.
CREATE TABLE truth.changes AS
WITH RECURSIVE change (account, at, month, seats, last_seats, movement) AS (
	SELECT a.account, a.at, date_trunc('month', a.at, 'UTC')::date, a.seats, 0, 'new'
	FROM (
		SELECT -n AS account,
			'2025-01-01 00:00+00'::timestamptz + floor(365 * 86400 * truth.u(n, 10)) * interval '1 second' AS at,
			1 + floor(20 * truth.u(n, 11) ^ 3)::int AS seats
		FROM generate_series(1, 500) AS n
		UNION ALL
		SELECT entity, at, 1 + floor(12 * truth.u(entity, 11) ^ 3)::int FROM events WHERE event = 'upgrade'
	) AS a
	UNION ALL
	SELECT account,
		(month + interval '1 month') AT TIME ZONE 'UTC' + floor(27 * 86400 * truth.u(account, 13 + round)) * interval '1 second',
		(month + interval '1 month')::date,
		next.seats,
		CASE WHEN c.seats > 0 THEN c.seats ELSE last_seats END,
		CASE WHEN next.seats = c.seats THEN 'none' WHEN c.seats = 0 THEN 'reactivation' WHEN next.seats = 0 THEN 'churn'
			WHEN next.seats > c.seats THEN 'expansion' ELSE 'contraction' END
	FROM change AS c,
		LATERAL (SELECT (month - '2025-01-01')::bigint AS round) AS r,
		LATERAL (SELECT truth.u(account, 600 + round) AS u) AS x,
		LATERAL (SELECT CASE
			WHEN c.seats = 0 THEN CASE WHEN u < 0.06 THEN last_seats ELSE 0 END
			WHEN u < 0.035 THEN 0
			WHEN u < 0.055 THEN greatest(1, c.seats / 2)
			WHEN u < 0.130 THEN c.seats + greatest(1, c.seats / 2)
			ELSE c.seats END AS seats) AS next
	WHERE month < '2026-06-01'
)
SELECT account, at, month, 20.00 * seats AS mrr, movement,
	20.00 * (seats - coalesce(lag(seats) OVER (PARTITION BY account ORDER BY month), 0)) AS amount
FROM change;
DELETE FROM truth.changes WHERE at >= '2026-06-15 00:00+00';

INSERT INTO subscriptions
SELECT account, mrr, at, until
FROM (SELECT account, mrr, at, lead(at) OVER (PARTITION BY account ORDER BY at) AS until
	FROM truth.changes WHERE movement <> 'none') AS s
WHERE mrr > 0;

CREATE VIEW truth.movements AS
SELECT month,
	sum(sum(amount)) OVER (ORDER BY month) - sum(amount) AS opening,
	coalesce(sum(amount) FILTER (WHERE movement = 'new'), 0) AS new,
	coalesce(sum(amount) FILTER (WHERE movement = 'reactivation'), 0) AS reactivation,
	coalesce(sum(amount) FILTER (WHERE movement = 'expansion'), 0) AS expansion,
	coalesce(-sum(amount) FILTER (WHERE movement = 'contraction'), 0) AS contraction,
	coalesce(-sum(amount) FILTER (WHERE movement = 'churn'), 0) AS churn,
	sum(sum(amount)) OVER (ORDER BY month) AS closing
FROM truth.changes GROUP BY month;
