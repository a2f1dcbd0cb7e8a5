# The chart of a benchmark's CSV: for each job that has a bar, a beam as long as
# its ratio to the bar, on a logarithmic scale; the bar itself is the line at 1.
function escape(s) { gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s); return s }
function cells(s,    n, i, quoted, cell, c)
{
	n = 1
	field[1] = ""
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (c == "\"") quoted = !quoted
		else if (c == "," && !quoted) field[++n] = ""
		else field[n] = field[n] c
	}
	return n
}
function x(ratio) { return left + width * (log(ratio) / log(2) + 5) / 7 }
NR > 1 {
	cells($0)
	if (field[8] == "") next
	limit = substr(field[8], 4) + 0
	n++
	what[n] = field[3]
	share[n] = field[8] ~ />=/ ? limit / field[7] : field[7] / limit
	text[n] = field[6] == "" ? sprintf("%.1f bytes, bar %s", field[7], field[8]) : \
		sprintf(field[8] ~ />=/ ? "%.2f x as fast as %s, bar %s" : "%.2f x %s, bar %s", field[7], field[6], field[8])
	good[n] = field[9] == "met"
}
END {
	left = 420
	width = 440
	row = 20
	height = 50 + n * row
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1160\" height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">\n", height
	print "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>"
	print "<text x=\"10\" y=\"18\" font-weight=\"bold\">Cost as a share of the bar, shorter is better</text>"
	for (p = -5; p <= 2; p++) {
		label = p < 0 ? "1/" 2 ^ -p : 2 ^ p
		printf "<line x1=\"%.0f\" y1=\"28\" x2=\"%.0f\" y2=\"%d\" stroke=\"%s\"/>\n", x(2 ^ p), x(2 ^ p), height - 8, p == 0 ? "black" : "#ddd"
		printf "<text x=\"%.0f\" y=\"24\" text-anchor=\"middle\" fill=\"#666\">%s</text>\n", x(2 ^ p), label
	}
	for (i = 1; i <= n; i++) {
		y = 34 + (i - 1) * row
		end = x(share[i] < 1 / 32 ? 1 / 32 : share[i] > 4 ? 4 : share[i])
		printf "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n", left - 8, y + 13, escape(what[i])
		printf "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n", left, y + 2, end - left, row - 6, good[i] ? "#3a7" : "#c63"
		printf "<text x=\"%d\" y=\"%d\" fill=\"#444\" font-size=\"11\">%s</text>\n", left + width + 6, y + 13, escape(text[i])
	}
	print "</svg>"
}
