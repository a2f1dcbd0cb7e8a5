/* Milestones: how far each entity got, and when it reached each step. */
#include "readers/shared/chains.h"

#include "milestones/reached.h"
#include "funcapi.h"
#include "state/history_value.h"

static Datum
milestones(FunctionCallInfo fcinfo, int journeys_arg, bool as_text, EntityKind wanted)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Chains	   *chains = arg_chains(fcinfo, journeys_arg, journeys_arg + 3, journeys_arg + 5, journeys_arg + 6);

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (chains == NULL)
		return (Datum) 0;
	if (!as_text)
		require_entity_kind(chains->journeys.kind, wanted, "milestones");
	while (chains_next(chains))
	{
		ArrayType  *reached = times_array(chains->chain.at, chains->rules.n_steps);
		Datum		values[3] = {
			as_text ? entity_as_text(chains->journeys.kind, chains->key) :
			entity_datum(chains->journeys.kind, chains->key),
			Int32GetDatum(chains->chain.level),
			PointerGetDatum(reached)
		};
		bool		nulls[3] = {false};

		CHECK_FOR_INTERRUPTS();
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		if (as_text || wanted != ENTITY_BIGINT)
			pfree(DatumGetPointer(values[0]));
		pfree(reached);
	}
	return (Datum) 0;
}

PLG_CALLS(plg_milestones, milestones(fcinfo, 0, true, ENTITY_TEXT))
PLG_CALLS(plg_milestones_bigint, milestones(fcinfo, 1, false, ENTITY_BIGINT))
PLG_CALLS(plg_milestones_uuid, milestones(fcinfo, 1, false, ENTITY_UUID))
PLG_CALLS(plg_milestones_text, milestones(fcinfo, 1, false, ENTITY_TEXT))
