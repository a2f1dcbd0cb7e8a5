-- Comparing what a check got with what it expected.
--
-- Both queries give (key text, exact text, floats float8[]): keys are matched,
-- exact parts must be equal, floats within 1e-12 of each other.  An expectation
-- without rows proves nothing and is a failure, unless a check says it may be.

CREATE FUNCTION oracle.close(a float8[], b float8[], tolerance float8 DEFAULT 1e-12) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(cardinality(a), 0) = coalesce(cardinality(b), 0) AND coalesce(bool_and(
		CASE WHEN x IS NULL OR y IS NULL THEN x IS NULL AND y IS NULL
			ELSE abs(x - y) <= tolerance * greatest(1, abs(y)) END), true)
	FROM unnest(a, b) f(x, y)
$$;

-- The differences, at most five, as one text; '' when there are none.
CREATE FUNCTION oracle.difference(got text, expected text, may_be_empty boolean DEFAULT false,
	tolerance float8 DEFAULT 1e-12)
RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	found text;
	rows bigint;
BEGIN
	EXECUTE format($query$
		WITH got AS MATERIALIZED (SELECT *, row_number() OVER (PARTITION BY key) AS nth FROM (%s) g(key, exact, floats)),
		expected AS MATERIALIZED (SELECT *, row_number() OVER (PARTITION BY key) AS nth FROM (%s) e(key, exact, floats))
		SELECT (SELECT count(*) FROM expected), string_agg(line, E'\n')
		FROM (SELECT format('# got %%s %%s %%s, expected %%s %%s %%s',
					coalesce(g.key, '(no row)'), g.exact, g.floats, coalesce(e.key, '(no row)'), e.exact, e.floats) AS line
			FROM got g FULL JOIN expected e ON g.key = e.key AND g.nth = e.nth
			WHERE g.key IS NULL OR e.key IS NULL OR g.exact IS DISTINCT FROM e.exact
				OR g.floats IS DISTINCT FROM e.floats AND NOT oracle.close(g.floats, e.floats, $1)
			ORDER BY coalesce(g.key, e.key) LIMIT 5) d$query$, got, expected) INTO rows, found USING tolerance;
	IF rows = 0 AND NOT may_be_empty THEN
		RETURN concat_ws(E'\n', '# nothing was expected', found);
	END IF;
	RETURN coalesce(found, '');
END
$$;

CREATE FUNCTION oracle.line(what text, passed boolean) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN passed THEN 'ok - ' ELSE 'not ok - ' END || what
$$;

CREATE FUNCTION oracle.compare(what text, got text, expected text, may_be_empty boolean DEFAULT false,
	tolerance float8 DEFAULT 1e-12)
RETURNS text
LANGUAGE sql AS $$
	SELECT oracle.line(what, d = '') || CASE WHEN d = '' THEN '' ELSE E'\n' || d END
	FROM oracle.difference(got, expected, may_be_empty, tolerance) d
$$;
