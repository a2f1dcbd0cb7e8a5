/* Checked arguments; args.h says what they mean. */
#include "pg/args.h"

#include "catalog/pg_type.h"
#include "common/int.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "pg/call_site.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/lsyscache.h"

static char *
describe_interval(const Interval *interval)
{
	return DatumGetCString(DirectFunctionCall1(interval_out,
											   IntervalPGetDatum(interval)));
}

static void
null_argument(const char *argument, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("\"%s\" must not be null", argument),
			 errhint("%s", hint)));
}

static void
tell_seconds(FunctionCallInfo fcinfo, const char *argument, int64 us)
{
	CallSite   *site = call_site(fcinfo);

	if (site == NULL || site->told_seconds || !speaks_for_all())
		return;
	site->told_seconds = true;
	ereport(NOTICE,
			(errmsg("\"%s\" is %s", argument, describe_duration(us)),
			 errhint("A number without a unit is seconds; name the unit, as in '7 days'.")));
}

/* The exact length of a duration that must not be negative. */
int64
interval_microseconds(FunctionCallInfo fcinfo, const Interval *interval, const char *argument, int64 shortest)
{
	int64		us;

	if (interval_is_infinite(interval))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" must be finite", argument),
				 errhint("Use a duration such as '7 days'; where no limit is meant, NULL.")));
	if (interval->month != 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("\"%s\" must not contain months or years: %s",
						argument, describe_interval(interval)),
				 errhint("Months differ in length; use days, for example '30 days'.")));
	if (pg_mul_s64_overflow(interval->day, USECS_PER_DAY, &us) ||
		pg_add_s64_overflow(us, interval->time, &us) ||
		us == WITHIN_UNLIMITED)
		ereport(ERROR,
				(errcode(ERRCODE_INTERVAL_FIELD_OVERFLOW),
				 errmsg("\"%s\" is out of range: %s", argument, describe_interval(interval)),
				 errhint("Use a duration of less than 292,000 years.")));
	if (us < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" must not be negative: %s",
						argument, describe_interval(interval)),
				 errhint("Use a duration such as '7 days'.")));
	if (us > 0 && us < shortest && us % USECS_PER_SEC == 0)
		tell_seconds(fcinfo, argument, us);
	return us;
}

/*
 * A bytea that is a structure, where each field may be read in its place: bytes
 * in a tuple are not aligned for that.
 */
struct varlena *
arg_aligned(FunctionCallInfo fcinfo, int argno)
{
	struct varlena *value = PG_DETOAST_DATUM(PG_GETARG_DATUM(argno));

	if (value == (struct varlena *) MAXALIGN(value))
		return value;
	return PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(argno));
}

/* Anybody could pass any bytes as the state of an aggregate. */
void
refuse_damaged_state(const char *aggregate)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("this is no state of plg.%s", aggregate),
			 errhint("Call the aggregate itself.")));
	pg_unreachable();
}

int64
arg_duration(FunctionCallInfo fcinfo, int argno, const char *argument, int64 shortest, int64 missing)
{
	if (!PG_ARGISNULL(argno))
		return interval_microseconds(fcinfo, PG_GETARG_INTERVAL_P(argno), argument, shortest);
	if (missing == DURATION_REQUIRED)
		null_argument(argument, "Use a duration such as '30 minutes' or '7 days'.");
	return missing;
}

int64
arg_within(FunctionCallInfo fcinfo, int argno)
{
	return arg_duration(fcinfo, argno, "within", SHORTEST_TIME, WITHIN_UNLIMITED);
}

void
require_one_within(int64 within, int64 other)
{
	if (within != other)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"within\" differs between rows of one group: %s and %s",
						within == WITHIN_UNLIMITED ? "NULL" : describe_duration(within),
						other == WITHIN_UNLIMITED ? "NULL" : describe_duration(other)),
				 errhint("Use one duration for the whole group, or group by it.")));
}

int64
arg_active_within(FunctionCallInfo fcinfo, int argno)
{
	int64		within = arg_within(fcinfo, argno);

	if (within == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"within\" must be above 0"),
				 errhint("Who was active counts for so long afterwards; use a duration such as '30 days'.")));
	return within;
}

int
arg_array(FunctionCallInfo fcinfo, int argno, const char *argument, Oid type, const char *hint,
		  Datum **values, bool **nulls)
{
	ArrayType  *array;
	int16		length;
	bool		by_value;
	char		align;
	int			n;

	if (PG_ARGISNULL(argno))
		return -1;
	array = PG_GETARG_ARRAYTYPE_P(argno);
	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("\"%s\" must have one dimension, not %d", argument, ARR_NDIM(array)),
				 errhint("%s", hint)));
	get_typlenbyvalalign(type, &length, &by_value, &align);
	deconstruct_array(array, type, length, by_value, align, values, nulls, &n);
	return n;
}

char **
arg_texts(FunctionCallInfo fcinfo, int argno, const char *argument, const char *hint, int *n)
{
	Datum	   *elements;
	bool	   *nulls;
	char	  **texts;

	*n = arg_array(fcinfo, argno, argument, TEXTOID, hint, &elements, &nulls);
	if (*n < 0)
		null_argument(argument, hint);
	texts = palloc_huge(Max(*n, 1) * sizeof(char *));
	for (int i = 0; i < *n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("\"%s\" must not contain nulls", argument),
					 errhint("%s", hint)));
		texts[i] = TextDatumGetCString(elements[i]);
	}
	return texts;
}

/* Nothing would be known. */
void
check_as_of(TimestampTz as_of)
{
	if (TIMESTAMP_IS_NOBEGIN(as_of))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"as_of\" must not be -infinity"),
				 errhint("Use the time up to which the data are complete, for example now().")));
}

TimestampTz
arg_as_of(FunctionCallInfo fcinfo, int argno)
{
	if (PG_ARGISNULL(argno))
		return AS_OF_MISSING;
	check_as_of(PG_GETARG_TIMESTAMPTZ(argno));
	return PG_GETARG_TIMESTAMPTZ(argno);
}

int
arg_positive(FunctionCallInfo fcinfo, int argno, const char *argument)
{
	int			value;

	if (PG_ARGISNULL(argno))
		null_argument(argument, "Use a whole number of at least 1.");
	value = PG_GETARG_INT32(argno);
	if (value <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" must be positive, not %d", argument, value),
				 errhint("Use a whole number of at least 1.")));
	return value;
}

double
arg_fraction(double p, const char *argument)
{
	if (!(p >= 0 && p <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("\"%s\" must be between 0 and 1, not %g", argument, p),
				 errhint("Use a fraction: 0.5 is 50 %%.")));
	return p;
}

/* A confidence level, strictly between 0 and 1. */
double
arg_level(FunctionCallInfo fcinfo, int argno)
{
	static const char *const hint = "Use a fraction between 0 and 1, for example 0.95.";
	double		level;

	if (PG_ARGISNULL(argno))
		null_argument("level", hint);
	level = PG_GETARG_FLOAT8(argno);
	if (!(level > 0 && level < 1))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("confidence level %g is not between 0 and 1", level),
				 errhint("%s", hint)));
	return level;
}

/* A text argument that must not be NULL. */
char *
arg_name(FunctionCallInfo fcinfo, int argno, const char *argument)
{
	if (PG_ARGISNULL(argno))
		null_argument(argument, "Give it a value, or leave it out where it has a default.");
	return text_to_cstring(PG_GETARG_TEXT_PP(argno));
}

/* The time of an event, as a timestamp or a date. */
TimestampTz
arg_event_time(FunctionCallInfo fcinfo, int argno, bool is_date)
{
	TimestampTz at = is_date ? timestamp_of_date(PG_GETARG_DATEADT(argno)) : PG_GETARG_TIMESTAMPTZ(argno);

	if (TIMESTAMP_NOT_FINITE(at))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
				 errmsg("event time is infinite: %s", describe_time(at)),
				 errhint("What never happens is no event: leave such rows out with FILTER (WHERE isfinite(...)).")));
	return at;
}

/* Which of the names of an option's values a text argument is, in any case. */
int
arg_choice(FunctionCallInfo fcinfo, int argno, const char *argument, const char *const *names, int n)
{
	char	   *name = arg_name(fcinfo, argno, argument);
	StringInfoData list;

	for (int i = 0; i < n; i++)
	{
		if (pg_strcasecmp(name, names[i]) == 0)
			return i;
	}
	initStringInfo(&list);
	for (int i = 0; i < n; i++)
		appendStringInfo(&list, "%s\"%s\"", i == 0 ? "" : i < n - 1 ? ", " : " and ", names[i]);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s \"%s\" is not valid", argument, describe_text(name, strlen(name))),
			 errhint("Valid values are %s.", list.data)));
	pg_unreachable();
}

#define SHOWN_BYTES 100

char *
describe_text(const char *bytes, Size length)
{
	int			shown = pg_mbcliplen(bytes, (int) Min(length, MaxAllocSize), SHOWN_BYTES);

	return psprintf("%.*s%s", shown, bytes, (Size) shown < length ? "..." : "");
}

/* A date argument that must not be NULL. */
DateADT
arg_date(FunctionCallInfo fcinfo, int argno, const char *argument)
{
	if (PG_ARGISNULL(argno))
		null_argument(argument, "Give a date.");
	return PG_GETARG_DATEADT(argno);
}

char *
describe_date(DateADT d)
{
	char		text[MAXDATELEN + 1];
	struct pg_tm tm = {0};

	if (DATE_NOT_FINITE(d))
		EncodeSpecialDate(d, text);
	else
	{
		j2date(d + POSTGRES_EPOCH_JDATE, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
		EncodeDateOnly(&tm, USE_ISO_DATES, text);
	}
	return pstrdup(text);
}

/* Midnight UTC; infinite dates stay infinite. */
TimestampTz
timestamp_of_date(DateADT d)
{
	if (DATE_IS_NOBEGIN(d))
		return DT_NOBEGIN;
	if (DATE_IS_NOEND(d))
		return DT_NOEND;
	if (d < DATETIME_MIN_JULIAN - POSTGRES_EPOCH_JDATE ||
		d >= TIMESTAMP_END_JULIAN - POSTGRES_EPOCH_JDATE)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("date %s is out of range for a timestamp", describe_date(d)),
				 errhint("Timestamps end in the year 294276.")));
	return (TimestampTz) d * USECS_PER_DAY;
}

/* Days and time, never months. */
Interval *
microseconds_interval(int64 us)
{
	Interval   *interval = palloc(sizeof(Interval));

	interval->month = 0;
	interval->day = (int32) (us / USECS_PER_DAY);
	interval->time = us % USECS_PER_DAY;
	return interval;
}

/* For error messages: ISO style and UTC whatever the session's settings. */
char *
describe_time(TimestampTz t)
{
	char		text[MAXDATELEN + 1];
	struct pg_tm tm;
	fsec_t		fsec;

	if (TIMESTAMP_NOT_FINITE(t))
		EncodeSpecialTimestamp(t, text);
	else
	{
		if (timestamp2tm(t, NULL, &tm, &fsec, NULL, NULL) != 0)
			ereport(ERROR,
					(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
					 errmsg("timestamp out of range"),
					 errhint("Times must lie between 4713 BC and 294276 AD.")));
		tm.tm_isdst = 0;		/* known, so that the zone is written */
		EncodeDateTime(&tm, fsec, true, 0, NULL, USE_ISO_DATES, text);
	}
	return pstrdup(text);
}

/* For error messages: days and time whatever the session's IntervalStyle. */
char *
describe_duration(int64 us)
{
	char		text[MAXDATELEN + 1];
	struct pg_itm itm = {0};

	itm.tm_mday = (int) (us / USECS_PER_DAY);
	us %= USECS_PER_DAY;
	itm.tm_hour = us / USECS_PER_HOUR;
	us %= USECS_PER_HOUR;
	itm.tm_min = (int) (us / USECS_PER_MINUTE);
	us %= USECS_PER_MINUTE;
	itm.tm_sec = (int) (us / USECS_PER_SEC);
	itm.tm_usec = (int) (us % USECS_PER_SEC);
	EncodeInterval(&itm, INTSTYLE_POSTGRES, text);
	return pstrdup(text);
}
