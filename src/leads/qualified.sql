-- When enough members of one account were active.

CREATE FUNCTION plg.qualified_combine(bytea, bytea) RETURNS bytea {SCALAR}, 'plg_qualified_combine';
CREATE FUNCTION plg.qualified_final(bytea) RETURNS tstzmultirange {FINAL}, 'plg_qualified_final';
--@ for T in timestamptz timestamp date
--@ for E in bigint uuid text
CREATE FUNCTION plg.qualified_add(bytea, int, interval, {T}, {E}) RETURNS bytea {ADD}, 'plg_qualified_add_{E}_{{T}_at}';
CREATE AGGREGATE plg.qualified(members int, within interval, at {T}, member {E}) (
	SFUNC = plg.qualified_add, STYPE = bytea, SSPACE = 512, FINALFUNC = plg.qualified_final, COMBINEFUNC = plg.qualified_combine, {AGGREGATE}
);
--@ is when one account was product-qualified: the spells in which at least so many different members had been active in (t - within, t], that is from each row on and before it is within old (within NULL: ever after). plg.qualified(5, '30 days', at, user_id) @> now() is whether it is now. Empty if it never was, NULL without rows; members must be positive, and like within (no months, above 0) the same in all rows; at (without time zone it is read as UTC) or member NULL: row ignored, infinite: an error
--@ end
--@ end
