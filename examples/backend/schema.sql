-- The tables that the files of this folder use, and some rows: in place of your own.
CREATE TABLE activity (account text NOT NULL, user_id bigint NOT NULL, at timestamptz NOT NULL, event text NOT NULL);
CREATE INDEX ON activity (user_id, at);
CREATE INDEX ON activity (account, at);
CREATE TABLE subscriptions (account text NOT NULL, mrr numeric NOT NULL, during tstzrange NOT NULL);

INSERT INTO activity
SELECT 'acme', user_id, now() - interval '3 days' + hours * interval '1 hour', event
FROM (VALUES (1, 0, 'signup'), (1, 49, 'create_project'), (2, 5, 'signup'), (3, 8, 'signup')) v (user_id, hours, event);
INSERT INTO subscriptions VALUES ('acme', 120.25, tstzrange(now() - interval '1 day', NULL));
