-- Whether two numbers are one but for rounding, or neither is known: to within
-- :near of the wanted one, or of 1 if that is less, unless told otherwise.
CREATE FUNCTION near(got float8, want float8, tolerance float8 DEFAULT :near) RETURNS boolean IMMUTABLE LANGUAGE sql
	AS $$ SELECT CASE WHEN got IS NULL OR want IS NULL THEN got IS NULL AND want IS NULL ELSE abs(got - want) <= tolerance * greatest(abs(want), 1) END $$;
