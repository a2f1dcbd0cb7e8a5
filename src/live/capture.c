/*
 * plg.live_capture: the trigger that keeps a live value true.
 *
 * It stands on each source, AFTER INSERT OR UPDATE OR DELETE FOR EACH ROW, and finds
 * the source's view by its argument (mapping.h).  To the pending table it adds what
 * the change adds and takes away, in the writer's own transaction, so that a snapshot
 * sees both or neither.  Where the view has been dropped, there is nothing to do.
 *
 * Writers need no rights on the pending table, nobody waits for anybody, and
 * nothing is read but the row.  Expressions run as the writer, as those of an
 * index do.  What a session learns of a trigger it keeps; what PostgreSQL says of a
 * change to one of its relations makes it forget, and of any, that there is no view.
 * Expressions are kept planned, with functions in them that may be replaced, and
 * who owns what was judged by roles, so of changes to these it forgets all; and of
 * changes to types, all that have a domain, which may be constrained.
 *
 * Planning calls functions, which may write to the same table.  So what is learnt
 * becomes known when all of it is.
 */
#include "live/catalogs.h"
#include "live/live_value.h"
#include "live/mapping.h"
#include "live/pending.h"

#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_namespace.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

/* What a session knows of a trigger on a relation. */
typedef struct Capture
{
	Oid			trigger;		/* the key */
	bool		valid;
	bool		in_use;			/* there is a view of a source */
	Oid			relation;
	uint64		serial;			/* no two have the same */
	MemoryContext context;		/* of the mapping and the expressions */
	bool		has_domain;		/* among the expressions, which may be constrained anew */
	LiveMapping mapping;
	Expr	   *expressions[SOURCE_EXPRESSIONS];
	AttrNumber	attnos[PENDING_COLUMNS];
} Capture;

static HTAB *captures;

/* How often to learn what changes while it is learnt. */
#define MAX_TRIES 1000

/* Changes that this session has heard of since it began, beside those that SharedInvalidMessageCounter counts. */
static uint64 changes;

/* Rows that are being captured: one, and those within which it is written; or more, after an error in this transaction. */
static int	rows_in_progress;

/* What a statement keeps: expressions made ready, of those that are no plain columns. */
typedef struct ReadyExpressions
{
	uint64		serial;			/* of what they were made from */
	ExprContext *econtext;
	ExprState  *states[SOURCE_EXPRESSIONS];
} ReadyExpressions;

/* A row as an event. */
typedef struct Fact
{
	bool		is_one;
	Datum		entity;
	TimestampTz at;
	Datum		event;
} Fact;

static void
forget_captures(Datum arg, Oid relid)
{
	HASH_SEQ_STATUS scan;
	Capture    *capture;

	(void) arg;
	changes += OidIsValid(relid);
	hash_seq_init(&scan, captures);
	while ((capture = hash_seq_search(&scan)) != NULL)
		if (!OidIsValid(relid) || !capture->in_use || relid == capture->relation || relid == capture->mapping.table ||
			relid == capture->mapping.view || relid == capture->mapping.pending)
			capture->valid = false;
}

static void
forget_all_captures(Datum arg, plg_cache_id cache, uint32 hash)
{
	HASH_SEQ_STATUS scan;
	Capture    *capture;

	(void) arg;
	changes += hash != 0;
	hash_seq_init(&scan, captures);
	while ((capture = hash_seq_search(&scan)) != NULL)
		/* of types there are new ones with each temporary table */
		if (cache != TYPEOID || capture->has_domain)
			capture->valid = false;
}

static void
end_of_rows(XactEvent event, void *arg)
{
	(void) event;
	(void) arg;
	rows_in_progress = 0;
}

/*
 * What goes up with whatever may make something learnt untrue.  A cache that is
 * emptied for no reason, as debug_discard_caches has it, is none.
 */
static uint64
heard_of_changes(void)
{
	return changes + SharedInvalidMessageCounter;
}

static void
prepare_captures(void)
{
	HASHCTL		settings = {.keysize = sizeof(Oid), .entrysize = sizeof(Capture)};

	captures = hash_create("plg live captures", 16, &settings, HASH_ELEM | HASH_BLOBS);
	CacheRegisterRelcacheCallback(forget_captures, (Datum) 0);
	CacheRegisterSyscacheCallback(PROCOID, forget_all_captures, (Datum) 0);
	CacheRegisterSyscacheCallback(TYPEOID, forget_all_captures, (Datum) 0);
	CacheRegisterSyscacheCallback(AUTHOID, forget_all_captures, (Datum) 0);
	CacheRegisterSyscacheCallback(AUTHMEMROLEMEM, forget_all_captures, (Datum) 0);
	RegisterXactCallback(end_of_rows, NULL);
}

static bool
has_domain(Node *node, void *context)
{
	if (node == NULL)
		return false;
	return IsA(node, CoerceToDomain) || expression_tree_walker(node, has_domain, context);
}

/* In a context of its own, which is the current one's until it is kept. */
static void
learn(Capture *capture, const Trigger *trigger, Relation relation)
{
	static uint64 serial = 0;
	MemoryContext before;

	memset(capture, 0, sizeof(*capture));
	capture->serial = ++serial;
	capture->trigger = trigger->tgoid;
	capture->relation = RelationGetRelid(relation);
	capture->context = AllocSetContextCreate(CurrentMemoryContext, "plg live capture", ALLOCSET_SMALL_SIZES);
	before = MemoryContextSwitchTo(capture->context);
	capture->in_use = find_mapping(trigger, &capture->mapping);
	if (capture->in_use)
	{
		const LiveMapping *mapping = &capture->mapping;

		/* so the trigger shows rows to nobody who could not see them, and writes for nobody who could not */
		if (!has_privs_of_role(mapping->owner, owner_of_relation(mapping->table)) ||
			pg_class_aclcheck(mapping->pending, mapping->owner, ACL_INSERT) != ACLCHECK_OK ||
			!plg_may_use_schema(get_rel_namespace(mapping->pending), mapping->owner))
			ereport(ERROR,
					(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					 errmsg("the owner of view \"%s\" does not own table \"%s\" or may not write to table \"%s\"",
							get_rel_name(mapping->view), get_rel_name(mapping->table), get_rel_name(mapping->pending)),
					 errhint("All that belongs to a live value has one owner, who owns its sources, too. Make it so by ALTER ... OWNER TO, or drop trigger \"%s\".", trigger->tgname)));
		for (int i = 0; i < SOURCE_EXPRESSIONS; i++)
			capture->has_domain = capture->has_domain || has_domain(mapping->expressions[i], NULL);
		mapping_of_relation(mapping, relation, capture->expressions);
		find_pending(mapping, capture->attnos);
	}
	MemoryContextSwitchTo(before);
}

/* Keeps what was learnt in the place of all that no longer holds; who is in the middle of a row goes on with that. */
static void
keep(const Capture *capture)
{
	HASH_SEQ_STATUS scan;
	Capture    *kept;
	bool		found;

	hash_seq_init(&scan, captures);
	while ((kept = hash_seq_search(&scan)) != NULL)
		if (!kept->valid || kept->trigger == capture->trigger)
		{
			if (rows_in_progress == 1)
				MemoryContextDelete(kept->context);
			else
				MemoryContextSetParent(kept->context, TopTransactionContext);
			(void) hash_search(captures, &kept->trigger, HASH_REMOVE, NULL);
		}
	kept = hash_search(captures, &capture->trigger, HASH_ENTER, &found);
	*kept = *capture;
	MemoryContextSetParent(kept->context, CacheMemoryContext);
}

/*
 * Finds what is known of a source, and opens its pending table: what was learnt of
 * that before it was locked may have changed since, and the table may be gone, with
 * the view.  What an expression then does to the view, or another row's trigger
 * learns, changes nothing for this row.
 */
static Relation
known_source(const Trigger *trigger, Relation relation, Capture *known)
{
	if (!captures)
		prepare_captures();
	for (int tries = 0; tries < MAX_TRIES; tries++)
	{
		uint64		before = heard_of_changes();
		const Capture *capture = hash_search(captures, &trigger->tgoid, HASH_FIND, NULL);
		Relation	pending = NULL;

		CHECK_FOR_INTERRUPTS();
		if (capture && capture->valid && capture->relation == RelationGetRelid(relation))
			*known = *capture;
		else
		{
			learn(known, trigger, relation);
			if (before != heard_of_changes())
			{
				MemoryContextDelete(known->context);
				continue;
			}
			known->valid = true;
			keep(known);
		}
		if (known->in_use)
			pending = try_table_open(known->mapping.pending, RowExclusiveLock);
		if ((pending || !known->in_use) && before == heard_of_changes())
			return pending;
		if (pending)
			table_close(pending, RowExclusiveLock);
	}
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_IN_USE),
			 errmsg("the catalogs change each time that trigger \"%s\" looks what it captures", trigger->tgname),
			 errhint("A function in an expression of the live value may create or alter something; it is called while the expression is planned.")));
}

static ReadyExpressions *
ready_expressions(FmgrInfo *flinfo, const Capture *capture)
{
	ReadyExpressions *ready = flinfo->fn_extra;

	if (!ready || ready->serial != capture->serial)
	{
		MemoryContext before = MemoryContextSwitchTo(flinfo->fn_mcxt);

		ready = palloc0(sizeof(*ready));
		ready->serial = capture->serial;
		for (int i = 0; i < SOURCE_EXPRESSIONS; i++)
			if (capture->expressions[i] && !IsA(capture->expressions[i], Var) && !IsA(capture->expressions[i], Const))
			{
				if (!ready->econtext)
					ready->econtext = CreateStandaloneExprContext();
				ready->states[i] = ExecInitExpr((Expr *) copyObjectImpl(capture->expressions[i]), NULL);
			}
		flinfo->fn_extra = ready;
		MemoryContextSwitchTo(before);
	}
	return ready;
}

static Datum
value_of(const Capture *capture, ReadyExpressions *ready, int i, TupleTableSlot *slot, bool *isnull)
{
	const Expr *expression = capture->expressions[i];

	if (IsA(expression, Var))
		return slot_getattr(slot, ((const Var *) expression)->varattno, isnull);
	if (IsA(expression, Const))
	{
		*isnull = ((const Const *) expression)->constisnull;
		return ((const Const *) expression)->constvalue;
	}
	ready->econtext->ecxt_scantuple = slot;
	return ExecEvalExpr(ready->states[i], ready->econtext, isnull);
}

static Fact
fact_of(const Capture *capture, ReadyExpressions *ready, TupleTableSlot *slot)
{
	const SourceType *types = capture->mapping.types;
	Fact		fact = {0};
	Datum		values[SOURCE_COLUMNS];
	bool		any_null = false;
	bool		isnull;

	if (capture->expressions[SOURCE_FILTER] &&
		(!DatumGetBool(value_of(capture, ready, SOURCE_FILTER, slot, &isnull)) || isnull))
		return fact;
	/* all of them, also beside a NULL: what fails for a row fails its write, and no reading later */
	for (int i = 0; i < SOURCE_COLUMNS; i++)
	{
		values[i] = value_of(capture, ready, i, slot, &isnull);
		any_null = any_null || isnull;
	}
	if (any_null)
		return fact;
	fact.entity = source_entity(types[SOURCE_ENTITY], values[SOURCE_ENTITY]);
	fact.at = source_time(types[SOURCE_AT], values[SOURCE_AT]);
	if (TIMESTAMP_NOT_FINITE(fact.at))
		return fact;
	fact.event = values[SOURCE_EVENT];
	if (types[SOURCE_EVENT] == SOURCE_ENUM)
		fact.event = CStringGetTextDatum(DatumGetCString(DirectFunctionCall1(enum_out, values[SOURCE_EVENT])));
	fact.is_one = true;
	return fact;
}

static bool
same_text(Datum a, Datum b)
{
	const struct varlena *first = PG_DETOAST_DATUM_PACKED(a);
	const struct varlena *second = PG_DETOAST_DATUM_PACKED(b);

	return VARSIZE_ANY_EXHDR(first) == VARSIZE_ANY_EXHDR(second) &&
		memcmp(VARDATA_ANY(first), VARDATA_ANY(second), VARSIZE_ANY_EXHDR(first)) == 0;
}

static bool
same_fact(SourceType entity, const Fact *a, const Fact *b)
{
	if (!a->is_one || !b->is_one || a->at != b->at)
		return false;
	if (entity == SOURCE_UUID ?
		memcmp(DatumGetUUIDP(a->entity), DatumGetUUIDP(b->entity), UUID_LEN) != 0 :
		entity == SOURCE_TEXT ? !same_text(a->entity, b->entity) : DatumGetInt64(a->entity) != DatumGetInt64(b->entity))
		return false;
	return same_text(a->event, b->event);
}

/* Adds a row with the fact: added by the change, or taken away. */
static void
add_pending(const Capture *capture, Relation pending, TupleTableSlot *slot, const Fact *fact, int sign)
{
	Datum		values[PENDING_COLUMNS];

	values[PENDING_ENTITY] = fact->entity;
	values[PENDING_AT] = TimestampTzGetDatum(fact->at);
	values[PENDING_EVENT] = fact->event;
	values[PENDING_SIGN] = Int16GetDatum(sign);
	values[PENDING_TRIGGER] = ObjectIdGetDatum(capture->trigger);
	insert_pending(pending, slot, capture->attnos, values);
}

static void
name_trigger(void *arg)
{
	const TriggerData *trigger = arg;

	errcontext("trigger \"%s\" of a live value on table \"%s\"", trigger->tg_trigger->tgname, RelationGetRelationName(trigger->tg_relation));
}

/* Adds what a row's change adds and takes away. */
static void
capture_row(TriggerData *trigger, FmgrInfo *flinfo)
{
	Capture		known;
	const Capture *capture = &known;
	Relation	pending = known_source(trigger->tg_trigger, trigger->tg_relation, &known);
	ReadyExpressions *ready;
	TupleTableSlot *slot;
	Fact		gone = {0};
	Fact		come = {0};

	if (pending == NULL)
		return;
	ready = ready_expressions(flinfo, capture);
	if (ready->econtext)
		ResetExprContext(ready->econtext);
	if (!TRIGGER_FIRED_BY_INSERT(trigger->tg_event))
		gone = fact_of(capture, ready, trigger->tg_trigslot);
	if (!TRIGGER_FIRED_BY_DELETE(trigger->tg_event))
		come = fact_of(capture, ready, TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? trigger->tg_newslot : trigger->tg_trigslot);
	if ((gone.is_one || come.is_one) && !same_fact(capture->mapping.types[SOURCE_ENTITY], &gone, &come))
	{
		slot = MakeSingleTupleTableSlot(RelationGetDescr(pending), table_slot_callbacks(pending));
		if (gone.is_one)
			add_pending(capture, pending, slot, &gone, -1);
		if (come.is_one)
			add_pending(capture, pending, slot, &come, 1);
		ExecDropSingleTupleTableSlot(slot);
	}
	table_close(pending, NoLock);
}

PLG_FUNCTION(plg_live_capture);
Datum
plg_live_capture(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	ErrorContextCallback place = {.previous = error_context_stack, .callback = name_trigger, .arg = trigger};

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"live_capture\" was not called by trigger manager")));
	if (!TRIGGER_FIRED_AFTER(trigger->tg_event) || !TRIGGER_FIRED_FOR_ROW(trigger->tg_event) ||
		trigger->tg_trigger->tgnargs != 1)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("trigger \"%s\" is none of a live value", trigger->tg_trigger->tgname),
				 errhint("Triggers of live values are made by plg.live_create and plg.live_add.")));
	/* a pending table may be a source itself */
	check_stack_depth();
	error_context_stack = &place;
	rows_in_progress++;
	capture_row(trigger, fcinfo->flinfo);
	rows_in_progress--;
	error_context_stack = place.previous;
	PG_RETURN_POINTER(NULL);
}
