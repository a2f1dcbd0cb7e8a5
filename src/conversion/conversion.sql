-- plg.conversion: how long from start to goal, for those who got there and
-- those still on the way.
COMMENT ON TYPE plg.conversion IS
	'how long from start to goal: for each entrant the time watched and, if converted, the time it took; built by plg.conversion(), added up by plg.rollup()';

CREATE FUNCTION plg.conversion_combine(plg.conversion, plg.conversion) RETURNS plg.conversion
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'plg_conversion_combine';
COMMENT ON FUNCTION plg.conversion_combine(plg.conversion, plg.conversion) IS
	'combine function of the aggregates conversion and rollup';

CREATE FUNCTION plg.conversion_final(plg.conversion) RETURNS plg.conversion
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'plg_final_value';
COMMENT ON FUNCTION plg.conversion_final(plg.conversion) IS
	'final function of the aggregates conversion and rollup';

--@ for S in timestamptz timestamp
--@ for C in timestamptz timestamp
CREATE FUNCTION plg.conversion_add(plg.conversion, {S}, {C}, timestamptz) RETURNS plg.conversion
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'plg_conversion_add';
--@ end
CREATE FUNCTION plg.conversion_add(plg.conversion, {S}, date, timestamptz) RETURNS plg.conversion
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'plg_conversion_add_to_date';
CREATE FUNCTION plg.conversion_add(plg.conversion, date, {S}, timestamptz) RETURNS plg.conversion
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'plg_conversion_add_from_date';
--@ end
CREATE FUNCTION plg.conversion_add(plg.conversion, date, date, timestamptz) RETURNS plg.conversion
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'plg_conversion_add_dates';
--@ for S in timestamptz timestamp date
--@ for C in timestamptz timestamp date
COMMENT ON FUNCTION plg.conversion_add(plg.conversion, {S}, {C}, timestamptz) IS
	'transition function of the aggregate conversion';

CREATE AGGREGATE plg.conversion(started {S}, converted {C}, as_of timestamptz) (
	SFUNC = plg.conversion_add, STYPE = plg.conversion, SSPACE = 256,
	FINALFUNC = plg.conversion_final, FINALFUNC_MODIFY = READ_ONLY,
	COMBINEFUNC = plg.conversion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE plg.conversion({S}, {C}, timestamptz) IS
	'time from started to converted, one row an entrant; converted NULL, infinite or after as_of: not yet; started after as_of: no entrant; started NULL: row ignored; as_of infinity: fully observed. timestamp and date are read as UTC. Error if as_of is NULL or converted lies before started';

--@ end
--@ end
CREATE AGGREGATE plg.rollup(c plg.conversion) (
	SFUNC = plg.conversion_combine, STYPE = plg.conversion, SSPACE = 256,
	FINALFUNC = plg.conversion_final, FINALFUNC_MODIFY = READ_ONLY,
	COMBINEFUNC = plg.conversion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE plg.rollup(plg.conversion) IS
	'adds conversions up: all entrants of all values. Whoever is in two of the values counts twice';

--@ for F in entered converted waiting
CREATE FUNCTION plg.{F}(c plg.conversion) RETURNS bigint
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'plg_conversion_{F}';
--@ end
COMMENT ON FUNCTION plg.entered(plg.conversion) IS 'number of entrants: converted and waiting';
COMMENT ON FUNCTION plg.converted(plg.conversion) IS 'number of entrants that converted by their as_of';
COMMENT ON FUNCTION plg.waiting(plg.conversion) IS 'number of entrants that had not converted by their as_of';
