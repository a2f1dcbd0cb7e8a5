-- Sessions.

CREATE FUNCTION plg.sessions(j plg.journeys, gap interval DEFAULT '30 minutes', max_length interval DEFAULT NULL,
	starts text[] DEFAULT NULL, ends text[] DEFAULT NULL)
	RETURNS TABLE (entity text, started_at timestamptz, ended_at timestamptz, events bigint) {LISTER}, 'plg_sessions';
--@ is all sessions of all entities: events of one entity of which each follows the one before by no more than gap, and the first by no more than max_length; an event in starts begins a session, one in ends is the last of its session; the entity as text

--@ for E in bigint uuid text
CREATE FUNCTION plg.sessions_as(type {E}, j plg.journeys, gap interval DEFAULT '30 minutes', max_length interval DEFAULT NULL,
	starts text[] DEFAULT NULL, ends text[] DEFAULT NULL)
	RETURNS TABLE (entity {E}, started_at timestamptz, ended_at timestamptz, events bigint) {LISTER}, 'plg_sessions_{E}';
--@ is as sessions, with the entity in its own type: pass NULL::bigint, NULL::uuid or NULL::text; an error if the entities are of another type
--@ end

CREATE FUNCTION plg.session_summary(j plg.journeys, gap interval DEFAULT '30 minutes', as_of timestamptz DEFAULT NULL,
	max_length interval DEFAULT NULL, starts text[] DEFAULT NULL, ends text[] DEFAULT NULL)
	RETURNS TABLE (sessions bigint, entities bigint, events bigint, single_event bigint, unfinished bigint,
		sessions_per_entity float8, events_per_session float8, p50_seconds float8, p90_seconds float8) ROWS 1 {READER}, 'plg_session_summary';
--@ is the sessions that were over at as_of, in one row: how many, of how many entities, with how many events, how many with a single one, the percentiles of their lengths in seconds; unfinished: sessions that later events may belong to, left out of the other numbers; options as in sessions. as_of NULL: the last instant in the value
