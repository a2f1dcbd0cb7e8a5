# The demo: its answers hold the truth.  demo_files.sh has files of one's own.
# test: 20 s
. "$PLG_ROOT/test/demo"

check "the demo runs" demo X=
check "all movements equal the books" prints 'Every movement equals the books'
check "the rows of subscriptions are checked before" grep -qE '^ 4895 +4195( +0){8}$' "$work/out"
check "naive SQL has another NRR" grep -qE '^ 2026-05 .* 99\.8 +99\.8 +102\.6 ' "$work/out"

holds()
{
	[ "$(psql -XqAt -d demo -c "$1")" = t ]
}
interval="FROM journeys, plg.activation(j, 'signup', 'create_project', '14 days', '2026-06-15 00:00+00') AS a"
check "the interval of activation holds the truth" \
	holds "SELECT truth.activated(14) BETWEEN rate_low AND rate_high $interval"
check "percentiles of time to value are within 2 % of the truth" holds "
	SELECT bool_and(abs(plg.ttv_seconds(c, p, '14 days') / 86400 / truth.ttv_days(p, 14) - 1) < 0.02)
	FROM (SELECT plg.conversion(j, 'signup', 'create_project', '2026-06-15 00:00+00') AS c FROM journeys) AS s,
		unnest('{0.5,0.75,0.9}'::float8[]) AS p"
queries_run()
{
	sed -n '/^THE QUERIES/,/^The demo/p' "$work/out" | sed '1d;$d' >"$work/queries.sql"
	[ "$(grep -c ';$' "$work/queries.sql")" = 10 ] &&
		psql -Xq -v ON_ERROR_STOP=1 -d demo -c 'DROP TABLE journeys' -f "$work/queries.sql" >/dev/null 2>"$work/err"
}
check "the queries that it prints run as they are" queries_run

# answers WORD CONDITION: what the condition says of the rows, a, of the printed query that has the word
answers()
{
	holds "SELECT $2 FROM ($(awk -v RS= -v word="$1" 'index($0, word)' "$work/queries.sql" | sed 's/;$//')) AS a $3"
}
check "channels: rates and differences are the truth's, and only the true difference is told" answers plg.compare "
	count(*) = 4 AND bool_and(truth BETWEEN rate_low AND rate_high AND truth - usual BETWEEN difference_low AND difference_high
		AND (channel = 'ads') = (difference_low > 0 OR difference_high < 0)
		AND (channel <> 'podcast' OR difference > 0.02))" "
	JOIN (SELECT channel, ever / 0.55 * truth.activated(14) AS truth, 0.56 / 0.55 * truth.activated(14) AS usual FROM truth.channels) AS t USING (channel)"
check "the channels' users are all of them, and so are their projects" answers plg.compare "
	(sum(entered_b), sum(converted_b)) = (SELECT a.entered, a.converted $interval)"
check "aha: the cause and its companion, and nothing else, foretell" answers plg.aha "
	count(*) = 6 AND bool_and((event IN ('invite', 'settings')) = (q_value < 0.05 AND odds_ratio > 1)
		AND difference_low > 0 AND (event <> 'invite' OR 0.1 BETWEEN difference_low AND difference_high))"
check "aha: the cause is first, and the companion adds nothing to it" answers plg.aha "
	(array_agg(event ORDER BY q_value))[1] = 'invite' AND (
		SELECT abs(avg(upgraded) FILTER (WHERE opened) - avg(upgraded) FILTER (WHERE NOT opened)) < 0.03
		FROM (SELECT bool_or(event = 'settings') AS opened, max((event = 'upgrade')::int) AS upgraded
			FROM trials GROUP BY entity HAVING bool_or(event = 'invite')) AS i)"
check "the new page: as many, sooner, by as much as is true" answers plg.experiment "
	count(*) = 2 AND bool_and(t.rate BETWEEN rate_low AND rate_high AND in_several = 0 AND srm_p_value > 0.001)
	AND bool_and(0 BETWEEN difference_low AND difference_high AND p_value > 0.05 AND logrank_p_value < 0.001
		AND abs(-rmst_difference_seconds / 86400 / (7 - mean_days) / t.rate - 1) < 0.1) FILTER (WHERE variant = 'new')" "
	JOIN truth.pages AS t ON page = variant"
check "whom to talk to: the five that have news, why and since when" answers plg.qualified_as "
	count(*) = 5 AND bool_and(n.account IS NOT NULL)" "LEFT JOIN truth.news AS n USING (account, why, since)"
check "and the report says so" [ "$(grep -cE '^ +20[1-5]   (a fifth|all fell).* (2026-0[0-9: -]+[0-9]) +\2$' "$work/out")" = 5 ]
