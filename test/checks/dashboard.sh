#!/bin/bash
# Every page of examples/dashboard, in Chromium (test/dashboard.mjs).
# test: 110 s
cd "$PLG_ROOT" || exit 1
. test/browser.sh
needs_browser 'the dashboard'
for page in examples/dashboard/src/*.js examples/dashboard/*.js examples/dashboard/src/*.md; do
	! grep -nE "npm:|jsr:|https?://[a-z]+\.[a-z]" "$page" || echo "not ok - $page asks for something from elsewhere"
done
if grep -q '"resolved"' examples/dashboard/package-lock.json; then echo 'not ok - the lock file names a registry'; else echo 'ok - the lock file names no registry'; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset EVENTS USERS SUBSCRIPTIONS AS_OF START GOAL PAID WITHIN PORT
CHROMIUM=$(command -v chromium) demo/run --then examples/dashboard/run node "$PLG_ROOT/test/dashboard.mjs" ||
	echo "not ok - test/dashboard.mjs ended with exit status $?"

# Files of one's own, and databases that cannot be read.
awk 'BEGIN { print "who,when,what"
	for (n = 0; n < 200; n++) {
		day = sprintf("2026-%02d-%02d", 1 + n % 3, 1 + n % 28)
		print n "," day " 10:00,signup"
		if (n % 2) print n "," day " 11:00,create_project" } }' >"$work/events.csv"
said=$(EVENTS=$work/events.csv ENTITY=who AT=when EVENT=what START=signup GOAL=create_project demo/run --then examples/dashboard/run node --input-type=module -e '
	const {tiles} = await (await fetch(`${process.env.URL}/read/activation`)).json();
	const [rate] = JSON.parse(tiles.rate.rows);
	console.log(rate.entered, rate.rate > 0.4 && rate.rate < 0.6, JSON.parse(tiles.weeks.rows).length > 4);' 2>/dev/null | tail -n 1)
if [ "$said" = '200 true true' ]; then echo 'ok - files of one'"'"'s own'; else echo "not ok - files of one's own: $said"; fi
# refused WHAT PATTERN SETTING...
refused()
{
	local what=$1 pattern=$2

	shift 2
	if said=$(env "$@" examples/dashboard/run true 2>&1); then echo "not ok - $what"
	elif [[ $said == *$pattern* ]]; then echo "ok - $what"; else echo "not ok - $what: $said"; fi
}
refused 'a database that is not there' 'does not exist'*'hint: '*PGDATABASE PGDATABASE=nowhere
refused 'a database without plg' 'there is no plg in database template1'*'CREATE EXTENSION' PGDATABASE=template1
refused 'a server that is not there' 'hint: '*PGHOST PGHOST=/nowhere
