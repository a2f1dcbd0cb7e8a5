-- What readers of journeys cost grows no faster than linearly: with the labels
-- of an adoption in which nobody is mature yet, with the periods of a table,
-- with the depth of flows, with the rows of one heavy entity.
SET timezone TO 'UTC';
SET jit TO off;
SET max_parallel_workers_per_gather TO 0;
SET work_mem TO '1GB';  -- spilling rows to disk is not ours

CREATE TABLE value (name text, j plg.journeys);
CREATE FUNCTION make(name text, n_rows int, n_entities int, n_labels int) RETURNS void LANGUAGE sql AS $$
	INSERT INTO value SELECT name, plg.journeys(n * 7907 % n_entities, timestamptz '2025-01-01' + make_interval(secs => n * 7919 % 31536000), 'e' || abs(hashint8(n)::bigint) % n_labels)
	FROM generate_series(1::bigint, n_rows) n
$$;
SELECT make('few labels', 200000, 50021, 50), make('many labels', 200000, 50021, 5000),
	make('light', 50000, 1, 12), make('heavy', 400000, 1, 12), make('long', 100000, 2003, 12) \g /dev/null

-- Seconds that this process has had of a processor, which others who want it too
-- do not lengthen; where the system does not tell them, the clock's.  They are
-- brought up to date when the process waits.
SELECT coalesce((pg_stat_file('/proc/self/schedstat', true)).size IS NOT NULL, false) AS told \gset
\if :told
CREATE FUNCTION spent() RETURNS float8 LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_sleep(0.001);
	RETURN split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::float8 / 1e9;
END
$$;
\else
CREATE FUNCTION spent() RETURNS float8 LANGUAGE sql RETURN extract(epoch FROM clock_timestamp());
\endif

-- The best of five, in seconds, of a query about a value, or the first that is
-- quick enough.
CREATE FUNCTION seconds(about text, query text, enough float8) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
	begun float8;
	best float8 := 'infinity';
BEGIN
	CREATE TEMP TABLE v ON COMMIT DROP AS SELECT j FROM value WHERE name = about;
	FOR try IN 1 .. 5 LOOP
		begun := spent();
		EXECUTE 'SELECT count(r) FROM v, ' || query || ' r';
		best := least(best, spent() - begun);
		EXIT WHEN best <= enough;
	END LOOP;
	DROP TABLE v;
	RETURN best;
END
$$;

-- Four times what is linear is let pass, for more rows leave the caches, and a
-- hundredth of a second; what is quadratic is more than that.  What seems to be
-- is measured again, for other processes share our caches.
CREATE FUNCTION grows(what text, times float8, small text, small_query text, large text, large_query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	s float8;
	l float8;
BEGIN
	FOR try IN 1 .. 3 LOOP
		s := seconds(small, small_query, 0);
		l := seconds(large, large_query, 4 * times * s + 0.01);
		IF l <= 4 * times * s + 0.01 THEN
			RETURN 'ok - ' || what;
		END IF;
	END LOOP;
	RETURN format(E'not ok - %s\n# %s s and %s s', what, s, l);
END
$$;

-- 100 times as many labels are as many more result rows, which are not most of
-- the cost; labels times entrants would be
SELECT grows('adoption of 100 times as many labels, nobody being mature', 5,
	'few labels', $$plg.adoption(j, NULL, '2026-01-01', '400 days')$$, 'many labels', $$plg.adoption(j, NULL, '2026-01-01', '400 days')$$);
SELECT grows('adoption so far of 100 times as many labels', 5,
	'few labels', $$plg.adoption(j, NULL, '2026-01-01', NULL)$$, 'many labels', $$plg.adoption(j, NULL, '2026-01-01', NULL)$$);
SELECT grows('flows of 10,000,000 steps take no longer than of 1,000', 1,
	'long', $$plg.flows(j, NULL, 1000)$$, 'long', $$plg.flows(j, NULL, 10000000)$$);
SELECT grows(format('retention, %s, %s, in 20 times as many periods', mode, counting), 20,
	'long', format($$plg.retention(j, NULL, '2026-06-01', unit => 'day', periods => 50, mode => %L, counting => %L, average => true)$$, mode, counting),
	'long', format($$plg.retention(j, NULL, '2026-06-01', unit => 'day', periods => 1000, mode => %L, counting => %L, average => true)$$, mode, counting))
FROM unnest(array['rolling', 'calendar']) mode, unnest(array['on', 'on_or_after', 'on_or_before', 'streak']) counting;
-- an entity of each week's cohort, which looks at all periods after it: periods times cohorts
SELECT grows(format('recurring retention, %s, %s, in 10 times as many periods', mode, counting), 10,
	'long', format($$plg.retention(j, NULL, '2026-06-01', unit => 'day', periods => 30, mode => %L, counting => %L, recurring => true)$$, mode, counting),
	'long', format($$plg.retention(j, NULL, '2026-06-01', unit => 'day', periods => 300, mode => %L, counting => %L, recurring => true)$$, mode, counting))
FROM unnest(array['rolling', 'calendar']) mode, unnest(array['on', 'streak']) counting;
SELECT grows('retention in 16 times as many brackets', 16,
	'long', $$plg.retention(j, NULL, '2026-06-01', unit => 'day', brackets => (SELECT array_agg(n) FROM generate_series(1, 61) n))$$,
	'long', $$plg.retention(j, NULL, '2026-06-01', unit => 'day', brackets => (SELECT array_agg(n) FROM generate_series(1, 961) n))$$);
SELECT grows(reader || ' of 7 times as many periods', 7,
	'long', format($$plg.%s(j, '2026-01-01', 'week')$$, reader), 'long', format($$plg.%s(j, '2026-01-01', 'day')$$, reader))
FROM unnest(array['lifecycle', 'stickiness']) reader;
-- one entity has 8 times as many events: calls with options, and of all other readers, by labels that there are
\ir ../oracle/calls.sql
SET client_min_messages TO warning;
UPDATE calls.argument SET value = regexp_replace(value, '\m' || a || '\M', e, 'g') FROM (VALUES ('a', 'e1'), ('b', 'e5'), ('c', 'e7'), ('d', 'e9')) l (a, e)
WHERE value ~ '''' AND value ~ ('\m' || a || '\M');
UPDATE calls.argument SET value = '''{"e1": 1, "e5": 2}''' WHERE name = 'weights';
UPDATE calls.argument SET value = '''{"e1": "e5"}''' WHERE name = 'labels';
UPDATE calls.argument SET value = '''{e1,e5,e7}''' WHERE name = 'steps';
UPDATE calls.argument SET value = '''{e1,e5}''' WHERE name IN ('events', 'goals');
CREATE TABLE by_hand AS SELECT 'plg.' || call AS call FROM unnest(array[
	$$retention(j, NULL, '2026-01-01')$$, $$retention(j, NULL, '2026-01-01', unit => 'day', recurring => true)$$, $$retention(j, 'e1', '2026-01-01', 'e5', unit => 'day', periods => 200, counting => 'streak', recurring => true)$$, $$retention(j, NULL, '2026-01-01', min_count => 3, unit => 'day', counting => 'streak')$$,
	$$lifecycle(j, '2026-01-01', 'day')$$, $$stickiness(j, '2026-01-01', 'day')$$, $$adoption(j, NULL, '2026-01-01', '400 days')$$,
	$$flows(j, NULL, 100000000)$$, $$flows(j, 'e7', 100000000, 'before', collapse => true)$$, $$sessions(j, '30 seconds')$$,
	$$session_summary(j, '30 seconds')$$, $$slice(j, '2025-02-01', NULL)$$, $$only_events(j, '{e1,e5}')$$, $$relabel(j, '{"e1": "z", "e5": "a"}')$$]) call;
SELECT grows('one entity with 8 times as many events: ' || call, 8, 'light', call, 'heavy', call)
FROM (TABLE by_hand UNION ALL SELECT call FROM calls.others('plg.journeys', (SELECT string_agg(call, ' ') FROM by_hand))) c;
