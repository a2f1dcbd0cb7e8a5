-- Labels and entities with more than ASCII between databases of several encodings:
-- as they were, or refused.
SET client_min_messages TO warning;
\set home :DBNAME
\set utf8 :DBNAME '_utf8'
\set latin1 :DBNAME '_latin1'
\set latin9 :DBNAME '_latin9'
\set untold :DBNAME '_untold'
CREATE DATABASE :"utf8" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';
CREATE DATABASE :"latin1" TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C';
CREATE DATABASE :"latin9" TEMPLATE template0 ENCODING 'LATIN9' LC_COLLATE 'C' LC_CTYPE 'C';
CREATE DATABASE :"untold" TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C';

-- six values: with an accent in a label, an entity, an account, a currency; and without
SELECT format($$
	SET client_encoding TO SQL_ASCII;
	CREATE EXTENSION plg;
	CREATE VIEW accent AS SELECT convert_from(decode('ACCENT', 'hex'), getdatabaseencoding()) AS e;
	CREATE TABLE kept (what text, j plg.journeys, l plg.ledger, c plg.conversion);
	INSERT INTO kept SELECT 'label', plg.journeys(1, date '2026-01-01', 'caf' || e), NULL, NULL FROM accent;
	INSERT INTO kept SELECT 'entity', plg.journeys('Ren' || e, date '2026-01-01', 'caf'), plg.ledger('Ren' || e, 9, date '2026-01-01', NULL::date), NULL FROM accent;
	INSERT INTO kept SELECT 'currency', NULL, plg.ledger(1, 9, date '2026-01-01', NULL::date, 'C' || e), NULL FROM accent;
	INSERT INTO kept SELECT 'ASCII', plg.journeys('Rene'::text, date '2026-01-01', 'cafe'), plg.ledger('Rene'::text, 200.77, date '2026-01-01', NULL::date, 'EUR'),
		plg.conversion(date '2026-01-01', '2026-01-02', '2026-01-03');
	CREATE FUNCTION outcome(query text) RETURNS text LANGUAGE plpgsql AS $f$
		DECLARE detail text; BEGIN EXECUTE query; RETURN 'taken'; EXCEPTION WHEN others THEN
		GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL; RETURN SQLSTATE || ' ' || detail; END $f$;
	CREATE FUNCTION line(ok boolean, what text) RETURNS text LANGUAGE sql AS $f$ SELECT CASE WHEN ok THEN 'ok - ' ELSE 'not ok - ' END || getdatabaseencoding() || ': ' || what $f$;
	CREATE FUNCTION marked(j plg.journeys, mark int) RETURNS text LANGUAGE sql AS $f$ SELECT translate(encode(set_byte(plg.journeys_send(j), 5, mark), 'base64'), E'\n', '') $f$;
	-- what one database says of each row that another wrote
	CREATE FUNCTION taken(forms text, wanted text) RETURNS SETOF text LANGUAGE sql AS $f$
		SELECT line(CASE WHEN what = 'ASCII' OR wanted = 'taken' THEN got = 'taken' ELSE got ~ wanted END, format('%%s %%s of a database in %%s', what, kind, source) || CASE WHEN what <> 'ASCII' THEN ': ' || got ELSE '' END)
		FROM json_to_recordset(forms::json) AS r (source text, what text, kind text, form text),
			LATERAL outcome(format('SELECT %%L::plg.%%I', form, kind)) got $f$;
	CREATE VIEW forms AS SELECT json_agg(f) AS all_of_them FROM (
		SELECT getdatabaseencoding() AS source, what, 'journeys' AS kind, j::text AS form FROM kept WHERE j IS NOT NULL
		UNION ALL SELECT getdatabaseencoding(), what, 'ledger', l::text FROM kept WHERE l IS NOT NULL
		UNION ALL SELECT getdatabaseencoding(), what, 'conversion', c::text FROM kept WHERE c IS NOT NULL) f
$$) AS prepare \gset

\c :utf8
SELECT replace(:'prepare', 'ACCENT', 'c3a9') AS prepare_here \gset
:prepare_here;
SELECT all_of_them AS of_utf8 FROM forms \gset
\c :latin1
SELECT replace(:'prepare', 'ACCENT', 'e9') AS prepare_here \gset
:prepare_here;
SELECT all_of_them AS of_latin1 FROM forms \gset
\c :latin9
SELECT replace(:'prepare', 'ACCENT', 'e9') AS prepare_here \gset
:prepare_here;
SELECT all_of_them AS of_latin9 FROM forms \gset
\c :untold
SELECT replace(:'prepare', 'ACCENT', 'c3a9') AS prepare_here \gset
:prepare_here;
SELECT all_of_them AS of_untold FROM forms \gset

\c :utf8
SELECT taken(:'of_utf8', 'taken');
SELECT taken(:'of_latin1', '^22P05 They are in LATIN1, the database is in UTF8\.');
SELECT taken(:'of_latin9', '^22P05 They are in LATIN9, the database is in UTF8\.');
SELECT taken(:'of_untold', '^22P05 They are in SQL_ASCII, the database is in UTF8\.');
SELECT line(substr(plg.journeys_send(j), 5, 4) = '\x01000000' AND substr(decode(j::text, 'base64'), 5, 4) = '\x01000000', 'nothing is marked') FROM kept WHERE what = 'label';
\c :latin1
SELECT taken(:'of_utf8', '^22P05 They are in UTF8, the database is in LATIN1\.');
SELECT taken(:'of_latin1', 'taken');
SELECT taken(:'of_latin9', '^22P05 They are in LATIN9, the database is in LATIN1\.');
SELECT taken(:'of_untold', '^22P05 They are in SQL_ASCII, the database is in LATIN1\.');
\c :untold
SELECT taken(:'of_utf8', '^22P05 They are in UTF8, the database is in SQL_ASCII\.');
SELECT taken(:'of_untold', 'taken');

-- there and back again, in both forms; what is stored bears no mark
\c :latin1
SELECT line(bool_and(j::text::plg.journeys OPERATOR(plg.=) j) AND bool_and(l::text::plg.ledger OPERATOR(plg.=) l), 'a text form gives the same value') FROM kept;
SELECT line(string_agg(e, ' ') = string_agg(u.event, ' '), 'the label is what it was') FROM kept, plg.unnest(j::text::plg.journeys) u, LATERAL (SELECT 'caf' || e AS e FROM accent) a WHERE what = 'label';
SELECT line(array_agg(substr(plg.journeys_send(j), 6, 1) = '\x00' ORDER BY what) = '{t,f,f}', 'the accent alone is marked') FROM kept WHERE j IS NOT NULL;
SELECT line(array_agg(substr(plg.ledger_send(l), 6, 1) = '\x00' ORDER BY what) = '{t,f,f}', 'and of ledgers the currency and accounts, not amounts') FROM kept WHERE l IS NOT NULL;
CREATE TABLE again (LIKE kept);
SELECT format('/tmp/plg_encodings_%s', pg_backend_pid()) AS file \gset
COPY kept TO :'file' (FORMAT binary);
COPY again FROM :'file' (FORMAT binary);
SELECT line(count(*) = 4 AND bool_and(k.j OPERATOR(plg.=) a.j IS NOT FALSE AND k.l OPERATOR(plg.=) a.l IS NOT FALSE), 'so does the binary form') FROM kept k JOIN again a USING (what);
\c :utf8
SELECT line(outcome(format('COPY kept FROM %L (FORMAT binary)', :'file')) ~ '^22P05 They are in LATIN1', 'the binary form is refused, too');
COPY (SELECT) TO PROGRAM 'cat >/dev/null; rm -f /tmp/plg_encodings_*';

-- a mark that does not belong there
\c :latin1
SELECT line(outcome(format('SELECT %L::plg.journeys', marked(j, 9))) = '22P02 Its header is not valid.', 'a mark without texts') FROM kept WHERE what = 'ASCII';
SELECT line(outcome(format('SELECT %L::plg.journeys', marked(j, 200))) = '22P02 Its header is not valid.', 'a mark of no encoding') FROM kept WHERE what = 'label';
\c :utf8
SELECT line(outcome(format('SELECT %L::plg.journeys', marked(j, 7))) = '22P02 Its header is not valid.', 'a mark of UTF8') FROM kept WHERE what = 'label';
\c :home
DROP DATABASE :"utf8";
DROP DATABASE :"latin1";
DROP DATABASE :"latin9";
DROP DATABASE :"untold";
