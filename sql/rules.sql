-- Answers that must not contradict their own rule; each part is a kind, with
-- every reader that could have it.
CREATE SCHEMA rules;
SET search_path TO rules, public;
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET intervalstyle TO postgres;
-- which process speaks in a parallel plan is told in test/checks/notices.sh
SET max_parallel_workers_per_gather TO 0;

-- 'who when what, ...' as journeys, and 'account mrr from to, ...' as a ledger
CREATE FUNCTION j(rows text) RETURNS plg.journeys LANGUAGE sql IMMUTABLE AS $$
	SELECT plg.journeys(split_part(r, ' ', 1)::int, split_part(r, ' ', 2)::timestamptz, split_part(r, ' ', 3))
	FROM unnest(string_to_array(rows, ', ')) r $$;
CREATE FUNCTION l(rows text) RETURNS plg.ledger LANGUAGE sql IMMUTABLE AS $$
	SELECT plg.ledger(split_part(r, ' ', 1)::int, split_part(r, ' ', 2)::numeric, split_part(r, ' ', 3)::date, nullif(split_part(r, ' ', 4), '')::date)
	FROM unnest(string_to_array(rows, ', ')) r $$;
CREATE FUNCTION refused(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	EXECUTE 'SELECT ' || call;
	RETURN 'accepted';
EXCEPTION WHEN others THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || ' ' || SQLERRM || E'\n\t' || hint;
END $$;

-- what nobody could know at as_of is not told: a later event is not listed, and stands in nobody's way
SELECT a.event FROM plg.adoption(j('1 2019-01-01 s, 1 2019-01-02 use, 2 2019-01-03 seen, 1 2019-03-01 later'), 's', '2019-02-01', '7 days') a;
SELECT a.event FROM plg.adoption(j('1 2019-01-01 s, 1 2019-01-02 use, 2 2019-01-03 seen, 1 2019-03-01 later'), 's', '2019-03-01', '7 days') a;
SELECT f.source, f.target, f.entities FROM plg.flows(j('1 2019-01-01 s, 1 2019-01-02 a, 2 2019-01-01 s, 2 2019-01-02 b, 1 2019-03-01 other'), 's', 1, as_of => '2019-02-01', top => 1) f;
SELECT refused($$plg.flows(j('1 2019-01-01 s, 1 2019-01-02 a, 2 2019-01-01 s, 2 2019-01-02 a, 3 2019-01-01 s, 3 2019-01-02 other'), 's', 1, as_of => '2019-02-01', top => 1)$$);

-- as_of cuts before a limit is checked
SELECT r.* FROM plg.revenue_retention(l('1 49 2026-02-15 9999-12-31'), 'month', 3, as_of => '2026-05-01') r;
SELECT count(*) FROM plg.revenue_retention(l('1 49 2026-02-15 9999-12-31'), 'day', 3, as_of => '2026-02-01') r;
SELECT refused($$plg.revenue_retention(l('1 49 2026-02-15 9999-12-31'), 'month', 3)$$);
SELECT count(*) FILTER (WHERE mature) AS mature FROM plg.revenue_retention(l('1 49 2026-02-15 9999-12-31'), 'quarter', 3) r;
SELECT count(*) AS days FROM plg.lifecycle(j('1 2026-01-01 a, 1 9999-12-31 a'), '2026-01-10', 'day');
SELECT count(*) AS weeks FROM plg.stickiness(j('1 2026-01-01 a, 1 9999-12-31 a'), '2026-01-10', 'week');

-- with attempt each and next a pass enters when it starts, not when its entity does
SELECT f.step, f.entities, m.passes
FROM (SELECT j('1 2026-01-05 a, 1 2026-01-06 b, 1 2026-02-05 a, 1 2026-02-06 b, 2 2026-02-07 a, 3 2026-01-31 a, 3 2026-02-03 b')) s (j),
	plg.funnel(j, '{a,b}', '7 days', '2026-06-01', attempt => 'each', entered => '[2026-02-01,2026-03-01)') f,
	LATERAL (SELECT count(reached[f.step]) AS passes FROM plg.milestones(j, '{a,b}', '7 days', attempt => 'each', entered => '[2026-02-01,2026-03-01)')) m;
SELECT mode, level, reached FROM unnest('{ordered,any,strict,exact}'::text[]) mode,
	plg.milestones(j('1 2026-01-05 a, 1 2026-01-06 b, 1 2026-02-05 a, 1 2026-02-06 b'), '{a,b}', '7 days', mode => mode, attempt => 'each', entered => '(2026-01-05,2026-02-05]') m;
SELECT m.entity, m.level, m.reached FROM plg.milestones(j('1 2026-01-05 a, 1 2026-01-06 b, 1 2026-02-05 a, 1 2026-02-06 b'), '{a,b}', '7 days', attempt => 'next', entered => '[2026-02-01,2026-03-01)') m;
SELECT attempt, entity, level FROM unnest('{best,first}'::text[]) attempt,
	plg.milestones(j('1 2026-01-05 a, 1 2026-02-05 a, 1 2026-02-06 b, 2 2026-02-05 a'), '{a,b}', '7 days', attempt => attempt, entered => '[2026-02-01,2026-03-01)') m;

-- rows of one slice are simultaneous for every rule of order: x can come before a or after b
SELECT mode, array_agg(m.level ORDER BY attempt) AS levels
FROM unnest('{ordered,strict,exact}'::text[]) mode, unnest('{best,first,each}'::text[]) attempt,
	plg.milestones(j('1 2026-01-05T00:00:00 a, 1 2026-01-05T00:00:02 x, 1 2026-01-05T00:00:08 x, 1 2026-01-05T00:00:10 b'),
		'{a,b}', '1 hour', mode => mode, attempt => attempt, grace => '5 s', exclude => '{x}') m GROUP BY mode ORDER BY mode;
SELECT grace, level FROM unnest('{0,2 s,3 s}'::interval[]) grace,
	plg.milestones(j('1 2026-01-05T00:00:00 a, 1 2026-01-05T00:00:02 x, 1 2026-01-05T00:00:10 b'), '{a,b}', '1 hour', grace => grace, exclude => '{x}') m;
-- but not between a and the c that both must come after it and before b
SELECT level FROM plg.milestones(j('1 2026-01-05T00:00:00 a, 1 2026-01-05T00:01:00 b, 1 2026-01-05T00:01:01 x, 1 2026-01-05T00:02:00 c'), '{a,b,c}', '1 hour', grace => '5 s', exclude => '{x}') m;

-- no certainty from 0 of 3, or from 3 of 3
SELECT days, rate, round(rate_low::numeric, 4) AS low, round(rate_high::numeric, 4) AS high, at_risk
FROM (SELECT plg.conversion(timestamptz '2026-01-01', converted, '2026-01-05') AS c FROM (VALUES (NULL::timestamptz), (NULL), ('2026-01-04')) v (converted)) s, plg.conversion_curve(c, '1 day', '5 days');
SELECT maturity, a.rate, round(a.rate_low::numeric, 4) AS low, round(a.rate_high::numeric, 4) AS high
FROM (SELECT plg.conversion(timestamptz '2026-01-01', NULL::timestamptz, '2026-01-05') AS c FROM generate_series(1, 3)) s, unnest('{mature,censor,all}'::text[]) maturity, plg.activation(c, '2 days', maturity) a;
SELECT maturity, a.rate, round(a.rate_low::numeric, 4) AS low, round(a.rate_high::numeric, 4) AS high
FROM (SELECT plg.conversion(timestamptz '2026-01-01', '2026-01-02', '2026-01-05') AS c FROM generate_series(1, 3)) s, unnest('{mature,censor,all}'::text[]) maturity, plg.activation(c, '2 days', maturity) a;
-- when all who were watched have converted, nothing can come after that; else nobody knows
SELECT who, within, plg.activation_rate(c, within, 'censor')
FROM (SELECT who, plg.conversion(timestamptz '2026-01-01', converted, as_of) AS c
	FROM (VALUES ('all', timestamptz '2026-01-03', timestamptz '2026-01-05'), ('all', NULL, '2026-01-02'), ('one waits', '2026-01-03', '2026-01-05'), ('one waits', NULL, '2026-01-05')) v (who, converted, as_of) GROUP BY who) s,
	unnest('{2 days,4 days,9 days}'::interval[]) within ORDER BY who, within;

-- three accounts that all stayed, left or grew by a tenth do not say how sure that is; two that differ do
SELECT o, c.accounts, c.nrr, round(c.nrr_low::numeric, 3) AS low, round(c.nrr_high::numeric, 3) AS high
FROM (VALUES ('stayed', l('1 10 2026-01-01, 2 20 2026-01-01, 3 33.3 2026-01-01')), ('left', l('1 10 2026-01-01 2026-02-10, 2 20 2026-01-01 2026-02-10, 3 33.3 2026-01-01 2026-02-11')),
	('grew', l('1 10 2026-01-01, 2 20 2026-01-01, 3 33.3 2026-01-01, 1 1 2026-02-03, 2 2 2026-02-03, 3 3.33 2026-02-03')), ('one', l('1 10 2026-01-01')), ('two', l('1 10 2026-01-01, 2 20 2026-01-01, 2 1 2026-02-03'))) v (o, l),
	plg.nrr_ci(l, '2026-02-01', '2026-03-01') c ORDER BY o;

-- who pays nothing at the opening is not among those whose revenue is retained
CREATE TABLE book AS SELECT l('1 10 2026-01-01 2026-01-20, 1 100 2026-02-10, 2 10 2026-01-01') AS l;
SELECT gap, plg.nrr(l, '2026-02-01', '2026-03-01', bridge_gap => gap) AS nrr, plg.grr(l, '2026-02-01', '2026-03-01', bridge_gap => gap) AS grr,
	c.accounts, c.nrr AS in_ci, s.nrr AS in_series, m.nrr AS in_movements, m.expansion, m.accounts_opening, s.logo_retention AS logo
FROM book, unnest('{NULL,30 days}'::interval[]) gap, plg.nrr_ci(l, '2026-02-01', '2026-03-01', bridge_gap => gap) c,
	plg.nrr_series(l, 'month', 1, '2026-02-01', '2026-03-01', bridge_gap => gap) s, plg.movements(l, 'month', '2026-02-01', '2026-03-01', bridge_gap => gap) m;
SELECT grr_method, plg.grr(l, '2026-02-01', '2026-03-01', bridge_gap => '30 days', grr_method => grr_method)
FROM (SELECT l('1 10 2026-01-01 2026-01-20, 1 100 2026-02-10 2026-02-20, 1 40 2026-02-20, 2 10 2026-01-01')) b (l), unnest('{least,low_water,flow}'::text[]) grr_method;
SELECT e.accounts_expanded, e.expansion_revenue, e.expansion_rate FROM book, plg.expansion_revenue(l, 'month', '2026-02-01', '2026-03-01', bridge_gap => '30 days') e;

-- -infinity is no as_of anywhere
SELECT call, refused(call) FROM unnest(ARRAY[
	$$plg.activation_rate(j('1 2026-01-05 a'), 'a', 'b', '1 day', '-infinity')$$,
	$$plg.conversion(timestamptz '2026-01-01', NULL::timestamptz, '-infinity')$$,
	$$plg.movements(l('1 1 2026-01-01'), 'month', '2026-01-01', '2026-02-01', as_of => '-infinity')$$,
	$$plg.nrr(l('1 1 2026-01-01'), '2026-01-01', '2026-02-01', as_of => '-infinity')$$,
	$$plg.revenue_retention(l('1 1 2026-01-01'), 'month', 2, as_of => '-infinity')$$]) call;

-- a float8 too large or too small is PostgreSQL's error
SELECT call, refused(call) FROM unnest(ARRAY['plg.compound(1e300, 40)', 'plg.compound(1e-300, 40)', 'plg.ltv(1e308, 1, 1e-10)', 'plg.payback(1e308, 1e-10, 0.5)', 'plg.ltv(1e308, 0.5, 1e-300)']) call;
SELECT plg.compound(0, 0), plg.compound(0.99, 12), plg.compound(0, 2), plg.ltv(50, 0, 0.1);

-- a plain number is seconds: told once for each place, and not where seconds are meant
SELECT plg.activation_rate(j('1 2026-01-05 a, 1 2026-01-06 b'), 'a', 'b', '7', 'infinity') FROM generate_series(1, 3);
SELECT plg.nrr(l, '2026-02-01', '2026-03-01', bridge_gap => '90') FROM book;
SELECT count(*) FROM book, plg.movements(l, 'month', '2026-02-01', '2026-03-01', reactivation_within => '365');
SELECT count(*) FROM plg.sessions(j('1 2026-01-05 a'), '30');
SELECT count(*) FROM plg.conversion_curve((SELECT plg.conversion(timestamptz '2026-01-01', NULL::timestamptz, '2026-01-05')), '1', '30');
SELECT plg.milestones('7', at, true) FROM (VALUES (timestamptz '2026-01-01'), ('2026-01-02')) v (at);
SELECT count(*) FROM plg.milestones(j('1 2026-01-05 a'), '{a,b}', '1 minute', grace => '5', step_within => NULL), plg.sessions(j('1 2026-01-05 a'), '1.5 s'),
	plg.adoption(j('1 2026-01-05 a'), 'a', NULL, '0'), plg.flows(j('1 2026-01-05 a'), 'a', 1, within => NULL);

-- parts of a ledger of snapshots add up to the whole where as_of says up to when all are known
CREATE TABLE snapshot AS SELECT * FROM (VALUES (1, 100, date '2026-01-01'), (1, 100, '2026-02-01'), (1, 90, '2026-03-01'), (2, 50, '2026-01-01'), (3, 7, '2026-01-01'), (3, 7, '2026-02-01')) v (account, mrr, month);
SELECT as_of, w.period_start, w.opening, w.churn, w.contraction, w.closing, w.provisional, p.*
FROM (SELECT plg.ledger_snapshots(account, mrr, month) AS l FROM snapshot) s, unnest('{2026-02-15,2026-03-01,2026-03-15,2026-04-01,2026-06-01,infinity}'::timestamptz[]) as_of,
	plg.movements(l, 'month', '2026-02-01', '2026-05-01', as_of => as_of) w,
	LATERAL (SELECT sum(m.opening) AS opening, sum(m.churn) AS churn, sum(m.contraction) AS contraction, sum(m.closing) AS closing, bool_or(m.provisional) AS provisional
		FROM (SELECT plg.ledger_snapshots(account, mrr, month) AS l FROM snapshot GROUP BY account) s, plg.movements(l, 'month', '2026-02-01', '2026-05-01', as_of => as_of) m
		WHERE m.period_start = w.period_start) p
ORDER BY as_of, period_start;
SELECT w.period_start, w.churn, w.closing, w.provisional FROM (SELECT plg.ledger_snapshots(account, mrr, month) AS l FROM snapshot) s, plg.movements(l, 'month', '2026-03-01', '2026-05-01') w;

-- a label is unknown where none of the values read has it
CREATE TABLE bucket AS SELECT n % 3 AS number, plg.journeys(n, timestamptz '2026-01-01' + n * interval '1 s', CASE n % 7 WHEN 0 THEN 'only ' || n % 3 ELSE 'all' END) AS j FROM generate_series(1, 9000) n GROUP BY 1;
SELECT number, plg.activation_rate(j, 'only 1', 'only 2', '1 day', 'infinity') FROM bucket ORDER BY number;
SELECT count(*) FROM bucket, plg.funnel(j, '{only 0,only 1}', '1 day', 'infinity', exclude => '{only 2}');
SELECT number, plg.activation_rate(j, 'only 1', 'olny 2', '1 day', 'infinity') FROM bucket ORDER BY number;
SELECT count(*) FROM plg.funnel((SELECT plg.rollup(j) FROM bucket), '{all,only 3}', '1 day', 'infinity');
SELECT count(plg.only_events(j, '{only 1}')) FROM bucket;
SELECT count(plg.only_events(j, '{nothing}')) FROM bucket;

-- hints that change no denominator
SELECT call, refused(call) FROM unnest(ARRAY[
	$$plg.conversion(timestamptz '2026-01-02', timestamptz '2026-01-01', 'infinity')$$,
	$$plg.conversion(timestamptz '2026-01-02', NULL::timestamptz, NULL)$$,
	$$plg.ledger_changes(1, mrr, date '2026-01-01') FROM unnest('{5,6}'::numeric[]) mrr$$,
	$$plg.ledger_changes(1, 'main', mrr, date '2026-01-01') FROM unnest('{5,6}'::numeric[]) mrr$$]) call;

-- texts in messages are clipped
SELECT left(call, 60) AS call, length(refused(call)) < 700 AND refused(call) <> 'accepted' AS short FROM unnest(ARRAY[
	$$plg.ledger(repeat('x', 100000), 1, date '2026-01-02', date '2026-01-01')$$,
	$$plg.ledger(repeat('x', 100000), NULL, date '2026-01-02', NULL::date)$$,
	$$plg.ledger(1, ('1' || repeat('0', 100000))::numeric, date '2026-01-02', NULL::date)$$,
	$$plg.ledger_changes(repeat('x', 100000), repeat('y', 100000), mrr, date '2026-01-01') FROM unnest('{5,6}'::numeric[]) mrr$$,
	$$plg.ledger_snapshots(repeat('x', 100000), 5, date '2026-01-02')$$,
	$$plg.one_currency(c) FROM unnest(ARRAY[repeat('x', 200), repeat('y', 200)]) c$$,
	$$plg.one_currency(c) FROM unnest(ARRAY[repeat('x', 100000), repeat('y', 100000)]) c$$,
	$$plg.ledger(1, 1, date '2026-01-02', NULL::date, repeat('x', 100000))$$,
	$$plg.ledger(1, 1, date '2026-01-02', NULL::date, c) FROM unnest(ARRAY[repeat('x', 200), repeat('y', 200)]) c$$,
	$$plg.strict(l, l) FROM (SELECT plg.ledger(repeat('x', 100000), 2, date '2026-01-02', NULL::date)) s (l)$$,
	$$plg.funnel(j('1 2026-01-05 a'), '{a}', '1 day', 'infinity', mode => repeat('x', 100000))$$,
	$$plg.lifecycle(j('1 2026-01-05 a'), 'infinity', repeat('x', 100000))$$,
	$$plg.lifecycle(j('1 2026-01-05 a'), 'infinity', 'day', repeat('x', 100000))$$,
	$$plg.flows((SELECT plg.journeys(n, timestamptz '2026-01-01' + m * interval '1 day', CASE m WHEN 0 THEN 'a' ELSE CASE n WHEN 1 THEN 'b' ELSE repeat('x', 100000) END END) FROM generate_series(1, 2) n, generate_series(0, 1) m), 'a', 1, top => 1, other => repeat('x', 100000))$$]) call;
SELECT n, left(refused(format($$plg.ledger(1, 1, date '2026-01-02', NULL::date, repeat('x', %s))$$, n)), 60) FROM unnest('{255,256}'::int[]) n;
SELECT left(refused($$plg.one_currency(repeat('x', 256))$$), 60);

-- a call without as_of, and a text column for a time, are no calls
SELECT split_part(refused(call), E'\n', 1) AS refused FROM unnest(ARRAY[
	$$plg.activation_rate(j('1 2026-01-05 a'), 'a', 'b', '7 days')$$,
	$$plg.journeys(1, v, 'a') FROM (VALUES ('2026-01-05'::text)) s (v)$$]) call;

-- equal entrants are counted: a hundred million take no more room than a hundred
CREATE TABLE alike AS SELECT plg.conversion(timestamptz '2026-01-01', converted, '2026-02-01') AS c FROM (VALUES (NULL::timestamptz), ('2026-01-02'), ('2026-01-03')) v (converted), generate_series(1, 1024 * 100) GROUP BY converted;
SELECT plg.entered(c), plg.waiting(c), plg.activation_rate(c, '1 day'), c OPERATOR(plg.=) again AS same
FROM (SELECT plg.rollup(c) AS c FROM alike, generate_series(1, 100)) s,
	(SELECT plg.rollup(c) AS again FROM (SELECT plg.rollup(c) AS c FROM alike, generate_series(1, 10)) s, generate_series(1, 10)) t;

-- times further apart than an int64 of microseconds counts: no gap is that short, nobody is back that soon
SELECT m.reactivation, m.new, m.expansion, r.nrr FROM (SELECT plg.ledger(1, mrr, since, until) FROM (VALUES (5, timestamptz '4713-02-01 BC', timestamptz '4713-03-01 BC'), (7, '294276-03-05', NULL)) v (mrr, since, until)) s (l),
	plg.movements(l, 'month', '294276-03-01', '294276-04-01', reactivation_within => '100 days', bridge_gap => '10 days') m, plg.nrr(l, '294276-03-01', '294276-04-01', bridge_gap => '10 days') r (nrr);
SELECT s.events FROM plg.sessions(j('1 4713-02-01BC a, 1 294276-03-05 a'), '1 day') s;
SELECT f.entities FROM plg.funnel(j('1 4713-02-01BC a, 1 294276-03-05 b'), '{a,b}', '1 day', 'infinity') f;

-- where a clock is put back across midnight a later time may have an earlier date: a day starts at its first midnight, and holds what the clock says
CREATE TABLE twice AS SELECT j('1 2010-11-01T12:00 a, 1 2010-11-07T03:00 b, 2 2010-11-07T02:30:30 a, 3 2010-11-07T03:00 a, 3 2010-11-08T12:00 a') AS j;
SELECT t.period_start, t.from_label, t.to_label, t.entities FROM twice, plg.transitions(j, 'day', '2010-11-06', '2010-11-09', 'America/St_Johns') t;
SELECT last, l.period_start, l.active FROM unnest('{2010-11-07 02:30:30+00,2010-11-07 02:45+00,2010-11-07 03:00+00,2010-11-07 04:00+00}'::timestamptz[]) last, twice,
	plg.lifecycle(plg.slice(j, '2010-11-07 02:30:30+00', last + interval '1 us'), last, 'day', 'America/St_Johns') l ORDER BY 1, 2;
SELECT r.cohort, r.accounts FROM (SELECT plg.ledger(who, 9, at, NULL::timestamptz) AS l FROM (VALUES (1, timestamptz '2010-11-01 12:00'), (2, '2010-11-07 03:00')) v (who, at)) s, plg.revenue_retention(l, 'day', 1, 'America/St_Johns', as_of => '2010-12-01') r WHERE r.period = 0;

-- a window that begins after as_of has no opening yet
SELECT s.window_start, s.mature, s.accounts, s.opening, s.nrr FROM plg.nrr_series(l('1 100 2026-01-01'), 'month', 1, '2026-02-01', '2026-05-01', as_of => '2026-03-15') s;

-- periods longer than time itself are not over
SELECT c.period, c.mature, c.rate FROM plg.cohort_conversion(j('1 2001-01-01 a'), 'a', 'b', '3200-01-01', '10000 months', 1500) c WHERE c.period IN (0, 711, 712, 1499);

-- the NULL of a strict function is NULL, whatever its row before was
CREATE FUNCTION same(j plg.journeys) RETURNS plg.journeys LANGUAGE plpgsql STRICT AS 'BEGIN RETURN plg.slice(j, NULL, NULL); END';
SELECT n, plg.events(plg.minus(same(j), NULL)), plg.events((plg.net(same(j), NULL)).j) FROM (VALUES (1, j('1 2026-01-01 a')), (2, NULL), (3, NULL)) v (n, j);

-- a finished state stays what it is for another aggregate that shares it
CREATE FUNCTION counted(j plg.journeys) RETURNS bigint LANGUAGE plpgsql AS 'DECLARE x plg.journeys; BEGIN x := j; RETURN plg.events(x); END';
CREATE AGGREGATE a1(bigint, timestamptz, text) (SFUNC = plg.journeys_add, STYPE = plg.journeys, FINALFUNC = plg.journeys_final);
CREATE AGGREGATE a2(bigint, timestamptz, text) (SFUNC = plg.journeys_add, STYPE = plg.journeys, FINALFUNC = counted);
CREATE AGGREGATE a3(bigint, timestamptz, text) (SFUNC = plg.journeys_add, STYPE = plg.journeys, FINALFUNC = plg.journeys_final);
SELECT plg.events(a1(who, at, 'e')), a2(who, at, 'e'), plg.events(a3(who, at, 'e'))
FROM (SELECT n % 9973 AS who, timestamptz '2026-01-01' + n * interval '1 s' AS at FROM generate_series(1::bigint, 300000) n) e;

-- an account of no letters is one, NULL is none
SELECT c.rows, c.accounts, c.nulls, c.first_far_end FROM (SELECT (plg.ledger_check(account, 10, date '2026-01-01', date '2200-01-01')).* FROM unnest('{"",NULL}'::text[]) account) c;

-- the counts of no steps are an empty array
SELECT plg.step_counts('{}'::timestamptz[]) = '{}' AS empty;

-- bytes that plg does not write: a pending ledger without rows, another mark for a customer
CREATE FUNCTION in_text(hex text) RETURNS text LANGUAGE sql AS $$ SELECT translate(encode(decode(hex, 'hex'), 'base64'), E'\n', '') $$;
SELECT refused(format('%L::plg.ledger', in_text('706c674c01000000' || flags || repeat('00', 52)))) FROM unnest('{00010000,02290000}'::text[]) flags;
SELECT refused(format('%L::plg.ledger', in_text(replace(encode(decode(l::text, 'base64'), 'hex'), marks[1], marks[2]))))
FROM plg.keep_customers(l('1 10 2026-01-01 2026-03-01'), l('1 1 2026-01-01 2026-06-01')) s (l), (VALUES ('{fdfe,fdfe}'::text[]), ('{fdfe,feff}')) v (marks);

SET client_min_messages TO warning;
DROP SCHEMA rules CASCADE;
-- an inclusive end is that of the row that pays the longest; a date that no timestamp can be is refused, and no error
SELECT rows, overlapping, inclusive_ends, first_inclusive_end, refused
FROM (SELECT (plg.ledger_check(1, 10, started, ended)).* FROM (VALUES (date '2026-01-01', date '2026-03-31'), ('2026-02-01', '2026-02-28'), ('2026-04-01', NULL), ('2026-05-01', '300000-01-01'), ('300000-01-01', NULL)) v (started, ended)) c;
