#!/bin/bash
# examples/sales as it is: what it writes makes an account qualify, which it knows before
# COMMIT; sales hears of it at COMMIT, once, and of nothing that was rolled back.
set -euo pipefail
python=
for candidate in python3 /usr/bin/python3; do
	! "$candidate" -c 'import psycopg' 2>/dev/null || { python=$candidate && break; }
done
if [ -z "$python" ]; then
	echo 'ok - the backend in Python # SKIP no psycopg 3; Debian has it as python3-psycopg'
	exit
fi
check() { if [[ $2 == $3 ]]; then echo "ok - $1"; else echo "not ok - $1: $2"; fi; }

PGOPTIONS='-c client_min_messages=warning' psql -Xq -v ON_ERROR_STOP=1 -f "$PLG_ROOT/examples/sales/schema.sql"
said=$(mktemp)
"$python" "$PLG_ROOT/examples/sales/sales.py" 0 >"$said" 2>/dev/null &
backend=$!
trap 'kill $backend 2>/dev/null || true; rm -f "$said"' EXIT

# wait_for PATTERN: until the backend has said so
wait_for()
{
	for ((tries = 300; tries > 0; tries--)); do
		! grep -qE "$1" "$said" || return 0
		sleep 0.1
	done
	return 1
}
wait_for '^port' && wait_for '^listening' || echo "not ok - the backend begins: $(<"$said")"
url=http://127.0.0.1:$(sed -n 's/^port //p' "$said")
ask()
{
	"$python" - "$url$1" "${@:2}" <<-'END'
		import sys, urllib.error, urllib.request
		try:
		    print(urllib.request.urlopen(sys.argv[1], sys.argv[2].encode() if len(sys.argv) > 2 else None).read().decode())
		except urllib.error.HTTPError as error:
		    print(error.code, error.read().decode())
	END
}
row() { printf '{"account": "%s", "user": %s, "plan": "%s", "event": "%s"}' "$@"; }

check 'four free members are no news' "$(ask /activity "[$(row acme 1 free invite), $(row acme 2 free view), $(row acme 3 free view), $(row acme 4 free view)]")" '{"qualified": \[\]}'
check 'nor is one who pays' "$(ask /activity "[$(row acme 5 paid view)]")" '{"qualified": \[\]}'
check 'a fifth is rolled back with what comes after it' "$(ask /activity "[$(row acme 6 free view), $(row acme 6 gold view)]")" '400 *activity_plan_check*'
check 'so the list is empty' "$(ask /sales)" '\[\]'
check 'the fifth makes it qualify' "$(ask /activity "[$(row acme 7 free view)]")" '{"qualified": \["acme"\]}'
check 'the sixth is no news' "$(ask /activity "[$(row acme 8 free export)]")" '{"qualified": \[\]}'
check 'an account whose events are worth nothing' "$(ask /activity "[$(row bolt 11 free view), $(row bolt 12 free view), $(row bolt 13 free view), $(row bolt 14 free view), $(row bolt 15 free view)]")" '{"qualified": \["bolt"\]}'
check 'is on the list, behind' "$(ask /sales)" '\[{"account": "acme", *"members": 6, "score": *"invite": *}, {"account": "bolt", *"score": null*}\]'
wait_for '^call bolt' || true
check 'sales heard of both, once' "$(grep -c '^call' "$said"), $(grep '^call' "$said" | tr '\n' ' ')" '2, call acme call bolt '
