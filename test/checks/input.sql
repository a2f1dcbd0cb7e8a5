-- Arbitrary bytes and text into the types' input functions: mutants of valid
-- values, through text and through binary COPY.  Each is refused with a clean
-- error, or is a valid value: it comes back out as it went in, is the one form
-- of its contents, and readers read it: some in each, and in turns all that the
-- catalogue has.  MUTANTS=n sets how many there are of each type (a crash ends this
-- script, and that is a failure).
SET timezone TO 'UTC';
SET client_min_messages TO warning;
\set mutants 34000
\getenv mutants MUTANTS
CREATE SCHEMA input;

-- What must hold of a value of each type, as a condition on the column "value".
CREATE TABLE input.noun (type text, reads text);
INSERT INTO input.noun VALUES ('journeys', $$
	plg.rollup(value)::text = min(value::text)
	AND count(plg.first_at(value)) = 1 AND count(plg.last_at(value)) = 1
	AND sum(plg.events(value)) = sum((SELECT count(*) FROM plg.unnest(value)))
	AND sum(plg.entities(value)) = sum((SELECT count(DISTINCT entity) FROM plg.unnest(value)))
	AND sum(plg.events(value)) = sum((SELECT sum(s.events) FROM plg.event_summary(value) s))
	AND count(plg.conversion(value, NULL, 'b', NULL)) >= 0 AND count(plg.activation_rate(value, 'a', 'b|c', '1 day', 'infinity')) >= 0
	AND count((SELECT count(*) FROM plg.conversions(value, 'a', 'b', NULL, tz => 'Asia/Kolkata'))) = 1
	AND count((SELECT count(*) FROM plg.cohort_conversion(value, 'a', 'b', NULL, periods => 2))) = 1
	AND bool_and(input.rebuilt(value) = value::text)$$),
	('conversion', $$
	plg.rollup(value)::text = min(value::text)
	AND sum(plg.entered(value)) = sum(plg.converted(value) + plg.waiting(value))
	AND count((SELECT entered FROM plg.activation(value, '1 day', 'censor'))) = 1
	AND count(plg.ttv(value, 0.5, '7 days')) >= 0 AND count(plg.ttv_of_all(value, 0.5)) >= 0 AND count(plg.ttv_observed(value, 0.9)) >= 0
	AND count((SELECT count(*) FROM plg.conversion_curve(value, '1 day', '5 days'))) = 1$$),
	('ledger', $$
	plg.rollup(value)::text = min(value::text)
	AND count(plg.mrr(value, '2026-03-01')) >= 0 AND count(plg.nrr(value, '2026-02-01', '2026-03-01')) >= 0
	AND count((SELECT count(*) FROM plg.movements(value, 'month', '2026-01-01', '2026-06-01'))) = 1$$);
DELETE FROM input.noun WHERE to_regtype('plg.' || type) IS NULL;

-- The value made again from its own rows, whichever type its entities have.
CREATE FUNCTION input.rebuilt(value plg.journeys) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT plg.journeys(entity, at, event) FROM plg.unnest_as(NULL::bigint, value))::text;
EXCEPTION WHEN OTHERS THEN
	BEGIN
		RETURN (SELECT plg.journeys(entity, at, event) FROM plg.unnest_as(NULL::uuid, value))::text;
	EXCEPTION WHEN OTHERS THEN
		RETURN (SELECT plg.journeys(entity, at, event) FROM plg.unnest_as(NULL::text, value))::text;
	END;
END
$$;

CREATE TABLE input.seed (type text, text text, bytes bytea);
DO $$
DECLARE
	make text;
	send text;
	noun text;
BEGIN
	FOR noun, make IN
		SELECT 'journeys', format('SELECT plg.journeys(%s, %s, %s) FROM generate_series(1::bigint, %s) n', e, t, l, rows)
		FROM (VALUES ('n % 3', 1), ('n % 3 - 1', 10), ('md5((n % 4)::text)::uuid', 30), ('(n % 5)::text', 40), ('''Zoë '' || n % 200', 1200), ('n * n % 700', 3000)) e(e, rows),
			(VALUES ('''2026-01-01''::timestamptz + make_interval(secs => n * 7919 % 100000)'), ('''2026-01-01''::date + (n % 9)::int')) t(t),
			(VALUES ('(ARRAY[''a'', ''b'', ''c'', ''ключ''])[1 + n % 4]'), ('''event '' || n * n % 300')) l(l)
		UNION ALL SELECT 'conversion', format('SELECT plg.conversion(''2026-01-01''::timestamptz + make_interval(secs => n * 7919 %% 100000),
				CASE WHEN n %% 3 > 0 THEN ''2026-01-03''::timestamptz + make_interval(secs => n * n %% 1000000) END,
				CASE WHEN n %% 5 = 0 THEN ''infinity'' ELSE ''2026-02-01'' END::timestamptz) FROM generate_series(1::bigint, %s) n', rows)
		FROM (VALUES (1), (2), (50), (3000)) r(rows)
		UNION ALL SELECT 'ledger', format('SELECT plg.ledger(%s, (n * 7 %% 100) / 4.0, tstzrange(''2026-01-01''::timestamptz + make_interval(days => (n %% 90)::int),
				CASE WHEN n %% 3 > 0 THEN ''2026-04-01''::timestamptz + make_interval(days => (n * n %% 60)::int) END)%s) FROM generate_series(1::bigint, %s) n', a, c, rows)
		FROM (VALUES ('n', 1, ''), ('n % 4', 20, ', ''€'''), ('md5((n % 50)::text)::uuid', 300, ''), ('''acct '' || n % 70', 500, ', ''USD''')) r(a, rows, c)
		UNION ALL SELECT 'ledger', format('SELECT plg.keep_customers(plg.ledger(n %% 5, n, at, at + ''20 days''::interval, ''USD''), plg.ledger(n %% 7, 1, at, at + ''50 days''::interval))
			FROM generate_series(1::bigint, %s) n, LATERAL (SELECT ''2026-01-01''::timestamptz + make_interval(days => (n * n %% 400)::int)) t (at)', rows)
		FROM unnest('{1,9,60}'::int[]) rows
	LOOP
		CONTINUE WHEN noun NOT IN (SELECT type FROM input.noun);
		SELECT typsend::text INTO send FROM pg_type WHERE oid = ('plg.' || noun)::regtype;
		EXECUTE format('INSERT INTO input.seed SELECT %L, v::text, %s(v) FROM (%s) s(v)', noun, send, make);
	END LOOP;
END
$$;

\ir ../oracle/mutants.sql
\ir ../oracle/calls.sql

CREATE TABLE input.outcome (type text, way text, refused bigint, accepted bigint, wrong text);

-- So many readers, the next in turn, read a mutant that is accepted: an answer, or an error of the caller's.
CREATE TABLE input.reader AS
	SELECT row_number() OVER (PARTITION BY value ORDER BY name) - 1 AS n, substring(value::text FROM '\.(.*)') AS type, name,
		format('SELECT count(r) FROM (SELECT $1::%s) v(%s), %s r', value, left(substring(value::text FROM '\.(.*)'), 1), call) AS query, 0 AS calls, 0 AS answers
	FROM calls.reader;
CREATE FUNCTION input.read(noun text, mutant text, first bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	reader input.reader;
	answered int;
	state text;
BEGIN
	FOR reader IN SELECT r.* FROM input.reader r, generate_series(first, first + 1) turn
		WHERE type = noun AND r.n = turn % (SELECT count(*) FROM input.reader o WHERE o.type = noun) LOOP
		answered := 1;
		BEGIN
			EXECUTE reader.query USING mutant;
		EXCEPTION WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE;
			-- entities of another type, an unfinished ledger
			IF state NOT LIKE '22%' AND state NOT IN ('0A000', '54000', '42804', '55000') THEN
				RETURN format('%s: SQLSTATE %s, %s', reader.query, state, sqlerrm);
			END IF;
			answered := 0;
		END;
		UPDATE input.reader r SET calls = calls + 1, answers = answers + answered WHERE r.type = noun AND r.name = reader.name;
	END LOOP;
	RETURN NULL;
END
$$;

CREATE PROCEDURE input.try_mutants(noun text, way text, runs int)
LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
	condition text := (SELECT reads FROM input.noun n WHERE n.type = noun);
	file text := current_setting('data_directory') || '/mutant';
	seeds input.seed[] := (SELECT array_agg(s ORDER BY length(bytes)) FROM input.seed s WHERE s.type = noun);
	short int := (SELECT count(*) FROM input.seed s WHERE s.type = noun AND length(bytes) <= 4000);
	s input.seed;
	bytes bytea;
	mutant text;
	same text;
	good boolean;
	refused bigint := 0;
	accepted bigint := 0;
	state text;
BEGIN
	EXECUTE format('CREATE TEMP TABLE IF NOT EXISTS %I (value plg.%I)', 'value_' || noun, noun);
	FOR run IN 1..runs LOOP
		s := seeds[1 + run % cardinality(seeds)];
		-- long ones take long
		IF length(s.bytes) > 4000 AND run % 5 > 0 THEN
			s := seeds[1 + run % short];
		END IF;
		bytes := mutants.mutant(s.bytes, (seeds[1 + mutants.random_int(cardinality(seeds))]).bytes);
		mutant := CASE WHEN way = 'text' THEN mutants.mutant(s.text) ELSE translate(encode(bytes, 'base64'), E'\n', '') END;
		BEGIN
			IF way = 'binary' THEN
				EXECUTE format('COPY (SELECT %L::bytea) TO %L (FORMAT binary)', bytes, file);
				EXECUTE format('COPY %I FROM %L (FORMAT binary)', 'value_' || noun, file);
				-- refused, it has left no row; TRUNCATE takes longer than all else
				EXECUTE format('SELECT value::text FROM %I', 'value_' || noun) INTO STRICT mutant;
				EXECUTE format('TRUNCATE %I', 'value_' || noun);
			ELSE
				EXECUTE format('SELECT $1::plg.%I::text', noun) INTO mutant USING mutant;
			END IF;
		EXCEPTION WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE;
			refused := refused + 1;
			IF state NOT LIKE '22%' AND state NOT IN ('0A000', '54000', '08P01', '22P03') THEN
				INSERT INTO input.outcome VALUES (noun, way, refused, accepted, format('SQLSTATE %s, %s: %s', state, sqlerrm, left(mutant, 2000)));
				RETURN;
			END IF;
			CONTINUE;
		END;
		accepted := accepted + 1;
		BEGIN
			-- it came out as mutant: that must go in again, and come out the same
			EXECUTE format('SELECT (%s) AND min(value::text) = $1 FROM (SELECT $1::plg.%I) v(value)', condition, noun)
				INTO good USING mutant;
		EXCEPTION WHEN OTHERS THEN
			-- the one thing that a value may be and its readers do not read
			good := noun = 'ledger' AND sqlerrm LIKE '%unfinished state of ledger_changes%';
			state := sqlerrm;
		END;
		IF good IS NOT TRUE THEN
			INSERT INTO input.outcome VALUES (noun, way, refused, accepted, format('accepted, but not sound (%s): %s', coalesce(state, 'a reader disagrees'), left(mutant, 2000)));
			RETURN;
		END IF;
		state := input.read(noun, mutant, 2 * accepted);
		IF state IS NOT NULL THEN
			INSERT INTO input.outcome VALUES (noun, way, refused, accepted, format('accepted, but not read (%s): %s', state, left(mutant, 2000)));
			RETURN;
		END IF;
	END LOOP;
	INSERT INTO input.outcome VALUES (noun, way, refused, accepted);
END
$$;

-- Few through binary COPY: each needs a file, which may take longer than a
-- hundred others, and behind it stands the same validator.
SELECT setseed(0.7);
SELECT format('CALL input.try_mutants(%L, %L, %s)', type, way, :mutants * share / 100)
FROM input.noun, (VALUES ('bytes as text', 89), ('text', 10), ('binary', 1)) w(way, share) \gexec
SELECT CASE WHEN wrong IS NULL AND refused > 0 THEN 'ok' ELSE 'not ok' END || format(' - %s: %s mutants through %s are refused or valid',
	type, refused + accepted, way) || coalesce(E'\n# ' || wrong, '')
FROM input.outcome;
SELECT format('# %s %s: %s refused, %s accepted', type, way, refused, accepted) FROM input.outcome;

SELECT CASE WHEN count(*) > 0 AND min(calls) >= :mutants / 1000 AND min(answers) > 0 THEN 'ok' ELSE 'not ok' END
	|| format(' - %s: each of %s readers reads mutants, %s calls, of which %s answer', type, count(*), sum(calls), sum(answers))
	|| coalesce(E'\n# but not ' || string_agg(name, ', ') FILTER (WHERE answers = 0), '')
FROM input.noun LEFT JOIN input.reader USING (type) GROUP BY type;

-- an intact value does pass, both ways, so that refusing is no idle talent
CREATE PROCEDURE input.try_intact(noun text)
LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
	good boolean;
	s input.seed;
BEGIN
	FOR s IN SELECT * FROM input.seed WHERE type = noun LOOP
		EXECUTE format('SELECT %s AND min(value::text) = $1 FROM (SELECT $1::plg.%I) v(value)',
			(SELECT reads FROM input.noun n WHERE n.type = noun), noun) INTO good USING s.text;
		IF good IS NOT TRUE THEN
			INSERT INTO input.outcome VALUES (noun, 'intact', 0, 0, left(s.text, 2000));
			RETURN;
		END IF;
	END LOOP;
	INSERT INTO input.outcome VALUES (noun, 'intact', 0, 1);
END
$$;
SELECT format('CALL input.try_intact(%L)', type) FROM input.noun \gexec
SELECT CASE WHEN wrong IS NULL THEN 'ok' ELSE 'not ok' END || format(' - %s: intact values pass', type) || coalesce(E'\n# ' || wrong, '')
FROM input.outcome WHERE way = 'intact';

-- a value of a future format is refused as one, not as a damaged one
CREATE FUNCTION input.refusal(command text) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE command;
	RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
	RETURN sqlstate || ' ' || sqlerrm;
END
$$;
CREATE TABLE input.future AS
SELECT type, way, CASE way WHEN 'text' THEN input.refusal(format('SELECT %L::plg.%I', translate(encode(newer, 'base64'), E'\n', ''), type))
	ELSE input.refusal(format('COPY (SELECT %L::bytea) TO %L (FORMAT binary)', newer, file))
		|| input.refusal(format('COPY %I FROM %L (FORMAT binary)', 'value_' || type, file)) END AS answer
FROM input.seed, (VALUES (2), (3), (255)) v(version), (VALUES ('text'), ('binary')) w(way),
	LATERAL (SELECT set_byte(bytes, 4, version) AS newer, current_setting('data_directory') || '/mutant' AS file) n
WHERE way = 'text' OR length(bytes) < 200;
SELECT CASE WHEN count(*) > 0 AND bool_and(answer ~ ('^(accepted)?0A000 .*plg\.' || type || ' was written by a newer version')) THEN 'ok' ELSE 'not ok' END
	|| format(' - %s: a future format is refused as one, through %s', type, way) || coalesce(E'\n# ' || min(answer) FILTER (WHERE answer !~ 'newer version'), '')
FROM input.noun LEFT JOIN input.future USING (type) GROUP BY type, way;

-- since PostgreSQL 16 input can be asked without an error
SELECT current_setting('server_version_num')::int >= 160000 AS soft_errors \gset
\if :soft_errors
SELECT CASE WHEN bool_and(pg_input_is_valid(text, 'plg.' || type)) AND NOT bool_or(pg_input_is_valid('A' || text, 'plg.' || type))
	THEN 'ok' ELSE 'not ok' END || format(' - %s: pg_input_is_valid', type)
FROM input.seed GROUP BY type;
\endif
