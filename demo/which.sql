-- The report goes on, for the demo SaaS: the questions that begin with "which".

CREATE FUNCTION pg_temp.interval_of(low float8, high float8) RETURNS text
	LANGUAGE sql RETURN to_char(100 * low, 'FM990.0') || ' to ' || to_char(100 * high, 'FM990.0');
CREATE FUNCTION pg_temp.p(p float8) RETURNS text
	LANGUAGE sql RETURN CASE WHEN p < 0.0001 THEN '< 0.0001' ELSE to_char(p, 'FM0.0000') END;

\qecho
\qecho '5. WHICH CHANNEL  Do users from other channels than search reach' :goal 'within' :within 'more often?'
\qecho
\qecho '   Small channels stand at the ends of every ranking, by luck. plg compares each with search:'
\qecho '   where the interval of the difference holds 0, it may be noise. Nobody was sent to a channel'
\qecho '   by lot, so even a true difference does not say that the channel makes it.'
\qecho
SELECT c.channel,
	round((100 * t.ever * truth.activated(w.days) / 0.55)::numeric, 1) AS "truth %",
	round(100 * c.rate_b::numeric, 1) AS "plg %",
	pg_temp.interval_of(c.rate_low, c.rate_high) AS "95 % interval",
	c.mature_b AS mature,
	round((100 * (t.ever - s.ever) * truth.activated(w.days) / 0.55)::numeric, 1) AS "truth: points",
	round(100 * d.difference::numeric, 1) AS "points",
	pg_temp.interval_of(d.difference_low, d.difference_high) AS "95 % interval",
	pg_temp.p(d.p_value) AS "p",
	CASE WHEN d.difference_low > 0 OR d.difference_high < 0 THEN 'differs' WHEN d.difference IS NULL THEN 'the control' ELSE 'may be noise' END AS "verdict"
FROM (:channels) AS c JOIN truth.channels AS t USING (channel)
	LEFT JOIN truth.channels AS s ON s.channel = 'search' AND c.channel <> s.channel
	LEFT JOIN LATERAL (SELECT c.* WHERE s.channel IS NOT NULL) AS d ON true,
	(SELECT extract(epoch FROM :'within'::interval)::float8 / 86400 AS days) AS w
ORDER BY c.rate_b DESC;

\qecho
\qecho '6. WHICH FIRST ACTION FORETELLS  What do those do in their first week who upgrade in the second?'
\qecho
\qecho '   Busy users do more of everything and upgrade more often, so every action looks like an aha moment.'
\qecho '   plg compares users who are equally busy (odds ratio; q is for having tried many actions).'
\qecho '   Truth: what the action itself adds to the chance to upgrade.'
\qecho
SELECT a.event AS "action", a.at_least || ' in ' || a.within AS "at least",
	t.adds_points AS "truth: adds points",
	round(100 * a.rate_did::numeric, 1) AS "did: upgrade %",
	round(100 * a.rate_not::numeric, 1) AS "did not: %",
	round(100 * a.difference::numeric, 1) AS "points",
	round(a.odds_ratio::numeric, 2) AS "odds ratio",
	pg_temp.p(a.q_value) AS "q",
	CASE WHEN a.q_value < 0.05 AND a.odds_ratio > 1 THEN 'foretells' ELSE 'no more than being busy' END AS "verdict"
FROM (:actions) AS a JOIN truth.actions AS t USING (event)
ORDER BY a.q_value, a.event;
\qecho '   What it cannot say: that it causes anything. settings adds nothing; it foretells because those who'
\qecho '   invite open them, too. Which of the two to push, only an experiment tells.'

\qecho
\qecho '7. AN EXPERIMENT THAT ONLY SPEEDS THINGS UP  Is the new first page better than the old one?'
\qecho
\qecho '   Within 14 days half of those who see either create a project, so the rates do not differ. With the'
\qecho '   new one they do it sooner: the log-rank test sees that, also in those who have not had 14 days yet.'
\qecho
SELECT x.variant AS page,
	round(100 * t.rate::numeric, 1) AS "truth %",
	round(100 * x.rate::numeric, 1) AS "plg %",
	round(100 * x.difference::numeric, 1) AS "points",
	pg_temp.interval_of(x.difference_low, x.difference_high) AS "95 % interval",
	pg_temp.p(x.p_value) AS "p of rates",
	pg_temp.p(x.logrank_p_value) AS "p of log-rank",
	CASE WHEN x.difference IS NOT NULL THEN round((t.rate * (old.mean_days - t.mean_days))::numeric, 2) END AS "truth: days saved",
	round(-x.rmst_difference_seconds::numeric / 86400, 2) AS "days saved",
	x.exposed, x.mature
FROM (:page_test) AS x JOIN truth.pages AS t ON t.page = x.variant, truth.pages AS old
WHERE old.page = 'old'
ORDER BY x.difference IS NOT NULL;
\qecho '   Days saved: per user shown the page, of the first 14, whether or not a project came of it.'

\qecho
\qecho '8. WHOM TO TALK TO TODAY  Which accounts have news of the last three weeks, what, since when?'
\qecho
\qecho '   A fifth member came: five were active within 30 days, and are. All fell silent: of silences so long'
\qecho '   after so much use, more than 90 % never ended.'
\qecho
SELECT account, coalesce(n.why, 'missed') AS "why",
	to_char(t.since AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS "truth: since",
	to_char(n.since AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS "plg: since"
FROM (:news) AS n FULL JOIN truth.news AS t USING (account)
ORDER BY n.since DESC NULLS LAST;
\qecho '   No news: five members for long, five one after another, and who left longer ago.'
