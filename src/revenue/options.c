/* The named options of the ledger's readers. */
#include "revenue/tally.h"

#include "pg/args.h"

TallyOptions
default_options(void)
{
	TallyOptions options = {.course = {.as_of = DT_NOEND, .reactivation_within = WITHIN_UNLIMITED}};

	return options;
}

bool
arg_by_event(FunctionCallInfo fcinfo, int argno)
{
	static const char *const names[] = {"period", "event"};

	return arg_choice(fcinfo, argno, "movement_by", names, lengthof(names)) == 1;
}

GrrMethod
arg_grr_method(FunctionCallInfo fcinfo, int argno)
{
	static const char *const names[] = {"least", "low_water", "flow"};

	return (GrrMethod) arg_choice(fcinfo, argno, "grr_method", names, lengthof(names));
}

int64
arg_reactivation_within(FunctionCallInfo fcinfo, int argno)
{
	return arg_duration(fcinfo, argno, "reactivation_within", SHORTEST_ABSENCE, WITHIN_UNLIMITED);
}

int64
arg_bridge_gap(FunctionCallInfo fcinfo, int argno)
{
	return arg_duration(fcinfo, argno, "bridge_gap", SHORTEST_ABSENCE, 0);
}

TimestampTz
known_until(const LedgerReader *reader, TimestampTz as_of, CourseOptions *course)
{
	TimestampTz until = as_of == AS_OF_MISSING ? reader->known_until : as_of;

	/* of snapshots nothing is known from then on: where they end, nobody has left */
	course->as_of = reader->known_until != DT_NOEND && until != DT_NOEND ? until - 1 : until;
	return until;
}
