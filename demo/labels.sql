-- The names that a label argument stands for, as plg reads it: 'a|b' is a or b,
-- and '\|' a bar in a name.
CREATE FUNCTION labels(argument text) RETURNS text[]
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN string_to_array(replace(regexp_replace(argument, '(?<!\\)\|', E'\n|', 'g'), '\|', '|'), E'\n|');
