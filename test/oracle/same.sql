-- Whether a query gives one value, of any type of plg's, with the bytes of the one in
-- a table.
CREATE FUNCTION same(query text, reference text DEFAULT 'reference') RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	result boolean;
BEGIN
	EXECUTE format('SELECT count(*) = 1 AND bool_and(v.x::text = r.x::text) FROM (%s) v (x), %s r (x)', query, reference) INTO result;
	RETURN result;
END $$;
