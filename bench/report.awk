# The table of what was measured, and the same as CSV (-v csv=FILE).
#
# First file: NAME VALUE, any number of times; second: the jobs as jobs.awk
# prints them.  A comparison with names none of which was measured is left out.
function median(name,    n, i, j, v, t)
{
	n = split(all[name], v, " ")
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && v[j - 1] + 0 > v[j] + 0; j--) {
			t = v[j]
			v[j] = v[j - 1]
			v[j - 1] = t
		}
	return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
}
function number(x) { return x >= 10 ? sprintf("%.1f", x) : sprintf("%.2f", x) }
# One comparison: sets best, ratio, text, bar, verdict; false if there is nothing to compare with.
function compare(mine, comparison,    n, i, word, limit)
{
	best = bar = verdict = ratio = ""
	n = split(comparison, word, " ")
	for (i = 1; i <= n; i++) {
		if (word[i] == "<=" || word[i] == ">=") {
			bar = word[i] " " word[i + 1]
			break
		}
		if (word[i] in all && (best == "" || median(word[i]) < median(best)))
			best = word[i]
	}
	if (best == "" && i > 1)
		return 0
	if (best == "") {
		ratio = mine
		text = ""
	}
	else if (bar ~ />=/) {
		ratio = median(best) / mine
		text = sprintf("%.2f x as fast as %s", ratio, best)
	}
	else {
		ratio = mine / median(best)
		text = sprintf("%.2f x %s", ratio, best)
	}
	if (bar != "") {
		limit = substr(bar, 4) + 0
		verdict = (bar ~ />=/ ? ratio >= limit : ratio <= limit) ? "met" : "MISSED"
	}
	return 1
}
function line(what, value, text, bar, verdict)
{
	gsub(/ +$/, "", verdict)
	out = sprintf("%-66s %10s  %-40s %-7s %s", what, value, text, bar, verdict)
	sub(/ +$/, "", out)
	print out
}
BEGIN { FS = "|" }
NR == FNR { split($0, f, " "); all[f[1]] = all[f[1]] " " f[2]; next }
FNR == 1 {
	line("job", unit, "ratio", "bar")
	print "kind,name,what,value,unit,compared,ratio,bar,verdict" > csv
}
!($2 in all) { next }
{
	mine = median($2)
	label = $3
	shown = $1 == "size" ? number(mine) " B" : number(mine)
	n = split($5, comparisons, ";")
	printed = 0
	for (c = 1; c <= n || !printed; c++) {
		best = text = bar = verdict = ratio = ""
		if (c <= n && !compare(mine, comparisons[c]))
			continue
		line(label, shown, text, bar, verdict)
		printf "%s,%s,\"%s\",%s,%s,%s,%s,%s,%s\n", $1, $2, $3, mine, $1 == "size" ? "bytes" : unit, best,
			ratio == "" ? "" : sprintf("%.4f", ratio), bar, verdict > csv
		label = "  the same"
		shown = ""
		printed = 1
		if (c >= n)
			break
	}
}
