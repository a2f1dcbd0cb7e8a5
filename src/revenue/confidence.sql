-- How sure a retention is.

CREATE FUNCTION plg.nrr_ci(l plg.ledger, since date, until date, tz text DEFAULT 'UTC', as_of timestamptz DEFAULT NULL,
	bridge_gap interval DEFAULT NULL, level float8 DEFAULT 0.95)
	RETURNS TABLE (accounts bigint, opening numeric, closing numeric, nrr float8, nrr_low float8, nrr_high float8) ROWS 1 {READER}, 'plg_ledger_nrr_ci';
--@ is NRR with its confidence interval, the accounts seen as a sample: ratio of sums by the delta method (Cochran, Sampling Techniques, 1977, chapter 6), variance n/(n-1) * sum((c - nrr*o)^2) / sum(o)^2, Student's t with n-1 degrees of freedom, never below 0; its bounds are NULL for fewer than two accounts, and where all went the same way
