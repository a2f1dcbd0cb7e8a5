/*
 * What rows of a table are as events: a source of a live value.
 *
 * A source is kept as a view of the owner's, NAME_source_N, with the columns
 * entity, at and event, and two constants: pending, the table that changes go to,
 * and source, by which its trigger finds it.  As a view it follows renames, refuses
 * that what it uses is dropped or changes its type, and is dumped; plg reads the
 * expressions out of it.  (A trigger can refer to no view: by a name, the view could
 * not be renamed; by WHEN, that is parsed for each statement; and a constraint
 * trigger's FROM is taken for a foreign key's when a partition is detached.)
 */
#ifndef PLG_LIVE_MAPPING_H
#define PLG_LIVE_MAPPING_H

#include "pg/compat.h"

#include "access/tupdesc.h"
#include "nodes/parsenodes.h"
#include "utils/rel.h"
#include "utils/reltrigger.h"

/* What a column of a source is, by its type. */
typedef enum SourceType
{
	SOURCE_NONE,
	SOURCE_INT2,
	SOURCE_INT4,
	SOURCE_INT8,
	SOURCE_UUID,
	SOURCE_TEXT,
	SOURCE_ENUM,
	SOURCE_TIMESTAMPTZ,
	SOURCE_TIMESTAMP,
	SOURCE_DATE,
} SourceType;

enum
{
	SOURCE_ENTITY,
	SOURCE_AT,
	SOURCE_EVENT,
	SOURCE_COLUMNS,
	SOURCE_PENDING = SOURCE_COLUMNS,
	SOURCE_TOKEN,
	SOURCE_VIEW_COLUMNS,
	SOURCE_FILTER = SOURCE_COLUMNS, /* among the expressions */
	SOURCE_EXPRESSIONS
};

typedef struct LiveMapping
{
	Oid			view;
	Oid			owner;
	Oid			table;
	Oid			pending;
	char	   *token;			/* the argument of its triggers */
	Oid			enum_type;		/* of the event; or none */
	SourceType	types[SOURCE_COLUMNS];
	Node	   *expressions[SOURCE_EXPRESSIONS];	/* a filter that is missing is NULL; their Vars are of relation 1 */
} LiveMapping;

/* Of the view of a source; false if it is none, or gone.  Allocated in the current context. */
extern bool read_mapping(Oid view, LiveMapping *mapping);

/*
 * The view of the source that a trigger captures for: of its token, and whose table is
 * the trigger's, or one that this inherits from; false if there is none.  One whose owner
 * owns the table, if there is: others can make views that look alike.  Of a partition it
 * is the table that matters, for who owns the partition may be one of these.
 */
extern bool find_mapping(const Trigger *trigger, LiveMapping *mapping);

/*
 * Refuses what may not be a source, by the judgement of CREATE INDEX: each
 * expression must give the same for the same row, today and ever.
 */
extern void check_mapping(const Query *query, Oid table, SourceType types[SOURCE_COLUMNS]);

/* The mapping's expressions for rows of that relation, the table itself or a partition of it; planned. */
extern void mapping_of_relation(const LiveMapping *mapping, Relation relation, Expr *expressions[SOURCE_EXPRESSIONS]);

/* What a value of that type is as an entity. */
extern Datum source_entity(SourceType type, Datum value);

/* And as a time: one without time zone is read as UTC, as plg.journeys does; one that a timestamptz cannot hold is infinite. */
extern TimestampTz source_time(SourceType type, Datum value);

#endif							/* PLG_LIVE_MAPPING_H */
