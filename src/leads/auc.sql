-- How well a score tells who will.

CREATE FUNCTION plg.auc_add(bytea, float8, boolean) RETURNS bytea {ADD}, 'plg_auc_add';
CREATE FUNCTION plg.auc_combine(bytea, bytea) RETURNS bytea {SCALAR}, 'plg_auc_combine';
CREATE FUNCTION plg.auc_final(bytea) RETURNS float8 {FINAL}, 'plg_auc_final';
CREATE AGGREGATE plg.auc(score float8, outcome boolean) (
	SFUNC = plg.auc_add, STYPE = bytea, SSPACE = 512, FINALFUNC = plg.auc_final, COMBINEFUNC = plg.auc_combine, {AGGREGATE}
);
--@ is the area under the ROC curve: the probability that of one row with the outcome and one without the first has the higher score, ties counted as half; 0.5 is chance. Mann and Whitney's U over the number of pairs, exact; NULL if one of both is missing; rows with a NULL are ignored, NaN is an error
