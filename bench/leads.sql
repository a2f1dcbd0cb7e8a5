-- Whom to talk to: qualified accounts from raw rows, an account being one of
-- 5,000 groups of users; the other readers from one stored value of all events,
-- and of who invited whom, a member for each ten events, some of them in circles.

-- job qualified: qualified accounts from raw rows under GROUP BY
--   vs qualified_array_agg <= 1.5
SELECT account, plg.qualified(5, '30 days', at, user_id) FROM (SELECT user_id % 5000 AS account, at, user_id FROM events) e GROUP BY account;

-- job qualified_array_agg: array_agg(at) of the same groups
SELECT account, array_agg(at) FROM (SELECT user_id % 5000 AS account, at, user_id FROM events) e GROUP BY account;

-- job read_qualified: stored: qualified, labels for members
--   vs floor
SELECT count(*) FROM stored, plg.qualified_as(NULL::bigint, j, 5, '30 days', '2027-01-01 00:00+00') q;

-- job read_at_risk: stored: at_risk, by weeks
--   vs floor <= 0.2
SELECT count(*) FROM stored, plg.at_risk_as(NULL::bigint, j, '2026-12-01 00:00+00', unit => 'week') r;

-- job read_scores: stored: scores of three labels
--   vs floor <= 0.2
SELECT count(*) FROM stored, plg.scores_as(NULL::bigint, j, '{"invite": 5, "export": 3, "upgrade": 10}', '14 days', '2026-12-01 00:00+00') s;

-- job read_freemium: stored: freemium
--   vs floor <= 0.2
SELECT f.* FROM stored, plg.freemium(j, 'signup', 'create_project', 'export', 'upgrade', '30 days', '2027-01-01 00:00+00') f;

-- job read_cohort_counts: stored: cohort_counts of invitations by week
--   vs floor <= 0.2
SELECT c.* FROM stored, plg.cohort_counts(j, 'signup', 'invite', '2027-01-01 00:00+00') c;

-- job read_cohort_counts_average: stored: the same with the mean cumulative function
--   vs floor
SELECT c.* FROM stored, plg.cohort_counts(j, 'signup', 'invite', '2027-01-01 00:00+00', average => true) c;

-- job generations: generations of invitations, stored
--   vs generations_recursive >= 5
SELECT g.generation, g.entities FROM stored_invitations, plg.generations(j) g;

-- job generations_recursive: by hand: WITH RECURSIVE and CYCLE, by an index on inviters
WITH RECURSIVE tree AS (
	SELECT member, 0 AS generation FROM invitations WHERE inviter IS NULL
	UNION ALL
	SELECT i.member, generation + 1 FROM tree t JOIN invitations i ON i.inviter = t.member
) CYCLE member SET is_cycle USING path
SELECT generation, count(*) FROM tree WHERE NOT is_cycle GROUP BY generation;
