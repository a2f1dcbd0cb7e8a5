/* Generations: how far invitations have carried.  readers/shared/invitations.h says who counts as invited by whom. */
#include "pg/result.h"
#include "readers/shared/invitations.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

typedef struct Generation
{
	int64		entities;
	int64		rejected[REJECTIONS];
} Generation;

PLG_FUNCTION(plg_generations);
Datum
plg_generations(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Invitations *invitations;
	Generation *generations;
	const Tree *tree;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	invitations = arg_invitations(fcinfo, 0);
	if (invitations == NULL)
		return (Datum) 0;
	tree = invitations->tree;
	generations = palloc_extended((tree->generations + 1) * sizeof(Generation), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for_many(i, tree->n)
	{
		Generation *generation = &generations[tree->generation[i]];

		generation->entities++;
		for (int k = 0; k < REJECTIONS; k++)
			generation->rejected[k] += invitations->rejected[k][i];
	}
	for (int32 i = 0; i < tree->generations; i++)
	{
		ResultRow	row = {0};

		CHECK_FOR_INTERRUPTS();
		put_datum(&row, Int32GetDatum(i));
		put_number(&row, generations[i].entities);
		put_float_if(&row, i > 0, i == 0 ? 0 : (double) generations[i].entities / (double) generations[i - 1].entities);
		for (int k = 0; k < REJECTIONS; k++)
			put_number(&row, generations[i].rejected[k]);
		put_row(result, &row);
	}
	return (Datum) 0;
}

/* Lineage: each member's place in the tree. */
static Datum
lineage(FunctionCallInfo fcinfo, int argno, EntityResult entities)
{
	static const char *const reasons[REJECTIONS] = {"self", "younger", "cycle"};
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext row_context = AllocSetContextCreate(CurrentMemoryContext, "plg lineage", ALLOCSET_DEFAULT_SIZES);
	Invitations *invitations;
	const Tree *tree;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	invitations = arg_invitations(fcinfo, argno);
	if (invitations == NULL)
		return (Datum) 0;
	begin_entities(&entities, invitations->kind, "lineage");
	tree = invitations->tree;
	for (int64 i = 0; i < tree->n; i++)
	{
		MemoryContext old = MemoryContextSwitchTo(row_context);
		const char *reason = NULL;
		ResultRow	row = {0};

		CHECK_FOR_INTERRUPTS();
		for (int k = REJECTIONS - 1; k >= 0; k--)
			reason = invitations->rejected[k][i] > 0 ? reasons[k] : reason;
		put_datum(&row, entity_result(&entities, &invitations->keys[i]));
		if (tree->parent[i] == NO_PARENT)
			put_null(&row);
		else
			put_datum(&row, entity_result(&entities, &invitations->keys[tree->parent[i]]));
		put_datum(&row, entity_result(&entities, &invitations->keys[tree->root[i]]));
		put_datum(&row, Int32GetDatum(tree->generation[i]));
		put_number(&row, tree->direct[i]);
		put_number(&row, tree->descendants[i]);
		if (reason == NULL)
			put_null(&row);
		else
			put_datum(&row, CStringGetTextDatum(reason));
		MemoryContextSwitchTo(old);
		put_row(result, &row);
		MemoryContextReset(row_context);
	}
	return (Datum) 0;
}

ENTITY_READER(plg_lineage, lineage)
