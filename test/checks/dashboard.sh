#!/bin/bash
# Every page of examples/dashboard, in Chromium (test/dashboard.mjs).
# test: slow, 110 s
cd "$PLG_ROOT" || exit 1
. tools/lib.sh
for program in node npm chromium; do
	have $program || { echo "ok - the dashboard # SKIP there is no $program here"; exit; }
done
for page in examples/dashboard/src/*.js examples/dashboard/*.js examples/dashboard/src/*.md; do
	! grep -nE "npm:|jsr:|https?://[a-z]+\.[a-z]" "$page" || echo "not ok - $page asks for something from elsewhere"
done
if grep -q '"resolved"' examples/dashboard/package-lock.json; then echo 'not ok - the lock file names a registry'; else echo 'ok - the lock file names no registry'; fi
unset EVENTS USERS SUBSCRIPTIONS AS_OF START GOAL PAID WITHIN PORT
CHROMIUM=$(command -v chromium) demo/run --then examples/dashboard/run node "$PLG_ROOT/test/dashboard.mjs"
