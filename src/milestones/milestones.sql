-- Milestones of one entity under GROUP BY or OVER, and what comes of them.

--@ for T in timestamptz timestamp
CREATE FUNCTION plg.milestones_add(bytea, interval, {T}, VARIADIC boolean[]) RETURNS bytea
	AS 'MODULE_PATHNAME', 'plg_milestones_add' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION plg.nth_add(bigint[], int, {T}, boolean) RETURNS bigint[]
	AS 'MODULE_PATHNAME', 'plg_nth_add' LANGUAGE C IMMUTABLE PARALLEL SAFE;
--@ end
CREATE FUNCTION plg.milestones_add(bytea, interval, date, VARIADIC boolean[]) RETURNS bytea
	AS 'MODULE_PATHNAME', 'plg_milestones_add_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION plg.milestones_combine(bytea, bytea) RETURNS bytea
	AS 'MODULE_PATHNAME', 'plg_milestones_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION plg.milestones_final(bytea) RETURNS timestamptz[]
	AS 'MODULE_PATHNAME', 'plg_milestones_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION plg.milestones_increasing_final(bytea) RETURNS timestamptz[]
	AS 'MODULE_PATHNAME', 'plg_milestones_increasing_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION plg.nth_add(bigint[], int, date, boolean) RETURNS bigint[]
	AS 'MODULE_PATHNAME', 'plg_nth_add_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION plg.nth_combine(bigint[], bigint[]) RETURNS bigint[]
	AS 'MODULE_PATHNAME', 'plg_nth_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION plg.nth_final(bigint[]) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'plg_nth_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ for T in timestamptz timestamp date
CREATE AGGREGATE plg.milestones(within interval, at {T}, VARIADIC conditions boolean[]) (
	SFUNC = plg.milestones_add,
	STYPE = bytea,
	SSPACE = 128,
	FINALFUNC = plg.milestones_final,
	FINALFUNC_MODIFY = READ_ONLY,
	COMBINEFUNC = plg.milestones_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE plg.milestones(interval, {T}, VARIADIC boolean[]) IS
	'when one entity reached each step, a step being a condition on its rows: an element for each, NULL where not reached; NULL if no row met the first. Rows may come in any order; one row fills one step; all within the given time of the first step (NULL: no limit), the same in all rows; at (without time zone it is read as UTC), NULL: row ignored, infinite: an error; at most 128 conditions';

-- the same state, so that both in one query read each row once
CREATE AGGREGATE plg.milestones_increasing(within interval, at {T}, VARIADIC conditions boolean[]) (
	SFUNC = plg.milestones_add,
	STYPE = bytea,
	SSPACE = 128,
	FINALFUNC = plg.milestones_increasing_final,
	FINALFUNC_MODIFY = READ_ONLY,
	COMBINEFUNC = plg.milestones_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE plg.milestones_increasing(interval, {T}, VARIADIC boolean[]) IS
	'as milestones with conditions, but each step strictly later than the one before it: rows at one instant do not follow each other';

CREATE AGGREGATE plg.nth(n int, at {T}, condition boolean) (
	SFUNC = plg.nth_add,
	STYPE = bigint[],
	SSPACE = 128,
	FINALFUNC = plg.nth_final,
	FINALFUNC_MODIFY = READ_ONLY,
	COMBINEFUNC = plg.nth_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE plg.nth(int, {T}, boolean) IS
	'time of the n-th row that meets a condition, in order of time; NULL if there are fewer. n must be positive and the same in all rows; at (without time zone it is read as UTC), NULL: row ignored, infinite: an error';
--@ end

CREATE FUNCTION plg.level(reached timestamptz[]) RETURNS int
	AS 'MODULE_PATHNAME', 'plg_level' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION plg.level(timestamptz[]) IS
	'the number of the last step reached; 0 for NULL, which is what milestones gives when the first step was not met';

CREATE FUNCTION plg.step_counts_add(bigint[], timestamptz[]) RETURNS bigint[]
	AS 'MODULE_PATHNAME', 'plg_step_counts_add' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION plg.step_counts_combine(bigint[], bigint[]) RETURNS bigint[]
	AS 'MODULE_PATHNAME', 'plg_step_counts_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE plg.step_counts(reached timestamptz[]) (
	SFUNC = plg.step_counts_add,
	STYPE = bigint[],
	SSPACE = 64,
	COMBINEFUNC = plg.step_counts_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE plg.step_counts(timestamptz[]) IS
	'how many of the arrays that milestones gives have reached each step; NULL arrays are ignored';
