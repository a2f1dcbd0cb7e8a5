-- Points that lose their worth.

CREATE FUNCTION plg.score_combine(bytea, bytea) RETURNS bytea {SCALAR}, 'plg_score_combine';
CREATE FUNCTION plg.score_final(bytea) RETURNS float8 {FINAL}, 'plg_score_final';
--@ for T in timestamptz timestamp date
CREATE FUNCTION plg.score_add(bytea, float8, {T}, interval, timestamptz) RETURNS bytea {ADD}, 'plg_score_add{{T}_as}';
CREATE AGGREGATE plg.score(weight float8, at {T}, half_life interval, as_of timestamptz) (
	SFUNC = plg.score_add, STYPE = bytea, SSPACE = 600, FINALFUNC = plg.score_final, COMBINEFUNC = plg.score_combine, {AGGREGATE}
);
--@ is what the weights of rows are worth at as_of, each half of it after every half_life (NULL: all of it for ever): the sum of weight * 2^(-(as_of - at) / half_life), exact but for the rounding of each row's part and of the sum, and so the same in any order. Rows after as_of are ignored, so are those with a NULL weight or at (without time zone it is read as UTC); NULL without rows; half_life (no months, above 0) and as_of must be the same in all rows; weights and times must be finite
--@ end
