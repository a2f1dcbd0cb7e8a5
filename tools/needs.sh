# What plg needs of a machine: a compiler, make, and a PostgreSQL with its
# server's headers, all of one version.  To be sourced after lib.sh.

oldest=15

# Debian keeps the programs of each version in VERSION/bin.
debian=${PLG_DEBIAN_POSTGRES:-/usr/lib/postgresql}

# A compiler without the C library's headers, or without a linker, is none.
compiles()
{
	local place status=0

	place=$(mktemp -d)
	"$@" -shared -fPIC -x c -o "$place/try.so" - <<<'#include <stdio.h>' >/dev/null 2>&1 || status=1
	rm -rf "$place"
	return $status
}

# compiler_of PG_CONFIG: the one that will be used; that of Debian's packages, if there is no PostgreSQL yet
compiler_of()
{
	echo "${CC:-$([ -n "$1" ] && ask "$1" --cc || echo gcc)}"
}

ask()
{
	"$@" </dev/null 2>/dev/null
}

# major VERSION: 17 of "PostgreSQL 17.6 (Debian ...)", "postgres (PostgreSQL) 17beta1"
major()
{
	sed -n 's/^[^0-9]*PostgreSQL)\{0,1\} *\([0-9]\{1,\}\).*/\1/p' <<<"$1"
}

# The faults: each prints why a pg_config does not serve, nothing when it does.

# server_fault PG_CONFIG VERSION
server_fault()
{
	local bindir program version

	bindir=$(ask "$1" --bindir)
	for program in postgres initdb psql pg_isready; do
		[ -x "$bindir/$program" ] ||
			{ echo "$1 has no server: there is no $bindir/$program (Debian: postgresql-$2)"; return; }
	done
	version=$(major "$(ask "$bindir/postgres" --version)")
	[ "$version" = "$2" ] || echo "$1 is of PostgreSQL $2, but $bindir/postgres is ${version:+of PostgreSQL }${version:-none that works}"
}

# headers_fault PG_CONFIG VERSION: on Debian pgxs.mk comes with the client, and says nothing about headers
headers_fault()
{
	local headers file version

	headers=$(ask "$1" --includedir-server)
	for file in "$headers/postgres.h" "$(ask "$1" --pgxs)"; do
		[ -f "$file" ] ||
			{ echo "$1 has no server headers: there is no $file (Debian: postgresql-server-dev-$2)"; return; }
	done
	version=$(cat "$headers"/pg_config*.h | sed -n 's/^#define PG_MAJORVERSION_NUM *//p')
	[ "$version" = "$2" ] || echo "$1 is of PostgreSQL $2, but the headers in $headers are of ${version:-no version}"
}

fault()
{
	local version

	have "$1" || { echo "$1 is not a command"; return; }
	version=$(major "$(ask "$1" --version)")
	if [ -z "$version" ]; then
		echo "$1 does not tell the version of a PostgreSQL"
	elif [ "$version" -lt $oldest ]; then
		echo "$1 is of PostgreSQL $version, plg needs $oldest or later"
	else
		server_fault "$1" "$version"
		headers_fault "$1" "$version"
	fi
}

# Those worth a look: the path's, then Debian's, the newest first.
candidates()
{
	command -v pg_config || true
	debian_versions pg_config | sed "s|.*|$debian/&/bin/pg_config|"
}

# debian_versions PROGRAM: of which PROGRAM is there, the newest first
debian_versions()
{
	local file

	for file in "$debian"/[1-9][0-9]/bin/"$1"; do
		[ ! -x "$file" ] || basename "${file%/bin/*}"
	done | sort -rn
}
