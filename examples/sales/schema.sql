-- What the backend writes to and reads from: who of which account did what, on which plan, when.
CREATE EXTENSION IF NOT EXISTS plg;

CREATE TABLE activity (
	account text NOT NULL,
	user_id bigint NOT NULL,
	plan text NOT NULL CHECK (plan IN ('free', 'paid')),
	event text NOT NULL,
	at timestamptz NOT NULL
);
CREATE INDEX ON activity (account, at);
