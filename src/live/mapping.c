/* Sources of live values: the view of each, and what may be one. */
#include "live/mapping.h"
#include "live/catalogs.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteHandler.h"
#include "rewrite/rewriteManip.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

static const char *const COLUMN_NAMES[] = {"entity", "at", "event", "filter"};

static SourceType
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

static const Const *
constant_column(const Query *query, int n, Oid type)
{
	const Node *expression = (Node *) list_nth_node(TargetEntry, query->targetList, n)->expr;

	return IsA(expression, Const) && ((const Const *) expression)->consttype == type &&
		!((const Const *) expression)->constisnull ? (const Const *) expression : NULL;
}

static bool
type_fits(SourceType type, int column)
{
	return column == SOURCE_ENTITY ? type >= SOURCE_INT2 && type <= SOURCE_TEXT :
		column == SOURCE_AT ? type >= SOURCE_TIMESTAMPTZ : type == SOURCE_TEXT || type == SOURCE_ENUM;
}

/* PostgreSQL 18's generated columns that are not stored. */
static bool
is_virtual(Oid table, AttrNumber attno)
{
	return get_attgenerated(table, attno) == 'v';
}

static bool
is_row_type(Oid type)
{
	Oid			element = get_base_element_type(type);

	return type_is_rowtype(OidIsValid(element) ? element : type);
}

/* A row of the table, or of a composite type: a column or an attribute that is added later changes what it is. */
static bool
is_whole_row(const Node *node)
{
	if (IsA(node, NullTest))
		return ((const NullTest *) node)->argisrow;
	return IsA(node, Var) && (((const Var *) node)->varattno == 0 || is_row_type(((const Var *) node)->vartype));
}

/* An attribute of such a column stays what it is. */
static bool
is_attribute(const Node *node)
{
	return IsA(node, FieldSelect) && IsA(((const FieldSelect *) node)->arg, Var) &&
		((const Var *) ((const FieldSelect *) node)->arg)->varattno > 0;
}

static bool
not_of_columns(Node *node, void *table)
{
	if (node == NULL || is_attribute(node))
		return false;
	if (is_whole_row(node))
		return true;
	if (IsA(node, Var))
		return ((Var *) node)->varattno <= 0 || is_virtual(*(Oid *) table, ((Var *) node)->varattno);
	return expression_tree_walker(node, not_of_columns, table);
}

/* What check_mapping refuses, a view that was replaced by hand may have. */
static bool
can_be_captured(const RangeTblEntry *table, const LiveMapping *mapping)
{
	Oid			relation = mapping->table;

	for (int i = 0; i < SOURCE_COLUMNS; i++)
		if (!type_fits(mapping->types[i], i))
			return false;
	for (int i = 0; i < SOURCE_EXPRESSIONS; i++)
		if (not_of_columns(mapping->expressions[i], &relation))
			return false;
	return table->inh && !table->tablesample;
}

static bool
read_view(Relation view, LiveMapping *mapping)
{
	const Query *query = get_view_query(view);
	const RangeTblEntry *table;
	const Const *pending;
	const Const *token;

	if (only_table(query) == 0 || list_length(query->targetList) != SOURCE_VIEW_COLUMNS)
		return false;
	table = rt_fetch(only_table(query), query->rtable);
	pending = constant_column(query, SOURCE_PENDING, REGCLASSOID);
	token = constant_column(query, SOURCE_TOKEN, TEXTOID);
	if (table->rtekind != RTE_RELATION || !pending || !token)
		return false;
	memset(mapping, 0, sizeof(*mapping));
	mapping->view = RelationGetRelid(view);
	mapping->owner = view->rd_rel->relowner;
	mapping->table = table->relid;
	mapping->pending = DatumGetObjectId(pending->constvalue);
	mapping->token = TextDatumGetCString(token->constvalue);
	take_expressions(query, mapping);
	for (int i = 0; i < SOURCE_COLUMNS; i++)
		mapping->types[i] = source_type(exprType(mapping->expressions[i]));
	if (mapping->types[SOURCE_EVENT] == SOURCE_ENUM)
		mapping->enum_type = getBaseType(exprType(mapping->expressions[SOURCE_EVENT]));
	return can_be_captured(table, mapping);
}

bool
read_mapping(Oid view, LiveMapping *mapping)
{
	Relation	relation = try_relation_open(view, AccessShareLock);
	bool		is_source;

	if (!relation)
		return false;
	is_source = relation->rd_rel->relkind == RELKIND_VIEW && read_view(relation, mapping);
	relation_close(relation, AccessShareLock);
	return is_source;
}

/*
 * Whether it is a view with columns like that of a source, by their types, which stay as
 * they are, and belongs to who has the rights of that role, if one is given.
 */
static bool
is_like_source(Oid view, Oid role)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(view));
	Form_pg_class class;
	bool		is_like;

	if (!HeapTupleIsValid(tuple))
		return false;
	class = (Form_pg_class) GETSTRUCT(tuple);
	is_like = class->relkind == RELKIND_VIEW && class->relnatts == SOURCE_VIEW_COLUMNS &&
		get_atttype(view, SOURCE_PENDING + 1) == REGCLASSOID && get_atttype(view, SOURCE_TOKEN + 1) == TEXTOID &&
		(!OidIsValid(role) || has_privs_of_role(class->relowner, role));
	ReleaseSysCache(tuple);
	return is_like;
}

/* The one of that table and token among the views that use the table; none that is not such a role's is even locked. */
static bool
find_view(Oid table, const char *token, Oid role, LiveMapping *mapping)
{
	ListCell   *view;

	foreach(view, users_of(table))
		if (is_like_source(lfirst_oid(view), role) && read_mapping(lfirst_oid(view), mapping) &&
			mapping->table == table && strcmp(mapping->token, token) == 0)
			return true;
	return false;
}

bool
find_mapping(const Trigger *trigger, LiveMapping *mapping)
{
	Oid			own = relation_of_trigger(trigger->tgoid);
	List	   *tables = list_concat_unique_oid(list_make1_oid(own), parents_of(own));

	for (int any_owner = 0; any_owner <= 1; any_owner++)
	{
		ListCell   *table;

		foreach(table, tables)
			if (find_view(lfirst_oid(table), trigger->tgargs[0], any_owner ? InvalidOid : owner_of_relation(lfirst_oid(table)), mapping))
				return true;
	}
	return false;
}

static bool
refuse_no_column(Node *node, void *context)
{
	Oid			table = *(Oid *) context;

	if (node == NULL || is_attribute(node))
		return false;
	if (is_whole_row(node))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a live value cannot use rows as a whole"),
				 errhint("A column that is added later would change them. Name the columns that count, or (column).attribute.")));
	if (IsA(node, Var))
	{
		AttrNumber	attno = ((Var *) node)->varattno;

		if (attno < 0)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("a live value cannot use system columns"),
					 errhint("Name a column of the table's own.")));
		if (is_virtual(table, attno))
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("a live value cannot use a virtual generated column, \"%s\"", get_attname(table, attno, false)),
					 errhint("Write its expression instead.")));
		return false;
	}
	return expression_tree_walker(node, refuse_no_column, context);
}

/* Output functions that are declared IMMUTABLE, and are not: of which type, and by which setting. */
static bool
refuse_settings(Node *node, void *column)
{
	const char *setting = NULL;
	Oid			type = InvalidOid;

	if (node == NULL)
		return false;
	if (IsA(node, CoerceViaIO))
		type = getBaseType(exprType((Node *) ((CoerceViaIO *) node)->arg));
	else if (IsA(node, FuncExpr) && list_length(((FuncExpr *) node)->args) == 1 &&
			 (((FuncExpr *) node)->funcid == F_BYTEAOUT || ((FuncExpr *) node)->funcid == F_FLOAT4OUT || ((FuncExpr *) node)->funcid == F_FLOAT8OUT))
		type = exprType(linitial(((FuncExpr *) node)->args));
	if (type == BYTEAOID)
		setting = "bytea_output";
	else if (type == FLOAT4OID || type == FLOAT8OID || (OidIsValid(type) && TypeCategory(type) == TYPCATEGORY_GEOMETRIC))
		setting = "extra_float_digits";
	else if (IsA(node, FuncExpr) && ((FuncExpr *) node)->funcid == F_QUOTE_IDENT)
		setting = "quote_all_identifiers";
	if (setting)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
				 errmsg("%s depends on a setting, \"%s\"", (const char *) column, setting),
				 errdetail("It must give the same for the same row, whatever the settings and the time."),
				 errhint("Fix the form: encode(column, 'hex') of a bytea, column::numeric::text of a number.")));
	return expression_tree_walker(node, refuse_settings, column);
}

static void
check_expression(Node *expression, int column, Oid table)
{
	if (contain_mutable_functions((Node *) expression_planner((Expr *) copyObjectImpl(expression))))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
				 errmsg("%s must use IMMUTABLE functions only", COLUMN_NAMES[column]),
				 errdetail("It must give the same for the same row, whatever the settings and the time, as an index's expression must."),
				 column == SOURCE_AT && source_type(exprType(expression)) != SOURCE_TIMESTAMPTZ ?
				 errhint("What day or hour it is depends on the time zone: take the column as it is, or name one, (... AT TIME ZONE 'UTC')::date.") :
				 errhint("Of a text a time can be had by a function of your own that fixes the format and the time zone and is declared IMMUTABLE.")));
	(void) refuse_no_column(expression, &table);
	(void) refuse_settings(expression, (void *) COLUMN_NAMES[column]);
}

static void
check_type(SourceType type, int column, Oid sql_type)
{
	static const char *const WANTED[] = {
		"bigint, integer, smallint, uuid, text or varchar",
		"timestamp with time zone, timestamp or date",
		"text, varchar or an enum"
	};

	if (!type_fits(type, column))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("%s is of type %s", COLUMN_NAMES[column], format_type_be(sql_type)),
				 errhint("It must be %s; an expression may cast it.", WANTED[column])));
}

void
check_mapping(const Query *query, Oid table, SourceType types[SOURCE_COLUMNS])
{
	LiveMapping mapping = {0};

	if (only_table(query) == 0 || list_length(query->targetList) != SOURCE_COLUMNS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
				 errmsg("entity, at, event and filter must be expressions over one row"),
				 errhint("They can have no subqueries, aggregates or functions that return sets.")));
	take_expressions(query, &mapping);
	for (int i = 0; i < SOURCE_EXPRESSIONS; i++)
	{
		if (!mapping.expressions[i])
			continue;
		check_expression(mapping.expressions[i], i, table);
		if (i == SOURCE_FILTER)
			continue;
		types[i] = source_type(exprType(mapping.expressions[i]));
		check_type(types[i], i, exprType(mapping.expressions[i]));
	}
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

Datum
source_entity(SourceType type, Datum value)
{
	switch (type)
	{
		case SOURCE_INT2:
			return Int64GetDatum(DatumGetInt16(value));
		case SOURCE_INT4:
			return Int64GetDatum(DatumGetInt32(value));
		default:
			return value;
	}
}

TimestampTz
source_time(SourceType type, Datum value)
{
	DateADT		date;

	if (type != SOURCE_DATE)
		return DatumGetTimestampTz(value);
	date = DatumGetDateADT(value);
	if (DATE_NOT_FINITE(date) || date >= TIMESTAMP_END_JULIAN - POSTGRES_EPOCH_JDATE)
		return DT_NOEND;
	return (TimestampTz) date * USECS_PER_DAY;
}
