-- Whom docs/people.md names as the people behind a number are as many as it says.
\ir ../oracle/events.sql
SELECT setseed(0.45) \g /dev/null
CREATE TABLE result (what text, n bigint, wrong bigint);
CREATE TABLE untied (LIKE event);
CREATE FUNCTION note(what text, number bigint, people bigint) RETURNS void LANGUAGE sql
	AS $$ INSERT INTO result VALUES (what, number, abs(number - people)) $$;
-- what entities did, each row in its own calendar unit, and every entrant with its cohort
CREATE VIEW act AS SELECT u.* FROM value, plg.unnest(j) u;

CREATE FUNCTION from_a_start(as_of timestamptz, within interval, tz text) RETURNS void LANGUAGE sql AS $$
	SELECT note('conversions', plg.entered(c.conversion), (SELECT count(*) FROM value v, plg.entrants(v.j, 'a', 'b', as_of) e WHERE date_trunc('week', e.started AT TIME ZONE tz)::date = c.cohort)),
		note('conversions, converted', plg.converted(c.conversion), (SELECT count(e.converted) FROM value v, plg.entrants(v.j, 'a', 'b', as_of) e WHERE date_trunc('week', e.started AT TIME ZONE tz)::date = c.cohort))
	FROM value, plg.conversions(j, 'a', 'b', as_of, tz => tz) c;
	SELECT note('cohort_conversion, calendar', c.converted, (SELECT count(*) FROM value v, plg.entrants(v.j, 'a', 'b', as_of) e
		WHERE date_trunc('week', e.started AT TIME ZONE tz)::date = c.cohort AND e.converted AT TIME ZONE tz < c.cohort + (c.period + 1) * 7))
	FROM value, plg.cohort_conversion(j, 'a', 'b', as_of, mode => 'calendar', tz => tz) c WHERE c.mature;
	SELECT note('cohort_conversion, rolling', c.converted, (SELECT count(*) FROM value v, plg.entrants(v.j, 'a', 'b', as_of) e
		WHERE date_trunc('week', e.started AT TIME ZONE tz)::date = c.cohort AND e.seconds < (c.period + 1) * 7 * 86400))
	FROM value, plg.cohort_conversion(j, 'a', 'b', as_of, tz => tz) c WHERE c.mature;
	SELECT note('retention, rolling', r.active, (SELECT count(DISTINCT e.entity) FROM value v, plg.entrants(v.j, 'a', 'a', as_of) e JOIN act u USING (entity)
		WHERE date_trunc('day', e.started AT TIME ZONE tz)::date = r.cohort AND u.at >= e.started + r.period * interval '24 hours' AND u.at < e.started + (r.period + 1) * interval '24 hours'))
	FROM value, plg.retention(j, 'a', as_of, unit => 'day', tz => tz) r WHERE r.mature AND r.period > 0;
	SELECT note('retention, calendar', r.active, (SELECT count(DISTINCT e.entity) FROM value v, plg.entrants(v.j, 'a', 'a', as_of) e JOIN act u USING (entity)
		WHERE date_trunc('day', e.started AT TIME ZONE tz)::date = r.cohort AND (u.at AT TIME ZONE tz)::date = r.cohort + r.period))
	FROM value, plg.retention(j, 'a', as_of, unit => 'day', mode => 'calendar', tz => tz) r WHERE r.mature AND r.period > 0;
	SELECT note('adoption', a.adopters, (SELECT count(converted) FILTER (WHERE mature) FROM value v, plg.entrants(v.j, 'a', a.event, as_of, within))),
		note('adoption, entities', a.entities, (SELECT count(*) FILTER (WHERE mature) FROM value v, plg.entrants(v.j, 'a', a.event, as_of, within)))
	FROM value, plg.adoption(j, 'a', as_of, within) a;
	SELECT note('funnel', f.entities, (SELECT count(*) FROM value v, plg.milestones(v.j, '{a,b,c}', within, as_of => as_of) m
		JOIN plg.entrants(v.j, 'a', 'a', as_of, within) e USING (entity) WHERE m.level >= f.step AND e.mature))
	FROM value, plg.funnel(j, '{a,b,c}', within, as_of) f;
$$;
CREATE FUNCTION which_and_whom(as_of timestamptz, within interval, tz text) RETURNS void LANGUAGE sql AS $$
	SELECT note('experiment', x.exposed + x.mature + x.converted, (SELECT count(*) + count(*) FILTER (WHERE mature) + count(converted) FILTER (WHERE mature)
		FROM plg.entrants(plg.except_entities(b, ARRAY(SELECT entity FROM plg.unnest(shown) WHERE at <= as_of GROUP BY entity HAVING count(DISTINCT event) > 1)), x.variant, 'c', as_of, within)))
	FROM (SELECT j, plg.relabel(plg.only_events(j, '{a,b}'), '{"a": "A", "b": "B"}') AS shown FROM value) v, LATERAL (SELECT plg.rollup(p) AS b FROM unnest(ARRAY[j, shown]) p) r,
		plg.experiment(j, shown, 'c', within, as_of, control => 'A') x;
	SELECT note('aha', a.entrants + a.did, (SELECT count(*) FILTER (WHERE mature) + count(converted) FILTER (WHERE mature)
		FROM plg.entrants(plg.derive(v.j, 'did', 'a', ARRAY[a.event], a.within, ARRAY[a.at_least]), 'a', 'did', as_of, '2 days')))
	FROM value v, plg.aha(j, 'a', 'c', as_of, windows => '{6 hours,1 day}', counts => '{1,2}', outcome_until => '2 days', min_entities => 1, top => 100) a;
	SELECT note('attribution', a.entities, (SELECT count(*) FROM plg.touches_of(v.j, plg.only_events(v.j, '{a,b}'), 'c', as_of, within) t
		WHERE t.touch IS NOT DISTINCT FROM a.touch AND t.position IS NOT DISTINCT FROM nullif(t.touches, 0)))
	FROM value v, plg.attribution(j, plg.only_events(j, '{a,b}'), 'c', as_of, within) a;
	SELECT note('cohort_counts', c.entities + c.events, (SELECT count(DISTINCT e.entity) + count(u.at) FROM plg.entrants(v.j, 'a', 'a', as_of) e
		LEFT JOIN act u ON u.entity = e.entity AND u.event = 'b' AND u.at >= e.started AND u.at < e.started + (c.period + 1) * interval '24 hours' AND u.at <= as_of
		WHERE date_trunc('day', e.started AT TIME ZONE tz)::date = c.cohort))
	FROM value v, plg.cohort_counts(j, 'a', 'b', as_of, 'day', 4, tz => tz) c WHERE c.mature;
	SELECT note('freemium', f.wall_first + 1000 * f.aha_then_wall + 1000000 * f.aha_no_wall + f.wall_first_paid,
		(SELECT count(*) FILTER (WHERE w.converted < coalesce(a.converted, 'infinity')) + 1000 * count(*) FILTER (WHERE a.converted <= w.converted)
			+ 1000000 * count(*) FILTER (WHERE a.converted IS NOT NULL AND w.converted IS NULL) + count(p.converted) FILTER (WHERE w.converted < coalesce(a.converted, 'infinity'))
		FROM plg.entrants(v.j, 'a', 'b', as_of, within) a JOIN plg.entrants(v.j, 'a', 'c', as_of, within) w USING (entity) JOIN plg.entrants(v.j, 'a', 'd', as_of, within) p USING (entity) WHERE a.mature))
	FROM value v, plg.freemium(j, 'a', 'b', 'c', 'd', within, as_of) f;
	SELECT note('transitions', t.entities, (SELECT count(*) FROM plg.transitions_of(v.j, t.period_start, t.period_start + 1, tz) o
		WHERE o.from_label IS NOT DISTINCT FROM t.from_label AND o.to_label IS NOT DISTINCT FROM t.to_label))
	FROM value v, plg.transitions(j, 'day', (plg.first_at(j) AT TIME ZONE tz)::date, (plg.last_at(j) AT TIME ZONE tz)::date + 1, tz) t;
	SELECT note('generations', g.entities, (SELECT count(*) FROM plg.lineage(i.j) l WHERE l.generation = g.generation)),
		note('generations, rejected', g.rejected_self + g.rejected_younger + g.rejected_cycle, (SELECT count(l.rejected) FROM plg.lineage(i.j) l WHERE l.generation = g.generation))
	FROM (SELECT plg.journeys(entity, at, 'e' || abs(hashtext(entity)) % 9) AS j FROM (SELECT entity, min(at) AS at FROM act GROUP BY entity) a) i, plg.generations(j) g;
$$;
CREATE FUNCTION whatever_they_do(as_of timestamptz, tz text) RETURNS void LANGUAGE sql AS $$
	SELECT note('entities', plg.entities(j), (SELECT count(*) FROM value v, plg.entity_summary(v.j))), note('events', plg.events(j), (SELECT sum(events)::bigint FROM value v, plg.entity_summary(v.j))) FROM value;
	SELECT note('event_summary', s.entities, (SELECT count(*) FROM value v, plg.entity_summary(plg.only_events(v.j, ARRAY[s.event])))) FROM value, plg.event_summary(j) s;
	SELECT note('lifecycle, new', l.new, (SELECT count(*) FROM value v, plg.entity_summary(v.j) s WHERE s.first_at <= as_of AND date_trunc('week', s.first_at AT TIME ZONE tz)::date = l.period_start)),
		note('lifecycle, active', l.active, (SELECT count(DISTINCT entity) FROM act WHERE at <= as_of AND date_trunc('week', at AT TIME ZONE tz)::date = l.period_start)),
		note('lifecycle, churned', l.churned, (SELECT count(*) FROM (SELECT entity FROM act WHERE date_trunc('week', at AT TIME ZONE tz)::date = l.period_start - 7
			EXCEPT SELECT entity FROM act WHERE date_trunc('week', at AT TIME ZONE tz)::date = l.period_start) gone))
	FROM value, plg.lifecycle(j, as_of, tz => tz) l WHERE l.mature;
	SELECT note('stickiness', s.wau, (SELECT count(DISTINCT entity) FROM act WHERE (at AT TIME ZONE tz)::date BETWEEN s.period_start - 6 AND s.period_start))
	FROM value, plg.stickiness(j, as_of, 'day', tz) s WHERE s.wau IS NOT NULL;
	SELECT note('session_summary', s.sessions, (SELECT count(*) FROM value v, plg.sessions(v.j, '3 hours') x WHERE x.ended_at + interval '3 hours' < (SELECT max(at) FROM event)))
	FROM value, plg.session_summary(j, '3 hours') s;
$$;
CREATE PROCEDURE try_random(data_sets int) LANGUAGE plpgsql AS $$
BEGIN
	FOR data_set IN 1 .. data_sets LOOP
		PERFORM take_random();
		PERFORM from_a_start(max(at) - interval '1 hour', pick('6 hours', '2 days')::interval, random_zone()), which_and_whom(max(at) - interval '1 hour', pick('6 hours', '2 days')::interval, random_zone()), whatever_they_do(max(at) + interval '1 hour', random_zone()) FROM event;
		-- the next of several at one instant could be any of them
		TRUNCATE untied;
		INSERT INTO untied SELECT entity, at + row_number() OVER () * interval '1 second', event FROM event;
		PERFORM take('TABLE untied');
		PERFORM note('flows', f.entities, (SELECT count(*) FROM value v, plg.milestones(v.j, ARRAY['a', f.target], '1 day', mode => 'exact', attempt => 'first') m WHERE m.level = 2))
		FROM value, plg.flows(j, 'a', 1, within => '1 day', as_of => 'infinity') f WHERE f.target IS NOT NULL;
	END LOOP;
END
$$;
CALL try_random(20);

-- accounts
CREATE TABLE book (l plg.ledger);
CREATE FUNCTION revenue() RETURNS void LANGUAGE sql AS $$
	SELECT note('movements, ' || name, number, (SELECT count(*) FROM book b, plg.account_movements(b.l, m.period_start, (m.period_start + interval '1 month')::date) a WHERE a.movement = v.movement))
	FROM book, plg.movements(l, 'month', '2026-01-01', '2026-07-01') m, LATERAL (VALUES ('new', 'new', m.accounts_new), ('expanded', 'expansion', m.accounts_expanded), ('churned', 'churn', m.accounts_churned)) v (name, movement, number);
	SELECT note('nrr, grr and logo_retention', (1e6 * (plg.nrr(l, '2026-02-01', '2026-05-01') + plg.grr(l, '2026-02-01', '2026-05-01') + plg.logo_retention(l, '2026-02-01', '2026-05-01')))::bigint,
		(SELECT (1e6 * (sum(closing) / sum(opening) + sum(least(opening, closing)) / sum(opening) + avg((closing > 0)::int)))::bigint FROM book b, plg.account_movements(b.l, '2026-02-01', '2026-05-01') WHERE opening > 0)) FROM book;
	SELECT note('nrr_series', s.accounts, (SELECT count(*) FROM book b, plg.account_movements(b.l, s.window_start, (s.period_start + interval '1 month')::date) WHERE opening > 0))
	FROM book, plg.nrr_series(l, 'month', 3, '2026-04-01', '2026-07-01') s;
	SELECT note('mrr', (100 * plg.mrr(l, '2026-03-15'))::bigint, (SELECT (100 * sum(mrr))::bigint FROM (SELECT DISTINCT ON (account) mrr FROM book b, plg.unnest(b.l) u WHERE u.at <= '2026-03-15' ORDER BY account, u.at DESC) n)) FROM book;
	-- a cohort is who pays at the close of a month for the first time
	SELECT note('revenue_retention', r.accounts, (SELECT count(*) FROM (SELECT account, min(month) AS month FROM generate_series(date '2026-01-01', '2026-06-01', '1 month') month,
			LATERAL (SELECT DISTINCT ON (account) account, mrr FROM book b, plg.unnest(b.l) u WHERE u.at < month + interval '1 month' ORDER BY account, u.at DESC) pays WHERE mrr > 0 GROUP BY 1) f WHERE f.month = r.cohort))
	FROM book, plg.revenue_retention(l, 'month', 1, as_of => '2026-07-01') r;
$$;
CREATE PROCEDURE try_ledgers(data_sets int) LANGUAGE plpgsql AS $$
BEGIN
	FOR data_set IN 1 .. data_sets LOOP
		TRUNCATE book;
		INSERT INTO book SELECT plg.ledger(who, mrr, since, until) FROM (SELECT floor(random() * 40)::int AS who, round((1 + random() * 100)::numeric, 2) AS mrr, since, since + 1 + floor(random() * 120)::int AS until
			FROM (SELECT date '2026-01-01' + floor(random() * 150)::int AS since FROM generate_series(1, 100)) s) s;
		PERFORM revenue();
	END LOOP;
END
$$;
CALL try_ledgers(15);
SELECT CASE WHEN sum(wrong) = 0 AND sum(n) > 0 THEN 'ok' ELSE 'not ok' END || ' - ' || what || ': ' || count(*) || ' times, ' || sum(n) || ', off by ' || coalesce(sum(wrong)::text, 'what is not known') FROM result GROUP BY what ORDER BY what;
