-- MRR at an instant, and rates of one window.

CREATE FUNCTION plg.mrr(l plg.ledger, at timestamptz) RETURNS numeric STRICT {READER}, 'plg_ledger_mrr';
--@ is what all accounts together pay a month at that instant, changes at the instant itself included; NULL from when on a ledger of snapshots tells nothing

CREATE FUNCTION plg.nrr(l plg.ledger, since date, until date, tz text DEFAULT 'UTC', as_of timestamptz DEFAULT NULL,
	bridge_gap interval DEFAULT NULL) RETURNS float8 {READER}, 'plg_ledger_nrr';
--@ is net revenue retention: what the accounts with MRR above 0 just before the day since pay just before the day until, divided by what they paid (1.05 is 105 %); NULL if nobody paid, or if until is after as_of; bridge_gap as in movements

CREATE FUNCTION plg.grr(l plg.ledger, since date, until date, tz text DEFAULT 'UTC', as_of timestamptz DEFAULT NULL,
	bridge_gap interval DEFAULT NULL, grr_method text DEFAULT 'least') RETURNS float8 {READER}, 'plg_ledger_grr';
--@ is gross revenue retention: as nrr, with each account counted for no more than it paid just before the day since (grr_method least), for the least that it paid from then on (low_water), or for what it paid less all falls of its MRR within, whatever rises follow (flow, which may be below 0)

CREATE FUNCTION plg.logo_retention(l plg.ledger, since date, until date, tz text DEFAULT 'UTC', as_of timestamptz DEFAULT NULL,
	bridge_gap interval DEFAULT NULL) RETURNS float8 {READER}, 'plg_ledger_logo_retention';
--@ is the share of accounts with MRR above 0 just before the day since that still pay just before the day until; NULL if nobody paid, or if until is after as_of; bridge_gap as in movements
