# Expands the loops of a .sql template, so that overloads over entity and time
# types are written once.
#
#   --@ for E in bigint uuid text
#   CREATE FUNCTION plg.f({E}) ... 'f_{E}' ...;
#   --@ end
#
# Loops nest; {E} is replaced in the body.  What is said more than once gets a
# name, and stands wherever that is in braces from then on:
#
#   --@ let STATE STYPE = plg.f, PARALLEL = SAFE
#
# Everything else is copied.

function emit(from, to,    i, depth, stop, name, words, n, w, body)
{
	for (i = from; i <= to; i++)
	{
		if (line[i] ~ /^--@ let /)
		{
			split(line[i], words, " ")
			named[words[3]] = substr(line[i], length("--@ let " words[3] " ") + 1)
			continue
		}
		if (line[i] !~ /^--@ for /)
		{
			print with_names(line[i])
			continue
		}
		depth = 1
		for (stop = i + 1; stop <= to; stop++)
		{
			if (line[stop] ~ /^--@ for /) depth++
			if (line[stop] ~ /^--@ end/ && --depth == 0) break
		}
		if (depth > 0)
		{
			print "unclosed loop: " line[i] > "/dev/stderr"
			exit 1
		}
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

function with_names(text,    name)
{
	if (index(text, "{") > 0)
		for (name in named)
			text = replaced(text, "{" name "}", named[name])
	return text
}

{ line[NR] = $0 }

END { top = NR; emit(1, NR) }
