-- Milestones of one entity under GROUP BY or OVER.

CREATE FUNCTION plg.milestones_combine(bytea, bytea) RETURNS bytea {SCALAR}, 'plg_milestones_combine';
CREATE FUNCTION plg.milestones_final(bytea) RETURNS timestamptz[] {FINAL}, 'plg_milestones_final';
CREATE FUNCTION plg.milestones_increasing_final(bytea) RETURNS timestamptz[] {FINAL}, 'plg_milestones_increasing_final';

-- both from the same state, so that both in one query read each row once
--@ let MILESTONES SFUNC = plg.milestones_add, STYPE = bytea, SSPACE = 128, COMBINEFUNC = plg.milestones_combine, {AGGREGATE}
--@ for T in timestamptz timestamp date
CREATE FUNCTION plg.milestones_add(bytea, interval, {T}, VARIADIC boolean[]) RETURNS bytea {ADD}, 'plg_milestones_add{{T}_as}';
CREATE AGGREGATE plg.milestones(within interval, at {T}, VARIADIC conditions boolean[]) (FINALFUNC = plg.milestones_final, {MILESTONES});
--@ is when one entity reached each step, a step being a condition on its rows: an element for each, NULL where not reached; NULL if no row met the first. Rows may come in any order; one row fills one step; all within the given time of the first step (NULL: no limit), the same in all rows; at (without time zone it is read as UTC), NULL: row ignored, infinite: an error; at most 128 conditions
CREATE AGGREGATE plg.milestones_increasing(within interval, at {T}, VARIADIC conditions boolean[]) (FINALFUNC = plg.milestones_increasing_final, {MILESTONES});
--@ is as milestones with conditions, but each step strictly later than the one before it: rows at one instant do not follow each other
--@ end
