-- What a live value must be, for the tests of live values: SELECT same('what has
-- been done') compares it with its rows, refreshes it, and compares it again.
CREATE SCHEMA app;
SET search_path TO app, public;
CREATE FUNCTION line(passed boolean, what text, detail text DEFAULT NULL) RETURNS text LANGUAGE sql AS
	$$ SELECT CASE WHEN passed THEN 'ok - ' ELSE 'not ok - ' END || what || CASE WHEN passed THEN '' ELSE coalesce(E'\n# ' || replace(detail, E'\n', ' '), '') END $$;

-- what each live value is to be: a query for entity, at and event
CREATE TABLE base (live text PRIMARY KEY, query text);
CREATE FUNCTION differs(live text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	same boolean; by_bucket boolean; n bigint; m bigint;
BEGIN
	EXECUTE format('SELECT coalesce(l.j OPERATOR(plg.=) b.j, l.j IS NULL AND b.j IS NULL), plg.events(l.j), plg.events(b.j),
		(SELECT coalesce(plg.rollup(k.j) OPERATOR(plg.=) b.j, plg.rollup(k.j) IS NULL AND b.j IS NULL) FROM app.%I k)
		FROM app.%I l, (SELECT plg.journeys(q.entity, q.at, q.event) FROM (%s) q (entity, at, event)) b (j)',
		live || '_by_bucket', live, (SELECT b.query FROM app.base b WHERE b.live = differs.live)) INTO same, n, m, by_bucket;
	RETURN CASE WHEN same AND by_bucket THEN NULL ELSE format('%s of %s events', n, m) END;
EXCEPTION WHEN others THEN
	RETURN SQLERRM;
END $$;
-- now, and after a refresh, which leaves it sealed, or says that it cannot
CREATE FUNCTION same(what text, sealed boolean DEFAULT true, live text DEFAULT 'l') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	before text := app.differs(live); said text; status record; later text;
BEGIN
	said := plg.live_refresh('app.' || quote_ident(live));
	SELECT s.sealed, s.pending, s.reason INTO status FROM plg.live_status('app.' || quote_ident(live)) s;
	later := app.differs(live);
	RETURN app.line(before IS NULL AND later IS NULL AND status.sealed = same.sealed AND (NOT status.sealed OR status.pending = 0), what,
		format('before: %s; refresh: %s; after: %s, %s', coalesce(before, 'same'), said, coalesce(later, 'same'), status));
EXCEPTION WHEN others THEN
	RETURN app.line(false, what, format('before: %s; %s', coalesce(before, 'same'), SQLERRM));
END $$;
