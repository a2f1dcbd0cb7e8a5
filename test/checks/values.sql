-- slice, only_events, only_entities, except_entities and relabel give the very
-- bytes that the aggregate builds from the rows in question.
\ir ../oracle/events.sql
\ir ../oracle/real.sql
SELECT setseed(0.33) \g /dev/null

CREATE TABLE result (data text, what text, found boolean, equal boolean);
CREATE FUNCTION same(a plg.journeys, b plg.journeys) RETURNS boolean IMMUTABLE LANGUAGE sql
	AS $$ SELECT CASE WHEN a IS NULL OR b IS NULL THEN a IS NULL AND b IS NULL ELSE a OPERATOR(plg.=) b AND a::text = b::text END $$;

-- For the rows of typed, whose entities are text, bigint or uuid.
CREATE FUNCTION compare(data text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	since timestamptz;
	until timestamptz;
	labels text[];
	chosen text[];
	names jsonb;
BEGIN
	SELECT min(at) + (max(at) - min(at)) * random(), min(at) + (max(at) - min(at)) * random() INTO since, until FROM event;
	IF random() < 0.2 THEN since := NULL; END IF;
	IF random() < 0.2 THEN until := NULL; END IF;
	IF since > until THEN until := since; END IF;
	IF random() < 0.3 THEN SELECT at INTO until FROM event WHERE at >= coalesce(since, at) ORDER BY random() LIMIT 1; END IF;
	SELECT coalesce(array_agg(event), '{}') INTO labels FROM (SELECT event FROM event GROUP BY 1) e WHERE random() < 0.5;
	SELECT coalesce(array_agg(entity ORDER BY random()), '{}') INTO chosen FROM (SELECT entity::text FROM typed GROUP BY 1) e WHERE random() < 0.4;
	chosen := chosen || chosen[1:1];
	SELECT coalesce(jsonb_object_agg(event, (array['z', 'a', 'new', 'b'])[1 + floor(random() * 4)]), '{}') || '{"unknown": "x"}'
		INTO names FROM (SELECT event FROM event GROUP BY 1) e WHERE random() < 0.6;
	EXECUTE $q$
		INSERT INTO result
		SELECT $1, what, got IS NOT NULL, same(got, want)
		FROM (SELECT plg.journeys(entity, at, event) AS j FROM typed) v,
			LATERAL (SELECT 'slice', plg.slice(j, $2, $3),
					(SELECT plg.journeys(entity, at, event) FROM typed WHERE ($2 IS NULL OR at >= $2) AND ($3 IS NULL OR at < $3))
				UNION ALL SELECT 'only_events', plg.only_events(j, $4),
					(SELECT plg.journeys(entity, at, event) FROM typed WHERE event = ANY ($4))
				UNION ALL SELECT 'only_entities', plg.only_entities(j, $5),
					(SELECT plg.journeys(entity, at, event) FROM typed WHERE entity::text = ANY ($5))
				UNION ALL SELECT 'except_entities', plg.except_entities(j, $5),
					(SELECT plg.journeys(entity, at, event) FROM typed WHERE entity::text <> ALL ($5))
				UNION ALL SELECT 'both parts', plg.rollup(part), j FROM (SELECT plg.only_entities(j, $5) UNION ALL SELECT plg.except_entities(j, $5)) p (part)
				UNION ALL SELECT 'both slices', plg.rollup(part), j FROM (SELECT plg.slice(j, NULL, $3) UNION ALL SELECT plg.slice(j, $3, NULL) WHERE $3 IS NOT NULL) p (part)
				UNION ALL SELECT 'relabel', plg.relabel(j, $6),
					(SELECT plg.journeys(entity, at, coalesce($6 ->> event, event)) FROM typed)) s (what, got, want)$q$
		USING data, since, until, labels, chosen, names;
END
$$;
CREATE FUNCTION try(data text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	kind text;
BEGIN
	FOREACH kind IN ARRAY array['text', 'bigint', 'uuid'] LOOP
		EXECUTE format('CREATE TEMP TABLE typed ON COMMIT DROP AS SELECT (%s) AS entity, at, event FROM event',
			CASE kind WHEN 'text' THEN 'entity' WHEN 'bigint' THEN 'hashtextextended(entity, 0)' ELSE 'md5(entity)::uuid' END);
		PERFORM compare(data || ', ' || kind) FROM generate_series(1, 3);
		DROP TABLE typed;
	END LOOP;
END
$$;
CREATE PROCEDURE try_random(data_sets int) LANGUAGE plpgsql AS $$
BEGIN
	FOR data_set IN 1 .. data_sets LOOP
		PERFORM take_random();
		PERFORM try('random');
	END LOOP;
END
$$;
CALL try_random(40);
CREATE VIEW verdict AS
	SELECT CASE WHEN bool_and(equal) AND (SELECT bool_or(found) FROM result) THEN 'ok' ELSE 'not ok' END || ' - ' || what || ', ' || data || ': '
		|| count(*) || ' values, ' || count(*) FILTER (WHERE NOT found) || ' of them NULL' AS line
	FROM result GROUP BY data, what ORDER BY data, what;
SELECT line FROM verdict;

\if :load
\else
	\echo ok - values of shared data # SKIP shared data not found
	\quit
\endif
TRUNCATE result;
CREATE PROCEDURE try_real() LANGUAGE plpgsql AS $$
DECLARE
	d record;
BEGIN
	FOR d IN SELECT * FROM real_data WHERE name IN ('relax', 'sparkify') LOOP
		PERFORM take_real(d.name);
		PERFORM try(d.name);
	END LOOP;
END
$$;
CALL try_real();
SELECT line FROM verdict;
