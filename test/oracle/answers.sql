-- What all readers of journeys answer, in one text: two values that hold the same rows
-- give the same, however they hold them.  Labels are a, b, c and others.
CREATE FUNCTION answers(j plg.journeys) RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ',
		plg.activation_rate(j, 'a', 'b', '3 days', '2026-03-01'),
		plg.activation(j, NULL, 'b', '3 days', '2026-03-01', min_count => 2), plg.conversion(j, 'a', 'c', '2026-03-01')::text,
		(SELECT md5(string_agg(r::text, ',')) FROM plg.event_summary(j) r),
		(SELECT md5(string_agg(r::text, ',')) FROM plg.retention(j, 'a', NULL) r),
		(SELECT md5(string_agg(r::text, ',')) FROM plg.retention(j, 'a', '2026-03-01', 'b', mode => 'calendar', tz => 'America/New_York') r),
		(SELECT md5(string_agg(r::text, ',')) FROM plg.cohort_conversion(j, 'a', 'b', '2026-03-01') r),
		(SELECT md5(string_agg(r::text, ',')) FROM plg.conversions(j, 'a', 'b', '2026-03-01') r),
		(SELECT md5(string_agg(r::text, ',')) FROM plg.funnel(j, '{a,b,c}', '3 days', '2026-03-01') r),
		(SELECT sum(hash_record_extended(r, 0)::numeric) FROM plg.milestones(j, '{c,b}', '3 days') r),
		(SELECT md5(string_agg(r::text, ',')) FROM plg.adoption(j, 'a', '2026-03-01', '3 days') r),
		(SELECT md5(string_agg(r::text, ',')) FROM plg.flows(j, 'a', as_of => '2026-03-01', within => '1 day') r),
		(SELECT sum(hash_record_extended(r, 0)::numeric) FROM plg.sessions(j) r),
		(SELECT md5(string_agg(r::text, ',')) FROM plg.session_summary(j, '1 day') r),
		(SELECT sum(hash_record_extended(r, 0)::numeric) FROM plg.unnest(j) r),
		plg.entities(j), plg.events(j), plg.first_at(j), plg.last_at(j),
		-- what packs the rows comes last, for then they are read packed
		hashtext(j::text),
		md5(plg.slice(j, '2026-01-10', '2026-01-20')::text), md5(plg.only_events(j, '{b}')::text)) $$;
-- these want times that are not a thousand years apart, and so may readers that are called neither above nor here
\ir calls.sql
SELECT $$ SELECT concat_ws(' ', (SELECT md5(string_agg(r::text, ',')) FROM plg.lifecycle(j, NULL) r),
		(SELECT md5(string_agg(r::text, ',')) FROM plg.stickiness(j, NULL) r) $$ AS by_hand \gset
SELECT :'by_hand' || coalesce(string_agg(format(', (SELECT sum(hash_record_extended(q, 0)::numeric) FROM (SELECT f.* FROM %s f) q)', call), ''), '') || ')' AS body
FROM calls.others('plg.journeys', :'by_hand' || pg_get_functiondef('answers(plg.journeys)'::regprocedure)) WHERE name !~ '_as$' \gset
CREATE FUNCTION answers_by_unit(j plg.journeys) RETURNS text LANGUAGE sql AS :'body';
