# Expands a .sql template, so that what the overloads over entity and time types
# share is written once.
#
#   --@ for E in bigint uuid text
#   CREATE FUNCTION plg.f({E} DEFAULT 1) ... 'f_{E}' ...;
#   --@ is what f does
#   --@ end
#
# Loops nest; {E} is replaced in the body.  What is said more than once gets a
# name, and stands wherever that is in braces from then on:
#
#   --@ let STATE STYPE = plg.f, PARALLEL = SAFE
#
# What a function or an aggregate is becomes its COMMENT.  Everything else is
# copied.

function emit(from, to,    i, depth, stop, name, words, n, w, body)
{
	for (i = from; i <= to; i++)
	{
		if (line[i] ~ /^--@ let /)
		{
			split(line[i], words, " ")
			named[words[3]] = with_names(substr(line[i], length("--@ let " words[3] " ") + 1))
			continue
		}
		if (line[i] ~ /^--@ is /)
		{
			comment(with_names(substr(line[i], length("--@ is ") + 1)))
			continue
		}
		if (line[i] !~ /^--@ for /)
		{
			say(with_names(line[i]))
			continue
		}
		depth = 1
		for (stop = i + 1; stop <= to; stop++)
		{
			if (line[stop] ~ /^--@ for /) depth++
			if (line[stop] ~ /^--@ end/ && --depth == 0) break
		}
		if (depth > 0)
			fail("unclosed loop: " line[i])
		n = split(line[i], words, " ")
		name = words[3]
		for (w = 5; w <= n; w++)
		{
			body = top
			copy(i + 1, stop - 1, "{" name "}", words[w])
			emit(body + 1, top)
			top = body
		}
		i = stop
	}
}

# Appends lines from..to with every occurrence of find replaced.
function copy(from, to, find, put,    i)
{
	for (i = from; i <= to; i++)
		line[++top] = replaced(line[i], find, put)
}

function replaced(text, find, put,    at, made)
{
	while ((at = index(text, find)) > 0)
	{
		made = made substr(text, 1, at - 1) put
		text = substr(text, at + length(find))
	}
	return made text
}

# A name may be put together from others.
function with_names(text,    name, before)
{
	while (index(text, "{") > 0 && text != before)
	{
		before = text
		for (name in named)
			text = replaced(text, "{" name "}", named[name])
	}
	return text
}

# Prints a line, and keeps what was last created.
function say(text)
{
	if (text ~ /^CREATE (FUNCTION|AGGREGATE) /)
		created = substr(text, length("CREATE ") + 1)
	else
		created = created " " text
	print text
}

# The comment on it: its kind, name and arguments come first.
function comment(text,    depth, i)
{
	for (i = index(created, "("); i > 0 && i <= length(created); i++)
	{
		depth += (substr(created, i, 1) == "(") - (substr(created, i, 1) == ")")
		if (depth == 0)
			break
	}
	if (i == 0 || i > length(created))
		fail("nothing that can be: " text)
	created = substr(created, 1, i)
	gsub(/ DEFAULT ('[^']*'|[^,)'])*/, "", created)
	gsub(/\t/, "", created)
	gsub(/'/, "''", text)
	print "COMMENT ON " created " IS\n\t'" text "';"
	created = ""
}

function fail(text)
{
	print text > "/dev/stderr"
	exit 1
}

{ line[NR] = $0 }

END { top = NR; emit(1, NR) }
