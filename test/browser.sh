# For the tests of pages, to be sourced with PLG_ROOT as the current directory.
. tools/lib.sh
. tools/observable.sh

# needs_browser WHAT: ends the test where what it takes is missing and cannot be had,
# loudly; in CI, where CI=true, that is a failure.
needs_browser()
{
	local missing='' program

	for program in node npm chromium; do
		have $program || missing="there is no $program here"
	done
	[ -n "$missing" ] || (node_packages --tests) || missing='npm could not install the packages'
	[ -n "$missing" ] || return 0
	if [ -n "${CI:-}" ]; then echo "not ok - $1: $missing"; else echo "ok - $1 # SKIP $missing"; fi
	exit
}
