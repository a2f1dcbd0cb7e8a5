# A chart of bench/growth's CSV: nanoseconds an event by the number of events,
# both scales logarithmic; a flat line is linear growth.
BEGIN { FS = ","; split("#444 #3a7 #c63 #36c #7b3 #a3c #099 #960", colour, " "); left = 60; top = 20; width = 520; height = 300 }
function x(events) { return left + width * (log(events) / log(10) - 5.7) / 2.9 }
function y(ns) { return top + height * (1 - log(ns) / log(10) / 2.7) }
NR > 1 {
	if (!($2 in line)) job[++n] = $2
	line[$2] = line[$2] sprintf("%.1f,%.1f ", x($1), y($4 < 1 ? 1 : $4))
	last[$2] = $4
	size[$1] = 1
}
END {
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"720\" height=\"360\" font-family=\"sans-serif\" font-size=\"12\">\n"
	print "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>"
	for (ns = 1; ns <= 300; ns *= 10) {
		printf "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#ddd\"/>\n", left, y(ns), left + width, y(ns)
		printf "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%d ns</text>\n", left - 6, y(ns) + 4, ns
	}
	for (events in size)
		printf "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.3g M events</text>\n", x(events), top + height + 18, events / 1e6
	for (i = 1; i <= n; i++) {
		printf "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n", line[job[i]], colour[i]
		printf "<text x=\"%d\" y=\"%.1f\" fill=\"%s\">%s</text>\n", left + width + 8, y(last[job[i]]) + 4, colour[i], job[i]
	}
	print "</svg>"
}
