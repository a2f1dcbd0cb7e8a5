-- The first row of subscriptions that plg refuses by itself, and why.
CREATE FUNCTION pg_temp.refusal(s subscriptions) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	PERFORM plg.ledger(s.account, s.mrr, s."from", s."to");
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN concat_ws('. ', sqlerrm, nullif(detail, ''));
END
$$;
SELECT line, refusal
FROM (SELECT line, pg_temp.refusal(s) AS refusal FROM subscriptions AS s ORDER BY line) AS r
WHERE refusal IS NOT NULL LIMIT 1;
