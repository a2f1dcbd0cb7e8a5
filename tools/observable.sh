# What the dashboard and the manual's site are built with: Observable Framework,
# of examples/dashboard/package-lock.json.  To be sourced after lib.sh.

# node_packages [--tests]: installs that lock file in $node, with what the tests
# need, too.  Only the first time fetches something.
node_packages()
{
	local root missing=() build wanted omit=--omit=dev

	root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
	have node || missing+=(nodejs)
	have npm || missing+=(npm)
	[ ${#missing[@]} = 0 ] || "$root/tools/install-packages" "${missing[@]}"

	build=$root/build
	[ -z "${PLG_BUILD:-}" ] || build=$(dirname "$PLG_BUILD")
	node=$build/node
	mkdir -p "$node"
	have flock && exec 7>"$node/lock" && flock 7
	wanted=$(cksum <"$root/examples/dashboard/package-lock.json")
	case "${1:-} $(cat "$node/node_modules/.plg" 2>/dev/null)" in
		*" $wanted --tests" | " $wanted ") exec 7>&-; return ;;
	esac
	say "Installing the packages of package-lock.json ..."
	cp "$root"/examples/dashboard/{.npmrc,package.json,package-lock.json} "$node"
	[ -z "${1:-}" ] || omit=
	(cd "$node" && npm ci $omit) >"$node/install.log" 2>&1 </dev/null || { grep '^npm error' "$node/install.log" | tail -n 5 >&2
		die "npm could not install what the pages are built with" \
			"this first time it needs a network: it asked $(npm config get registry), and npm config set registry names another" \
			"all that it says is in $node/install.log"; }
	echo "$wanted ${1:-}" >"$node/node_modules/.plg"
	exec 7>&-
}

# build_pages: of src in this folder, by its observablehq.config.js.  The client
# knows of modules that no page here loads; that their versions are said to be
# known keeps the build from asking for them.
build_pages()
{
	local module

	for module in react-dom react lodash arquero apache-arrow d3 d3-dsv echarts htl leaflet mapbox-gl topojson-client parquet-wasm @observablehq/{plot,sample-datasets}; do
		mkdir -p "src/.observablehq/cache/_npm/$module@0.0.0"
	done
	say "Building the pages ..."
	OBSERVABLE_TELEMETRY_DISABLE=true run_logged build.log ../node_modules/.bin/observable build
}
