-- The accounts behind movements.

CREATE FUNCTION plg.account_movements(l plg.ledger, since date, until date, tz text DEFAULT 'UTC', as_of timestamptz DEFAULT NULL,
	movement_by text DEFAULT 'period', reactivation_within interval DEFAULT NULL, bridge_gap interval DEFAULT NULL)
	RETURNS TABLE (account text, opening numeric, closing numeric, movement text, amount numeric) ROWS 500 {READER}, 'plg_ledger_account_movements';
--@ is the accounts behind movements of one period: for each that pays at either end or flashed, what it pays at both, its movement (new, reactivation, expansion, contraction, churn, flash, none) and the amount; what an account has below zero is a row of its own, movement credit; sums equal those of movements; movement_by event: a row for each change, in order, with what it pays before and after
