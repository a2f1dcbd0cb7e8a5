-- What comes of milestones.

CREATE FUNCTION plg.level(reached timestamptz[]) RETURNS int {SCALAR}, 'plg_level';
--@ is the number of the last step reached; 0 for NULL, which is what milestones gives when the first step was not met

CREATE FUNCTION plg.step_counts_add(bigint[], timestamptz[]) RETURNS bigint[] {ADD}, 'plg_step_counts_add';
CREATE FUNCTION plg.step_counts_combine(bigint[], bigint[]) RETURNS bigint[] {SCALAR}, 'plg_step_counts_combine';
CREATE AGGREGATE plg.step_counts(reached timestamptz[]) (
	SFUNC = plg.step_counts_add, STYPE = bigint[], SSPACE = 64, COMBINEFUNC = plg.step_counts_combine, {AGGREGATE}
);
--@ is how many of the arrays that milestones gives have reached each step; NULL arrays are ignored
