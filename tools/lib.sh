# What the project's shell scripts share; to be sourced.

# They take messages apart, which must be English for that.
if [ -n "${LC_ALL:-}" ]; then
	export LANG=$LC_ALL
	unset LC_ALL
fi
unset LANGUAGE
export LC_MESSAGES=C LC_NUMERIC=C

# Progress goes to standard error, so that output stays clean.
say()
{
	printf '%s\n' "$*" >&2
}

# die MESSAGE [HINT]...
die()
{
	printf 'error: %s\n' "$1" >&2
	shift
	[ -z "$*" ] || printf 'hint: %s\n' "$@" >&2
	exit 1
}

have()
{
	command -v "$1" >/dev/null 2>&1
}

# run_logged LOG COMMAND...: quiet, unless it fails
run_logged()
{
	local log=$1
	shift
	"$@" >"$log" 2>&1 </dev/null && return
	tail -n 40 "$log" >&2
	die "this failed: $*" "all of its output is in $log"
}

# fresh_database NAME: on the private server, with plg
fresh_database()
{
	drop_database "$1" &&
		psql -Xq -d postgres -c "CREATE DATABASE $1" &&
		psql -Xq -d "$1" -c 'CREATE EXTENSION plg'
}

drop_database()
{
	PGOPTIONS='-c client_min_messages=warning' psql -Xq -d postgres -c "DROP DATABASE IF EXISTS $1 WITH (FORCE)"
}

# Where apt of this machine reads Debian's packages.
debian_mirror()
{
	local mirror try

	have apt-get || die "there is no apt-get here"
	for try in as_it_is updated; do
		[ $try = as_it_is ] || apt-get update -q >&2
		mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | head -n 1)
		[ -z "$mirror" ] || break
	done
	[ -n "$mirror" ] || die "apt of this machine reads no Debian mirror"
	echo "$mirror"
}
