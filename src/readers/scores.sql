-- Scores.

CREATE FUNCTION plg.scores(j plg.journeys, weights jsonb, half_life interval, as_of timestamptz, cap float8 DEFAULT NULL)
	RETURNS TABLE (entity text, score float8, last_at timestamptz, contributions jsonb) ROWS 200 {PEOPLE}, 'plg_scores';
--@ is what each entity's events are worth at as_of, by the weights of their labels, {"invite": 5, "export": 1.5}: each event weight * 2^(-(as_of - at) / half_life) (half_life NULL: the weight); last_at, its last event that has a weight; contributions, the sum of each label, which cap holds between -cap and cap; score, the sum of these. Only entities with such an event by as_of

--@ for E in bigint uuid text
CREATE FUNCTION plg.scores_as(type {E}, j plg.journeys, weights jsonb, half_life interval, as_of timestamptz, cap float8 DEFAULT NULL)
	RETURNS TABLE (entity {E}, score float8, last_at timestamptz, contributions jsonb) ROWS 200 {PEOPLE}, 'plg_scores_{E}';
--@ is as scores, with the entity in its own type: pass NULL::bigint, NULL::uuid or NULL::text; an error if the entities are of another type
--@ end
