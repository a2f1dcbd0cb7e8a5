-- What all readers of journeys answer, in one text: two values that hold the same rows
-- give the same, however they hold them.  Labels are a, b, c and others.
CREATE TABLE asked (n int GENERATED ALWAYS AS IDENTITY, by_unit boolean, question text);
INSERT INTO asked (by_unit, question) SELECT false, line FROM regexp_split_to_table(
	$$plg.activation_rate(j, 'a', 'b', '3 days', '2026-03-01')
	plg.activation(j, NULL, 'b', '3 days', '2026-03-01', min_count => 2)
	plg.conversion(j, 'a', 'c', '2026-03-01')::text
	(SELECT md5(string_agg(r::text, ',')) FROM plg.event_summary(j) r)
	(SELECT md5(string_agg(r::text, ',')) FROM plg.retention(j, 'a', NULL) r)
	(SELECT md5(string_agg(r::text, ',')) FROM plg.retention(j, 'a', '2026-03-01', 'b', mode => 'calendar', tz => 'America/New_York') r)
	(SELECT md5(string_agg(r::text, ',')) FROM plg.cohort_conversion(j, 'a', 'b', '2026-03-01') r)
	(SELECT md5(string_agg(r::text, ',')) FROM plg.conversions(j, 'a', 'b', '2026-03-01') r)
	(SELECT md5(string_agg(r::text, ',')) FROM plg.funnel(j, '{a,b,c}', '3 days', '2026-03-01') r)
	(SELECT sum(hash_record_extended(r, 0)::numeric) FROM plg.milestones(j, '{c,b}', '3 days') r)
	(SELECT md5(string_agg(r::text, ',')) FROM plg.adoption(j, 'a', '2026-03-01', '3 days') r)
	(SELECT md5(string_agg(r::text, ',')) FROM plg.flows(j, 'a', as_of => '2026-03-01', within => '1 day') r)
	(SELECT sum(hash_record_extended(r, 0)::numeric) FROM plg.sessions(j) r)
	(SELECT md5(string_agg(r::text, ',')) FROM plg.session_summary(j, '1 day') r)
	(SELECT sum(hash_record_extended(r, 0)::numeric) FROM plg.unnest(j) r)
	plg.entities(j)
	plg.events(j)
	plg.first_at(j)
	plg.last_at(j)
	hashtext(j::text)
	md5(plg.slice(j, '2026-01-10', '2026-01-20')::text)
	md5(plg.only_events(j, '{b}')::text)$$, '\n\s*') line;
-- these want times that are not a thousand years apart, and so may readers that are not called above
INSERT INTO asked (by_unit, question) SELECT true, line FROM regexp_split_to_table(
	$$(SELECT md5(string_agg(r::text, ',')) FROM plg.lifecycle(j, NULL) r)
	(SELECT md5(string_agg(r::text, ',')) FROM plg.stickiness(j, NULL) r)$$, '\n\s*') line;
\ir calls.sql
INSERT INTO asked (by_unit, question)
	SELECT true, format('(SELECT sum(hash_record_extended(q, 0)::numeric) FROM (SELECT f.* FROM %s f) q)', call)
	FROM calls.others('plg.journeys', (SELECT string_agg(question, ' ') FROM asked)) WHERE name !~ '_as$';
SELECT format('CREATE FUNCTION %I(j plg.journeys) RETURNS text LANGUAGE sql AS %L', CASE WHEN by_unit THEN 'answers_by_unit' ELSE 'answers' END,
	format('SELECT concat_ws('' '', %s)', string_agg(question, ', ' ORDER BY n)))
FROM asked GROUP BY by_unit \gexec

-- The same, each reader of a value of its own that a query makes: two readers of one
-- fresh value are none, the second has it packed.
CREATE FUNCTION answers_apart(query text, by_unit boolean DEFAULT false) RETURNS text LANGUAGE plpgsql AS $$
	DECLARE
		q text;
		answer text;
		answers text[];
	BEGIN
		FOR q IN SELECT question FROM asked WHERE asked.by_unit = answers_apart.by_unit ORDER BY n LOOP
			EXECUTE format('SELECT %s FROM (%s OFFSET 0) s', q, query) INTO STRICT answer;
			answers := answers || answer;
		END LOOP;
		RETURN array_to_string(answers, ' ');
	END $$;
