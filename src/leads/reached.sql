-- When a running sum is there.

CREATE FUNCTION plg.reached_combine(bytea, bytea) RETURNS bytea {SCALAR}, 'plg_reached_combine';
CREATE FUNCTION plg.reached_final(bytea) RETURNS timestamptz {FINAL}, 'plg_reached_final';
--@ for T in timestamptz timestamp date
CREATE FUNCTION plg.reached_add(bytea, {T}, numeric, numeric) RETURNS bytea {ADD_MONEY}, 'plg_reached_add{{T}_as}';
CREATE AGGREGATE plg.reached(at {T}, quantity numeric, threshold numeric) (
	SFUNC = plg.reached_add, STYPE = bytea, SSPACE = 512, FINALFUNC = plg.reached_final, COMBINEFUNC = plg.reached_combine, {AGGREGATE}
);
--@ is the first instant at which the sum of all quantities so far is the threshold or more; rows in any order, those of one instant together; quantities below 0 take away. NULL if it is never reached; at (without time zone it is read as UTC) or quantity NULL: row ignored; threshold must be the same in all rows. Decimals of at most 24 places, sums of 37 digits
--@ end
