-- A product in use, for demo/live: thirty days of it, and more as it arrives.
CREATE TABLE users (id bigserial PRIMARY KEY, created_at timestamptz NOT NULL);
CREATE TABLE events (user_id bigint NOT NULL, at timestamptz NOT NULL, kind text NOT NULL);
CREATE INDEX ON events (user_id);

-- Who signs up at that time does what in the days after.
CREATE FUNCTION sign_up(n int, after timestamptz, before timestamptz) RETURNS void LANGUAGE sql AS $$
	WITH come AS (INSERT INTO users (created_at) SELECT after + random() * (before - after) FROM generate_series(1, n) RETURNING *),
	does AS (SELECT id, created_at, kind, created_at + random() ^ 3 * within AS at FROM come,
		(VALUES ('create_project', interval '1 day', 0.6), ('invite', '3 days', 0.25), ('comment', '9 days', 0.8), ('comment', '20 days', 0.7), ('export', '9 days', 0.2)) k (kind, within, share)
		WHERE random() + 0 * id < share)
	INSERT INTO events SELECT id, at, kind FROM does WHERE at <= before
$$;
-- A tenth of a second: people sign up, those of the last days go on, a few events turn out to be wrong.
CREATE FUNCTION arrive(n int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO users (created_at) SELECT clock_timestamp() FROM generate_series(1, greatest(n / 8, 1));
	INSERT INTO events SELECT u, clock_timestamp(), (ARRAY['create_project', 'create_project', 'invite', 'comment', 'comment', 'export'])[1 + floor(random() * 6)::int]
	FROM (SELECT currval('users_id_seq') - floor(random() ^ 4 * 20000)::bigint AS u FROM generate_series(1, n - n / 8)) x;
	IF random() < 0.1 THEN
		DELETE FROM events WHERE ctid IN (SELECT ctid FROM events WHERE user_id = currval('users_id_seq') - floor(random() * 1000)::bigint LIMIT 2);
	END IF;
END $$;
SELECT sign_up(:users, now() - interval '30 days', now());
ANALYZE;
