-- What looks suspicious in your files, a line each; run by demo/run before any
-- number.  To judge it is left to you: each line says what it does to the numbers.

\set QUIET on
SET search_path = public, files;
SET client_min_messages = warning;

CREATE FUNCTION pg_temp.n(count numeric) RETURNS text
	LANGUAGE sql RETURN to_char(count, 'FM999,999,999,990');
CREATE FUNCTION pg_temp.rows(count bigint, file text, first bigint) RETURNS text
	LANGUAGE sql RETURN pg_temp.n(count) || CASE count WHEN 1 THEN ' row (line ' ELSE ' rows (the first: line ' END
		|| file_line(file, first) || ')';
CREATE FUNCTION pg_temp.of(part bigint, whole bigint, what text) RETURNS text
	LANGUAGE sql RETURN format('%s of %s %s (%s %%)', pg_temp.n(part), pg_temp.n(whole), what, round(100.0 * part / nullif(whole, 0), 1));
CREATE FUNCTION pg_temp.is_day(at timestamptz) RETURNS boolean
	LANGUAGE sql RETURN at = date_trunc('day', at, 'UTC');

CREATE TEMP TABLE findings (place int GENERATED ALWAYS AS IDENTITY, finding text);

-- Of all files: empty fields, unlikely times, rows told twice.
INSERT INTO findings (finding)
SELECT format('%s: no %s in %s. %s.', file, field, pg_temp.rows(count(*), file, min(line)),
	CASE file WHEN 'subscriptions' THEN 'plg refuses such rows: money would be missing' ELSE 'Such rows are left out, as plg does' END)
FROM (
	SELECT 'events' AS file, line, field
	FROM events, LATERAL (VALUES ('entity', entity IS NULL), ('at', at IS NULL), ('event', event IS NULL)) AS f (field, lacks) WHERE lacks
	UNION ALL
	SELECT 'users', line, field
	FROM users, LATERAL (VALUES ('entity', entity IS NULL), ('at', at IS NULL)) AS f (field, lacks) WHERE lacks
	UNION ALL
	SELECT 'subscriptions', line, field
	FROM subscriptions, LATERAL (VALUES ('account', account IS NULL), ('mrr', mrr IS NULL), ('from', "from" IS NULL)) AS f (field, lacks) WHERE lacks
) AS f
GROUP BY file, field ORDER BY file, field;

INSERT INTO findings (finding)
SELECT format('%s: "%s" is %s in %s, such as %s. %s', file, field, kind, pg_temp.rows(count(*), file, min(line)), min(at)::date,
	CASE WHEN kind = 'after 2100' AND field = 'to' THEN 'If that means "still paying", leave it empty.'
		WHEN kind = 'later than now' THEN 'Is it planned, or a clock that is wrong?'
		ELSE 'Is it a placeholder, or in another unit than it was read in?' END)
FROM (
	SELECT 'events' AS file, 'at' AS field, line, at FROM events
	UNION ALL SELECT 'users', 'at', line, at FROM users
	UNION ALL SELECT 'subscriptions', 'from', line, "from" FROM subscriptions
	UNION ALL SELECT 'subscriptions', 'to', line, "to" FROM subscriptions WHERE "to" < 'infinity'
) AS t,
	LATERAL (SELECT CASE WHEN at < '2000-01-01' THEN 'before 2000' WHEN at >= '2100-01-01' THEN 'after 2100'
		WHEN at > now() AND field <> 'to' THEN 'later than now' END AS kind) AS k
WHERE kind IS NOT NULL GROUP BY file, field, kind ORDER BY file, field, kind;

INSERT INTO findings (finding)
SELECT format('%s: %s the %s of an earlier one, such as line %s. %s.', file,
	CASE sum(n - 1) WHEN 1 THEN '1 row has' ELSE pg_temp.n(sum(n - 1)) || ' rows have' END, fields, file_line(file, min(line)),
	CASE file WHEN 'subscriptions' THEN 'If that is one subscription told twice, it is paid twice' ELSE 'plg counts both' END)
FROM (
	SELECT 'events' AS file, 'entity, at and event' AS fields, count(*) AS n, min(line) AS line FROM events GROUP BY entity, at, event
	UNION ALL SELECT 'users', 'entity and at', count(*), min(line) FROM users GROUP BY entity, at
	UNION ALL SELECT 'subscriptions', 'account, mrr, from and to', count(*), min(line) FROM subscriptions GROUP BY account, mrr, "from", "to"
) AS d
WHERE n > 1 GROUP BY file, fields ORDER BY file;

-- Of events: who has a start, and what lies before it.
CREATE TEMP VIEW starts AS
SELECT entity, min(at) AS started
FROM (SELECT entity, at FROM users UNION ALL SELECT entity, at FROM events WHERE event = ANY (labels(:'start'))) AS s
GROUP BY entity;

INSERT INTO findings (finding)
SELECT format('events: %s %s. They are in no rate below.', pg_temp.of(count(*) - count(started), count(*), 'entities'),
	CASE :'users' WHEN '' THEN 'have no ' || :'start' ELSE 'are not in users' END)
FROM (SELECT DISTINCT entity FROM events WHERE entity IS NOT NULL) AS e LEFT JOIN starts USING (entity)
HAVING count(started) < count(*);

INSERT INTO findings (finding)
SELECT format('events: %s have events before their %s, %s of them %s. What comes before the start does not count.',
	pg_temp.of(early, everybody, 'entities'), :'start', pg_temp.n(early_goal), :'goal')
FROM (
	SELECT count(*) AS everybody, count(*) FILTER (WHERE early) AS early, count(*) FILTER (WHERE early_goal) AS early_goal
	FROM (
		SELECT bool_or(at < started) AS early, bool_or(at < started AND event = ANY (labels(:'goal'))) AS early_goal
		FROM events JOIN starts USING (entity) GROUP BY entity
	) AS e
) AS e
WHERE early > 0;

INSERT INTO findings (finding)
SELECT 'events: all times are days' || CASE WHEN EXISTS (SELECT FROM users WHERE NOT pg_temp.is_day(at))
	THEN ', those of users are not. A goal on the day of the signup seems to come before it, and does not count.'
		' Give users days, too, or events the time of day.'
	ELSE format('. A start and a goal on one day are 0 apart, and the day on which %s end counts as a whole.', :'within') END
WHERE EXISTS (SELECT FROM events) AND NOT EXISTS (SELECT FROM events WHERE NOT pg_temp.is_day(at));

-- Of subscriptions: ends that are not what plg takes them for, and amounts.
CREATE TEMP VIEW neighbours AS
SELECT line, account, "from", "to", lead("from") OVER (PARTITION BY account ORDER BY "from", line) AS next,
	max(coalesce("to", 'infinity')) OVER (PARTITION BY account ORDER BY "from", line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS paid_until
FROM subscriptions WHERE "to" IS NULL OR "to" > "from";

INSERT INTO findings (finding)
SELECT format('subscriptions: %s that another row of the account follows end a %s before it. Is "to" the last %2$s'
	' that is paid for? plg takes it for the first that is not, and the gap for churn: add a %2$s to "to".', pg_temp.of(count(*), total, 'rows'), unit)
FROM (SELECT next - "to" AS gap, count(*) OVER () AS total FROM neighbours WHERE next >= "to") AS g
	JOIN (VALUES (interval '1 day', 'day'), ('1 second', 'second'), ('1 millisecond', 'millisecond'), ('1 microsecond', 'microsecond')) AS u (gap, unit) USING (gap)
GROUP BY gap, unit, total ORDER BY gap DESC;

INSERT INTO findings (finding)
SELECT format('subscriptions: %s that are paid for just before %s end there, where the file ends. If they go on, leave their "to" empty.',
	pg_temp.of(ending, paid, 'rows'), last::date)
FROM (SELECT last, count(*) AS paid, count(*) FILTER (WHERE "to" = last) AS ending
	FROM neighbours, (SELECT max("to") AS last FROM subscriptions WHERE "to" < '2100-01-01') AS l
	WHERE "from" < last AND ("to" IS NULL OR "to" >= last) GROUP BY last) AS e
WHERE ending > 1 AND 2 * ending > paid;

INSERT INTO findings (finding)
SELECT format('subscriptions: %s pay for two rows at once, as in line %s. The amounts are added up. Did the earlier row end?',
	pg_temp.of(count(DISTINCT account) FILTER (WHERE "from" < paid_until), count(DISTINCT account), 'accounts'),
	file_line('subscriptions', min(line) FILTER (WHERE "from" < paid_until)))
FROM neighbours HAVING bool_or("from" < paid_until);

INSERT INTO findings (finding)
SELECT format('subscriptions: "to" equals "from" in %s. Nothing is paid in no time. Is "to" the last day that is paid for?', pg_temp.rows(count(*), 'subscriptions', min(line)))
FROM subscriptions WHERE "to" = "from" HAVING count(*) > 0;

INSERT INTO findings (finding)
SELECT format('subscriptions: mrr is below zero in %s. That is right for discounts, which are taken off the account''s other rows.%s',
	pg_temp.rows(count(*), 'subscriptions', min(line)),
	(SELECT format(' But %s pay less than nothing at some time: are rows missing?', pg_temp.of(count(*) FILTER (WHERE lowest < 0), count(*), 'accounts'))
		FROM (SELECT account, min(mrr) AS lowest
			FROM (SELECT account, sum(change) OVER (PARTITION BY account ORDER BY at) AS mrr
				FROM (SELECT account, "from" AS at, mrr AS change FROM subscriptions
					UNION ALL SELECT account, "to", -mrr FROM subscriptions WHERE "to" IS NOT NULL) AS c) AS m
			GROUP BY account) AS a
		HAVING bool_or(lowest < 0)))
FROM subscriptions WHERE mrr < 0 HAVING count(*) > 0;

INSERT INTO findings (finding)
SELECT 'subscriptions: no row has an end, so nobody is seen to leave.'
FROM subscriptions HAVING count(*) > 1 AND count("to") = 0;

SELECT finding FROM findings ORDER BY place;
