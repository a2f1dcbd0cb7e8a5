/*
 * Chains of steps in journeys: the visitor behind funnel and milestones, and
 * the options that they share.  core/chain/rules.h defines what a chain is.
 */
#ifndef PLG_READERS_SHARED_CHAINS_H
#define PLG_READERS_SHARED_CHAINS_H

#include "core/chain/rules.h"
#include "readers/shared/observed.h"

typedef struct Chains
{
	/* the entity at hand */
	const EntityKey *key;
	Chain		chain;

	/*
	 * When it entered: its first row that could begin a chain, or with attempt
	 * each or next the first row of this pass.
	 */
	TimestampTz started;

	ChainRules	rules;
	char	  **labels;			/* of the steps; NULL: any event */
	Observed	observed;
	History		journeys;
	ChainEngine *engine;
	bool		has_entity;
	HistoryCursor cursor;
} Chains;

/*
 * Opens the journeys in an argument, with steps and within behind it; mode and
 * attempt, as_of, and entered with all further options where the caller says.
 */
extern Chains *arg_chains(FunctionCallInfo fcinfo, int journeys_arg, int mode_arg, int as_of_arg, int entered_arg);

/* Goes to the next chain: one for each entrant, or each of its passes. */
extern bool chains_next(Chains *chains);

#endif							/* PLG_READERS_SHARED_CHAINS_H */
