-- Entries of docs/reference.md, out of the catalogue: signatures, defaults,
-- results, comments.  Which ones says a mark of the page: test/docs.awk makes
-- of <!-- functions: entities rollup(j) --> the variable names.  A name may
-- need the name of its first argument.  Overloads with one comment, which
-- differ in types or in a last argument that may be left out, share an entry.
\pset format unaligned
\pset tuples_only on

CREATE FUNCTION pg_temp.short(kind oid) RETURNS text
LANGUAGE sql AS $$
	SELECT replace(replace(replace(replace(replace(kind::regtype::text, 'plg.', ''), 'timestamp with time zone', 'timestamptz'),
		'timestamp without time zone', 'timestamp'), 'double precision', 'float8'), 'integer', 'int')
$$;

WITH functions AS (
	SELECT nth, p.*, p.oid::bigint AS id, coalesce(p.proallargtypes, p.proargtypes::oid[]) AS kinds, obj_description(p.oid, 'pg_proc') AS comment
	FROM regexp_split_to_table(:'names', ' +') WITH ORDINALITY w (wanted, nth)
	JOIN pg_proc p ON p.pronamespace = 'plg'::regnamespace AND wanted IN (p.proname, p.proname || '(' || p.proargnames[1] || ')')
), columns AS (
	SELECT nth, comment, id, i, name, kind, i > pronargs AS returned,
	       CASE WHEN i = pronargs AND provariadic <> 0 THEN 'VARIADIC ' ELSE '' END
	       || name || coalesce(' %s => ' || regexp_replace(pg_get_function_arg_default(id::oid, i::int), '::[a-z ]+(\[\])?$', ''), ' %s') AS told
	FROM functions f, unnest(kinds, proargnames) WITH ORDINALITY u (kind, name, i)
	UNION ALL
	SELECT nth, comment, id, 100 + attnum, attname, atttypid, true, attname || ' %s'
	FROM functions JOIN pg_class c ON c.reltype = prorettype, pg_attribute a
	WHERE a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped
), types AS (  -- all that one column may be
	SELECT nth, comment, returned, i, format(told, string_agg(kind, ' | ' ORDER BY since)) AS told, sum(times) AS times
	FROM (SELECT nth, comment, returned, i, told, count(*) AS times, min(id) AS since,
	             pg_temp.short(kind) AS kind
	      FROM columns GROUP BY nth, comment, returned, i, told, kind) t
	GROUP BY nth, comment, returned, i, told
), entries AS (
	SELECT nth, comment, min(proname) AS name, count(*) AS overloads, bool_or(prokind = 'a') AS aggregate, bool_or(proretset) AS several,
	       min(pg_temp.short(prorettype)) AS result
	FROM functions GROUP BY nth, comment
)
SELECT CASE WHEN name IS DISTINCT FROM lag(name) OVER (ORDER BY nth, arguments COLLATE "C") THEN '### ' || name || E'\n\n' ELSE '' END
	|| replace(regexp_replace(
		'`' || name || '(' || arguments || ')` → ' || CASE WHEN aggregate THEN 'aggregate, ' ELSE '' END
		|| CASE WHEN results IS NULL THEN '`' || result || '`' ELSE CASE WHEN several THEN 'rows of `' ELSE 'one row of `' END || results || '`' END
		|| E'\n\n' || replace(comment, '*', '\*'),
		-- in lines, none of which begins like an item of a list
		'(.{1,117})(?: +(?![-+=|\\\d])|$)', E'\\1\n', 'gn'), E'\n\n\n', E'\n\n')
FROM entries e,
     LATERAL (SELECT string_agg(CASE WHEN times < overloads THEN '[, ' || told || ']' WHEN i > 1 THEN ', ' || told ELSE told END, '' ORDER BY i) FILTER (WHERE NOT returned) AS arguments,
                     string_agg(told, ', ' ORDER BY i) FILTER (WHERE returned) AS results
              FROM types t WHERE (t.nth, t.comment) = (e.nth, e.comment)) c
ORDER BY nth, arguments COLLATE "C";
