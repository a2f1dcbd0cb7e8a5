#!/bin/bash
# clang-tidy finds nothing (make lint).  Other versions than 14 have other checks.
# test: slow, 90 s
set -uo pipefail
version=$(clang-tidy --version 2>/dev/null | grep -o 'version [0-9]*')
if [ "$version" != "version 14" ]; then
	echo "ok - clang-tidy finds nothing # SKIP there is no clang-tidy 14"
elif report=$(env -u ONLY "$PLG_ROOT/test/lint" 2>&1); then
	echo "ok - clang-tidy finds nothing"
else
	echo "not ok - clang-tidy finds nothing"
	sed 's/^/# /' <<<"$report"
fi
