-- p-values of a plan, and of many tests.

CREATE FUNCTION plg.srm(observed bigint[], weights float8[] DEFAULT NULL) RETURNS float8 {ESTIMATE}, 'plg_srm';
--@ is p-value of a sample ratio mismatch: whether arms of so many units can come of a plan with these weights (NULL: equal), by Pearson's chi-square test. Alarm below 0.001. An arm of weight 0 must be empty. NULL for fewer than two arms, or for nobody

CREATE FUNCTION plg.adjust_p(p float8[], method text DEFAULT 'bh') RETURNS float8[] {ESTIMATE}, 'plg_adjust_p';
--@ is p-values adjusted for being many, each in its place: bh (Benjamini and Hochberg 1995) and, whatever the tests' dependence, by (Benjamini and Yekutieli 2001) bound the share of false discoveries; holm (1979) and bonferroni the chance of any. NULLs stay and do not count
