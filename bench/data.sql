-- The data of the benchmark, the same each time: no random(), hashes only.
--
-- events: about :events rows of :users users within a year.  Users sign up at
-- a growing pace; how much they do is heavy-tailed (a few do thousands of
-- things); rows lie in the order of time but for one in a hundred, which comes
-- hours to days late.
SET client_min_messages TO warning;
SET work_mem = '1GB';
SET max_parallel_workers_per_gather = 0;
DROP TABLE IF EXISTS events, events_uuid, events_text, subscriptions, stored, properties, stored_properties, exposures, stored_exposures, touches, pieces_64, pieces_recent, invitations, stored_invitations;

-- [0, 1) of a number, as even as the hash; salt makes independent ones
CREATE OR REPLACE FUNCTION even(n bigint, salt bigint) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (hashint8extended(n, salt) & 4294967295) / 4294967296.0::float8;

CREATE TEMP TABLE users AS
SELECT n AS user_id, signed_up, (least(power(1 - even(n, 2), -0.7), 2000)) AS weight
FROM (SELECT n, date_trunc('milliseconds', timestamptz '2026-01-01 00:00+00' + sqrt(even(n, 1)) * interval '360 days') AS signed_up
	FROM generate_series(1::bigint, :users) n) u;

CREATE UNLOGGED TABLE events (user_id bigint, at timestamptz, event text);
INSERT INTO events
SELECT user_id, at, event
FROM (SELECT user_id, k,
		CASE WHEN k = 0 THEN signed_up
			ELSE date_trunc('milliseconds', signed_up
				+ power(even(user_id * 65536 + k, 3), 2) * (timestamptz '2027-01-01 00:00+00' - signed_up)) END AS at,
		CASE WHEN k = 0 THEN 'signup'
			ELSE (ARRAY['create_project', 'create_project', 'invite', 'upgrade', 'comment', 'comment', 'comment', 'share', 'search', 'search',
				'search', 'search', 'settings', 'export', 'import_project', 'edit', 'edit', 'edit', 'edit', 'edit', 'edit', 'edit', 'edit',
				'edit', 'edit', 'edit', 'edit', 'edit', 'edit', 'edit', 'edit', 'view', 'view', 'view', 'view', 'view', 'view', 'view',
				'view', 'view', 'view', 'view', 'view', 'view', 'view', 'view', 'view', 'view', 'view', 'view', 'view', 'open', 'open',
				'open', 'open', 'open', 'open', 'open', 'open', 'open', 'open', 'open', 'open', 'open', 'open'])
				[1 + floor(even(user_id * 65536 + k, 4) * 65)::int] END AS event
	FROM (SELECT user_id, signed_up, floor(weight * (:events - :users) / sum(weight) OVER () + even(user_id, 5))::int AS more
		FROM users) u, generate_series(0, more) k) e
ORDER BY at + CASE WHEN even(user_id * 65536 + k, 6) < 0.01
	THEN even(user_id * 65536 + k, 7) * interval '3 days' ELSE interval '0' END;

-- the same with other entities, a fifth of it
CREATE UNLOGGED TABLE events_uuid AS
	SELECT md5(user_id::text)::uuid AS user_id, at, event FROM events WHERE user_id % 5 = 0;
CREATE UNLOGGED TABLE events_text AS
	SELECT 'user_' || md5(user_id::text) AS user_id, at, event FROM events WHERE user_id % 5 = 0;

-- touches: five a user, most of them before or soon after it signs up
CREATE UNLOGGED TABLE touches AS
SELECT user_id, date_trunc('second', signed_up + (power(even(user_id * 8 + k, 21), 2) * 90 - 20) * interval '1 day') AS at,
	(ARRAY['search', 'search', 'search', 'ads', 'ads', 'mail', 'mail', 'blog', 'partner', 'friend', 'event', 'other'])
		[1 + floor(even(user_id * 8 + k, 22) * 12)::int] AS touch
FROM users, generate_series(0, 4) k;

-- exposures to an experiment of three variants, an hour after the signup; one in a
-- hundred users sees a second variant, others see their own again
CREATE UNLOGGED TABLE exposures AS
SELECT user_id, signed_up + (1 + 30 * k) * interval '1 hour' AS at,
	(ARRAY['control', 'short_form', 'tour'])[1 + (floor(3 * even(user_id, 8))::int + (k * (even(user_id, 9) < 0.01)::int)) % 3] AS variant
FROM users, generate_series(0, 1) k WHERE k = 0 OR even(user_id, 10) < 0.3;

-- subscriptions: five intervals an account, with gaps, over about four years;
-- the first of them, and all
CREATE UNLOGGED TABLE subscriptions_large AS
SELECT account_id, round((10 + 990 * power(even(account_id * 8 + k, 11), 3))::numeric, 2) AS mrr,
	date_trunc('second', since) AS since,
	CASE WHEN k = 4 AND even(account_id, 12) < 0.5 THEN NULL
		ELSE date_trunc('second', since + (20 + 300 * even(account_id * 8 + k, 13)) * interval '1 day') END AS until
FROM (SELECT account_id, k, timestamptz '2023-01-01 00:00+00' + (even(account_id, 14) * 500 + k * 200 + even(account_id * 8 + k, 15) * 120) * interval '1 day' AS since
	FROM generate_series(1::bigint, 10 * :accounts) account_id, generate_series(0, 4) k) s;
CREATE UNLOGGED TABLE subscriptions AS SELECT * FROM subscriptions_large WHERE account_id <= :accounts;

VACUUM (ANALYZE) events, events_uuid, events_text, touches, subscriptions, subscriptions_large;

-- One value of all events, in a row of a table; STORAGE EXTERNAL is the type's.
CREATE UNLOGGED TABLE stored AS SELECT plg.journeys(user_id, at, event) AS j FROM events;
CREATE UNLOGGED TABLE stored_labels AS
	SELECT plg.journeys(user_id, at, CASE event WHEN 'signup' THEN event ELSE event || ' ' || floor(5 * even(extract(epoch FROM at)::bigint, user_id)) END) AS j
	FROM events;
CREATE UNLOGGED TABLE stored_touches AS SELECT plg.journeys(user_id, at, touch) AS j FROM touches;
VACUUM (ANALYZE) stored, stored_labels, stored_touches;

-- invitations: a member for each ten events, one in fifty by himself; of each
-- three hundred three joined at once and are said to have invited each other
CREATE UNLOGGED TABLE invitations AS
SELECT n AS member, timestamptz '2026-01-01 00:00+00' + CASE WHEN n % 100 = 0 THEN interval '0' ELSE n * interval '1 second' END AS joined_at,
	CASE WHEN n % 300 = 0 THEN n - 200 WHEN n % 100 = 0 THEN n + 100 WHEN n % 50 = 1 THEN NULL ELSE 1 + floor(even(n, 31) * (n - 1))::bigint END AS inviter
FROM generate_series(1::bigint, :events / 10) n;
CREATE INDEX ON invitations (inviter);
CREATE UNLOGGED TABLE stored_invitations AS SELECT plg.journeys(member, joined_at, coalesce(inviter::text, '')) AS j FROM invitations;
VACUUM (ANALYZE) invitations, stored_invitations;

-- What is known of users: a channel from the start, and a plan that some change once.
CREATE UNLOGGED TABLE properties AS
SELECT user_id, at, (ARRAY['ads', 'search', 'friend', 'blog', 'partner'])[1 + floor(5 * power(even(user_id, 21), 1.5))::int] AS channel
FROM events WHERE event = 'signup';
VACUUM (ANALYZE) properties;
CREATE UNLOGGED TABLE stored_properties AS SELECT plg.journeys(user_id, at, channel) AS channels FROM properties;
VACUUM (ANALYZE) stored_properties;

CREATE UNLOGGED TABLE stored_exposures AS SELECT plg.journeys(user_id, at, variant) AS e FROM exposures;
VACUUM (ANALYZE) stored_exposures, exposures;
-- The same in 64 values, of entities, and in two, the last 100,000 events and what came before.
-- One a page, for processes to share them out.
CREATE UNLOGGED TABLE pieces_64 WITH (fillfactor = 10, parallel_workers = 1) AS
	SELECT plg.journeys(user_id, at, event) AS j, repeat(' ', 800) AS filler FROM events GROUP BY plg.bucket(user_id, 64);
CREATE UNLOGGED TABLE pieces_recent AS
	SELECT plg.journeys(user_id, at, event) AS j
	FROM (SELECT *, row_number() OVER (ORDER BY at DESC) <= 100000 AS recent FROM events) e GROUP BY recent;
VACUUM (ANALYZE) stored, pieces_64, pieces_recent;

-- Bytes that the hashed aggregate of a statement took at its peak.
CREATE OR REPLACE FUNCTION peak_memory(statement text) RETURNS float8 LANGUAGE plpgsql SET work_mem = '2000MB' AS $$
DECLARE
	plan jsonb;
BEGIN
	EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ' || statement INTO plan;
	IF jsonb_path_exists(plan, '$.**."HashAgg Batches" ? (@ > 1)') THEN
		RAISE EXCEPTION 'the aggregate did not stay in memory: %', statement;
	END IF;
	RETURN 1024 * jsonb_path_query_first(plan, '$.**."Peak Memory Usage"')::float8;
END
$$;
