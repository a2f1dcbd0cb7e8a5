-- Sessions.

CREATE FUNCTION plg.sessions(j plg.journeys, gap interval DEFAULT '30 minutes')
	RETURNS TABLE (entity text, started_at timestamptz, ended_at timestamptz, events bigint) {LISTER}, 'plg_sessions';
--@ is all sessions of all entities: events of one entity of which each follows the one before by no more than gap; the entity as text

--@ for E in bigint uuid text
CREATE FUNCTION plg.sessions_as(type {E}, j plg.journeys, gap interval DEFAULT '30 minutes')
	RETURNS TABLE (entity {E}, started_at timestamptz, ended_at timestamptz, events bigint) {LISTER}, 'plg_sessions_{E}';
--@ is as sessions, with the entity in its own type: pass NULL::bigint, NULL::uuid or NULL::text; an error if the entities are of another type
--@ end

CREATE FUNCTION plg.session_summary(j plg.journeys, gap interval DEFAULT '30 minutes', as_of timestamptz DEFAULT NULL)
	RETURNS TABLE (sessions bigint, entities bigint, events bigint, single_event bigint, unfinished bigint,
		sessions_per_entity float8, events_per_session float8, p50_seconds float8, p90_seconds float8) ROWS 1 {READER}, 'plg_session_summary';
--@ is the sessions that were over at as_of, in one row: how many, of how many entities, with how many events, how many with a single one, the percentiles of their lengths in seconds; unfinished: sessions whose last event lies within gap of as_of, left out of the other numbers. as_of NULL: the last instant in the value
