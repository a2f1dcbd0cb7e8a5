/*
 * What the planner asks about a call of a reader: what it costs, and how many
 * rows it gives.
 *
 * Both stand in the catalogue, COST and ROWS, for a value of USUAL_SIZE, some two
 * thousand events.  Values are from a hundred bytes to hundreds of megabytes, so
 * where the planner can know the size, of a constant or of a table's column, they
 * are what they come to for that.  Rows that an option counts, such as the steps
 * of a funnel, are counted where it is a constant.
 *
 * Options are known by their names, which mean the same in all readers.
 */
#include "pg/grid.h"

#include <math.h>

#include "access/detoast.h"
#include "access/table.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "nodes/supportnodes.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "storage/bufmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

/* The size of value that COST and ROWS are of. */
#define USUAL_SIZE 7000.0

/* What a call costs whatever the size, in the unit of COST. */
#define CALL_COST 100.0

/* The periods of which ROWS of a triangle are. */
#define USUAL_PERIODS 12.0

typedef struct Call
{
	PlannerInfo *root;			/* may be NULL */
	List	   *args;
	double		cost;			/* of the catalogue */
	double		rows;
	int			n_names;		/* of arguments, then of result columns */
	char	  **names;
	char	   *modes;			/* NULL: all are arguments */
} Call;

/* What the catalogue knows of the function that a node calls; false if it is no plain call. */
static bool
read_call(Call *call, PlannerInfo *root, Oid function, Node *node)
{
	HeapTuple	tuple;
	Oid		   *types;

	if (node == NULL || !IsA(node, FuncExpr) || ((FuncExpr *) node)->funcid != function)
		return false;
	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	if (!HeapTupleIsValid(tuple))
		return false;
	call->root = root;
	call->args = ((FuncExpr *) node)->args;
	call->cost = ((Form_pg_proc) GETSTRUCT(tuple))->procost;
	call->rows = ((Form_pg_proc) GETSTRUCT(tuple))->prorows;
	call->n_names = get_func_arg_info(tuple, &types, &call->names, &call->modes);
	ReleaseSysCache(tuple);
	return call->names != NULL;
}

/* Whether the rows that the function gives have a column of that name. */
static bool
gives(const Call *call, const char *name)
{
	for (int i = 0; call->modes != NULL && i < call->n_names; i++)
	{
		if ((call->modes[i] == PROARGMODE_TABLE || call->modes[i] == PROARGMODE_OUT) &&
			strcmp(call->names[i], name) == 0)
			return true;
	}
	return false;
}

/* The argument of that name, if the planner knows it and it is not NULL. */
static Const *
known_argument(const Call *call, const char *name)
{
	for (int i = 0; i < Min(call->n_names, list_length(call->args)); i++)
	{
		Node	   *node = list_nth(call->args, i);

		if (strcmp(call->names[i], name) != 0)
			continue;
		if (call->root != NULL)
			node = estimate_expression_value(call->root, node);
		return IsA(node, Const) && !((Const *) node)->constisnull ? (Const *) node : NULL;
	}
	return NULL;
}

/* Bytes in a table's column for a row of it, in the row or moved out; 0 if that is not known. */
static double
column_size(PlannerInfo *root, const Var *var)
{
	RangeTblEntry *rte;
	RelOptInfo *rel;
	Relation	relation;
	double		size;

	if (root == NULL || root->simple_rel_array == NULL || var->varlevelsup > 0 ||
		var->varno <= 0 || var->varno >= root->simple_rel_array_size)
		return 0;
	rte = planner_rt_fetch(var->varno, root);
	rel = root->simple_rel_array[var->varno];
	if (rte->rtekind != RTE_RELATION || rel == NULL || rel->tuples < 1)
		return 0;
	size = get_attavgwidth(rte->relid, var->varattno);
	relation = table_open(rte->relid, NoLock);
	if (size > 0 && OidIsValid(relation->rd_rel->reltoastrelid))
	{
		Relation	toast = table_open(relation->rd_rel->reltoastrelid, AccessShareLock);

		size += (double) RelationGetNumberOfBlocks(toast) * BLCKSZ / rel->tuples;
		table_close(toast, AccessShareLock);
	}
	table_close(relation, NoLock);
	return size;
}

/* The size of the value that is read, which is of a type of ours: none else is stored like that. */
static double
value_size(const Call *call)
{
	ListCell   *cell;

	foreach(cell, call->args)
	{
		Node	   *node = lfirst(cell);
		double		size = 0;

		if (get_typstorage(exprType(node)) != TYPSTORAGE_EXTERNAL)
			continue;
		if (IsA(node, Const) && !((Const *) node)->constisnull)
			size = (double) toast_raw_datum_size(((Const *) node)->constvalue);
		else if (IsA(node, Var))
			size = column_size(call->root, (Var *) node);
		return size > 0 ? size : USUAL_SIZE;
	}
	return USUAL_SIZE;
}

static double
elements(const Const *constant)
{
	const ArrayType *array = DatumGetArrayTypeP(constant->constvalue);

	return ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
}

static double
days(const Const *constant)
{
	const Interval *length = DatumGetIntervalP(constant->constvalue);

	return length->month * (double) DAYS_PER_MONTH + length->day + (double) length->time / USECS_PER_DAY;
}

static double
units(const Const *unit, const Const *since, const Const *until)
{
	Grid		grid;

	if (!find_grid(TextDatumGetCString(unit->constvalue), &grid))
		return 1;
	return rint(((double) DatumGetDateADT(until->constvalue) - DatumGetDateADT(since->constvalue)) / grid_days(&grid));
}

static double
estimated_rows(const Call *call)
{
	Const	   *a;
	Const	   *b;
	Const	   *c;

	/* a row for each entity or event */
	if (gives(call, "entity") || gives(call, "account"))
		return call->rows * value_size(call) / USUAL_SIZE;
	/* the best of many cells, of which there are more */
	if (gives(call, "cells") && (a = known_argument(call, "top")) != NULL)
		return DatumGetInt32(a->constvalue);
	if ((a = known_argument(call, "steps")) != NULL || (a = known_argument(call, "counts")) != NULL)
		return elements(a);
	if ((a = known_argument(call, "brackets")) != NULL)
		return call->rows * elements(a) / USUAL_PERIODS;
	if ((a = known_argument(call, "periods")) != NULL)
		return call->rows * DatumGetInt32(a->constvalue) / USUAL_PERIODS;
	if ((a = known_argument(call, "unit")) != NULL && (b = known_argument(call, "since")) != NULL &&
		(c = known_argument(call, "until")) != NULL)
		return units(a, b, c);
	if ((a = known_argument(call, "step")) != NULL && (b = known_argument(call, "upto")) != NULL && days(a) > 0)
		return floor(days(b) / days(a)) + 1;
	return call->rows;
}

PLG_FUNCTION(plg_planner_support);
Datum
plg_planner_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);
	Call		call;

	if (IsA(request, SupportRequestCost))
	{
		SupportRequestCost *cost = (SupportRequestCost *) request;

		if (!read_call(&call, cost->root, cost->funcid, cost->node))
			PG_RETURN_POINTER(NULL);
		cost->startup = 0;
		cost->per_tuple = cpu_operator_cost *
			(CALL_COST + (call.cost - CALL_COST) * value_size(&call) / USUAL_SIZE);
		PG_RETURN_POINTER(request);
	}
	if (IsA(request, SupportRequestRows))
	{
		SupportRequestRows *rows = (SupportRequestRows *) request;

		if (!read_call(&call, rows->root, rows->funcid, rows->node))
			PG_RETURN_POINTER(NULL);
		rows->rows = clamp_row_est(estimated_rows(&call));
		PG_RETURN_POINTER(request);
	}
	PG_RETURN_POINTER(NULL);
}
