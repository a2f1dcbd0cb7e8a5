-- A ledger without its short gaps.

CREATE FUNCTION plg.carry_gaps(l plg.ledger, gap interval, as_of timestamptz DEFAULT NULL) RETURNS plg.ledger {REPACKER}, 'plg_ledger_carry_gaps';
--@ is the ledger in which an account goes on to pay what it paid before in each gap of at most that length between two times of paying, so that pauses, free months and late payers move nothing in any reader; a gap that has no end yet is left as it is. as_of: later changes are not used, and are not in the result. Carry after rolling up: a gap of one part may be no gap of the whole
