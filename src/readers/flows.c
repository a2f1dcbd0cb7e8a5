/*
 * Flows: what entities do after their first event of some kind, or before it.
 *
 * Stop (step, label) stands for all paths (paths.h) with that label at that
 * step.  In each step only the most frequent stops are nodes of their own, the
 * rest is one node called "other"; and there is a node for the end of paths.
 *
 * The journeys are walked twice: to count paths by stop, which tells the nodes,
 * and to gather the times between neighbours on the edges between nodes.  Stops
 * and edges are kept in hash tables, so only what occurs takes memory.
 */
#include "readers/shared/paths.h"

#include "common/hashfn.h"
#include "pg/entity.h"
#include "readers/shared/durations.h"
#include "utils/builtins.h"

/* The node after the last one of a path. */
#define END_NODE PG_UINT32_MAX

typedef struct Stop
{
	uint64		key;			/* step, code */
	uint32		node;
	char		status;
	int64		paths;
} Stop;

typedef struct FlowEdge
{
	uint64		key;			/* node, next node */
	char		status;
	int64		entities;
	Durations	times;
} FlowEdge;

typedef struct FlowNode
{
	int			step;
	uint32		code;
	bool		is_other;
} FlowNode;

static inline uint64
pair_key(uint32 a, uint32 b)
{
	return (uint64) a << 32 | b;
}

static inline uint32
hash_pair(uint64 key)
{
	return hash_combine(murmurhash32((uint32) (key >> 32)), murmurhash32((uint32) key));
}

#define SH_PREFIX stops
#define SH_ELEMENT_TYPE Stop
#define SH_KEY_TYPE uint64
#define SH_KEY key
#define SH_HASH_KEY(table, key) hash_pair(key)
#define SH_EQUAL(table, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

#define SH_PREFIX edges
#define SH_ELEMENT_TYPE FlowEdge
#define SH_KEY_TYPE uint64
#define SH_KEY key
#define SH_HASH_KEY(table, key) hash_pair(key)
#define SH_EQUAL(table, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

typedef Stop *StopPointer;
typedef FlowEdge *EdgePointer;

typedef struct Flows
{
	int			top;			/* nodes in a step before "other" */
	char	   *other;
	Paths	   *paths;
	int64		n_paths;
	stops_hash *stops;
	FlowNode   *nodes;			/* by step and frequency, "other" last */
	edges_hash *edges;
} Flows;

static void
count_stops(Flows *f)
{
	const Paths *path = f->paths;

	f->n_paths++;
	for (int64 step = 0; step < path->length; step++)
	{
		bool		found;
		Stop	   *stop = stops_insert(f->stops, pair_key((uint32) step, path->code[step]), &found);

		CHECK_FOR_INTERRUPTS();
		if (!found)
			stop->paths = 0;
		stop->paths++;
	}
}

/* By step, the most frequent first. */
static int
compare_stops(const Stop *a, const Stop *b)
{
	if (a->key >> 32 != b->key >> 32)
		return a->key >> 32 < b->key >> 32 ? -1 : 1;
	if (a->paths != b->paths)
		return a->paths > b->paths ? -1 : 1;
	return a->key < b->key ? -1 : a->key > b->key;
}

#define ST_SORT sort_stops
#define ST_ELEMENT_TYPE StopPointer
#define ST_COMPARE(a, b) compare_stops(*(a), *(b))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* Whether "other" could be taken for an event of the paths. */
static void
check_other(const Flows *f, const Stop *stop)
{
	const HistoryString *label = &f->paths->journeys.strings[(uint32) stop->key];

	if (compare_bytes(label->bytes, label->length, (const uint8 *) f->other, strlen(f->other)) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there is an event named \"%s\"", describe_text(f->other, strlen(f->other))),
				 errhint("Name the rest in another way with other => '...', or show more events with top.")));
}

/* Gives each stop its node. */
static void
choose_nodes(Flows *f)
{
	Size		n = f->stops->members;
	Stop	  **order = palloc_huge(Max(n, 1) * sizeof(Stop *));
	stops_iterator scan;
	Size		i = 0;
	uint32		node = 0;		/* the last one is node - 1 */
	int			rank = 0;
	bool		any_other = false;

	stops_start_iterate(f->stops, &scan);
	while (i < n)
		order[i++] = stops_iterate(f->stops, &scan);
	sort_stops(order, n);
	f->nodes = palloc_huge(Max(n, 1) * sizeof(FlowNode));
	for (i = 0; i < n; i++)
	{
		int			step = (int) (order[i]->key >> 32);

		CHECK_FOR_INTERRUPTS();
		rank = node > 0 && f->nodes[node - 1].step == step ? rank + 1 : 0;
		if (rank <= f->top)
			f->nodes[node++] = (FlowNode) {step, (uint32) order[i]->key, rank == f->top};
		order[i]->node = node - 1;
		any_other |= rank == f->top;
	}
	for (i = 0; i < n && any_other; i++)
		check_other(f, order[i]);
	pfree(order);
}

static void
count_edges(Flows *f)
{
	const Paths *path = f->paths;
	uint32		node = 0;

	for (int64 step = 0; step <= path->depth; step++)
	{
		bool		ended = step == path->length;
		uint32		next = ended ? END_NODE : stops_lookup(f->stops, pair_key((uint32) step, path->code[step]))->node;

		CHECK_FOR_INTERRUPTS();
		if (step > 0)
		{
			bool		found;
			FlowEdge	   *edge = edges_insert(f->edges, pair_key(node, next), &found);

			if (!found)
			{
				edge->entities = 0;
				memset(&edge->times, 0, sizeof(Durations));
			}
			edge->entities++;
			if (!ended)
				durations_add(&edge->times, path->after ? time_between(path->at[step - 1], path->at[step]) :
						  time_between(path->at[step], path->at[step - 1]));
		}
		if (ended)
			break;
		node = next;
	}
}

#define ST_SORT sort_edges
#define ST_ELEMENT_TYPE EdgePointer
#define ST_COMPARE(a, b) ((*(a))->key < (*(b))->key ? -1 : (*(a))->key > (*(b))->key)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

static Datum
node_name(const Flows *f, uint32 node)
{
	if (f->nodes[node].is_other)
		return CStringGetTextDatum(f->other);
	return string_datum(&f->paths->journeys.strings[f->nodes[node].code]);
}

static void
put_node(ResultRow *row, const Flows *f, uint32 node)
{
	if (node == END_NODE)
		put_null(row);
	else
		put_datum(row, node_name(f, node));
}

/* Puts an edge that leads away from a node where so many were. */
static void
put_edge(ReturnSetInfo *result, const Flows *f, FlowEdge *edge, int64 here)
{
	uint32		node = (uint32) (edge->key >> 32);
	uint32		next = (uint32) edge->key;
	uint32		from = f->paths->after ? node : next;
	uint32		to = f->paths->after ? next : node;
	ResultRow	row = {0};

	put_datum(&row, Int32GetDatum(f->nodes[node].step + 1));
	put_node(&row, f, from);
	put_node(&row, f, to);
	put_number(&row, edge->entities);
	put_float(&row, (double) edge->entities / (double) here);
	put_float(&row, (double) edge->entities / (double) f->n_paths);
	put_percentile(&row, &edge->times, 0.5);
	put_row(result, &row);
	for (int i = 1; i <= 2; i++)
	{
		if (!row.nulls[i])
			pfree(DatumGetPointer(row.values[i]));
	}
}

/* Puts all edges, those that lead away from one node together. */
static void
put_edges(ReturnSetInfo *result, const Flows *f)
{
	Size		n = f->edges->members;
	FlowEdge	  **order = palloc_huge(Max(n, 1) * sizeof(FlowEdge *));
	edges_iterator scan;
	Size		i = 0;

	edges_start_iterate(f->edges, &scan);
	while (i < n)
		order[i++] = edges_iterate(f->edges, &scan);
	sort_edges(order, n);
	for (Size from = 0, to; from < n; from = to)
	{
		int64		here = 0;

		for (to = from; to < n && order[to]->key >> 32 == order[from]->key >> 32; to++)
			here += order[to]->entities;
		for (i = from; i < to; i++)
			put_edge(result, f, order[i], here);
	}
}

PLG_FUNCTION(plg_flows);
Datum
plg_flows(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Flows		f;

	f.paths = arg_paths(fcinfo);
	f.top = arg_positive(fcinfo, TOP, "top");
	f.other = arg_name(fcinfo, OTHER, "other");
	f.n_paths = 0;
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (!paths_open(fcinfo, f.paths))
		return (Datum) 0;
	f.stops = stops_create(CurrentMemoryContext, 64, NULL);
	f.edges = edges_create(CurrentMemoryContext, 64, NULL);

	while (paths_next(f.paths))
		count_stops(&f);
	choose_nodes(&f);
	while (paths_next(f.paths))
		count_edges(&f);
	put_edges(result, &f);
	return (Datum) 0;
}
