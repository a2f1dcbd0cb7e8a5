-- The same rows give the same bytes and the same answers whatever the plan: row
-- order, partial states, workers, hash or sort, memory, session settings,
-- partitions, windows, grouping sets, locale of the database.
-- test: slow, 20 s
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET intervalstyle TO postgres;
\ir ../plans/journeys.sql
SELECT string_agg(kind || fact || readers, ' ' ORDER BY kind) AS facts FROM plans.reference \gset

-- locales: the text of labels and entities is compared by bytes everywhere
\set home :DBNAME
\set icu :DBNAME '_icu'
\set c :DBNAME '_c'
SELECT count(*) > 0 AS has_icu FROM pg_collation WHERE collprovider = 'i' \gset
CREATE DATABASE :"c" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
\c :"c"
CREATE EXTENSION plg;
\ir ../plans/journeys_data.sql
SELECT CASE WHEN :'facts' = string_agg(kind || fact || readers, ' ' ORDER BY kind) THEN 'ok' ELSE 'not ok' END
	|| ' - a database with locale C gives the same bytes and answers' FROM plans.reference;
\if :has_icu
	CREATE DATABASE :"icu" TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C';
	\c :"icu"
	CREATE EXTENSION plg;
	\ir ../plans/journeys_data.sql
	SELECT CASE WHEN :'facts' = string_agg(kind || fact || readers, ' ' ORDER BY kind) AND 'a' < 'B' THEN 'ok' ELSE 'not ok' END
		|| ' - a database with an ICU locale gives the same bytes and answers' FROM plans.reference;
\else
	SELECT 'ok - a database with an ICU locale # SKIP this server was built without ICU';
\endif
\c :"home"
DROP DATABASE :"c";
DROP DATABASE IF EXISTS :"icu";
DROP SCHEMA plans CASCADE;
