/* Milestones: how far each entity got, and when it reached each step. */
#include "readers/shared/chains.h"

#include "milestones/reached.h"
#include "pg/entity.h"
#include "pg/result.h"

/* The arguments, counted from the journeys. */
enum
{
	J, STEPS, WITHIN, MODE, ATTEMPT, AS_OF, ENTERED
};

static Datum
milestones(FunctionCallInfo fcinfo, int journeys_arg, EntityResult entities)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Chains	   *chains = arg_chains(fcinfo, journeys_arg, journeys_arg + MODE, journeys_arg + AS_OF, journeys_arg + ENTERED);

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (chains == NULL)
		return (Datum) 0;
	begin_entities(&entities, chains->journeys.kind, "milestones");
	while (chains_next(chains))
	{
		Datum		entity = entity_result(&entities, chains->key);
		ArrayType  *reached = times_array(chains->chain.at, chains->rules.n_steps);
		ResultRow	row = {0};

		put_datum(&row, entity);
		put_datum(&row, Int32GetDatum(chains->chain.level));
		put_datum(&row, PointerGetDatum(reached));
		put_row(result, &row);
		free_entity_result(&entities, entity);
		pfree(reached);
	}
	return (Datum) 0;
}

ENTITY_READER(plg_milestones, milestones)
