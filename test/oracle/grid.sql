-- To be read by psql's \ir: the calendar's grid in plain SQL, for checks that
-- hold plg against it.  A unit is 'week' or '2 weeks', the origin may be NULL.

CREATE FUNCTION unit_count(unit text) RETURNS int IMMUTABLE LANGUAGE sql
	AS $$ SELECT coalesce(substring(unit FROM '^\d+')::int, 1) $$;
CREATE FUNCTION unit_kind(unit text) RETURNS text IMMUTABLE LANGUAGE sql
	AS $$ SELECT rtrim(substring(unit FROM '[a-z]+'), 's') $$;
CREATE FUNCTION unit_length(unit text) RETURNS interval IMMUTABLE LANGUAGE sql
	AS $$ SELECT unit_count(unit) * CASE unit_kind(unit) WHEN 'quarter' THEN interval '3 months' ELSE ('1 ' || unit_kind(unit))::interval END $$;
-- on an entity's own clock
CREATE FUNCTION rolling_length(unit text) RETURNS interval IMMUTABLE LANGUAGE sql
	AS $$ SELECT make_interval(secs => extract(epoch FROM unit_length(unit))) $$;
CREATE FUNCTION unit_origin(unit text, origin date) RETURNS timestamp IMMUTABLE LANGUAGE sql
	AS $$ SELECT coalesce(origin, CASE WHEN unit ~ 'month|quarter|year' THEN date '2000-01-01' ELSE '2000-01-03' END)::timestamp $$;

-- The number of an instant's unit.
CREATE FUNCTION unit_of(unit text, origin date, at timestamptz, tz text) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
	l timestamp := at AT TIME ZONE tz;
	o timestamp;
BEGIN
	IF unit IN ('hour', '1 hours') THEN
		-- of a clock only what it is off full hours
		RETURN floor((date_part('epoch', at) + mod((date_part('epoch', l) - date_part('epoch', at))::int + 360000, 3600)) / 3600);
	ELSIF unit IN ('day', 'week') THEN
		RETURN floor((l::date - coalesce(origin, date '2000-01-03')) / CASE unit WHEN 'week' THEN 7.0 ELSE 1 END);
	ELSIF origin IS NULL AND unit IN ('month', 'quarter', 'year') THEN
		RETURN CASE unit WHEN 'month' THEN (date_part('year', l) - 2000) * 12 + date_part('month', l) - 1
			WHEN 'quarter' THEN (date_part('year', l) - 2000) * 4 + date_part('quarter', l) - 1 ELSE date_part('year', l) - 2000 END;
	END IF;
	o := unit_origin(unit, origin);
	IF unit ~ 'month|quarter|year' THEN
		RETURN floor(((date_part('year', l) - date_part('year', o)) * 12 + date_part('month', l) - date_part('month', o) - (date_part('day', l) < date_part('day', o))::int)
			/ (date_part('year', unit_length(unit)) * 12 + date_part('month', unit_length(unit))));
	END IF;
	RETURN floor(date_part('epoch', l - o) / date_part('epoch', unit_length(unit)));
END
$$;

-- When an instant's unit begins by the local clock; not of single hours.
CREATE FUNCTION unit_local(unit text, origin date, at timestamptz, tz text) RETURNS timestamp IMMUTABLE LANGUAGE sql
	AS $$ SELECT unit_origin(unit, origin) + unit_of(unit, origin, at, tz) * unit_length(unit) $$;

-- When a unit begins: the first instant that the clock shows its beginning or
-- later, or, with settled, from which on it never shows an earlier one.
CREATE FUNCTION unit_begin(unit text, origin date, nth bigint, tz text, settled boolean DEFAULT false) RETURNS timestamptz IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
	l timestamp;
	t timestamptz;
BEGIN
	IF unit IN ('hour', '1 hours') THEN
		RETURN (SELECT min(x) FROM generate_series(to_timestamp(nth * 3600) - interval '1 hour', to_timestamp(nth * 3600), '15 minutes') x WHERE unit_of(unit, origin, x, tz) >= nth);
	END IF;
	l := unit_origin(unit, origin) + nth * unit_length(unit);
	t := l AT TIME ZONE tz;
	-- never shown: when the clock was put forward; shown twice: PostgreSQL takes the later
	WHILE t AT TIME ZONE tz <> l AND (t - interval '1 minute') AT TIME ZONE tz >= l LOOP
		t := t - interval '1 minute';
	END LOOP;
	IF NOT settled AND (t - interval '1 hour') AT TIME ZONE tz = l THEN
		t := t - interval '1 hour';
	END IF;
	RETURN t;
END
$$;
-- On which local date.
CREATE FUNCTION unit_date(unit text, origin date, nth bigint, tz text) RETURNS date IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN unit IN ('hour', '1 hours') THEN (unit_begin(unit, origin, nth, tz) AT TIME ZONE tz)::date
		ELSE (unit_origin(unit, origin) + nth * unit_length(unit))::date END
$$;

CREATE FUNCTION random_unit(VARIADIC units text[] DEFAULT '{day,week,month,quarter,year,hour,6 hours,5 hours,2 weeks,10 days,3 days,2 months,1 quarters,3 quarters,2 years}') RETURNS text VOLATILE LANGUAGE sql
	AS $$ SELECT units[1 + floor(random() * cardinality(units))] $$;
CREATE FUNCTION random_origin() RETURNS date VOLATILE LANGUAGE sql
	AS $$ SELECT CASE WHEN random() < 0.6 THEN date '1990-01-01' + floor(random() * 500)::int * interval '1 month' + floor(random() * 28)::int * interval '1 day' END::date $$;
