-- What cohorts of signups pay.

CREATE FUNCTION plg.cohort_revenue(j plg.journeys, start text, l plg.ledger, as_of timestamptz,
	unit text DEFAULT 'month', periods int DEFAULT 12, mode text DEFAULT 'rolling', tz text DEFAULT 'UTC', entered tstzrange DEFAULT NULL, origin date DEFAULT NULL)
	RETURNS TABLE (cohort date, entities bigint, period int, mature boolean, paying bigint, amount numeric, per_entity numeric, starts_at timestamptz)
	ROWS 200 {READER}, 'plg_cohort_revenue';
--@ is for each cohort of entities by their first start event, and each of the first periods units after it: how many of them pay at the end of the period, by the ledger l whose accounts are the entities, how much in all, and per entity of the cohort, those who never pay included. unit, origin, periods, mode, entered as in cohort_conversion; immature cells are NULL. With a ledger of single payments (ledger_deltas) the amount is the revenue so far: LTV by signup cohort. l NULL: nobody pays; an error if accounts and entities are of different types
