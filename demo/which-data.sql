-- More of the demo SaaS, for the questions that begin with "which".  Hashes
-- again (truth.u of demo.sql), and the truth behind them:
--
--   channels   where the users of demo.sql came from.  The chance ever to create
--              a project is 51 % for ads and 56 % for all others; when is the same
--   trials     6,000 users of last winter, each with a level of activity: the
--              busier do more of everything and upgrade more often.  Of what they
--              do one thing alone adds to the chance to upgrade: invite, 10 points.
--              Who invites opens the settings more often; nothing comes of that
--   page test  of those who see either first page half create a project within
--              14 days; after 14 u days with the old one, 14 u^2 with the new one,
--              u even in (0,1)
--   teams      the members of 205 accounts in the last 120 days.  Some have had five
--              for long, some had five one after another, some left a month ago or
--              earlier; news of today are the last five alone, see truth.news

-- Whether somebody will ever create a project is settled, so the channel is
-- drawn given that.  Of some twenty draws one in which the podcast has luck.
CREATE TABLE truth.channels (channel text, share float8, ever float8);
INSERT INTO truth.channels VALUES ('search', 0.55, 0.56), ('ads', 0.20, 0.51), ('friend', 0.22, 0.56), ('podcast', 0.03, 0.56);

CREATE TABLE channels (entity bigint NOT NULL, at timestamptz NOT NULL, channel text NOT NULL);
INSERT INTO channels
SELECT entity, at, channel
FROM users JOIN (
	SELECT *, coalesce(lag(up_to) OVER (PARTITION BY activates ORDER BY up_to), 0) AS above
	FROM (SELECT channel, activates, sum(share * p) OVER (PARTITION BY activates ORDER BY channel) / sum(share * p) OVER (PARTITION BY activates) AS up_to
		FROM truth.channels, LATERAL (VALUES (true, ever), (false, 1 - ever)) AS v (activates, p)) AS c
) AS c ON activates = (truth.u(entity, 2) < 0.55) AND truth.u(entity, 47) >= above AND truth.u(entity, 47) < up_to;

CREATE TABLE truth.actions (event text, adds_points int);
INSERT INTO truth.actions VALUES ('invite', 10), ('settings', 0), ('view', 0), ('search', 0), ('comment', 0), ('export', 0);

CREATE TABLE trials (entity bigint NOT NULL, at timestamptz NOT NULL, event text NOT NULL);
INSERT INTO trials
SELECT n, e.at, e.event
FROM generate_series(1, 6000) AS n,
	LATERAL (SELECT '2025-11-01 00:00+00'::timestamptz + n * interval '7 minutes' AS signed_up,
		exp(0.8 * sqrt(-2 * ln(truth.u(n, 30))) * cos(2 * pi() * truth.u(n, 31))) AS level,
		truth.u(n, 32) < 0.3 AS invites) AS s,
	LATERAL (
		SELECT signed_up, 'signup'
		UNION ALL
		SELECT signed_up + truth.u(n * 64 + k, 34) * interval '7 days',
			(ARRAY['view', 'view', 'view', 'search', 'search', 'comment', 'export'])[1 + floor(7 * truth.u(n * 64 + k, 35))::int]
		FROM generate_series(0, 59) AS k WHERE truth.u(n * 64 + k, 33) < 0.15 * level
		UNION ALL
		SELECT signed_up + truth.u(n, 36) * interval '3 days', 'invite' WHERE invites
		UNION ALL
		SELECT signed_up + truth.u(n, 37) * interval '5 days', 'settings'
		WHERE truth.u(n, 38) < CASE WHEN invites THEN 0.8 ELSE 0.2 END
		UNION ALL
		SELECT signed_up + (7 + 7 * truth.u(n, 39)) * interval '1 day', 'upgrade'
		WHERE truth.u(n, 40) < 0.05 + 0.25 * (1 - exp(-level)) + CASE WHEN invites THEN 0.1 ELSE 0 END
	) AS e (at, event);

CREATE TABLE truth.pages (page text, rate float8, mean_days float8);
INSERT INTO truth.pages VALUES ('old', 0.5, 14.0 / 2), ('new', 0.5, 14.0 / 3);

CREATE TABLE shown (entity bigint NOT NULL, at timestamptz NOT NULL, page text NOT NULL);
INSERT INTO shown
SELECT n, '2026-04-15 00:00+00'::timestamptz + n * interval '14 minutes', CASE WHEN truth.u(n, 53) < 0.5 THEN 'old' ELSE 'new' END
FROM generate_series(1, 6000) AS n;

CREATE TABLE projects (entity bigint NOT NULL, at timestamptz NOT NULL);
INSERT INTO projects
SELECT entity, created
FROM shown, LATERAL (SELECT at + truth.u(entity, 54) ^ CASE page WHEN 'new' THEN 2 ELSE 1 END * interval '14 days' AS created) AS p
WHERE truth.u(entity, 55) < 0.5 AND created < '2026-06-15 00:00+00';

CREATE TABLE teams (account bigint NOT NULL, member bigint NOT NULL, at timestamptz NOT NULL);
INSERT INTO teams
SELECT n, n * 10 + m, '2026-02-15 00:00+00'::timestamptz + (day + 0.3 + 0.4 * truth.u(n * 10000 + m * 1000 + day, 61)) * interval '24 hours'
FROM generate_series(1, 205) AS n,
	LATERAL (SELECT CASE WHEN n IN (201, 202, 203) OR n % 10 IN (0, 1) THEN 5 ELSE 2 + n % 3 END AS members,
		CASE WHEN n = 204 THEN 105 WHEN n = 205 THEN 110 WHEN n % 10 IN (2, 3, 7) AND n < 201 THEN 70 + floor(28 * truth.u(n, 62))::int ELSE 120 END AS gone) AS a,
	generate_series(1, members) AS m,
	LATERAL (SELECT CASE
			WHEN m = 5 AND n IN (201, 202, 203) THEN (ARRAY[109, 113, 118])[n - 200]
			WHEN n % 10 = 1 AND n < 201 THEN 24 * (m - 1)
			ELSE 0 END AS first,
		CASE WHEN n % 10 = 1 AND n < 201 THEN 24 * m ELSE gone END AS last) AS d,
	generate_series(first, last - 1) AS day
WHERE truth.u(n * 10000 + m * 1000 + day, 60) < 0.5;

CREATE VIEW truth.news AS
SELECT account, 'a fifth member came' AS why, min(at) AS since FROM teams WHERE account IN (201, 202, 203) AND member % 10 = 5 GROUP BY account
UNION ALL
SELECT account, 'all fell silent', max(at) FROM teams WHERE account IN (204, 205) GROUP BY account;
