/*
 * plg.conversion: how long from start to goal, for those who got there and
 * those still on the way.
 */
#ifndef PLG_CONVERSION_H
#define PLG_CONVERSION_H

#include "args.h"
#include "core/entrants.h"
#include "value.h"

extern const ValueKind conversion_kind;

/*
 * A conversion under construction.  Each row is a start, a goal (DT_NOEND if
 * there is none yet) and the time we stopped looking; what comes after that is
 * not known: a later goal is none yet, a later start is no entrant.
 */
typedef struct ConversionBuilder
{
	MemoryContext context;
	Entrant    *entrants;
	int64		count;
	int64		capacity;
	int64		waiting_forever;	/* not among the entrants */
} ConversionBuilder;

extern void conversion_begin(ConversionBuilder *builder, MemoryContext context);
extern void conversion_add(ConversionBuilder *builder, TimestampTz started,
						   TimestampTz converted, TimestampTz as_of);
extern void conversion_add_value(ConversionBuilder *builder, struct varlena *value);
extern struct varlena *conversion_value(ConversionBuilder *builder);

/* Argument argno, which must not be NULL, opened. */
extern void arg_conversion(FunctionCallInfo fcinfo, int argno, Entrants *entrants);

/* The same entrants as the Kaplan-Meier estimate reads them, once. */
extern SurvivalInput *survival_input(const Entrants *entrants);

/* A rate and what it was made of; the row of activation(). */
typedef struct Activation
{
	int64		entered;
	int64		mature;
	int64		converted;
	bool		known;			/* whether there is a rate */
	bool		bounded;		/* and its bounds */
	double		rate;
	double		low;
	double		high;
} Activation;

extern void set_proportion(Activation *activation, int64 converted, int64 total, double level);
extern Datum activation_row(FunctionCallInfo fcinfo, const Activation *activation);

#endif							/* PLG_CONVERSION_H */
