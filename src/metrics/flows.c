/*
 * Flows: what entities do after their first event of some kind, or before it.
 *
 * An entity's path starts with that event and takes its neighbours one after
 * the other.  Node (step, label) stands for all paths with that label at that
 * step.  In each step only the most frequent labels are nodes of their own, the
 * rest is one node called "other"; and there is a node for the end of paths.
 *
 * The journeys are walked twice: to count labels by step, which tells the
 * nodes, and to gather the times between neighbours on the edges between them.
 */
#include "metrics/watch.h"

#include "core/elapsed.h"
#include "funcapi.h"
#include "journeys/journeys.h"
#include "metrics/labels.h"
#include "metrics/times.h"
#include "utils/builtins.h"

#define MAX_CELLS 50000000

typedef struct Edge
{
	int64		entities;
	Times		times;
} Edge;

typedef struct Flows
{
	/* arguments */
	int			depth;
	bool		after;
	bool		collapse;
	int64		within;
	int			top;			/* nodes in a step before "other" */
	char	   *other;
	Watch		watch;
	uint8	   *is_from;		/* by code; NULL: any event */
	History		journeys;

	/* the path at hand */
	int			length;
	int64	   *at;				/* depth + 1 */
	uint32	   *code;

	/*
	 * By step and code the number of paths, later the node; by step and node
	 * the code.  Nodes 0..top-1 are labels, top is "other", top + 1 the end.
	 */
	int64	   *counts;
	uint32	   *labels;
	Edge	   *edges;			/* by step - 1, node and next node */
} Flows;

#define COUNT(f, step, code) ((f)->counts[(int64) (step) * (f)->journeys.n_strings + (code)])
#define EDGE(f, step, from, to) \
	(&(f)->edges[((int64) ((step) - 1) * ((f)->top + 1) + (from)) * ((f)->top + 2) + (to)])

static bool
arg_after(FunctionCallInfo fcinfo, int argno)
{
	char	   *direction = arg_name(fcinfo, argno, "direction");

	if (strcmp(direction, "after") == 0)
		return true;
	if (strcmp(direction, "before") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("direction \"%s\" is not valid", direction),
				 errhint("Valid values are \"after\" and \"before\".")));
	return false;
}

/* Adds a row to the path; false when it is complete. */
static bool
add_step(Flows *f, const HistoryCursor *cursor, int64 row, TimestampTz start)
{
	int64		distance = f->after ? elapsed(start, cursor->at[row]) : elapsed(cursor->at[row], start);

	if (distance > f->within)
		return false;
	if (f->collapse && f->code[f->length - 1] == cursor->code[row])
		return true;
	f->at[f->length] = cursor->at[row];
	f->code[f->length++] = cursor->code[row];
	return f->length <= f->depth;
}

/*
 * Reads the path of the entity at hand; false if it has none.  Other rows at
 * the first event's instant are its neighbours whichever way the path goes.
 */
static bool
read_path(Flows *f, const HistoryCursor *cursor)
{
	int64		n = rows_watched(cursor->at, cursor->n, f->watch.as_of);
	int64		first = 0;
	int64		row;
	TimestampTz start;

	if (f->is_from != NULL)
	{
		while (first < n && !f->is_from[cursor->code[first]])
			first++;
	}
	if (first >= n)
		return false;
	start = cursor->at[first];
	if (!entered_in_time(&f->watch, start) ||
		(f->after && !watched_for(f->watch.as_of, start, f->within)))
		return false;

	f->at[0] = start;
	f->code[0] = cursor->code[first];
	f->length = 1;
	row = first;
	if (f->after)
	{
		while (row > 0 && cursor->at[row - 1] == start)
			row--;
		for (; row < n; row++)
		{
			if (row != first && !add_step(f, cursor, row, start))
				break;
		}
	}
	else
	{
		while (row + 1 < n && cursor->at[row + 1] == start)
			row++;
		for (; row >= 0; row--)
		{
			if (row != first && !add_step(f, cursor, row, start))
				break;
		}
	}
	return true;
}

typedef struct Frequency
{
	int64		paths;
	uint32		code;
} Frequency;

static int
compare_frequencies(const void *a, const void *b)
{
	const Frequency *x = a;
	const Frequency *y = b;

	if (x->paths != y->paths)
		return x->paths > y->paths ? -1 : 1;
	return x->code < y->code ? -1 : x->code > y->code;
}

/* Whether "other" could be taken for an event. */
static void
check_other(const Flows *f)
{
	uint32		length = strlen(f->other);

	for (uint32 i = 0; i < f->journeys.n_strings; i++)
	{
		const HistoryString *label = &f->journeys.strings[i];

		if (compare_bytes(label->bytes, label->length, (const uint8 *) f->other, length) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("there is an event named \"%s\"", f->other),
					 errhint("Name the rest in another way with other => '...', or show more events with top.")));
	}
}

/* Turns the counts of labels into nodes. */
static void
choose_nodes(Flows *f)
{
	uint32		n_labels = f->journeys.n_strings;
	Frequency  *order = palloc_huge(n_labels * sizeof(Frequency));

	for (int step = 0; step <= f->depth; step++)
	{
		uint32		n = 0;

		CHECK_FOR_INTERRUPTS();
		for (uint32 code = 0; code < n_labels; code++)
		{
			if (COUNT(f, step, code) > 0)
				order[n++] = (Frequency) {COUNT(f, step, code), code};
		}
		qsort(order, n, sizeof(Frequency), compare_frequencies);
		if (n > (uint32) f->top)
			check_other(f);
		for (uint32 i = 0; i < n; i++)
		{
			COUNT(f, step, order[i].code) = Min(i, (uint32) f->top);
			if (i < (uint32) f->top)
				f->labels[(int64) step * f->top + i] = order[i].code;
		}
	}
}

static void
count_edges(Flows *f)
{
	for (int step = 1; step <= f->depth && step <= f->length; step++)
	{
		int64		from = COUNT(f, step - 1, f->code[step - 1]);
		Edge	   *edge;

		if (step == f->length)
		{
			EDGE(f, step, from, f->top + 1)->entities++;
			break;
		}
		edge = EDGE(f, step, from, COUNT(f, step, f->code[step]));
		edge->entities++;
		times_add(&edge->times, f->after ? elapsed(f->at[step - 1], f->at[step]) :
				  elapsed(f->at[step], f->at[step - 1]));
	}
}

static Datum
node_name(const Flows *f, int step, int node)
{
	const HistoryString *label;

	if (node == f->top)
		return CStringGetTextDatum(f->other);
	label = &f->journeys.strings[f->labels[(int64) step * f->top + node]];
	return PointerGetDatum(cstring_to_text_with_len((const char *) label->bytes, label->length));
}

/* Puts the edges that lead away from a node. */
static void
put_node(ReturnSetInfo *result, Flows *f, int step, int node, int64 paths)
{
	int64		here = 0;
	int			near = f->after ? 1 : 2;
	int			far = f->after ? 2 : 1;

	for (int next = 0; next <= f->top + 1; next++)
		here += EDGE(f, step, node, next)->entities;
	if (here == 0)
		return;
	for (int next = 0; next <= f->top + 1; next++)
	{
		Edge	   *edge = EDGE(f, step, node, next);
		Datum		values[7] = {0};
		bool		nulls[7] = {false};

		CHECK_FOR_INTERRUPTS();
		if (edge->entities == 0)
			continue;
		values[0] = Int32GetDatum(step);
		values[near] = node_name(f, step - 1, node);
		nulls[far] = nulls[6] = next == f->top + 1;
		values[3] = Int64GetDatum(edge->entities);
		values[4] = Float8GetDatum((double) edge->entities / (double) here);
		values[5] = Float8GetDatum((double) edge->entities / (double) paths);
		if (next <= f->top)
		{
			values[far] = node_name(f, step, next);
			values[6] = Float8GetDatum(times_percentile(&edge->times, 0.5));
		}
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
}

static void
read_arguments(FunctionCallInfo fcinfo, Flows *f)
{
	memset(f, 0, sizeof(*f));
	f->depth = arg_positive(fcinfo, 2, "depth");
	f->after = arg_after(fcinfo, 3);
	f->within = arg_within(fcinfo, 5);
	f->top = arg_positive(fcinfo, 6, "top");
	f->other = arg_name(fcinfo, 7, "other");
	f->collapse = !PG_ARGISNULL(8) && PG_GETARG_BOOL(8);
}

static void
open_journeys(FunctionCallInfo fcinfo, Flows *f)
{
	uint32		n_labels;
	double		cells;

	arg_journeys(fcinfo, 0, &f->journeys);
	arg_watch(fcinfo, 4, 9, &f->journeys, &f->watch);
	n_labels = f->journeys.n_strings;
	if (!PG_ARGISNULL(1))
	{
		f->is_from = palloc_huge(Max(n_labels, 1));
		memset(f->is_from, 0, n_labels);
		add_label_class(fcinfo, &f->journeys, arg_name(fcinfo, 1, "from_event"), f->is_from, 1);
	}

	f->top = (int) Min((uint32) f->top, Max(n_labels, 1));
	cells = Max((double) n_labels, (f->top + 1.0) * (f->top + 2.0)) * (f->depth + 1.0);
	if (cells > MAX_CELLS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many possible flows: %.0f", cells),
				 errhint("The limit is %d; use a smaller depth or top, or fewer events with plg.only_events.",
						 MAX_CELLS)));
	f->at = palloc_huge((f->depth + 1) * sizeof(int64));
	f->code = palloc_huge((f->depth + 1) * sizeof(uint32));
	f->counts = palloc_extended((f->depth + 1) * Max(n_labels, 1) * sizeof(int64),
								MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	f->labels = palloc_huge((Size) (f->depth + 1) * f->top * sizeof(uint32));
	f->edges = palloc_extended((Size) f->depth * (f->top + 1) * (f->top + 2) * sizeof(Edge),
							   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

PLG_FUNCTION(plg_flows);
Datum
plg_flows(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	int64		paths = 0;
	Flows		f;

	read_arguments(fcinfo, &f);
	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	open_journeys(fcinfo, &f);

	cursor_open(cursor, &f.journeys, NULL);
	while (cursor_next(cursor))
	{
		if (!read_path(&f, cursor))
			continue;
		paths++;
		for (int step = 0; step < f.length; step++)
			COUNT(&f, step, f.code[step])++;
	}
	cursor_close(cursor);
	choose_nodes(&f);

	cursor_open(cursor, &f.journeys, NULL);
	while (cursor_next(cursor))
	{
		if (read_path(&f, cursor))
			count_edges(&f);
	}
	for (int step = 1; step <= f.depth; step++)
	{
		for (int node = 0; node <= f.top; node++)
			put_node(result, &f, step, node, paths);
	}
	return (Datum) 0;
}
