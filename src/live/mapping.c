/* Sources of live values: the view of each, and what may be one. */
#include "live/mapping.h"

#include "access/relation.h"
#include "access/table.h"
#include "catalog/partition.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteHandler.h"
#include "rewrite/rewriteManip.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

static const char *const COLUMN_NAMES[] = {"entity", "at", "event", "filter"};

SourceType
source_type(Oid type)
{
	switch (getBaseType(type))
	{
		case INT2OID:
			return SOURCE_INT2;
		case INT4OID:
			return SOURCE_INT4;
		case INT8OID:
			return SOURCE_INT8;
		case UUIDOID:
			return SOURCE_UUID;
		case TEXTOID:
		case VARCHAROID:
			return SOURCE_TEXT;
		case TIMESTAMPTZOID:
			return SOURCE_TIMESTAMPTZ;
		case TIMESTAMPOID:
			return SOURCE_TIMESTAMP;
		case DATEOID:
			return SOURCE_DATE;
		default:
			return type_is_enum(getBaseType(type)) ? SOURCE_ENUM : SOURCE_NONE;
	}
}

/* The place in the range table of the one table that a query reads; 0 if it reads something else. */
static int
only_table(const Query *query)
{
	const Node *from;

	if (query->commandType != CMD_SELECT || query->setOperations || query->cteList || query->groupClause ||
		query->havingQual || query->distinctClause || query->sortClause || query->limitCount || query->limitOffset ||
		query->rowMarks || query->hasAggs || query->hasWindowFuncs || query->hasTargetSRFs || query->hasSubLinks ||
		list_length(query->jointree->fromlist) != 1)
		return 0;
	from = linitial(query->jointree->fromlist);
	return IsA(from, RangeTblRef) ? ((const RangeTblRef *) from)->rtindex : 0;
}

static void
take_expressions(const Query *query, LiveMapping *mapping)
{
	int			table = only_table(query);

	for (int i = 0; i < SOURCE_COLUMNS; i++)
		mapping->expressions[i] = copyObjectImpl((Node *) list_nth_node(TargetEntry, query->targetList, i)->expr);
	mapping->expressions[SOURCE_FILTER] = copyObjectImpl(query->jointree->quals);
	for (int i = 0; i < SOURCE_EXPRESSIONS; i++)
		if (mapping->expressions[i])
			ChangeVarNodes(mapping->expressions[i], table, 1, 0);
}

pg_noreturn static void
refuse_source(const char *view)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
			 errmsg("view \"%s\" is no source of a live value", view),
			 errhint("Views of sources are made by plg.live_create and plg.live_add, and stay as they are.")));
}

bool
read_mapping(Oid view, LiveMapping *mapping)
{
	Relation	relation = try_relation_open(view, AccessShareLock);
	const Query *query;
	const RangeTblEntry *table;
	const Node *pending;

	if (!relation)
		return false;
	if (relation->rd_rel->relkind != RELKIND_VIEW)
		refuse_source(RelationGetRelationName(relation));
	query = get_view_query(relation);
	if (only_table(query) == 0 || list_length(query->targetList) != SOURCE_COLUMNS + 1)
		refuse_source(RelationGetRelationName(relation));
	table = rt_fetch(only_table(query), query->rtable);
	pending = (Node *) list_nth_node(TargetEntry, query->targetList, SOURCE_COLUMNS)->expr;
	if (table->rtekind != RTE_RELATION || !IsA(pending, Const) || ((const Const *) pending)->consttype != REGCLASSOID ||
		((const Const *) pending)->constisnull)
		refuse_source(RelationGetRelationName(relation));

	memset(mapping, 0, sizeof(*mapping));
	mapping->view = view;
	mapping->owner = relation->rd_rel->relowner;
	mapping->table = table->relid;
	mapping->pending = DatumGetObjectId(((const Const *) pending)->constvalue);
	take_expressions(query, mapping);
	for (int i = 0; i < SOURCE_COLUMNS; i++)
		mapping->types[i] = source_type(exprType(mapping->expressions[i]));
	if (mapping->types[SOURCE_EVENT] == SOURCE_ENUM)
		mapping->enum_type = getBaseType(exprType(mapping->expressions[SOURCE_EVENT]));
	relation_close(relation, AccessShareLock);
	return true;
}

static bool
whole_row_or_virtual(Node *node, void *context)
{
	Relation	table = context;

	if (node == NULL)
		return false;
	if (IsA(node, Var))
	{
		AttrNumber	attno = ((Var *) node)->varattno;

		if (attno < 0)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("a live value cannot use system columns")));
		if (attno == 0)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("a live value cannot use rows as a whole"),
					 errhint("A column that is added later would change them. Name the columns that count.")));
		if (plg_virtual_column(TupleDescAttr(RelationGetDescr(table), attno - 1)))
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("a live value cannot use a virtual generated column, \"%s\"",
							NameStr(TupleDescAttr(RelationGetDescr(table), attno - 1)->attname)),
					 errhint("Write its expression instead.")));
		return false;
	}
	return expression_tree_walker(node, whole_row_or_virtual, context);
}

static void
check_expression(Node *expression, int column, Relation table)
{
	if (contain_mutable_functions((Node *) expression_planner((Expr *) copyObjectImpl(expression))))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
				 errmsg("%s must use IMMUTABLE functions only", COLUMN_NAMES[column]),
				 errdetail("It must give the same for the same row, whatever the settings and the time, as an index's expression must."),
				 errhint("Of a text a time can be had by a function of your own that fixes the format and the time zone and is declared IMMUTABLE.")));
	(void) whole_row_or_virtual(expression, table);
}

static void
check_type(SourceType type, int column, Oid sql_type)
{
	static const char *const WANTED[] = {
		"bigint, integer, smallint, uuid, text or varchar",
		"timestamp with time zone, timestamp or date",
		"text, varchar or an enum"
	};
	bool		fits = column == SOURCE_ENTITY ? type >= SOURCE_INT2 && type <= SOURCE_TEXT :
		column == SOURCE_AT ? type >= SOURCE_TIMESTAMPTZ : type == SOURCE_TEXT || type == SOURCE_ENUM;

	if (!fits)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("%s is of type %s", COLUMN_NAMES[column], format_type_be(sql_type)),
				 errhint("It must be %s; an expression may cast it.", WANTED[column])));
}

void
check_mapping(const Query *query, Oid table, SourceType types[SOURCE_COLUMNS], Oid *enum_type)
{
	LiveMapping mapping = {0};
	Relation	relation;

	if (only_table(query) == 0 || list_length(query->targetList) != SOURCE_COLUMNS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
				 errmsg("entity, at, event and filter must be expressions over one row"),
				 errhint("They can have no subqueries, aggregates or functions that return sets.")));
	take_expressions(query, &mapping);
	relation = table_open(table, AccessShareLock);
	*enum_type = InvalidOid;
	for (int i = 0; i < SOURCE_EXPRESSIONS; i++)
	{
		if (!mapping.expressions[i])
			continue;
		check_expression(mapping.expressions[i], i, relation);
		if (i == SOURCE_FILTER)
			continue;
		types[i] = source_type(exprType(mapping.expressions[i]));
		check_type(types[i], i, exprType(mapping.expressions[i]));
		if (types[i] == SOURCE_ENUM)
			*enum_type = getBaseType(exprType(mapping.expressions[i]));
	}
	table_close(relation, AccessShareLock);
}

void
mapping_of_relation(const LiveMapping *mapping, Relation relation, Expr *expressions[SOURCE_EXPRESSIONS])
{
	List	   *all = NIL;
	ListCell   *cell;
	int			i = 0;

	for (int e = 0; e < SOURCE_EXPRESSIONS; e++)
		all = lappend(all, copyObjectImpl(mapping->expressions[e]));
	if (RelationGetRelid(relation) != mapping->table)
	{
		/* a partition may have its columns in another order */
		Relation	table = table_open(mapping->table, AccessShareLock);

		all = map_partition_varattnos(all, 1, relation, table);
		table_close(table, AccessShareLock);
	}
	foreach(cell, all)
		expressions[i++] = lfirst(cell) ? expression_planner(lfirst(cell)) : NULL;
}
