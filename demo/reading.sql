-- How your files become the tables users, events and subscriptions.  What the
-- files say stands in schema files first, every field a text: the rows of
-- events in files.raw_events, and in the view files.events under our names.

CREATE SCHEMA files;
SET search_path = files, public;
CREATE TABLE public.users (line bigint, entity text, at timestamptz);
CREATE TABLE public.events (line bigint, entity text, at timestamptz, event text);
CREATE TABLE public.subscriptions (line bigint, account text, mrr numeric, "from" timestamptz, "to" timestamptz);

-- A field, NULL where it says that there is nothing.
CREATE FUNCTION given(field text) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN CASE WHEN field = '' OR field = '\N' OR lower(field) = 'null' THEN NULL ELSE field END;

-- A field of a JSON object, "a.b" in an object inside it; and what there is.
CREATE FUNCTION member(object jsonb, name text) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN coalesce(object ->> name, object #>> string_to_array(name, '.'));
CREATE FUNCTION members(object jsonb) RETURNS SETOF text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	WITH outer_names AS (
		SELECT key, value FROM jsonb_each(CASE jsonb_typeof(object) WHEN 'object' THEN object ELSE '{}' END)
	)
	SELECT key FROM outer_names WHERE jsonb_typeof(value) <> 'object'
	UNION ALL
	SELECT o.key || '.' || i.key FROM outer_names AS o,
		jsonb_each(CASE jsonb_typeof(o.value) WHEN 'object' THEN o.value ELSE '{}' END) AS i;
END;

-- How a time is written: so many units a second since 1970, or in a way that
-- PostgreSQL reads as it is meant, or in one that it might not.
CREATE FUNCTION time_form(field text) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN CASE
		WHEN field ~ '^\s*\d{8}\s*$' THEN 'date'
		WHEN field ~ '^\s*[+-]?\d+([.,]\d*)?([eE][+-]?\d+)?\s*$' THEN
			CASE length(substring(field FROM '^\s*(\d+)(?:\.\d*)?\s*$'))
				WHEN 9 THEN 'seconds' WHEN 10 THEN 'seconds'
				WHEN 12 THEN 'milliseconds' WHEN 13 THEN 'milliseconds'
				WHEN 15 THEN 'microseconds' WHEN 16 THEN 'microseconds'
				WHEN 18 THEN 'nanoseconds' WHEN 19 THEN 'nanoseconds'
				ELSE 'number' END
		WHEN field ~* '(gmt|utc)\s*[+-]\s*\d' THEN 'offset'
		WHEN field ~ '^\s*([[:alpha:]]+[, ]\s*)?\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}' THEN 'ambiguous'
		ELSE 'date' END;

CREATE FUNCTION time_of(field text, form text) RETURNS timestamptz
	LANGUAGE sql STABLE PARALLEL SAFE
	RETURN CASE form
		WHEN 'date' THEN field::timestamptz
		ELSE to_timestamp((field::numeric / CASE form
			WHEN 'seconds' THEN 1 WHEN 'milliseconds' THEN 1e3 WHEN 'microseconds' THEN 1e6 WHEN 'nanoseconds' THEN 1e9 END)::float8) END;

-- The line of the file in which a row begins: a quoted field may take several.
CREATE FUNCTION file_line(file name, row_line bigint) RETURNS bigint
	LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
	further bigint;
BEGIN
	EXECUTE format($q$SELECT sum(length(whole) - length(replace(whole, E'\n', ''))) FROM files.%I WHERE line < $1$q$, file)
		INTO further USING row_line;
	RETURN row_line + coalesce(further, 0);
END $$;

-- The same with what a field of it says, for a message.
CREATE FUNCTION at_line(file name, field name, row_line bigint) RETURNS text
	LANGUAGE plpgsql STRICT SET search_path FROM CURRENT AS $$
DECLARE
	said text;
BEGIN
	EXECUTE format('SELECT %I FROM files.%I WHERE line = $1', field, file) INTO said USING row_line;
	RETURN format('line %s: %s "%s"', file_line(file, row_line), field, said);
END $$;

-- The first row of a table with which a command fails ($1 has the row's fields).
CREATE FUNCTION first_refused(rows regclass, fields name[], command text, OUT row_line bigint, OUT refusal text)
	LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
	said text[];
	detail text;
BEGIN
	FOR row_line, said IN EXECUTE format('SELECT line, ARRAY[%s] FROM %s ORDER BY line',
		(SELECT string_agg(format('%I::text', f), ', ' ORDER BY n) FROM unnest(fields) WITH ORDINALITY AS u (f, n)), rows)
	LOOP
		BEGIN
			EXECUTE command USING said;
		EXCEPTION WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
			refusal := concat_ws('. ', sqlerrm, nullif(detail, ''));
			RETURN;
		END;
	END LOOP;
	row_line := NULL;
END $$;

-- In which form a column has its times; an error if it is not clear.
CREATE FUNCTION times_form(file name, field name, dates text) RETURNS text
	LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
	forms text[];
	lines bigint[];
	odd bigint;
	day_first bigint;
	month_first bigint;
BEGIN
	EXECUTE format($q$
		SELECT array_agg(form ORDER BY line), array_agg(line ORDER BY line)
		FROM (SELECT CASE WHEN f = 'ambiguous' AND $1 <> '' THEN 'date' ELSE f END AS form, min(line) AS line
			FROM (SELECT line, time_form(%1$I) AS f FROM files.%2$I WHERE %1$I IS NOT NULL) AS t GROUP BY 1) AS t$q$, field, file)
		INTO forms, lines USING dates;

	odd := lines[array_position(forms, 'number')];
	IF odd IS NOT NULL THEN
		RAISE '% is a number, but none of seconds, milliseconds, microseconds or nanoseconds since 1970',
			at_line(file, field, odd) USING HINT = 'a spreadsheet that counts days can export them as dates: 2026-03-31 17:05:00';
	END IF;
	odd := lines[array_position(forms, 'offset')];
	IF odd IS NOT NULL THEN
		RAISE '%: PostgreSQL would take such an offset for one to the west', at_line(file, field, odd)
			USING HINT = 'write the offset alone, as in 2026-03-31 17:05:00+02';
	END IF;
	odd := lines[array_position(forms, 'ambiguous')];
	IF odd IS NOT NULL THEN
		EXECUTE format($q$
			SELECT min(line) FILTER (WHERE p[1]::int > 12), min(line) FILTER (WHERE p[2]::int > 12)
			FROM (SELECT line, regexp_match(%I, '(\d+)[-/.](\d+)[-/.]') AS p FROM files.%I WHERE time_form(%1$I) = 'ambiguous') AS t$q$, field, file)
			INTO day_first, month_first;
		RAISE '% could be day first or month first', at_line(file, field, odd)
			USING HINT = 'say which: DATES=DMY is day first, DATES=MDY month first, DATES=YMD year first'
				|| coalesce('; not month first: ' || at_line(file, field, day_first), '')
				|| coalesce('; not day first: ' || at_line(file, field, month_first), '');
	END IF;
	IF cardinality(forms) > 1 THEN
		RAISE '% is of another form (%) than % (%)', at_line(file, field, lines[2]), forms[2], at_line(file, field, lines[1]), forms[1]
			USING HINT = 'write all times of a column in one form, and leave it empty where there is none';
	END IF;
	RETURN coalesce(forms[1], 'date');
END $$;

-- What is worth saying of how a column's times were read.
CREATE FUNCTION times_note(file name, field name, form text, dates text) RETURNS text
	LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
	notes text[];
BEGIN
	IF form <> 'date' THEN
		RETURN form || ' since 1970';
	END IF;
	EXECUTE format($q$
		SELECT ARRAY[
			CASE WHEN bool_or(time_form(%1$I) = 'ambiguous') THEN 'in the order ' || $1 END,
			CASE WHEN bool_or(%1$I ~* ':\d\d(\.\d+)?\s*([ap]m)?\s*$' AND %1$I !~ '[-+]\d\d?:\d\d\s*$') THEN 'UTC where no zone is given' END]
		FROM files.%2$I$q$, field, file) INTO notes USING dates;
	RETURN nullif(array_to_string(notes, ', '), '');
END $$;

-- Fills a table from the file of the same name; the notes on its times, by column.
CREATE FUNCTION take(file name, dates text) RETURNS SETOF text
	LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
	fields name[];
	types regtype[];
	form text;
	pattern text;
	of_rows text := 'line';
	of_one text := '';
	refused record;
BEGIN
	SELECT array_agg(attname ORDER BY attnum), array_agg(atttypid ORDER BY attnum) INTO fields, types
	FROM pg_attribute WHERE attrelid = ('public.' || quote_ident(file))::regclass AND attnum > 1;
	FOR i IN 1 .. cardinality(fields) LOOP
		pattern := CASE types[i] WHEN 'numeric'::regtype THEN '%s::numeric' ELSE '%s' END;
		IF types[i] = 'timestamptz'::regtype THEN
			form := times_form(file, fields[i], dates);
			RETURN NEXT fields[i] || '|' || coalesce(times_note(file, fields[i], form, dates), '');
			pattern := format('files.time_of(%%s, %L)', form);
		END IF;
		of_rows := of_rows || ', ' || format(pattern, quote_ident(fields[i]));
		of_one := of_one || ', ' || format(pattern, '$1[' || i || ']');
	END LOOP;
	EXECUTE format('INSERT INTO public.%I SELECT %s FROM files.%1$I', file, of_rows);
EXCEPTION WHEN data_exception THEN
	refused := first_refused(('files.' || quote_ident(file))::regclass, fields, 'SELECT ' || substr(of_one, 3));
	IF refused.row_line IS NULL THEN
		RAISE;
	END IF;
	RAISE 'line %: %', file_line(file, refused.row_line), refused.refusal;
END $$;
