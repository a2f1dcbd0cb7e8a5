# The house has floors (docs/hacking.md): what lies on one uses its own folder and
# what is below, and files use each other in no circle.
#
# A unit is a .c file and its header; it uses another one by an #include, or by a
# symbol that its object wants and the other's object has.
cd "$PLG_ROOT" || exit 1

# From the lowest to the highest; folders on one floor do not use each other.
floors='core/base
core/stats core/rowlog
core/history core/chain core/spells core/tree
pg
state
journeys conversion milestones ledger
readers/shared leads
readers experiments
revenue live'

includes()
{
	grep -rHo '^#include "[^"]*"' src --include='*.[ch]' | sed 's/^src\///; s/:#include "/ /; s/"$//' |
		while read -r file header; do
			[ ! -f "src/$header" ] || echo "${file%.*} ${header%.*} #include"
		done
}

# Objects of sources that are gone may still lie there.
symbols()
{
	find src -name '*.c' | sed 's/c$/o/' | (cd "$PLG_BUILD" && xargs nm -A -g) | sed 's/^src\///; s/\.o:/ /' | awk '
		$2 == "U" { wants[$1 " " $3] }
		NF == 4 { owner[$4] = $1 }
		END {
			for (want in wants) {
				split(want, part, " ")
				if (part[2] in owner)
					print part[1], owner[part[2]], part[2]
			}
		}'
}

# Of lines "unit unit how": those that go up or aside, and those that lie in a circle.
faults()
{
	awk -v floors="$floors" '
		function folder(unit) { sub(/\/[^\/]*$/, "", unit); return unit }
		function leads(unit, goal,   edge, part)
		{
			if (unit == goal)
				return 1
			if (unit in seen)
				return 0
			seen[unit]
			for (edge in uses) {
				split(edge, part, " ")
				if (part[1] == unit && leads(part[2], goal))
					return 1
			}
			return 0
		}
		BEGIN {
			n = split(floors, names, "\n")
			for (i = 1; i <= n; i++) {
				m = split(names[i], on_floor, " ")
				for (j = 1; j <= m; j++)
					floor[on_floor[j]] = i
			}
		}
		$1 == $2 { next }
		{
			from = folder($1); to = folder($2)
			if (!(from in floor) || !(to in floor) || (from != to && floor[to] >= floor[from]))
				print $1 " must not use " $2 ": " $3
			uses[$1 " " $2]
		}
		END {
			# what uses nothing or is used by nothing lies in no circle: take it away, as long as there is any
			do {
				delete has_out; delete has_in
				for (edge in uses) {
					split(edge, part, " ")
					has_out[part[1]]; has_in[part[2]]
				}
				taken = 0
				for (edge in uses) {
					split(edge, part, " ")
					if (!(part[2] in has_out) || !(part[1] in has_in)) {
						delete uses[edge]
						taken++
					}
				}
			} while (taken)
			for (edge in uses) {
				split(edge, part, " ")
				delete seen
				if (leads(part[2], part[1]))
					print part[1] " uses " part[2] " in a circle"
			}
		}' | sort
}

check()
{
	if [ -z "$2" ]; then echo "ok - $1"; else printf 'not ok - %s\n%s\n' "$1" "$2"; fi
}

finds()
{
	if faults <<<"$1" | grep -q "$2"; then echo "ok - $3 would be found"; else echo "not ok - $3 is not found"; fi
}

edges=$(includes; symbols)
for how in '#include' history_open; do
	[[ $edges == *" $how"* ]] || echo "not ok - nothing seems to be used by $how"
done
check "every file uses only what lies below it, and none in a circle" "$(faults <<<"$edges")"
finds "$edges"$'\nstate/value journeys/journeys #include' 'state/value must not use' "an include upwards"
finds "$edges"$'\ncore/chain/block core/history/cursor cursor_next' 'must not use' "a call to a neighbour"
finds "$edges"$'\nlost/file core/base/dict dict_add' 'must not use' "a folder on no floor"
finds "$edges"$'\ncore/chain/block core/chain/visit reach' 'core/chain/block uses core/chain/visit in a circle' "a circle"

long=$(find src test -name '*.[ch]' | xargs wc -l | awk '$1 > 450 && $2 != "total"')
check "no file is longer than 450 lines" "$long"
