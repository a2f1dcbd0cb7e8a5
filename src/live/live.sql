-- Live values: journeys that are at every instant those of the rows of their sources.
--
-- What is made belongs to the caller, in his schema; nothing of it to the extension.
--@ let DOES LANGUAGE c VOLATILE PARALLEL UNSAFE COST 10000 {BODY}
--@ let OF_CATALOGS LANGUAGE c STABLE PARALLEL SAFE COST 5000 {BODY}

CREATE FUNCTION plg.live_capture() RETURNS trigger LANGUAGE c COST 300 {BODY}, 'plg_live_capture';
--@ is trigger of the sources of live values: adds what a change of a row adds and takes away to what is pending; made by live_create and live_add

CREATE FUNCTION plg.live_seal(tables regclass[], sources regclass[]) RETURNS text[] {OF_CATALOGS}, 'plg_live_seal';
--@ is support of the views of live values: what of the catalogs must be as it was when the pieces were filled; NULL while writes are not captured

CREATE FUNCTION plg.live_unsealed(tables regclass[], sources regclass[]) RETURNS text {OF_CATALOGS}, 'plg_live_unsealed';
--@ is support of live values: why there is no seal; NULL if there is one

CREATE FUNCTION plg.live_create(name text, source regclass, entity text, at text, event text, filter text DEFAULT NULL, buckets integer DEFAULT 1) RETURNS void {DOES}, 'plg_live_create';
--@ is makes a live value: the view NAME, whose column j is at every instant the journeys of all rows of the table source. entity, at, event and filter are columns or expressions over a row, IMMUTABLE as those of an index. The first live_refresh fills it; until then, and after what triggers cannot see, the view reads the table

CREATE FUNCTION plg.live_add(name text, source regclass, entity text, at text, event text, filter text DEFAULT NULL) RETURNS void {DOES}, 'plg_live_add';
--@ is adds a source to a live value: the rows of another table, or others of the same one

CREATE FUNCTION plg.live_refresh(name text, anew boolean DEFAULT false) RETURNS text {DOES}, 'plg_live_refresh';
--@ is moves what is pending into packed pieces, so that reading stays fast; says what it did. By anybody, at any time, any number at once; no writer waits for it, and it for none, but after a source was added or a label of an enum added or renamed. A fill is left for later while a source is being vacuumed, indexed or altered. anew, for the owner: fills the pieces from the sources, whatever there is

CREATE FUNCTION plg.live_check(name text, OUT bucket bigint, OUT live_events bigint, OUT base_events bigint) RETURNS SETOF record VOLATILE LANGUAGE c COST 100000 ROWS 1 {BODY}, 'plg_live_check';
--@ is the buckets in which a live value differs from the rows of its sources, in one snapshot: none

CREATE FUNCTION plg.live_status(name text, OUT sealed boolean, OUT reason text, OUT pending bigint, OUT pieces bigint, OUT events bigint, OUT bytes bigint, OUT refreshed_at timestamptz) RETURNS SETOF record VOLATILE LANGUAGE c COST 10000 ROWS 1 {BODY}, 'plg_live_status';
--@ is how a live value is: sealed, or the reason why the sources are read; rows pending, pieces, their events and bytes, when it was last refreshed

CREATE FUNCTION plg.live_drop(name text) RETURNS void {DOES}, 'plg_live_drop';
--@ is drops a live value with its triggers; the sources stay
