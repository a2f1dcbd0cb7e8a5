-- Questions that people ask in public, of any tool, each as the smallest case
-- with the answer worked out by hand.  Where a question has a page in docs/, the
-- page has it at length; rules.sql of sql/ has the same rules in every reader.
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET client_min_messages TO warning;
SET intervalstyle TO postgres;

CREATE FUNCTION answer(question text, got text, expected text) RETURNS text IMMUTABLE LANGUAGE sql
	AS $$ SELECT CASE WHEN got IS NOT DISTINCT FROM expected THEN 'ok - ' ELSE 'not ok - ' END || question || CASE WHEN got IS DISTINCT FROM expected THEN format(E'\n# got      %s\n# expected %s', got, expected) ELSE '' END $$;
-- 'who when what, ...' as journeys; 'who from until mrr, ...' as a ledger, until - for still paying
CREATE FUNCTION j(rows text) RETURNS plg.journeys IMMUTABLE LANGUAGE sql
	AS $$ SELECT plg.journeys(split_part(r, ' ', 1), split_part(r, ' ', 2)::timestamptz, split_part(r, ' ', 3)) FROM unnest(string_to_array(rows, ', ')) r $$;
CREATE FUNCTION l(rows text) RETURNS plg.ledger IMMUTABLE LANGUAGE sql
	AS $$ SELECT plg.ledger(split_part(r, ' ', 1), split_part(r, ' ', 4)::numeric, split_part(r, ' ', 2)::date, nullif(split_part(r, ' ', 3), '-')::date) FROM unnest(string_to_array(rows, ', ')) r $$;
CREATE FUNCTION refused(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	EXECUTE 'SELECT ' || call;
	RETURN 'accepted';
EXCEPTION WHEN others THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLERRM || ' | ' || hint;
END $$;

-- 1. Calendars

SELECT answer('our weeks begin on Sunday', string_agg(concat(to_char(period_start, 'Dy'), period_start, ':', active), ' '), 'Sun2026-01-04:2 Sun2026-01-11:1')
FROM plg.lifecycle(j('a 2026-01-04 x, b 2026-01-10T23:00 x, a 2026-01-11 x'), '2026-01-12', 'week', origin => '2026-01-04') WHERE active > 0;
SELECT answer('payroll is every two weeks', string_agg(concat(cohort, ':', plg.entered(conversion)), ' ' ORDER BY cohort), '2026-01-02:2 2026-01-16:1')
FROM plg.conversions(j('a 2026-01-02 s, b 2026-01-15T23:59 s, c 2026-01-16 s'), 's', 'g', '2026-02-01', '2 weeks', origin => '2026-01-02');
SELECT answer('our fiscal year begins in February', string_agg(concat(period_start, ':', opening, '+', new, '=', closing), ' ' ORDER BY period_start), '2025-02-01:10+20=30 2026-02-01:30+5=35')
FROM plg.movements(l('a 2025-01-31 - 10, b 2026-01-31 - 20, c 2026-02-01 - 5'), 'year', '2025-02-01', '2027-02-01', origin => '2026-02-01');
SELECT answer('and its quarters', string_agg(concat(period_start, ':', new), ' ' ORDER BY period_start), '2026-02-01:1 2026-05-01:2')
FROM plg.movements(l('a 2026-04-30 - 1, b 2026-05-01 - 2'), 'quarter', '2026-02-01', '2026-08-01', origin => '2026-02-01');
SELECT answer('how many are active each hour, when the clock goes forward', string_agg(concat(starts_at AT TIME ZONE 'UTC', ':', active), ', ' ORDER BY starts_at), '2026-03-29 00:00:00:1, 2026-03-29 01:00:00:1')
FROM plg.lifecycle(j('a 2026-03-29T00:30 x, b 2026-03-29T01:10 x'), '2026-03-29 02:00', 'hour', 'Europe/Berlin') WHERE active > 0;
SELECT answer('billing months run from the 15th to the 14th', string_agg(concat(period_start, ':', new), ' ' ORDER BY period_start), '2026-01-15:3 2026-02-15:4')
FROM plg.movements(l('a 2026-02-14 - 3, b 2026-02-15 - 4'), 'month', '2026-01-15', '2026-03-15', origin => '2026-01-15');
SELECT answer('a date that begins no period is told, with its neighbours', refused($$plg.movements(l('a 2026-01-01 - 1'), '2 weeks', '2026-01-05', '2026-02-02', origin => '2026-01-04')$$),
	'since 2026-01-05 does not begin a unit of 2 weeks | The nearest dates that do are 2026-01-04 and 2026-01-18.');

-- 2. Attempts and sessions

SELECT answer('A, A, B: each start is one attempt, next waits for the one before', string_agg(concat_ws(' ', attempt, entities), ', ' ORDER BY attempt, step), 'best 1, best 1, each 2, each 1, first 1, first 1, next 1, next 1')
FROM unnest('{first,best,each,next}'::text[]) attempt, plg.funnel(j('u 2026-01-01T10:00 A, u 2026-01-01T10:05 A, u 2026-01-01T10:10 B'), '{A,B}', '1 hour', '2026-02-01', attempt => attempt);
SELECT answer('attempts that do not overlap: after one has run out of time, another', string_agg(m.reached::text, ' ' ORDER BY m.reached), '{"2026-01-01 10:00:00+00",NULL} {"2026-01-01 12:00:00+00","2026-01-01 12:30:00+00"}')
FROM plg.milestones(j('u 2026-01-01T10:00 A, u 2026-01-01T10:30 A, u 2026-01-01T12:00 A, u 2026-01-01T12:30 B'), '{A,B}', '1 hour', attempt => 'next') m;
SELECT answer('February''s attempts are those that start in February', string_agg(attempt || ' ' || n, ', ' ORDER BY attempt), 'each 1, next 1')
FROM (SELECT attempt, count(*) AS n FROM unnest('{each,next}'::text[]) attempt, plg.milestones(j('u 2026-01-10 A, u 2026-01-11 B, u 2026-02-10 A, u 2026-02-11 B'), '{A,B}', '7 days', attempt => attempt, entered => '[2026-02-01,2026-03-01)') GROUP BY attempt) s;
SELECT answer('a session ends after 30 minutes without an event, and at most after an hour', string_agg(format('%s %s', to_char(started_at, 'HH24:MI'), events), ', ' ORDER BY started_at), '10:00 3, 11:01 2')
FROM plg.sessions(j('u 2026-01-01T10:00 x, u 2026-01-01T10:25 x, u 2026-01-01T10:50 x, u 2026-01-01T11:01 x, u 2026-01-01T11:20 x'), '30 minutes', max_length => '1 hour');
SELECT answer('opening the app begins a session, logging out ends it', string_agg(format('%s %s', to_char(started_at, 'HH24:MI'), events), ', ' ORDER BY started_at), '10:00 2, 10:05 2, 10:08 1')
FROM plg.sessions(j('u 2026-01-01T10:00 open, u 2026-01-01T10:01 x, u 2026-01-01T10:05 open, u 2026-01-01T10:06 logout, u 2026-01-01T10:08 x'), '30 minutes', starts => '{open}', ends => '{logout}');

-- 3. Retention

SELECT answer('every week''s active users are a cohort, those of the weeks before, too', string_agg(concat_ws(' ', to_char(cohort, 'MM-DD'), entities, active), ', ' ORDER BY cohort), '01-05 2 1, 01-12 1 1, 01-19 1 0')
FROM plg.retention(j('a 2026-01-05 x, b 2026-01-06 x, a 2026-01-12 x, a 2026-01-19 x'), 'x', '2026-03-01', mode => 'calendar', periods => 2, recurring => true) WHERE period = 1;
SELECT answer('and without recurring there is one cohort for each', string_agg(concat_ws(' ', to_char(cohort, 'MM-DD'), entities, active), ', ' ORDER BY cohort), '01-05 2 1')
FROM plg.retention(j('a 2026-01-05 x, b 2026-01-06 x, a 2026-01-12 x, a 2026-01-19 x'), 'x', '2026-03-01', mode => 'calendar', periods => 2) WHERE period = 1;
SELECT answer('a cohort that is not old enough is not known, not 0', string_agg(coalesce(active::text, 'unknown'), ', ' ORDER BY cohort), '0, unknown')
FROM plg.retention(j('a 2026-01-05 s, b 2026-01-12 s'), 's', '2026-01-26', periods => 2) WHERE period = 1;
SELECT answer('signups on a day, events on a day: 7 days are eight calendar days', concat(plg.activation_rate(j, 's', 'g', '7 days', '2026-02-01'), ' ', plg.activation_rate(j, 's', 'g', '6 days', '2026-02-01')), '1 0')
FROM j('a 2026-01-05 s, a 2026-01-12 g') j;
SELECT answer('how many invitations has a user of January sent by the end of its first two months', string_agg(concat_ws(' ', entities, events, mean), ', ' ORDER BY period), '2 1 0.5, 2 3 1.5')
FROM plg.cohort_counts(j('a 2026-01-05 s, a 2026-01-06 i, a 2026-02-10 i, b 2026-01-20 s, b 2026-02-28 i, b 2026-03-30 i'), 's', 'i', '2026-04-01', 'month', 2, 'calendar');

-- 4. What somebody knew, and when

SELECT answer('nothing is listed that happened later', string_agg(event, ', ' ORDER BY event), 's, use') FROM plg.adoption(j('1 2019-01-01 s, 1 2019-01-02 use, 1 2019-03-01 later'), 's', '2019-02-01', '7 days');
SELECT answer('an end of 9999 and an as_of', count(*)::text, '3') FROM plg.revenue_retention(l('a 2026-02-15 9999-12-31 49'), 'month', 3, as_of => '2026-05-01');
SELECT answer('who signed up a day ago has not failed', concat_ws(' ', mature, converted, rate), '1 1 1') FROM plg.activation(j('a 2026-01-01 s, a 2026-01-03 g, b 2026-01-30 s'), 's', 'g', '7 days', '2026-01-31');
SELECT answer('last month''s numbers are those of last month when the later rows are there', plg.activation_rate(j('a 2026-01-01 s, a 2026-01-09 g'), 's', 'g', '30 days', '2026-01-08')::text, NULL);
SELECT answer('0 of 3 is no certainty', concat(rate, ' ', round(rate_high::numeric, 2)), '0 0.56') FROM plg.activation(j('a 2026-01-01 s, b 2026-01-01 s, c 2026-01-01 s'), 's', 'g', '7 days', '2026-02-01');
SELECT answer('how long does it take at the median, with those who are still on their way', concat(plg.ttv_of_all(c, 0.5), ' ', plg.ttv_observed(c, 0.5)), '5 days 2 days')
FROM (SELECT plg.conversion(timestamptz '2026-01-01', t, a) AS c FROM (VALUES (timestamptz '2026-01-03', timestamptz '2026-02-01'), ('2026-01-06', '2026-02-01'), (NULL, '2026-01-05'), (NULL, '2026-02-01'), ('2026-01-03', '2026-02-01'), (NULL, '2026-02-01')) v (t, a)) s;
SELECT answer('tracking began after they signed up: they count from there on', format('%s %s, %s %s %s', plg.entered(c), plg.entered_late(c), a.mature, a.converted, round(s.rate::numeric, 3)), '4 2, 2 1 0.667')
FROM (SELECT plg.conversion(timestamptz '2026-01-01', t, '2026-03-01', seen) AS c FROM (VALUES (timestamptz '2026-01-03', NULL::timestamptz), (NULL, NULL), ('2026-01-20', '2026-01-10'), (NULL, '2026-01-10'), ('2026-01-04', '2026-01-10')) v (t, seen)) s0 (c), plg.activation(c, '30 days') a, plg.activation(c, '30 days', 'censor') s;
SELECT answer('an aggregate of a forgotten as_of says so', split_part(refused($$plg.activation_rate(j('a 2026-01-05 s'), 's', 'g', '7 days')$$), ' | ', 1), 'function plg.activation_rate(plg.journeys, unknown, unknown, unknown) does not exist');
SELECT answer('a trial of its own length: the clock starts when it ends', concat(plg.entered(c), ' ', plg.activation_rate(c, '0 days'), ' ', plg.activation_rate(c, '3 days')), '2 0.5 1')
FROM (SELECT plg.conversion(trial_end, CASE WHEN paid_at IS NOT NULL THEN greatest(paid_at, trial_end) END, '2026-02-01') AS c
	FROM (VALUES (timestamptz '2026-01-12', timestamptz '2026-01-07'), ('2026-01-17', '2026-01-19'), ('2026-02-12', NULL)) v (trial_end, paid_at)) s;
SELECT answer('a goal before the start is told, and how to keep the denominator', (refused($$plg.conversion(timestamptz '2026-01-02', timestamptz '2026-01-01', 'infinity')$$) ~ 'CASE WHEN converted >= started THEN converted END')::text, 'true');

SELECT answer('rows of one second are simultaneous for order and for exclusions', string_agg(concat_ws(' ', g, level), ', ' ORDER BY g), '00:00:00 1, 00:00:03 2')
FROM unnest('{0,3 s}'::interval[]) g, plg.milestones(j('u 2026-01-05T00:00:00 a, u 2026-01-05T00:00:02 x, u 2026-01-05T00:00:10 b'), '{a,b}', '1 hour', grace => g, exclude => '{x}');
SELECT answer('what comes after everybody has left the study is not known', concat_ws(' ', coalesce(plg.activation_rate(c, '3 days', 'censor')::text, 'unknown'), coalesce(plg.activation_rate(c, '9 days', 'censor')::text, 'unknown')), '0.5 unknown')
FROM (SELECT plg.conversion(timestamptz '2026-01-01', t, '2026-01-05') AS c FROM (VALUES (timestamptz '2026-01-03'), (NULL)) v (t)) s;
SELECT answer('a wrong option is one even where there is nothing to read', string_agg(split_part(refused(call), ' | ', 1), '; '), '"periods" must be positive, not 0; unit "fortnight" is not valid; unit "fortnight" is not valid')
FROM unnest(ARRAY[$$plg.cohort_conversion(NULL, 'a', 'b', NULL, periods => 0)$$, $$plg.conversions(NULL, 'a', 'b', NULL, 'fortnight')$$, $$plg.movements(NULL, 'fortnight', '2026-01-01', '2026-02-01')$$]) call;
SELECT answer('times that are text want a cast', (refused($$plg.journeys('u', v, 'a') FROM (VALUES ('2026-01-05'::text)) s (v)$$) ~ 'does not exist .* explicit type casts')::text, 'true');
SELECT answer('a rate for each group, in columns', string_agg(concat_ws(' ', grp, (a).mature, (a).converted, round((a).rate::numeric, 1)), ', ' ORDER BY grp), 'x 2 1 0.5, y 1 0 0.0')
FROM (SELECT grp, plg.activation(plg.conversion(s, t, '2026-02-01'), '7 days') AS a FROM (VALUES ('x', timestamptz '2026-01-01', timestamptz '2026-01-03'), ('x', '2026-01-02', NULL), ('y', '2026-01-02', NULL)) v (grp, s, t) GROUP BY grp) g;
SELECT answer('time, metric, value for a chart, in the time zone of the cohorts', string_agg(concat_ws(' ', c.starts_at, v.metric, v.value), ', ' ORDER BY v.metric), '2026-01-04 23:00:00+00 entered 1, 2026-01-04 23:00:00+00 met 1')
FROM plg.conversions(j('a 2026-01-05 s, a 2026-01-06 g'), 's', 'g', '2026-02-01', 'week', 'Europe/Berlin') c, LATERAL (VALUES ('entered', plg.entered(c.conversion)), ('met', plg.converted(c.conversion))) v (metric, value);

-- 5. Composite goals, properties, identities

SELECT answer('five of one thing and one of another within 14 days of the signup', (SELECT u.at::text FROM plg.unnest(plg.derive(j, 'activated', 's', '{r,f}', '14 days', '{2,1}')) u WHERE event = 'activated'), '2026-01-08 00:00:00+00')
FROM j('a 2026-01-01 s, a 2026-01-02 r, a 2026-01-05 r, a 2026-01-08 f, b 2026-01-01 s, b 2026-01-02 r, b 2026-01-20 f, b 2026-01-21 r') j;
SELECT answer('either of two goals, whichever comes first', plg.ttv_of_all(plg.conversion(j('a 2026-01-01 s, a 2026-01-04 g, a 2026-01-02 h'), 's', 'g|h', '2026-02-01'), 0.5)::text, '1 day');
SELECT answer('three of five things within a week, in any order', string_agg(entities::text, ' ' ORDER BY step), '2 2 1 0 0')
FROM plg.funnel(j('a 2026-01-01 v, a 2026-01-02 x, a 2026-01-03 z, b 2026-01-01 w, b 2026-01-05 y'), '{v,w,x,y,z}', '7 days', '2026-02-01', mode => 'any');
SELECT answer('three members, not three events of one keen member', string_agg(concat_ws(' ', entity, since::date), ', '), 'acme 2026-01-09')
FROM plg.qualified(j('acme 2026-01-05 Ada, acme 2026-01-06 Ada, acme 2026-01-08 Bo, acme 2026-01-09 Cy, blip 2026-01-05 Di, blip 2026-01-06 Di, blip 2026-01-07 Di'), 3, '30 days', '2026-01-20');
SELECT answer('by the plan at signup, not of today', string_agg(concat(coalesce(segment, 'none'), ':', plg.entities(journeys)), ' ' ORDER BY segment), 'free:1 pro:1 none:1')
FROM plg.split(j('a 2026-01-05 s, b 2026-01-06 s, c 2026-01-07 s'), j('a 2026-01-01 free, a 2026-02-01 pro, b 2026-01-02 pro'), 'entry', 's');
SELECT answer('by a property of each event', string_agg(concat(coalesce(segment, 'none'), ':', plg.events(journeys)), ' ' ORDER BY segment), 'free:1 pro:2 none:1')
FROM plg.split(j('a 2026-01-05 x, a 2026-01-15 x, a 2026-01-25 x, b 2026-01-06 x'), j('a 2026-01-01 free, a 2026-01-10 pro'), 'event');
SELECT answer('the people behind a number', string_agg(concat_ws(' ', entity, (converted IS NOT NULL)::text, mature::text), ', ' ORDER BY entity), 'a true true, b false true, c false false')
FROM plg.entrants(j('a 2026-01-01 s, a 2026-01-03 g, b 2026-01-02 s, c 2026-01-29 s'), 's', 'g', '2026-01-31', '7 days');
SELECT answer('one person under two names, found out later', concat(plg.entities(m), ' ', plg.activation_rate(m, 'visit', 's', '7 days', '2026-02-01')), '2 0.5')
FROM plg.merge_entities(j('anon1 2026-01-01 visit, u1 2026-01-03 s, u2 2026-01-02 visit'), j('anon1 2026-01-03 u1')) m;
SELECT answer('forget somebody in a value that is stored', concat(plg.entities(e), ' ', (SELECT string_agg(u.entity, '') FROM plg.unnest(e) u)), '1 b') FROM plg.except_entities(j('a 2026-01-01 s, b 2026-01-02 s'), '{a}') e;
SELECT answer('or keep what is done, under a name that says nothing', string_agg(u.entity || ' ' || u.event, ', '), 'x1 s') FROM plg.unnest(plg.merge_entities(j('ada 2026-01-01 s'), j('ada 2026-01-01 x1'))) u;
SELECT answer('and in a ledger', string_agg(account, ''), 'b') FROM plg.unnest(plg.except_accounts(l('a 2026-01-01 - 5, b 2026-01-01 - 6'), '{a}'));
SELECT answer('an event that was delivered twice', plg.events(plg.journeys(DISTINCT e, t, l))::text, '2') FROM (VALUES (1, timestamptz '2026-01-01', 'a'), (1, '2026-01-01', 'a'), (1, '2026-01-02', 'a')) v (e, t, l);
SELECT answer('events that were found to be wrong are taken away again', plg.events(plg.minus(j('a 2026-01-01 s, a 2026-01-02 x'), j('a 2026-01-02 x')))::text, '1');

-- 6. Channels, variants, invitations

SELECT answer('first, last and linear touch', string_agg(format('%s %s %s', model, touch, conversions), ', ' ORDER BY model, touch), 'first ads 1, last mail 1, linear ads 0.5, linear mail 0.5')
FROM unnest('{first,last,linear}'::text[]) model, plg.attribution(j('a 2026-01-20 s'), j('a 2026-01-01 ads, a 2026-01-10 mail'), 's', '2026-02-01', '30 days', model);
SELECT answer('a touch at the instant of the goal', string_agg(coalesce(touch, 'none') || ' ' || conversions, ', '), 'mail 1') FROM plg.attribution(j('a 2026-01-20 s'), j('a 2026-01-20 mail'), 's', '2026-02-01', '30 days');
SELECT answer('what came before the upgrade', string_agg(format('%s<-%s', target, source), ', '), 'up<-b') FROM plg.flows(j('a 2026-01-01 a, a 2026-01-02 b, a 2026-01-03 up'), 'up', 1, 'before');
SELECT answer('is 130 of 1000 more than 100 of 1000', concat(round(difference::numeric, 3), ' ', round(p_value::numeric, 3), ' ', difference_low > 0), '0.030 0.035 t') FROM plg.proportion_difference(100, 1000, 130, 1000);
SELECT answer('were the variants dealt evenly', round(plg.srm('{5000,5200}')::numeric, 3)::text, '0.048');
SELECT answer('who saw two variants is left out, and counted', string_agg(concat_ws(' ', variant, exposed, in_several), ', ' ORDER BY variant), 'A 1 1, B 1 1')
FROM plg.experiment(j('a 2026-01-03 g, b 2026-01-03 g, c 2026-01-03 g'), j('a 2026-01-01 A, b 2026-01-01 B, c 2026-01-01 A, c 2026-01-02 B'), 'g', '7 days', '2026-02-01', 'A');
SELECT answer('who came from whom', string_agg(concat(generation, ':', entities), ' ' ORDER BY generation), '0:1 1:2 2:1') FROM plg.generations(j('b 2026-01-02 a, c 2026-01-03 a, d 2026-01-04 b'));

-- 7. Plans

SELECT answer('from plan to plan, those who stay included', string_agg(format('%s>%s:%s', coalesce(from_label, '-'), to_label, entities), ' ' ORDER BY from_label NULLS FIRST, to_label), '->free:1 free>free:1 free>pro:1 pro>free:1')
FROM plg.transitions(j('a 2026-01-01 free, a 2026-02-10 pro, b 2026-01-01 free, c 2026-01-05 pro, c 2026-02-11 free, d 2026-02-20 free'), 'month', '2026-02-01', '2026-03-01');
SELECT answer('what the moves between plans are worth comes to the movements', string_agg(format('%s>%s %s', coalesce(from_label, '-'), to_label, amount), ', ' ORDER BY 1), '->free 0, free>pro 50, pro>team 30')
FROM (SELECT t.from_label, t.to_label, coalesce(sum(CASE movement WHEN 'contraction' THEN -amount WHEN 'churn' THEN -amount ELSE amount END), 0) AS amount
	FROM plg.transitions_of(j('a 2026-01-01 free, a 2026-02-10 pro, b 2026-01-05 pro, b 2026-02-11 team, c 2026-02-20 free'), '2026-02-01', '2026-03-01') t
		LEFT JOIN plg.account_movements(l('a 2026-02-10 - 50, b 2026-01-05 2026-02-11 50, b 2026-02-11 - 80'), '2026-02-01', '2026-03-01') m ON m.account = t.entity GROUP BY 1, 2) s;
SELECT answer('sold by sales or by itself: who did it when it happened', string_agg(format('%s %s', coalesce(how, 'nobody'), amount), ', ' ORDER BY how), 'sales 100, nobody 20')
FROM (SELECT s.segment AS how, sum(m.amount) AS amount FROM plg.split(j('a 2026-02-10 paid, b 2026-02-12 paid'), j('a 2026-02-01 sales, b 2026-02-20 sales'), 'entry', 'paid') s, plg.entity_summary(s.journeys) e
	JOIN plg.account_movements(l('a 2026-02-10 - 100, b 2026-02-12 - 20'), '2026-02-01', '2026-03-01') m ON m.account = e.entity GROUP BY 1) x;

-- 8. Money in

SELECT answer('charges instead of subscriptions: a month and ten days of grace', string_agg(format('%s %s', at::date, mrr), ', ' ORDER BY at), '2026-01-05 50, 2026-03-15 0')
FROM plg.unnest((SELECT plg.ledger_payments(1, 50, at, '1 month', '10 days') FROM (VALUES (timestamptz '2026-01-05'), ('2026-02-05')) v (at)));
SELECT answer('a year that is paid at once', plg.mrr(plg.ledger_payments('a', 1200, timestamptz '2026-01-20', '1 year', '0'), '2026-12-31')::text, '100');
SELECT answer('a refund of what was charged', string_agg(format('%s %s', at::date, mrr), ', ' ORDER BY at), NULL)
FROM plg.unnest((SELECT plg.ledger_payments(1, amount, timestamptz '2026-01-05', '1 month', '0') FROM unnest('{50,-50}'::numeric[]) amount));
SELECT answer('late payers move nothing', string_agg(concat_ws(' ', churn, reactivation, closing), ', ' ORDER BY period_start), '0 0 50, 0 0 50')
FROM (SELECT plg.ledger_payments(1, 50, at, '1 month', '10 days') FROM (VALUES (timestamptz '2026-01-05'), ('2026-02-09'), ('2026-03-05')) v (at)) s (l), plg.movements(l, 'month', '2026-02-01', '2026-04-01');
SELECT answer('a paused month is no churn', string_agg(concat_ws(' ', how, contraction, churn, reactivation, expansion, accounts_closing), ', ' ORDER BY how, period_start), 'carried 0 0 0 0 1, carried 0 0 0 0 1, kept 100 0 0 0 1, kept 0 0 0 100 1, plain 0 100 0 0 0, plain 0 0 100 0 1')
FROM l('a 2026-01-10 2026-03-01 100, a 2026-04-01 - 100') l, LATERAL (VALUES ('plain', l), ('carried', plg.carry_gaps(l, '31 days')), ('kept', plg.keep_customers(l, l('a 2026-01-10 - 1')))) v (how, l2), plg.movements(l2, 'month', '2026-03-01', '2026-05-01');
SELECT answer('100 % off for two months, and a free plan: still customers', string_agg(concat_ws(' ', accounts_new, accounts_churned, accounts_closing, new, expansion, contraction, closing), ', ' ORDER BY period_start), '2 0 2 50 0 0 50, 0 0 2 0 0 50 0, 0 0 2 0 80 0 80')
FROM plg.keep_customers(l('a 2026-01-05 - 50, a 2026-02-05 2026-03-05 -50, b 2026-03-10 - 30'), l('a 2026-01-05 - 1, b 2026-01-20 - 1')) l, plg.movements(l, 'month', '2026-01-01', '2026-04-01');
SELECT answer('an invoice line of 13 of 28 days', round(plg.monthly_between(amount * 28 / 13, '2026-02-01', '2026-03-01'), 2)::text, '80.00') FROM (SELECT 80 * 13 / 28.0) s (amount);
SELECT answer('a quarter is a third a month, and a year a twelfth', concat(plg.monthly(300, 'quarter'), ' ', plg.monthly(1200, 'year'), ' ', plg.monthly_between(300, '2026-01-31', '2026-04-30')), '100 100 100');
SELECT answer('usage of February is lower because the month is shorter', (round(plg.monthly(280, 'day', 28), 2) = round(plg.monthly(310, 'day', 31), 2))::text, 'true');
SELECT answer('cents of any currency', concat_ws(' ', plg.minor_units(1999, 'usd'), plg.minor_units(1999, 'JPY'), plg.minor_units('1999', 'KWD'), plg.minor_units(19.5, 'EUR')), '19.99 1999 1.999 0.195');
SELECT answer('dollars and yen are not added up', split_part(refused($$plg.ledger(1, 10, date '2026-01-01', NULL::date, c) FROM unnest('{USD,JPY}'::text[]) c$$), ' | ', 1), 'currencies "JPY" and "USD" are mixed');
SELECT answer('what is suspicious in my rows', concat_ws(' ', (c).rows, (c).accounts, (c).doubled, (c).overlapping, (c).inclusive_ends, (c).far_ends, (c).empty, (c).nulls), '7 3 1 0 1 1 1 1')
FROM (SELECT plg.ledger_check(a, m, f, t) AS c FROM (VALUES (1, 5, date '2026-01-01', date '2026-01-31'), (1, 5, '2026-02-01', '9999-12-31'), (2, 7, '2026-01-01', '2026-02-01'), (2, 7, '2026-01-01', '2026-02-01'), (3, 1, '2026-01-01', '2026-01-01'), (3, NULL, '2026-01-01', NULL), (3, 1, '2026-02-01', NULL)) v (a, m, f, t)) s;
SELECT answer('a month that was loaded twice', concat(plg.mrr(twice, '2026-01-15'), ' ', plg.mrr(once, '2026-01-15')), '20 10')
FROM (SELECT plg.ledger_snapshots(a, m, d) AS twice, plg.ledger_snapshots(DISTINCT a, m, d) AS once FROM (VALUES (1, 10, date '2026-01-01'), (1, 10, '2026-01-01')) v (a, m, d)) s;
SELECT answer('snapshots know nothing after their last month', concat_ws(' ', m.churn, m.provisional, coalesce(plg.nrr(l, '2026-02-01', '2026-03-01')::text, 'unknown')), '0 t unknown')
FROM (SELECT plg.ledger_snapshots(1, 10, date '2026-01-01')) s (l), plg.movements(l, 'month', '2026-02-01', '2026-03-01') m;
SELECT answer('and as_of says up to when the rows of all parts are there', string_agg(format('%s: %s', how, churn), ', ' ORDER BY how), 'parts: 5, whole: 5')
FROM (SELECT 'whole' AS how, churn FROM (SELECT plg.ledger_snapshots(a, m, d) AS l FROM (VALUES (1, 10, date '2026-01-01'), (1, 10, '2026-02-01'), (2, 5, '2026-01-01')) v (a, m, d)) s, plg.movements(l, 'month', '2026-02-01', '2026-03-01', as_of => '2026-03-01')
	UNION ALL SELECT 'parts', sum(churn) FROM (SELECT plg.ledger_snapshots(a, m, d) AS l FROM (VALUES (1, 10, date '2026-01-01'), (1, 10, '2026-02-01'), (2, 5, '2026-01-01')) v (a, m, d) GROUP BY a) s, plg.movements(l, 'month', '2026-02-01', '2026-03-01', as_of => '2026-03-01')) x;
SELECT answer('two rows of one instant need what tells their order', (refused($$plg.ledger_changes(1, m, date '2026-01-01') FROM unnest('{5,6}'::numeric[]) m$$) ~ 'DISTINCT ON')::text, 'true');
SELECT answer('customers that merged', concat_ws(' ', m.churn, m.expansion, m.accounts_closing), '0 20 1') FROM plg.movements(plg.rename_accounts(l('a 2026-01-01 - 50, b 2026-01-05 2026-02-10 20, a 2026-02-10 - 40'), '{"b": "a"}'), 'month', '2026-02-01', '2026-03-01') m;
SELECT answer('deltas of an export that begins late go below zero, and it shows', concat_ws(' ', m.new, m.credit, m.closing), '50 -30 20') FROM (SELECT plg.ledger_deltas(a, d, t) FROM (VALUES (1, 50, date '2026-01-05'), (2, -30, '2026-01-10')) v (a, d, t)) s (l), plg.movements(l, 'month', '2026-01-01', '2026-02-01') m;

-- 9. Money over time

SELECT answer('movements against twelve months ago', string_agg(concat_ws(' ', opening, new, expansion, churn, closing, nrr), ', '), '100 40 30 0 170 1.3')
FROM plg.movements(l('a 2024-06-01 2025-09-01 100, a 2025-09-01 - 130, b 2025-08-01 - 40'), 'month', '2025-12-01', '2026-01-01', span => 12);
SELECT answer('NRR, which: who came back after leaving is not new', concat_ws(' ', m.new, m.reactivation), '0 60') FROM plg.movements(l('a 2026-01-01 2026-02-10 50, a 2026-04-10 - 60'), 'month', '2026-04-01', '2026-05-01') m;
SELECT answer('and who was away for more than 30 days is', concat_ws(' ', m.new, m.reactivation), '60 0') FROM plg.movements(l('a 2026-01-01 2026-02-10 50, a 2026-04-10 - 60'), 'month', '2026-04-01', '2026-05-01', reactivation_within => '30 days') m;
SELECT answer('who pays 0 at the opening is not in NRR, whatever keeps it a customer', concat_ws(' ', plg.nrr(l, '2026-02-01', '2026-03-01', bridge_gap => '30 days'), plg.nrr(plg.keep_customers(l, l('a 2026-01-01 - 1, b 2026-01-01 - 1')), '2026-02-01', '2026-03-01')), '1 1')
FROM l('a 2026-01-01 2026-01-20 10, a 2026-02-10 - 100, b 2026-01-01 - 10') l;
SELECT answer('churn by reason: the accounts behind a number join', string_agg(reason || ' ' || amount, ', '), 'price 50')
FROM plg.account_movements(l('a 2026-01-01 2026-02-10 50, b 2026-01-01 - 10'), '2026-02-01', '2026-03-01') m JOIN (VALUES ('a', 'price')) r (account, reason) USING (account) WHERE movement = 'churn';
SELECT answer('at the rates of each month, and what of it is the rate', concat(m.closing - m.opening, ' ', r.closing - r.opening), '0 10') FROM plg.movements(l('a 2026-01-01 - 100'), 'month', '2026-02-01', '2026-03-01') m, plg.movements(l('a 2026-01-01 2026-02-01 110, a 2026-02-01 - 120'), 'month', '2026-02-01', '2026-03-01') r;
SELECT answer('MRR of a signup cohort, those who never pay included', string_agg(concat_ws(' ', entities, paying, amount, per_entity), ', ' ORDER BY period), '2 1 30 15, 2 1 50 25')
FROM plg.cohort_revenue(j('a 2026-01-05 s, b 2026-01-06 s'), 's', l('a 2026-01-20 2026-02-10 30, a 2026-02-10 - 50'), '2026-06-01', 'month', 2, 'calendar');
SELECT answer('LTV so far: what they have paid by then', string_agg(per_entity::text, ', ' ORDER BY period), '10, 20, 35')
FROM (SELECT plg.ledger_deltas(a, d, t) FROM (VALUES ('a', 20, date '2026-01-20'), ('a', 20, '2026-02-20'), ('a', 20, '2026-03-20'), ('b', 10, '2026-03-01')) v (a, d, t)) s (l), plg.cohort_revenue(j('a 2026-01-05 s, b 2026-01-06 s'), 's', l, '2026-06-01', 'month', 3, 'calendar');
SELECT answer('payback: the first month by whose end 80 % of it is what was spent', min(period + 1)::text, '3')
FROM (SELECT plg.ledger_deltas('a', 20, t) FROM (VALUES (date '2026-01-20'), ('2026-02-20'), ('2026-03-20')) v (t)) s (l), plg.cohort_revenue(j('a 2026-01-05 s, b 2026-01-06 s'), 's', l, '2026-06-01', 'month', 3, 'calendar') WHERE 0.8 * amount >= 45;
SELECT answer('month after month of a rate', concat(round(plg.compound(0.97, 12)::numeric, 3), ' ', refused('plg.compound(1e300, 40)')), '0.694 value out of range: overflow | ');

-- CAC of a company that grows by 10 % a month and sells in 90 days, at random
SELECT setseed(0.15) \g /dev/null
CREATE TABLE lead AS SELECT row_number() OVER () AS account, m::date AS month, (m + random() * 28 * interval '1 day') AT TIME ZONE 'UTC' AS at
FROM generate_series(0, 17) k, LATERAL (SELECT timestamp '2025-01-01' + make_interval(months => k)) s (m), generate_series(1, (1000 * 1.1 ^ k)::int);
CREATE TABLE won AS SELECT account, at + greatest(45, 90 + 12 * (random() + random() + random() + random() - 2) * sqrt(3)) * interval '1 day' AS at FROM lead WHERE account % 2 = 0;
CREATE TABLE cac AS
SELECT s.month, s.spent / nullif(n.won, 0) AS usual, s.spent / c.paying AS by_cohort
FROM (SELECT month, 100.0 * count(*) AS spent FROM lead GROUP BY month) s
	JOIN (SELECT date_trunc('month', at, 'UTC')::date AS month, count(*) AS won FROM won GROUP BY 1) n USING (month)
	JOIN plg.cohort_revenue((SELECT plg.journeys(account, at, 'touch') FROM lead), 'touch', (SELECT plg.ledger(account, 50, at, NULL::timestamptz) FROM won), '2027-01-01', periods => 6) c ON c.cohort = s.month AND c.period = 5
WHERE s.month >= '2025-05-01';
SELECT answer('CAC where a customer costs 200: month against month is more than 20 % off, by cohort of first touch it is within 3 %', concat(bool_and(abs(usual / 200 - 1) > 0.2), ' ', bool_and(abs(by_cohort / 200 - 1) < 0.03), ' ', count(*)), 't t 14') FROM cac;
SELECT answer('growth that neither sales nor ads have made', round(100 * growth * organic * product, 1)::text, '62.5')
FROM (SELECT plg.mrr(l, '2026-12-31') / plg.mrr(l, '2025-12-31') - 1 AS growth, 0.5 AS organic, plg.mrr(plg.only_accounts(l, '{a,b}'), '2026-12-31') / plg.mrr(l, '2026-12-31') AS product
	FROM l('a 2025-01-01 - 50, b 2025-01-01 - 100, b 2026-05-01 - 150, c 2026-03-01 - 100') l) s;
