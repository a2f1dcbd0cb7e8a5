# make behaves as users of PGXS expect.
# test: slow, 70 s
cd "$PLG_ROOT" || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset MAKEFLAGS MFLAGS MAKELEVEL VPATH DESTDIR
version=$(sed -n "s/^default_version = '\(.*\)'/\1/p" plg.control)

check()
{
	local what=$1
	shift
	if ("$@") >"$work/out" 2>&1; then
		echo "ok - $what"
	else
		echo "not ok - $what"
		sed 's/^/# /' "$work/out" | tail -n 15
	fi
}

# What is committed or could be, and nothing that was built.
copy_sources()
{
	mkdir -p "$1" && cp -R Makefile plg.control META.json src tools sql expected "$1"
	find "$1" \( -name '*.o' -o -name '*.bc' -o -name '*.d' -o -name '*.so' \) -delete
}
unbuilt()
{
	(cd "$1" && find . -type f | grep -v '^./build/' | sort)
}
# A path with a blank, unless sources elsewhere are to be found from there.
copy_sources "$work/in tree"
copy_sources "$work/source"
unbuilt "$work/in tree" >"$work/before"

# Debian's headers come with the clang that the server was built for.
clang=$(sed -n 's/^CLANG *= *//p' "$(dirname "$("$PG_CONFIG" --pgxs)")/../Makefile.global")
command -v "$clang" >/dev/null || clang=$(command -v clang)
if command -v "$clang" >/dev/null; then
	# of its warnings none needs an optimizer
	by=$("$clang" --version | head -n 1) with=("CC=$clang" CFLAGS='-O0 -Werror' BITCODE_CFLAGS='-O0 -Wno-unused-command-line-argument')
else
	by=$(gcc --version | head -n 1) with=(CFLAGS=-O0)
	echo "ok - ${clang:-clang} has no warning # SKIP it is not installed"
fi
in_tree()
{
	make -s -C "$work/in tree" PG_CONFIG="$PG_CONFIG" "${with[@]}" "$@"
}
is_installed()
{
	test -f "$1$("$PG_CONFIG" --pkglibdir)/plg.so" && test -f "$1$("$PG_CONFIG" --sharedir)/extension/plg.control" &&
		test -f "$1$("$PG_CONFIG" --sharedir)/extension/plg--$version.sql"
}
check "make builds by $by without a warning, bitcode too" in_tree -j2
check "make does nothing the second time" in_tree -q
touch "$work/in tree/src/pg/compat.h"
check "make sees a changed header" eval '! in_tree -q'
touch -r "$work/in tree/Makefile" "$work/in tree/src/pg/compat.h"	# nothing need be compiled again
check "make install takes DESTDIR" in_tree install DESTDIR="$work/dest"
check "all is installed" is_installed "$work/dest"
check "make uninstall takes it away" in_tree uninstall DESTDIR="$work/dest"
check "nothing but bitcode's directories is left" eval '! is_installed "$work/dest"'
in_tree clean >/dev/null
check "make clean leaves the sources alone" diff "$work/before" <(unbuilt "$work/in tree")

# With an object in the source tree that must not be taken for ours.
: >"$work/source/src/pg/module.o"
unbuilt "$work/source" >"$work/before"
elsewhere()
{
	mkdir "$work/$1" && cd "$work/$1" && shift && make -s with_llvm=no PG_CONFIG="$PG_CONFIG" "$@"
}
check "$(gcc --version | head -n 1) has no warning, and builds by make -f ../source/Makefile" elsewhere b1 -j2 -f ../source/Makefile CC=gcc CFLAGS='-O1 -Werror'
check "with objects of its own" test -s "$work/b1/src/pg/module.o" -a -f "$work/b1/plg.so"
check "make -f Makefile VPATH=directory would, too" elsewhere b2 -n -f "$work/source/Makefile" VPATH="$work/source"
check "and not there" diff "$work/before" <(unbuilt "$work/source")

no_headers()
{
	! make -s -C "$work/source" PG_CONFIG=/nonexistent && grep -q 'leads to no PostgreSQL' "$work/out"
}
check "without a server's headers make says so" no_headers

if git rev-parse --git-dir >/dev/null 2>&1; then
	dist()
	{
		git clone -q . "$work/clone" && make -s -C "$work/clone" dist PG_CONFIG="$PG_CONFIG" &&
			test -s "$work/clone/plg-$version.zip"
	}
	check "make dist packs plg-$version.zip" dist
else
	echo "ok - make dist # SKIP not a git checkout"
fi
