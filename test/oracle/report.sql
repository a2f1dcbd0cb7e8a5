-- What checks report with: a line of TAP, how often a word stands in a plan,
-- whether two ratios are one.
CREATE FUNCTION report(good boolean, what text) RETURNS text IMMUTABLE LANGUAGE sql
	AS $$ SELECT CASE WHEN good THEN 'ok' ELSE 'not ok' END || ' - ' || what $$;

CREATE FUNCTION in_plan(word text, query text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	line text;
	n int := 0;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || query
	LOOP
		IF line ~ word THEN n := n + 1; END IF;
	END LOOP;
	RETURN n;
END $$;

\set near 1e-12
\ir near.sql
