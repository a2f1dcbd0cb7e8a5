#!/bin/bash
# The manual as a site, every page of it, in Chromium (test/site.mjs).
# test: 60 s
cd "$PLG_ROOT" || exit 1
. test/browser.sh
needs_browser 'the site'
tools/site --tests && cd "$(dirname "$PLG_BUILD")/node/site" || exit
if grep -E '^Warning|npm:' build.log; then echo 'not ok - it is built without a warning or a question to npm'; else echo 'ok - it is built without a warning or a question to npm'; fi
SITE=$(cd ../../site && pwd) ROOT=$PLG_ROOT CHROMIUM=$(command -v chromium) node "$PLG_ROOT/test/site.mjs"
