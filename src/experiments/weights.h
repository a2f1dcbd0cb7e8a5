/* The variants of an experiment and their weights, as they were planned. */
#ifndef PLG_EXPERIMENTS_WEIGHTS_H
#define PLG_EXPERIMENTS_WEIGHTS_H

#include "pg/compat.h"
#include "core/history/history.h"

typedef struct WeightedVariant
{
	HistoryString label;
	double		weight;
} WeightedVariant;

typedef struct Weights
{
	WeightedVariant *variants;	/* ascending by label; NULL: none was made, all weigh the same */
	int			n;
} Weights;

/* A jsonb argument, {"control": 0.5, "treatment": 0.5}, of which the control must be a part; NULL is no plan. */
extern Weights arg_weights(FunctionCallInfo fcinfo, int argno, const HistoryString *control);

/* Where a label stands in a plan; -1: nowhere. */
extern int	weights_find(const Weights *plan, const HistoryString *label);

/* That units were exposed to a variant that has no weight. */
pg_noreturn extern void refuse_unplanned(const HistoryString *label);

#endif							/* PLG_EXPERIMENTS_WEIGHTS_H */
