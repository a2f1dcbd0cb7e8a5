/* The named options of the ledger's readers. */
#include "revenue/tally.h"

#include "pg/args.h"

TallyOptions
default_options(void)
{
	TallyOptions options = {.course = {.as_of = DT_NOEND, .reactivation_within = WITHIN_UNLIMITED}};

	return options;
}

/* Which of the names an argument is; NULL is the first. */
static int
arg_choice_or_first(FunctionCallInfo fcinfo, int argno, const char *argument, const char *const *names, int n)
{
	return PG_ARGISNULL(argno) ? 0 : arg_choice(fcinfo, argno, argument, names, n);
}

bool
arg_by_event(FunctionCallInfo fcinfo, int argno)
{
	static const char *const names[] = {"period", "event"};

	return arg_choice_or_first(fcinfo, argno, "movement_by", names, lengthof(names)) == 1;
}

GrrMethod
arg_grr_method(FunctionCallInfo fcinfo, int argno)
{
	static const char *const names[] = {"least", "low_water", "flow"};

	return (GrrMethod) arg_choice_or_first(fcinfo, argno, "grr_method", names, lengthof(names));
}

TimestampTz
arg_known_until(FunctionCallInfo fcinfo, int argno, const LedgerReader *reader, CourseOptions *course)
{
	TimestampTz as_of = PG_ARGISNULL(argno) ? DT_NOEND : PG_GETARG_TIMESTAMPTZ(argno);

	/* where a ledger of snapshots ends, nobody has left */
	course->as_of = as_of < reader->known_until ? as_of : reader->known_until - 1;
	return Min(as_of, reader->known_until);
}
