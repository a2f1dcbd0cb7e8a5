-- A live value under load, of two tables, one of them partitioned if :partitioned.
-- Beside it stand ways to write to the tables, and the comparison.
SET client_min_messages TO warning;
CREATE SCHEMA app;
CREATE SCHEMA work;
SET search_path TO app;
CREATE TABLE users (id bigint PRIMARY KEY, created_at timestamptz);
CREATE SEQUENCE event_id;
\if :partitioned
CREATE TABLE events (noise text, id bigint DEFAULT nextval('app.event_id'), user_id bigint REFERENCES users ON DELETE CASCADE ON UPDATE CASCADE,
	at timestamptz NOT NULL, name text) PARTITION BY RANGE (at);
CREATE TABLE events_0 PARTITION OF events FOR VALUES FROM (MINVALUE) TO ('2026-02-01');
-- its columns lie otherwise
CREATE TABLE events_1 (name text, at timestamptz NOT NULL, gone int, user_id bigint, id bigint DEFAULT nextval('app.event_id'), noise text);
ALTER TABLE events_1 DROP COLUMN gone;
ALTER TABLE events ATTACH PARTITION events_1 FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
CREATE TABLE events_2 PARTITION OF events DEFAULT;
\else
CREATE TABLE events (noise text, id bigint PRIMARY KEY DEFAULT nextval('app.event_id'), user_id bigint REFERENCES users ON DELETE CASCADE ON UPDATE CASCADE,
	at timestamptz NOT NULL, name text);
\endif
CREATE INDEX ON events (user_id);
INSERT INTO users SELECT n, '2026-01-01'::timestamptz + n * interval '1 hour' FROM generate_series(1, 400) n;
INSERT INTO events (user_id, at, name) SELECT n % 400 + 1, '2026-01-01'::timestamptz + n * 17 % 2000 * interval '1 hour', 'e' || n % 5 FROM generate_series(1, 2000) n;
SELECT plg.live_create('l', 'events', 'user_id', 'at', 'name', $$name <> 'hidden'$$, buckets => :buckets);
SELECT plg.live_add('l', 'users', 'id', 'created_at', $$'signup'$$);
SELECT plg.live_refresh('l');

-- The comparison, in one statement, by a view that shares nothing with those of the
-- live value.  In READ COMMITTED a plan may have fewer partitions than its snapshot
-- sees, of one attached after it was planned; then it is compared with those of the snapshot.
CREATE FUNCTION work.of_snapshot() RETURNS plg.journeys LANGUAGE plpgsql STABLE AS $$
DECLARE
	tables text;
	j plg.journeys;
BEGIN
	SELECT string_agg(format('SELECT user_id, at, name FROM app.%I', c.relname), ' UNION ALL ') INTO tables
	FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'app.events'::regclass;
	EXECUTE format($q$SELECT plg.journeys(user_id, at, name) FROM (
		SELECT * FROM (%s) e WHERE name <> 'hidden' UNION ALL SELECT id, created_at, 'signup' FROM app.users) e$q$,
		coalesce(tables, 'SELECT user_id, at, name FROM app.events')) INTO j;
	RETURN j;
END $$;
CREATE VIEW work.compared AS
SELECT CASE WHEN c.planned THEN true ELSE coalesce(c.j OPERATOR(plg.=) work.of_snapshot(), false) END AS same,
	(SELECT bool_and(seal IS NOT NULL) FROM l_state) AS filled,
	(SELECT count(*) FROM l_pending) AS pending, (SELECT count(*) FROM l_pieces) AS pieces, c.planned
FROM (SELECT l.j, coalesce(l.j OPERATOR(plg.=) b.j, l.j IS NULL AND b.j IS NULL) AS planned
	FROM l, (SELECT plg.journeys(user_id, at, name) AS j FROM (
		SELECT user_id, at, name FROM events WHERE name <> 'hidden' UNION ALL SELECT id, created_at, 'signup' FROM users) e) b OFFSET 0) c;
CREATE VIEW work.by_bucket AS
SELECT coalesce(plg.rollup(l.j) OPERATOR(plg.=) (SELECT j FROM l), true) AS same FROM l_by_bucket l;

CREATE FUNCTION work.some_user() RETURNS bigint LANGUAGE sql VOLATILE RETURN 1 + (random() * 420)::bigint;
CREATE FUNCTION work.any() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	r float := random(); u bigint := work.some_user(); k int := (ARRAY[1, 1, 1, 5, 40])[1 + floor(random() * 5)::int];
BEGIN
	IF r < 0.4 THEN
		INSERT INTO app.events (user_id, at, name)
		SELECT id, '2026-01-01'::timestamptz + random() * interval '89 days', (ARRAY['e0', 'e1', 'hidden', NULL, 'e7'])[1 + floor(random() * 5)::int]
		FROM app.users WHERE id >= u ORDER BY id LIMIT k;
	ELSIF r < 0.6 THEN
		UPDATE app.events SET at = CASE WHEN random() < 0.5 THEN at ELSE '2026-01-01'::timestamptz + random() * interval '89 days' END,
			name = CASE WHEN random() < 0.3 THEN 'x' || (random() * 3)::int WHEN random() < 0.1 THEN NULL ELSE name END, noise = 'n',
			user_id = CASE WHEN random() < 0.2 THEN (SELECT min(id) FROM app.users WHERE id >= u / 2) ELSE user_id END
		WHERE id IN (SELECT id FROM app.events WHERE user_id BETWEEN u AND u + 3 ORDER BY id LIMIT k);
	ELSIF r < 0.85 THEN
		DELETE FROM app.events WHERE id IN (SELECT id FROM app.events WHERE user_id >= u ORDER BY user_id, id LIMIT k + greatest(0, (SELECT count(*) FROM app.events) - 3000));
	ELSIF r < 0.95 THEN
		-- the same few rows from everywhere
		UPDATE app.events SET at = at + interval '1 second', name = CASE WHEN random() < 0.5 THEN name ELSE 'hot' END
		WHERE id IN (SELECT id FROM app.events ORDER BY id LIMIT 3);
	ELSE
		INSERT INTO app.users SELECT n, '2026-01-03' FROM generate_series(u, u + 5) n ON CONFLICT (id) DO UPDATE SET created_at = excluded.created_at + random() * interval '1 day';
	END IF;
END $$;
