-- Mutants of bytes and of text, for checks of hostile input.
CREATE SCHEMA mutants;

CREATE FUNCTION mutants.random_int(n int) RETURNS int LANGUAGE sql VOLATILE AS $$ SELECT floor(random() * n)::int $$;

CREATE FUNCTION mutants.mutant(b bytea, other bytea) RETURNS bytea
LANGUAGE plpgsql AS $$
DECLARE
	-- half of all changes hit the head, where the directories are
	at int := CASE WHEN random() < 0.5 THEN mutants.random_int(least(length(b), 48)) ELSE mutants.random_int(length(b)) END;
	size int := 1 + mutants.random_int(8);
BEGIN
	FOR change IN 1..1 + mutants.random_int(3) LOOP
		EXIT WHEN length(b) < 2;
		at := least(at, length(b) - 1);
		CASE mutants.random_int(9)
			WHEN 0 THEN b := set_byte(b, at, get_byte(b, at) # (1 << mutants.random_int(8)));
			WHEN 1 THEN b := set_byte(b, at, (ARRAY[0, 1, 127, 128, 255])[1 + mutants.random_int(5)]);
			WHEN 2 THEN b := set_byte(b, at, (get_byte(b, at) + 1) % 256);
			WHEN 3 THEN b := substring(b, 1, at) || substring(b, at + size);
			WHEN 4 THEN b := substring(b, 1, at) || decode(substring(md5(random()::text), 1, 2 * size), 'hex') || substring(b, at + 1);
			WHEN 5 THEN b := substring(b, 1, at);
			WHEN 6 THEN b := overlay(b placing decode(repeat('ff', size), 'hex') from at + 1);
			WHEN 7 THEN b := b || decode(repeat('00', size), 'hex');
			WHEN 8 THEN b := substring(b, 1, at) || substring(other, at + 1);
		END CASE;
		at := mutants.random_int(greatest(length(b), 1));
	END LOOP;
	RETURN b;
END
$$;

CREATE FUNCTION mutants.mutant(t text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	at int := mutants.random_int(length(t));
	junk text := (ARRAY['', '=', ' ', E'\n', 'A', '/', '!', 'é', E'\\', '\x00'])[1 + mutants.random_int(10)];
BEGIN
	RETURN substring(t, 1, at) || junk || substring(t, at + 1 + mutants.random_int(3));
END
$$;
