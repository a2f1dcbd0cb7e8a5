-- To be read by psql's \ir: statistics in plain SQL, for checks that hold plg
-- against it.

-- erfc by its series, and far out by its continued fraction
CREATE FUNCTION erfc_of(x float8) RETURNS float8 IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
	term float8 := x;
	sum float8 := x;
	fraction float8 := 0;
BEGIN
	IF x > 26 THEN
		RETURN 0;
	ELSIF x > 2.5 THEN
		FOR k IN REVERSE 120 .. 1 LOOP
			fraction := (k / 2.0::float8) / (x + fraction);
		END LOOP;
		RETURN exp(-x * x) / sqrt(pi()) / (x + fraction);
	END IF;
	FOR k IN 1 .. 100 LOOP
		EXIT WHEN abs(term) < 1e-30;
		term := -term * x * x / k;
		sum := sum + term / (2 * k + 1);
	END LOOP;
	RETURN 1 - 2 / sqrt(pi()) * sum;
END
$$;

-- How far from 0 a standard normal is with that probability on both sides, by halving.
CREATE FUNCTION two_sided_quantile(p float8) RETURNS float8 IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
	low float8 := 0;
	high float8 := 20;
BEGIN
	FOR i IN 1 .. 70 LOOP
		IF erfc_of((low + high) / 2 / sqrt(2::float8)) > p THEN
			low := (low + high) / 2;
		ELSE
			high := (low + high) / 2;
		END IF;
	END LOOP;
	RETURN low;
END
$$;

-- Wilson's bounds, and Newcombe's of b less a.
CREATE FUNCTION wilson_bound(k bigint, n bigint, z float8, side int) RETURNS float8 IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN n > 0 THEN (p + z * z / (2 * n) + side * z * sqrt(p * (1 - p) / n + z * z / (4.0::float8 * n * n))) / (1 + z * z / n) END
	FROM (SELECT k::float8 / nullif(n, 0) AS p) c
$$;
CREATE FUNCTION newcombe_bound(k_a bigint, n_a bigint, k_b bigint, n_b bigint, z float8, side int) RETURNS float8 IMMUTABLE LANGUAGE sql AS $$
	SELECT b - a + side * sqrt((b - wilson_bound(k_b, n_b, z, side)) ^ 2 + (a - wilson_bound(k_a, n_a, z, -side)) ^ 2)
	FROM (SELECT k_a::float8 / nullif(n_a, 0) AS a, k_b::float8 / nullif(n_b, 0) AS b) r
$$;
