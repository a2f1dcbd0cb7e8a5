# Expands the loops of a .sql template, so that overloads over entity and time
# types are written once.
#
#   --@ for E in bigint uuid text
#   CREATE FUNCTION plg.f({E}) ... 'f_{E}' ...;
#   --@ end
#
# Loops nest; {E} is replaced in the body.  Everything else is copied.

function emit(from, to,    i, depth, stop, name, words, n, w, body)
{
	for (i = from; i <= to; i++)
	{
		if (line[i] !~ /^--@ for /)
		{
			print line[i]
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
function copy(from, to, find, put,    i, rest, at, made)
{
	for (i = from; i <= to; i++)
	{
		made = ""
		rest = line[i]
		while ((at = index(rest, find)) > 0)
		{
			made = made substr(rest, 1, at - 1) put
			rest = substr(rest, at + length(find))
		}
		line[++top] = made rest
	}
}

{ line[NR] = $0 }

END { top = NR; emit(1, NR) }
