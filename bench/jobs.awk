# Splits files of jobs into statements, one file each in a directory (-v to=),
# and prints one line for each:
#
#	kind|name|what|the answer's columns|comparisons, with ; between them
#
# A job looks like this:
#
#	-- job NAME: WHAT
#	--   vs NAME... <= 1.6			by the best of these; >= for the other way
#	--   at most 7					not by anything
#	--   answer COLUMN, ...			which the names that it is compared with must give too
#	SQL
#
# or with size (sizes.sql), query (one_user.sql) or peer (duckdb.sql) for job.  A
# peer gives the answer of a job, beginning with the columns named:
#
#	--   same as JOB: COLUMN, ...
#
# The names after the first vs are rivals: of those with no chance only the
# first round is measured.
function flush()
{
	if (name != "")
		print kind "|" name "|" what "|" answer "|" against
	if (file != "")
		close(file)
	name = answer = against = ""
}
/^-- (job|size|query|peer) / {
	flush()
	kind = $2
	name = $3
	sub(/:$/, "", name)
	what = substr($0, index($0, ": ") + 2)
	file = to "/" name ".sql"
	printf "" > file
	next
}
name != "" && /^--   answer / { answer = substr($0, 13); next }
name != "" && /^--   same as / { answer = substr($0, 14); next }
name != "" && /^--   (vs|at most) / {
	sub(/^--   (vs )?/, "")
	sub(/^at most/, "<=")
	against = against (against == "" ? "" : ";") $0
	next
}
name != "" && !/^--/ { print > file }
END { flush() }
