# What tools/find-postgres and tools/install-packages decide, and what make says
# without headers, on machines that are faked: PostgreSQLs are directories of
# small scripts, packages are what a fake apt-get puts there.  test/roots tries
# the same on Debian itself.
cd "$PLG_ROOT" || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset PG_CONFIG CC MAKEFLAGS MFLAGS MAKELEVEL
export PLG_DEBIAN_POSTGRES=$work/machine/postgresql FAKE=$work/machine TMPDIR=$work

# The programs of this machine, without those that are faked.
mkdir "$work/tools"
find /usr/bin /bin -maxdepth 1 -exec ln -sf -t "$work/tools" {} + 2>/dev/null
rm -f "$work"/tools/{cc,gcc,clang,make,pg_config,psql,sudo,apt-get,apt-cache,id,update-rc.d,systemctl}

# script FILE: a command from standard input
script()
{
	mkdir -p "$(dirname "$1")" && { echo '#!/bin/bash'; cat; } >"$1" && chmod 755 "$1"
}

# client DIRECTORY VERSION: pg_config, pgxs.mk and psql, as Debian's client package has them
client()
{
	mkdir -p "$1/pgxs" && : >"$1/pgxs/pgxs.mk"
	script "$1/bin/pg_config" <<-END
		case \$1 in
			--bindir) echo "$1/bin" ;; --pgxs) echo "$1/pgxs/pgxs.mk" ;; --includedir-server) echo "$1/include" ;;
			--version) echo "PostgreSQL $2" ;; --cc) echo gcc ;; *) exit 1 ;;
		esac
	END
	script "$1/bin/psql" </dev/null
	script "$1/bin/pg_isready" </dev/null
}

server()
{
	client "$1" "$2"
	script "$1/bin/postgres" <<<"echo 'postgres (PostgreSQL) $2'"
	script "$1/bin/initdb" </dev/null
}

headers()
{
	[ -e "$1/bin/pg_config" ] || client "$1" "$2"
	mkdir -p "$1/include" && : >"$1/include/postgres.h"
	echo "#define PG_MAJORVERSION_NUM ${2%%[!0-9]*}" >"$1/include/pg_config.h"
}

debian()
{
	"$1" "$FAKE/postgresql/$2" "$2.4 (Debian $2.4-1)"
}

on_path()
{
	ln -sf "$1/bin/pg_config" "$FAKE/bin/pg_config"
}

compiler()
{
	script "$FAKE/bin/gcc" <<<"exit ${1:-0}"
	ln -sf gcc "$FAKE/bin/cc"
	script "$FAKE/bin/make" </dev/null
}

# machine USER PACKAGE=VERSION...: of root or plg, with what apt-get offers
machine()
{
	rm -rf "$FAKE" && mkdir -p "$FAKE/bin" "$FAKE/postgresql" && : >"$FAKE/installed"
	echo "[ \"\$*\" = -u ] && { [ $1 = root ] && echo 0 || echo 1000; }" | script "$FAKE/bin/id"
	shift
	printf '%s\n' "$@" >"$FAKE/offers"
	script "$FAKE/bin/apt-cache" <<-'END'
		sed -n "s/^$2=/  Candidate: /p" "$FAKE/offers"
	END
	script "$FAKE/bin/apt-get" <<-'END'
		. "$FAKE/functions"
		while [ "${1#-}" != "$1" ]; do [ "$1" != -o ] || shift; shift; done
		echo "$*" >>"$FAKE/apt"
		[ ! -e "$FAKE/no_network" ] || { printf '%s\n' "Err:1 Debian" "W: Temporary failure resolving"; [ "$1" = update ]; exit; }
		[ "$1" = install ] || { [ ! -e "$FAKE/unread" ] || cat "$FAKE/unread" >"$FAKE/offers"; exit 0; }
		for package; do
			case $package in
				postgresql-server-dev-*) debian headers "${package##*-}" ;;
				postgresql-*) debian server "${package##*-}" ;;
				gcc) compiler ;;
				install | -*) continue ;;
			esac
			echo "$package" >>"$FAKE/installed"
		done
	END
	declare -f script client server headers debian compiler >"$FAKE/functions"
}

# sudo that lets us; nothing but apt-get reaches the real machine
sudo_works()
{
	script "$FAKE/bin/sudo" <<-'END'
		case "$*" in *apt-get*) exec "$@" ;; esac
		[ "$1" != tee ] || cat >/dev/null
	END
}

# find_postgres [NAME=VALUE]...: on the machine
find_postgres()
{
	env PATH="$FAKE/bin:$work/tools" "$@" setsid -w "$PLG_ROOT/tools/find-postgres" >"$work/found" 2>"$work/said" </dev/null
}

check()
{
	local what=$1
	shift
	if "$@"; then
		echo "ok - $what"
	else
		echo "not ok - $what"
		sed 's/^/# /' "$work/found" "$work/said" "$FAKE/installed"
	fi
}

# finds FILE PACKAGES: and what it installs for that
finds()
{
	find_postgres && [ "$(cat "$work/found")" = "$1" ] && [ "$(echo $(cat "$FAKE/installed"))" = "$2" ]
}
finds_debian()
{
	finds "$FAKE/postgresql/$1/bin/pg_config" "$2"
}
# refuses TEXT [NAME=VALUE]...: says TEXT briefly, and installs nothing
refuses()
{
	local text=$1
	shift
	! find_postgres "$@" && grep -qF -- "$text" "$work/said" && [ "$(wc -l <"$work/said")" -le 8 ] &&
		! grep -q ': line [0-9]*:' "$work/said" && [ ! -s "$FAKE/installed" ]
}

trixie=(postgresql=17+278 postgresql-17=17.4-1 postgresql-server-dev-17=17.4-1)
bookworm=(postgresql-15=15.4-1 postgresql-server-dev-15=15.4-1)
a_user() { machine plg "$@"; sudo_works; }

a_user "${trixie[@]}"
check "nothing: all is installed" finds_debian 17 "gcc libc6-dev make postgresql-17 postgresql-server-dev-17"
check "and is not installed again" eval '>"$FAKE/installed"; finds_debian 17 ""'

a_user "${trixie[@]}"; compiler; debian server 17; on_path "$FAKE/postgresql/17"
check "a server without headers, but with pgxs.mk: its headers" finds "$FAKE/bin/pg_config" postgresql-server-dev-17

a_user "${trixie[@]}"; compiler; client "$FAKE/libpq" 17.4; on_path "$FAKE/libpq"
check "libpq-dev alone: server and headers" finds_debian 17 "postgresql-17 postgresql-server-dev-17"

a_user "${trixie[@]}"; compiler; debian headers 17
check "headers without a server: the server" finds_debian 17 postgresql-17

a_user "${trixie[@]}"; compiler; debian server 17; debian headers 17; rm "$FAKE/postgresql/17/bin/initdb"
check "a server without initdb is none" finds_debian 17 postgresql-17

a_user "${trixie[@]}"; compiler 1; debian server 17; debian headers 17
check "a compiler that does not compile is none" finds_debian 17 "gcc libc6-dev"

a_user "${trixie[@]}"; compiler; rm "$FAKE/bin/make"; debian server 17; debian headers 17
check "make is missing" finds_debian 17 make

both() { a_user "$@"; compiler; debian server 15; debian headers 17; on_path "$FAKE/postgresql/17"; }
both "${trixie[@]}" "${bookworm[@]}"
check "an older server, newer headers: the server's headers" finds_debian 15 postgresql-server-dev-15
both "${trixie[@]}"
check "the server's headers are not on offer: the headers' server" finds "$FAKE/bin/pg_config" postgresql-17
both "${trixie[@]}"; debian headers 15
check "the older one is whole: it is taken" finds_debian 15 ""
a_user "${trixie[@]}"; compiler; debian server 13; debian headers 13
check "a server that is too old: the distribution's" finds_debian 17 "postgresql-17 postgresql-server-dev-17"
a_user postgresql=13+225; compiler
check "a distribution that is too old" refuses "apt-get offers PostgreSQL 13, plg needs 15"

a_user; compiler; printf '%s\n' "${trixie[@]}" >"$FAKE/unread"
check "lists of packages that were never read are read" finds_debian 17 "postgresql-17 postgresql-server-dev-17"
a_user; touch "$FAKE/no_network"
check "no network, no lists" refuses "gcc libc6-dev make postgresql postgresql-server-dev-all"
check "and why" grep -q 'Temporary failure resolving' "$work/said"
a_user "${trixie[@]}"; compiler; touch "$FAKE/no_network"
check "no network" refuses "as root: apt-get install postgresql-17 postgresql-server-dev-17"
check "and why" grep -q 'Temporary failure resolving' "$work/said"
check "which is found out at once" [ "$(cat "$FAKE/apt")" = update ]

machine plg "${trixie[@]}"; compiler; debian server 17
check "no sudo" refuses "as root: apt-get install postgresql-server-dev-17"
script "$FAKE/bin/sudo" <<<'[ "$1" != -n ] && sleep 60; exit 1'
check "sudo wants a password, and there is no terminal" refuses "sudo wants a password"
a_user "${trixie[@]}"; client "$FAKE/libpq" 17.4; on_path "$FAKE/libpq"; rm "$FAKE/bin/apt-get"
check "no apt-get" refuses "gcc, libc6-dev, make, PostgreSQL 15 or later with its server headers"
check "and what is wrong with the pg_config that is there" grep -q "has no server: there is no $FAKE/libpq/bin/postgres" "$work/said"

# PG_CONFIG decides.
a_user "${trixie[@]}"; compiler; debian server 17; debian headers 17
for version in 18beta1 19devel '16.3 (EnterpriseDB Advanced Server 16.3.0)'; do
	rm -rf "$FAKE/own"; server "$FAKE/own" "$version"; headers "$FAKE/own" "$version"
	check "PG_CONFIG of PostgreSQL $version" eval 'find_postgres PG_CONFIG="$FAKE/own/bin/pg_config" && [ "$(cat "$work/found")" = "$FAKE/own/bin/pg_config" ]'
done
relative() { (cd "$FAKE/own/bin" && find_postgres PG_CONFIG=./pg_config) && [ "$(realpath "$(cat "$work/found")")" = "$FAKE/own/bin/pg_config" ]; }
check "PG_CONFIG by a relative path" relative
rm "$FAKE/bin/gcc"
check "PG_CONFIG without a compiler: the compiler" eval 'find_postgres PG_CONFIG="$FAKE/own/bin/pg_config" && grep -q gcc "$FAKE/installed"'
check "CC that does not compile" eval '>"$FAKE/installed"; refuses "C compiler false does not compile" CC=false'
check "PG_CONFIG that is not there" refuses "/nowhere/pg_config is not a command" PG_CONFIG=/nowhere/pg_config
check "PG_CONFIG that is a directory" refuses "is not a command" PG_CONFIG="$FAKE/own/bin"
check "PG_CONFIG that is another program" refuses "/bin/cat does not tell the version of a PostgreSQL" PG_CONFIG=/bin/cat
server "$FAKE/own" 14.9; headers "$FAKE/own" 14.9
check "PG_CONFIG that is too old" refuses "is of PostgreSQL 14, plg needs 15" PG_CONFIG="$FAKE/own/bin/pg_config"
server "$FAKE/own" 16.9; rm -r "$FAKE/own/include"
check "PG_CONFIG without headers" refuses "(Debian: postgresql-server-dev-16)" PG_CONFIG="$FAKE/own/bin/pg_config"
headers "$FAKE/own" 17.1
check "PG_CONFIG with the headers of another version" refuses "is of PostgreSQL 16, but the headers in" PG_CONFIG="$FAKE/own/bin/pg_config"
headers "$FAKE/own" 16.1; script "$FAKE/own/bin/postgres" <<<"echo 'postgres (PostgreSQL) 15.2'"
check "PG_CONFIG with the server of another version" refuses "bin/postgres is of PostgreSQL 15" PG_CONFIG="$FAKE/own/bin/pg_config"
rm "$FAKE/own/bin/postgres"
check "PG_CONFIG without a server" refuses "(Debian: postgresql-16)" PG_CONFIG="$FAKE/own/bin/pg_config"

# make itself, which needs no server
mkdir "$work/source" && cp -R Makefile plg.control src tools sql "$work/source"
find "$work/source" \( -name '*.o' -o -name '*.bc' -o -name '*.d' -o -name '*.so' \) -delete
make_says()
{
	! make -C "$work/source" PG_CONFIG="$FAKE/own/bin/pg_config" >"$work/said" 2>&1 && grep -qF -- "$1" "$work/said" && [ "$(wc -l <"$work/said")" -le 5 ]
}
server "$FAKE/own" 16.9; rm -r "$FAKE/own/include"
check "make without headers names their package" make_says postgresql-server-dev-16
headers "$FAKE/own" 16.9; echo 'CC = no-such-compiler' >"$FAKE/own/pgxs/pgxs.mk"
echo 'all: $(OBJS)' >>"$FAKE/own/pgxs/pgxs.mk"
check "make without a compiler says so" make_says 'There is no C compiler no-such-compiler'
