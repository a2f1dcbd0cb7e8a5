-- What early events foretell a later one, from stored values of all events: in
-- one of them each label is five, so that there are more than fifty.

-- job read_aha: stored: aha, 61 labels x 5 counts x 3 windows
--   vs floor <= 0.3
SELECT a.* FROM stored_labels, plg.aha(j, 'signup', 'upgrade 0|upgrade 1', '2027-01-01 00:00+00', outcome_until => '28 days') a;

-- job read_aha_large: stored: aha, 61 labels x 10 counts x 14 windows
--   vs floor <= 0.8
SELECT a.* FROM stored_labels, plg.aha(j, 'signup', 'upgrade 0|upgrade 1', '2027-01-01 00:00+00', outcome_until => '28 days',
	counts => '{1,2,3,4,5,6,7,8,9,10}',
	windows => '{1 day,2 days,3 days,4 days,5 days,6 days,7 days,8 days,9 days,10 days,11 days,12 days,13 days,14 days}') a;

-- job aha_cells: stored: aha, every cell, of which those of one label are shown
--   vs aha_filter aha_nth >= 5
--   answer at_least, within, entrants, did, did_hit, not_hit
SELECT a.* FROM stored, plg.aha(j, 'signup', 'upgrade', '2027-01-01 00:00+00',
	min_reach => 0, max_reach => 1, min_entities => 1, top => 1000) a
WHERE event = 'create_project';

-- job aha_filter: by hand: the cells of that label, counts by window
WITH starts AS (
	SELECT user_id, min(at) AS started FROM events WHERE event = 'signup' GROUP BY 1
), entrants AS (
	SELECT s.user_id,
		count(*) FILTER (WHERE event = 'create_project' AND at <= started + interval '1 day') AS in_1,
		count(*) FILTER (WHERE event = 'create_project' AND at <= started + interval '3 days') AS in_3,
		count(*) FILTER (WHERE event = 'create_project' AND at <= started + interval '7 days') AS in_7,
		coalesce(bool_or(event = 'upgrade' AND at > started + interval '7 days'), false) AS hit
	FROM starts s LEFT JOIN events e ON e.user_id = s.user_id AND event IN ('create_project', 'upgrade')
		AND at BETWEEN started AND started + interval '14 days'
	WHERE started <= timestamptz '2027-01-01 00:00+00' - interval '14 days'
	GROUP BY 1
)
SELECT at_least, within, sum(n) AS entrants, sum(n) FILTER (WHERE did >= at_least) AS did,
	sum(n) FILTER (WHERE did >= at_least AND hit) AS did_hit, sum(n) FILTER (WHERE did < at_least AND hit) AS not_hit
FROM (SELECT within, did, hit, count(*) AS n FROM entrants,
		LATERAL (VALUES (interval '1 day', in_1), (interval '3 days', in_3), (interval '7 days', in_7)) w (within, did)
		GROUP BY 1, 2, 3) c, unnest('{1,2,3,5,10}'::int[]) at_least
GROUP BY 1, 2;

-- job aha_nth: by hand: the same by when it was done for the n-th time
WITH starts AS (
	SELECT user_id, min(at) AS started FROM events WHERE event = 'signup' GROUP BY 1
), entrants AS (
	SELECT s.user_id, started, bool_or(e.user_id IS NOT NULL) AS hit
	FROM starts s LEFT JOIN events e ON e.user_id = s.user_id AND event = 'upgrade'
		AND at > started + interval '7 days' AND at <= started + interval '14 days'
	WHERE started <= timestamptz '2027-01-01 00:00+00' - interval '14 days'
	GROUP BY 1, 2
), nth AS (
	SELECT hit, at - started AS took, row_number() OVER (PARTITION BY n.user_id ORDER BY at) AS at_least
	FROM entrants n JOIN events e ON e.user_id = n.user_id AND event = 'create_project'
		AND at BETWEEN started AND started + interval '7 days'
), whole AS (
	SELECT count(*) AS entrants, count(*) FILTER (WHERE hit) AS hits FROM entrants
)
SELECT at_least::int, within, entrants, count(*) AS did, count(*) FILTER (WHERE hit) AS did_hit, hits - count(*) FILTER (WHERE hit) AS not_hit
FROM nth, whole, unnest('{1 day,3 days,7 days}'::interval[]) within
WHERE at_least IN (1, 2, 3, 5, 10) AND took <= within
GROUP BY 1, 2, 3, hits;
