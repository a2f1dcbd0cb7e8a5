/* A row log gives back the rows in order of arrival, at any moment, more than once. */
#include "core/rowlog/partitions.h"
#include "core/rowlog/rowlog.h"
#include "core/base/grain.h"
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
	while (good && rowlog_next(reader))
		for (int i = 0; i < reader->chunk.n; i++, row++)
			good &= row < n && reader->chunk.entity[i] == entity[row] &&
				reader->chunk.at[i] == at[row] && reader->chunk.code[i] == code[row];
	good &= row == n && !rowlog_next(reader);

	for (int i = 0; i < n; i++)
	{
		true_min = Min(true_min, entity[i]);
		true_max = Max(true_max, entity[i]);
	}
	if (n > 0)
	{
		rowlog_entity_range(log, &min, &max);
		good &= min == true_min && max >= true_max;
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

/* Packs some rows, at times steps of the unit apart but for one; the bytes, or 0 if others come back. */
static Size
packed_size(int64 unit, int n, int odd)
{
	static LogRow rows[CHUNK_ROWS];
	static uint8 bytes[CHUNK_BOUND(CHUNK_ROWS)];
	static Chunk chunk;
	uint64		my_seed = 5;
	uint8	   *end;

	for (int i = 0; i < n; i++)
	{
		entity[i] = (int64) (next_random(&my_seed) % 900);
		at[i] = 12345 + (int64) (next_random(&my_seed) % 3000) * unit + (i == odd);
		code[i] = (uint32) (next_random(&my_seed) % 9);
		set_row(&rows[i], entity[i], at[i], code[i]);
	}
	end = chunk_write(bytes, rows, n);
	if (chunk_read(bytes, &chunk) != end || chunk.n != n || chunk_first_at(bytes) != at[0])
		return 0;
	for (int i = 0; i < n; i++)
		if (chunk.entity[i] != entity[i] || chunk.at[i] != at[i] || chunk.code[i] != code[i])
			return 0;
	return (Size) (end - bytes);
}

static bool
packs_units(void)
{
	static const int sizes[] = {1, 2, 3, 64, 1000};
	bool		good = true;

	for (int s = 0; s < (int) lengthof(sizes); s++)
	{
		int			n = sizes[s];
		Size		plain = packed_size(1, n, -1);

		good &= plain > 0;
		for (int i = 0; i < N_GRAINS; i++)
		{
			good &= packed_size((int64) grains[i].size, n, -1) == plain;
			for (int odd = 0; odd < n; odd += 1 + n / 7)
				good &= packed_size((int64) grains[i].size, n, odd) > 0;
		}
	}
	return good;
}

/* Whether each row is in its partition, once; times are the row's number, stretched. */
static bool
dealt_holds(Dealt *dealt, int n, int64 stretch)
{
	Chunk	   *chunk = palloc(sizeof(Chunk));
	uint8	   *seen = palloc0(n);
	int			rows = 0;
	bool		good = dealt_rows(dealt) == (uint64) n;

	dealt_close_chunks(dealt);
	good &= dealt_rows(dealt) == (uint64) n;
	for (int i = 0; i < DEALT_PARTITIONS && good; i++)
	{
		ChunkReader reader;
		bool		open_done = false;

		chunks_rewind(&reader, &dealt->packed[i]);
		for (;;)
		{
			if (!chunks_next(&reader, chunk))
			{
				if (open_done || dealt->n[i] == 0)
					break;
				open_done = true;
				chunk_of_rows(chunk, dealt->rows + i * DEALT_ROWS, dealt->n[i]);
			}
			for (int row = 0; row < chunk->n && good; row++, rows++)
			{
				int			which = (int) (chunk->at[row] / stretch);

				good &= which >= 0 && which < n && !seen[which] &&
					chunk->entity[row] == entity[which] && chunk->at[row] == at[which] &&
					chunk->code[row] == code[which] &&
					dealt_partition(dealt, number_key(chunk->entity[row])) == (uint64) i;
				seen[which] = 1;
			}
		}
	}
	return good && rows == n;
}

/*
 * Entities that grow, fall, lie anywhere or have one far away; times stretched,
 * and a large code.
 */
static bool
deals_rows(int64 start, int64 step, uint64 spread, bool outlier, int64 stretch, uint32 large_code, bool *staged)
{
	RowLog		log = {0};
	int			first = 2000;
	bool		good = true;

	for (int i = 0; i < MAX_ROWS && good; i++)
	{
		entity[i] = (int64) ((uint64) start + (uint64) (step * i) +
							 (spread == 0 ? next_random(&seed) : next_random(&seed) % spread));
		if (outlier && i % 9999 == 5000)
			entity[i] = i % 2 == 0 ? PG_INT64_MAX : PG_INT64_MIN;
		at[i] = i * stretch + (i % 5000 == 4999 && stretch > 1);
		code[i] = i == 30000 ? large_code : (uint32) (i % 1000);
		if (i == first)
			rowlog_deal(&log);
		if (i >= first)
		{
			while (!dealt_put(log.dealt, entity[i], at[i], code[i]))
				dealt_make_room(log.dealt, entity[i], at[i], code[i]);
		}
		else
		{
			if (rowlog_full(&log))
				rowlog_make_room(&log);
			rowlog_put(&log, entity[i], at[i], code[i]);
		}
		if (i == first || i == first + 1 || i == 9000 || i == MAX_ROWS - 1)
			good = rowlog_rows(&log) == (uint64) i + 1 && dealt_holds(log.dealt, i + 1, stretch);
	}
	*staged = log.dealt->rows != NULL;
	return good;
}

static bool
deals(int64 start, int64 step, uint64 spread, bool outlier)
{
	bool		staged;

	return deals_rows(start, step, spread, outlier, 1, 7, &staged);
}

/* The same of near entities, and whether rows were staged at the end. */
static bool
deals_times(int64 stretch, uint32 large_code, bool expected)
{
	bool		staged;

	return deals_rows(0, 0, 50000, false, stretch, large_code, &staged) && staged == expected;
}

int
main(void)
{
	ok(deals(0, 0, 50000, false), "rows of near entities are dealt");
	ok(deals(1, 3, 10, false), "rows of ever larger entities are dealt");
	ok(deals(1, -3, 10, false), "rows of ever smaller entities are dealt");
	ok(deals(PG_INT64_MAX - 1000000, 13, 100, false), "rows of the largest entities are dealt");
	ok(deals(PG_INT64_MIN + 1000000, -13, 100, false), "rows of the smallest entities are dealt");
	ok(deals(0, 0, 0, false), "rows of entities anywhere are dealt");
	ok(deals(5, 0, 1000, true), "rows of near and a few far entities are dealt");
	ok(deals_times(1000, 7, false) && deals_times(INT64CONST(60000000), 7, false), "one number holds a row, odd times too");
	ok(deals_times(INT64CONST(3600000000), 7, false), "times may move on by years");
	ok(deals_times(INT64CONST(1) << 46, 7, true), "times that move on by two years a row are staged");
	ok(deals_times(1, 100000, false), "a large code leaves times fewer bits");
	ok(deals_times(1, 20000000, true), "a larger one too few");
	ok(gives_back(1000000, 50000), "rows of near entities come back");
	ok(gives_back(1, 0), "rows of far entities come back");
	ok(packs_units(), "times at whole units are packed as small as their multiples, a single odd one is kept");
	return tap_status();
}
