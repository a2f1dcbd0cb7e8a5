/* A row log gives back the rows in order of arrival, at any moment, more than once. */
#include "core/rowlog.h"
#include "tap.h"

#define MAX_ROWS 70000

static int64 entity[MAX_ROWS];
static int64 at[MAX_ROWS];
static uint32 code[MAX_ROWS];
static uint64 seed = 3;

static bool
holds(const RowLog *log, int n)
{
	LogReader  *reader = palloc(sizeof(LogReader));
	int64		min;
	int64		max;
	int64		true_min = PG_INT64_MAX;
	int64		true_max = PG_INT64_MIN;
	int			row = 0;
	bool		good = rowlog_rows(log) == (uint64) n;

	rowlog_rewind(reader, log);
	while (good && rowlog_next_entities(reader))
		for (int i = 0; i < reader->n; i++, row++)
			good &= row < n && reader->entity[i] == entity[row];
	good &= row == n && !rowlog_next_entities(reader);

	row = 0;
	rowlog_rewind(reader, log);
	while (good && rowlog_next(reader))
		for (int i = 0; i < reader->n; i++, row++)
			good &= row < n && reader->entity[i] == entity[row] && reader->at[i] == at[row] &&
				reader->code[i] == code[row];
	good &= row == n && !rowlog_next(reader);

	for (int i = 0; i < n; i++)
	{
		true_min = Min(true_min, entity[i]);
		true_max = Max(true_max, entity[i]);
	}
	if (n > 0)
	{
		rowlog_entity_range(log, &min, &max);
		good &= min == true_min && max == true_max;
	}
	pfree(reader);
	return good;
}

static bool
gives_back(int64 unit, uint64 spread)
{
	RowLog		log = {0};
	bool		good = holds(&log, 0);

	for (int i = 0; i < MAX_ROWS && good; i++)
	{
		entity[i] = (int64) (spread == 0 ? next_random(&seed) : next_random(&seed) % spread);
		at[i] = (int64) (next_random(&seed) % 1000000) * unit;
		code[i] = (uint32) (next_random(&seed) % (i % 100 == 0 ? 0x7fffffff : 9));
		if (i == 20000)
			at[i] = PG_INT64_MIN;
		if (i == 20001)
			at[i] = PG_INT64_MAX;
		if (rowlog_full(&log))
			rowlog_make_room(&log);
		rowlog_put(&log, entity[i], at[i], code[i]);
		if (i < 40 || (i >= 1020 && i < 1030) || i == 2048 || i == MAX_ROWS - 1)
			good = holds(&log, i + 1);
	}
	return good;
}

int
main(void)
{
	ok(gives_back(1000000, 50000), "rows of near entities come back");
	ok(gives_back(1, 0), "rows of far entities come back");
	return tap_status();
}
