-- The demo's tables, or those of your own files, as the dashboard reads them.
-- start: the label of those who stand in users; truth: only the demo has the rest.
SELECT plg.live_create('journeys', 'events', entity => 'entity', at => 'at', event => 'event');
SELECT plg.live_add('journeys', 'users', entity => 'entity', at => 'at', event => quote_literal(:'start'));
SELECT plg.live_refresh('journeys');
CREATE VIEW ledger AS SELECT plg.ledger(account, mrr, "from", "to") AS l FROM subscriptions;

SELECT to_regclass('channels') IS NOT NULL AS truth \gset
\if :truth
CREATE VIEW segments AS SELECT plg.journeys(entity, at, channel) AS j FROM channels;
CREATE VIEW members AS SELECT plg.journeys(account, at, member::text) AS j FROM teams;
CREATE VIEW outcomes AS SELECT plg.journeys(entity, at, 'create_project') AS j FROM projects;
CREATE VIEW exposures AS SELECT plg.journeys(entity, at, page) AS j FROM shown;
CREATE VIEW early_actions AS SELECT plg.journeys(entity, at, event) AS j FROM trials;
\endif
