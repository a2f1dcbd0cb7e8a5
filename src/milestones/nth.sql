-- The n-th time of one entity.

CREATE FUNCTION plg.nth_combine(bigint[], bigint[]) RETURNS bigint[] {SCALAR}, 'plg_nth_combine';
CREATE FUNCTION plg.nth_final(bigint[]) RETURNS timestamptz {FINAL}, 'plg_nth_final';
--@ for T in timestamptz timestamp date
CREATE FUNCTION plg.nth_add(bigint[], int, {T}, boolean) RETURNS bigint[] {ADD}, 'plg_nth_add{{T}_as}';
CREATE AGGREGATE plg.nth(n int, at {T}, condition boolean) (
	SFUNC = plg.nth_add, STYPE = bigint[], SSPACE = 128, FINALFUNC = plg.nth_final, COMBINEFUNC = plg.nth_combine, {AGGREGATE}
);
--@ is time of the n-th row that meets a condition, in order of time; NULL if there are fewer. n must be positive and the same in all rows; at (without time zone it is read as UTC), NULL: row ignored, infinite: an error
--@ end
