# Takes a Markdown file apart into its examples, and puts it together again.
#
# mode=split writes, for the ```sql block whose first line is number N of the
# file, work/N.sql, and work/N.want if an output block follows it directly.
# mode=join prints the file with the output blocks replaced by work/N.got.
#
# What lies between <!-- functions: NAMES --> and <!-- /functions --> is the
# output of test/reference.sql for these names.

$1 == "<!--" && $2 == "functions:" && inside == "" {
	name = sprintf("%s/%06d", work, NR + 1)
	if (mode == "split")
	{
		sub(/^<!-- functions: */, "")
		sub(/ *-->$/, "")
		printf "\\set names '%s'\n\\i test/reference.sql\n", $0 > (name ".sql")
		close(name ".sql")
		printf "" > (name ".want")
	}
	else
	{
		print
		while ((getline line < (name ".got")) > 0)
			print line
		close(name ".got")
	}
	inside = "want"
	next
}

$0 == "<!-- /functions -->" && inside == "want" {
	if (mode == "split")
		close(name ".want")
	else
		print
	name = inside = ""
	next
}

/^```/ {
	if (inside == "")
	{
		language = substr($1, 4)
		if (language == "sql" && (where == "" ? $2 != "no-run" : $2 == "no-run" && $3 == where))
		{
			inside = "sql"
			name = sprintf("%s/%06d", work, NR + 1)
			if (mode == "split")
				printf "" > (name ".sql")
		}
		else if ((language == "text" || language == "") && name != "")
		{
			inside = "want"
			if (mode == "split")
				printf "" > (name ".want")
			else
			{
				print
				while ((getline line < (name ".got")) > 0)
					print line
				close(name ".got")
				next
			}
		}
		else
		{
			inside = "other"
			name = ""
		}
	}
	else
	{
		if (inside != "other" && mode == "split")
			close(name "." inside)
		if (inside != "sql")
			name = ""
		inside = ""
	}
	if (mode == "join")
		print
	next
}

inside == "" && NF > 0 { name = "" }

mode == "split" {
	if (inside == "sql" || inside == "want")
		print > (name "." inside)
	next
}

inside != "want" { print }
