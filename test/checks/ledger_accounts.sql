-- plg.unnest of ledgers, plg.only_accounts, plg.except_accounts and plg.rename_accounts
-- against plain SQL, with accounts of each type.
SET timezone TO 'UTC';
SET client_min_messages TO warning;
SET jit TO off;
SELECT setseed(0.46) \g /dev/null

CREATE TABLE paid (account bigint, mrr numeric, since timestamptz, until timestamptz);
CREATE TABLE result (what text, n bigint, wrong bigint);
CREATE FUNCTION account_of(kind text, account bigint) RETURNS text IMMUTABLE LANGUAGE sql
	AS $$ SELECT CASE kind WHEN 'uuid' THEN md5(account::text)::uuid::text WHEN 'text' THEN repeat('é', (account % 3)::int) || account ELSE account::text END $$;
CREATE FUNCTION book(kind text) RETURNS plg.ledger LANGUAGE sql AS $$
	SELECT CASE kind WHEN 'uuid' THEN plg.ledger(account_of('uuid', account)::uuid, mrr, since, until, 'EUR') WHEN 'text' THEN plg.ledger(account_of('text', account), mrr, since, until, 'EUR')
		ELSE plg.ledger(account, mrr, since, until, 'EUR') END FROM paid
$$;
-- What each account pays, wherever that changes; who is who by a list, if it has the account, or else the account itself, if the others stay.
CREATE FUNCTION expected(kind text, names jsonb, others boolean) RETURNS TABLE (account text, at timestamptz, mrr numeric) LANGUAGE sql STABLE AS $$
	WITH p AS MATERIALIZED (SELECT CASE WHEN names ? account_of(kind, account) THEN names ->> account_of(kind, account) WHEN others THEN account_of(kind, account) END AS account, mrr, since, until FROM paid),
	level AS (SELECT account, at, (SELECT coalesce(sum(mrr), 0) FROM p q WHERE q.account = t.account AND q.since <= at AND at < coalesce(q.until, 'infinity')) AS mrr
		FROM (SELECT account, since AS at FROM p UNION SELECT account, until FROM p WHERE until IS NOT NULL) t WHERE account IS NOT NULL)
	SELECT account, at, mrr FROM (SELECT *, lag(mrr, 1, 0.0) OVER (PARTITION BY account ORDER BY at) AS before FROM level) l WHERE mrr <> before
$$;
CREATE FUNCTION compare(what text, kind text, names jsonb, others boolean, l plg.ledger) RETURNS void LANGUAGE sql AS $$
	WITH want AS MATERIALIZED (SELECT account, at, trim_scale(mrr) FROM expected(kind, names, others)), got AS MATERIALIZED (SELECT account, at, trim_scale(mrr) FROM plg.unnest(l))
	INSERT INTO result SELECT what, (SELECT count(*) FROM want), (SELECT count(*) FROM (TABLE want EXCEPT ALL TABLE got) d) + (SELECT count(*) FROM (TABLE got EXCEPT ALL TABLE want) d)
		+ (l IS NOT NULL AND (plg.currency(l) <> 'EUR' OR NOT l::text::plg.ledger OPERATOR(plg.=) l))::int
$$;
CREATE PROCEDURE try_random(data_sets int) LANGUAGE plpgsql AS $$
DECLARE
	kind text;
	l plg.ledger;
	chosen text[];
	names jsonb;
BEGIN
	FOR data_set IN 1 .. data_sets LOOP
		TRUNCATE paid;
		INSERT INTO paid SELECT floor(random() * 15), round((random() * 40 - 5)::numeric, (data_set % 4)), since, CASE WHEN random() < 0.8 THEN since + (1 + floor(random() * 9)) * interval '5 days' END
		FROM (SELECT timestamptz '2026-01-01' + floor(random() * 20) * interval '5 days' AS since FROM generate_series(1, (ARRAY[1, 10, 80])[1 + data_set % 3])) s;
		FOREACH kind IN ARRAY '{bigint,uuid,text}'::text[] LOOP
			l := book(kind);
			SELECT coalesce(array_agg(account_of(kind, n)), '{}') INTO chosen FROM generate_series(0, 17) n WHERE random() < 0.4;
			SELECT coalesce(jsonb_object_agg(account_of(kind, n), account_of(kind, floor(random() * 20)::bigint)), '{}') INTO names FROM generate_series(0, 17) n WHERE random() < 0.5;
			PERFORM compare('unnest', kind, '{}', true, l),
				compare('only_accounts', kind, (SELECT coalesce(jsonb_object_agg(n, n), '{}') FROM unnest(chosen) n), false, plg.only_accounts(l, chosen)),
				compare('except_accounts', kind, (SELECT coalesce(jsonb_object_agg(n, NULL), '{}') FROM unnest(chosen) n), true, plg.except_accounts(l, chosen)),
				compare('rename_accounts', kind, names, true, plg.rename_accounts(l, names));
		END LOOP;
	END LOOP;
END
$$;
CALL try_random(30);
SELECT CASE WHEN sum(wrong) = 0 AND sum(n) > 0 THEN 'ok' ELSE 'not ok' END || ' - ' || what || ': ' || count(*) || ' times, ' || sum(n) || ' rows' FROM result GROUP BY what ORDER BY what;

-- a stored ledger so large that it is read piece by piece, whose accounts are texts
CREATE TABLE large AS SELECT plg.ledger('account ' || n, 1 + n % 997, timestamptz '2026-01-01' + n % 90 * interval '1 day', NULL) AS l FROM generate_series(1, 300000) n;
SELECT CASE WHEN plg.rollup(part) OPERATOR(plg.=) (SELECT l FROM large) AND count(*) = 2 THEN 'ok' ELSE 'not ok' END || ' - parts of a large ledger are all of it'
FROM large, (SELECT array_agg('account ' || n) AS chosen FROM generate_series(1, 300000, 3) n) s, LATERAL (VALUES (plg.only_accounts(l, chosen)), (plg.except_accounts(l, chosen))) p (part);
SELECT CASE WHEN plg.rename_accounts(l, names) OPERATOR(plg.=) (SELECT plg.ledger('account ' || CASE WHEN n % 3 = 0 THEN n - 1 ELSE n END, 1 + n % 997, timestamptz '2026-01-01' + n % 90 * interval '1 day', NULL) FROM generate_series(1, 300000) n)
	THEN 'ok' ELSE 'not ok' END || ' - and renamed it is that of the rows under their new names'
FROM large, (SELECT jsonb_object_agg('account ' || n, 'account ' || n - 1) AS names FROM generate_series(3, 300000, 3) n) s;
