-- Who may not come back.

--@ let AT_RISK last_at timestamptz, silent interval, silent_seconds float8, active_units int, usual_gap interval, risk float8, recent bigint, before bigint, p_value float8
CREATE FUNCTION plg.at_risk(j plg.journeys, as_of timestamptz, activity text DEFAULT NULL,
	unit text DEFAULT 'day', tz text DEFAULT 'UTC', entered tstzrange DEFAULT NULL, origin date DEFAULT NULL)
	RETURNS TABLE (entity text, {AT_RISK}) ROWS 200 {PEOPLE}, 'plg_at_risk';
--@ is a row for each entity with an activity (NULL: any event) by as_of: its last one, how long it has been silent, in how many calendar units it was active, and the median time from one to the next. risk: of all silences that lasted as long after about as many active units, the share that never ended (Kaplan-Meier, the last silence of each censored at as_of); NULL where fewer than 25 were watched. unit and origin as in lifecycle. recent and before: active units of the last 28 days (4 weeks; 1 month, quarter, year, longer unit) and of its time from its first unit to these; p_value: of a rate that has not fallen (conditional binomial, one-sided); NULL where the time before is shorter. entered: by the first activity

--@ for E in bigint uuid text
CREATE FUNCTION plg.at_risk_as(type {E}, j plg.journeys, as_of timestamptz, activity text DEFAULT NULL,
	unit text DEFAULT 'day', tz text DEFAULT 'UTC', entered tstzrange DEFAULT NULL, origin date DEFAULT NULL)
	RETURNS TABLE (entity {E}, {AT_RISK}) ROWS 200 {PEOPLE}, 'plg_at_risk_{E}';
--@ is as at_risk, with the entity in its own type: pass NULL::bigint, NULL::uuid or NULL::text; an error if the entities are of another type
--@ end
