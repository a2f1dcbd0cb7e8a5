/* The pending table of a live value, which its owner may have put an index, a trigger or a column on. */
#include "live/pending.h"

#include "access/tableam.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteHandler.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"

static const char *const PENDING_NAMES[] = {"entity", "at", "event", "sign", "trigger"};

void
find_pending(const LiveMapping *mapping, AttrNumber attnos[PENDING_COLUMNS])
{
	SourceType	entity = mapping->types[SOURCE_ENTITY];
	const Oid	types[PENDING_COLUMNS] = {
		entity == SOURCE_UUID ? UUIDOID : entity == SOURCE_TEXT ? TEXTOID : INT8OID, TIMESTAMPTZOID, TEXTOID, INT2OID, OIDOID
	};
	Oid			pending = mapping->pending;

	if (get_rel_relkind(pending) != RELKIND_RELATION || get_rel_persistence(pending) == RELPERSISTENCE_TEMP ||
		get_rel_relispartition(pending) || check_enable_rls(pending, mapping->owner, true) == RLS_ENABLED)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\", which view \"%s\" names, cannot be the pending table of a live value",
						get_rel_name(pending), get_rel_name(mapping->view))));
	for (int i = 0; i < PENDING_COLUMNS; i++)
	{
		AttrNumber	attno = get_attnum(pending, PENDING_NAMES[i]);

		if (attno <= 0 || get_atttype(pending, attno) != types[i])
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("table \"%s\" has no column \"%s\" of type %s", get_rel_name(pending), PENDING_NAMES[i], format_type_be(types[i])),
					 errhint("Drop the live value with plg.live_drop and create it anew.")));
		attnos[i] = attno;
	}
}

/* Whether the owner has put nothing on the table. */
static bool
is_plain(Relation pending)
{
	return !pending->rd_rel->relhasindex && !pending->trigdesc && RelationGetNumberOfAttributes(pending) == PENDING_COLUMNS &&
		!(pending->rd_att->constr && (pending->rd_att->constr->num_check > 0 || pending->rd_att->constr->num_defval > 0));
}

/* The columns that are none of ours get what is theirs by default. */
static void
put_defaults(Relation pending, TupleTableSlot *slot, EState *estate)
{
	for (int i = 0; i < slot->tts_tupleDescriptor->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(slot->tts_tupleDescriptor, i);
		Expr	   *expression = NULL;

		if (slot->tts_isnull[i] && !attribute->attisdropped && !attribute->attgenerated)
			expression = (Expr *) build_column_default(pending, i + 1);
		if (expression)
			slot->tts_values[i] = ExecEvalExpr(ExecInitExpr(expression_planner(expression), NULL),
											   GetPerTupleExprContext(estate), &slot->tts_isnull[i]);
	}
}

static void
insert(Relation pending, TupleTableSlot *slot)
{
	EState	   *estate;
	ResultRelInfo *target;

	if (is_plain(pending))
	{
		simple_table_tuple_insert(pending, slot);
		return;
	}
	/* do all that an INSERT does */
	estate = CreateExecutorState();
	target = makeNode(ResultRelInfo);
	InitResultRelInfo(target, pending, 0, NULL, 0);
	ExecOpenIndices(target, false);
	PushActiveSnapshot(GetTransactionSnapshot());
	put_defaults(pending, slot, estate);
	AfterTriggerBeginQuery();
	ExecSimpleRelationInsert(target, estate, slot);
	AfterTriggerEndQuery(estate);
	PopActiveSnapshot();
	ExecCloseIndices(target);
	ExecCloseResultRelations(estate);
	ExecResetTupleTable(estate->es_tupleTable, false);
	FreeExecutorState(estate);
}

void
insert_pending(Relation pending, TupleTableSlot *slot, const AttrNumber attnos[PENDING_COLUMNS], const Datum values[PENDING_COLUMNS])
{
	ExecClearTuple(slot);
	memset(slot->tts_isnull, true, slot->tts_tupleDescriptor->natts * sizeof(bool));
	for (int i = 0; i < PENDING_COLUMNS; i++)
	{
		slot->tts_values[attnos[i] - 1] = values[i];
		slot->tts_isnull[attnos[i] - 1] = false;
	}
	ExecStoreVirtualTuple(slot);
	insert(pending, slot);
}
