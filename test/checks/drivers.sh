# test: 60 s
# The files of examples/backend, each by its driver: what it prints is what
# docs/backends.md says of it, types included.  A runtime that is missing is skipped
# loudly; in CI, where CI=true, it fails.
set -uo pipefail
folder=$PLG_ROOT/examples/backend
work=$(mktemp -d "$PLG_BUILD/drivers.XXXXXX")
trap 'rm -rf "$work"; [ -z "${relay:-}" ] || kill "$relay" 2>/dev/null' EXIT
export PGOPTIONS='-c timezone=UTC' PGUSER=${PGUSER:-$(id -un)}

# The rows of the manual's table: the file, and what each type is there.
said()
{
	awk -F ' *[|] *' -v file="[$1](../examples/backend/$1)" '
		$2 == "file" { for (i = 4; i < NF; i++) type[i] = $i }
		$2 == file { for (i = 4; i < NF; i++) print type[i] ": " $i }' "$PLG_ROOT/docs/backends.md" | tr -d '`'
}

# What every one of them says, out of the manual, too.
awk '/^```text/ { on = 1; next } on && /^```/ { exit } on' "$PLG_ROOT/docs/backends.md" >"$work/all"
[ -s "$work/all" ] || echo 'not ok - the manual shows no output'

# try FILE COMMAND...
try()
{
	local file=$1

	shift
	{ cat "$work/all"; said "$file"; } >"$work/want"
	psql -Xq -v ON_ERROR_STOP=1 -c 'DROP TABLE IF EXISTS activity, subscriptions' -f "$folder/schema.sql" 2>"$work/errors" || cat "$work/errors"
	if [ "$(wc -l <"$folder/$file")" -ge 100 ]; then
		echo "not ok - $file is too long to copy"
	fi
	if "$@" >"$work/got" 2>"$work/errors" && diff -u --label "$file as documented" --label "$file as it is" "$work/want" "$work/got"; then
		echo "ok - $file"
	else
		cat "$work/errors"
		echo "not ok - $file"
	fi
}

# missing FILE WHAT
missing()
{
	if [ -n "${CI:-}" ]; then
		echo "not ok - $1: there is no $2"
	else
		echo "ok - $1 # SKIP there is no $2"
	fi
}

cp "$folder"/*.mjs "$folder"/package*.json "$work"
if ! command -v npm >/dev/null; then
	missing pg.mjs 'npm'
	missing postgres.mjs 'npm'
elif ! (cd "$work" && npm ci --no-audit --no-fund --prefer-offline --fetch-retries=1 >"$work/errors" 2>&1); then
	cat "$work/errors"
	missing pg.mjs 'package pg'
	missing postgres.mjs 'package postgres'
else
	try pg.mjs node "$work/pg.mjs"
	try postgres.mjs node "$work/postgres.mjs"
fi

# Debian's, whatever else is on the path
python=/usr/bin/python3
for package in psycopg:with_psycopg3.py psycopg2:with_psycopg2.py; do
	if "$python" -c "import ${package%:*}" 2>/dev/null; then
		try "${package#*:}" "$python" "$folder/${package#*:}"
	else
		missing "${package#*:}" "python3-${package%:*}"
	fi
done

# JDBC wants TCP, which the private server has not: somebody has to pass it on.
jar=/usr/share/java/postgresql.jar
if ! command -v javac >/dev/null || [ ! -f $jar ] || [ ! -x "$python" ]; then
	missing Jdbc.java 'JDK with libpostgresql-jdbc-java'
else
	"$python" -c '
import asyncio, sys
async def pipe(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
    writer.close()
async def pass_on(reader, writer):
    to = await asyncio.open_unix_connection(sys.argv[1])
    await asyncio.gather(pipe(reader, to[1]), pipe(to[0], writer))
async def main():
    server = await asyncio.start_server(pass_on, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())' "$PGHOST/.s.PGSQL.${PGPORT:-5432}" >"$work/port" 2>/dev/null &
	relay=$!
	for _ in $(seq 100); do [ -s "$work/port" ] && break; sleep 0.1; done
	try Jdbc.java java -XX:TieredStopAtLevel=1 -cp $jar "$folder/Jdbc.java" "jdbc:postgresql://127.0.0.1:$(cat "$work/port")/$PGDATABASE?user=$PGUSER"
fi

if ! command -v go >/dev/null || [ ! -d /usr/share/gocode/src/github.com/jackc/pgx/v4 ]; then
	missing pgx.go 'Go with golang-github-jackc-pgx-v4-dev'
else
	export GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE="$PLG_BUILD/go" GOFLAGS=-p=2
	try pgx.go go run "$folder/pgx.go"
fi
