/* A stretch of a history; see window.h. */
#include "core/history/window.h"

#include "core/history/sorter.h"

/* A window has so many entities, or one block more. */
#define WINDOW_RUNS 2048

/* Rows are unpacked as they come if not one of so many rows is asked for, for unpacked they are larger, or an entity has less than so many. */
#define FEW_SHARE 4
#define FEW_ROWS 8

/* Then so many bytes of blocks are unpacked at a time. */
#define UNPACKED_SIZE (MEGABYTE / 128)

/* What blocks cost at least, however few bytes they have. */
#define LEAST_BLOCK 512

void
window_open(HistoryWindow *window, const History *history, BlockFilter *filter, bool times_only, Size size,
			HistoryStretch *common)
{
	window->history = history;
	window->filter = filter;
	window->times_only = times_only;
	window->size = size;
	window->common = common;
	window->unpacks = history->sorter != NULL;
	window->ended = history->sorter == NULL && history->n_blocks == 0;
	if (history->sorter != NULL)
		sorter_rewind(history->sorter);
}

void
window_close(HistoryWindow *window)
{
	void	   *parts[] = {window->runs, window->keys, window->blocks, window->all_at, window->all_code};

	for (size_t i = 0; i < lengthof(parts); i++)
	{
		if (parts[i] != NULL)
			pfree(parts[i]);
	}
	stretch_end(&window->own);
}

/* Makes room for more runs, and one. */
static void
make_room(HistoryWindow *window, int more)
{
	if (window->n_runs + more + 1 < window->max_runs)
		return;
	window->max_runs = Max(2 * window->max_runs, window->n_runs + more + 2);
	window->runs = resize_huge(window->runs, window->max_runs * sizeof(WindowRun));
	if (window->history->kind != ENTITY_BIGINT)
		window->keys = resize_huge(window->keys, window->max_runs * sizeof(EntityKey));
}

static void
make_room_for_rows(HistoryWindow *window, int64 rows)
{
	if (rows < window->max_rows)
		return;
	window->max_rows = Max(2 * window->max_rows, rows + 1);
	window->all_at = resize_huge(window->all_at, window->max_rows * sizeof(int64));
	window->all_code = resize_huge(window->all_code, window->max_rows * sizeof(uint32));
}

/* The run that comes last has begun, in place of one that has no rows. */
static inline int
next_run(const HistoryWindow *window, int last)
{
	return last + (window->runs[last].count > 0);
}

/* Has a block opened in one's place, and its rows chosen; counts are the lengths of its runs, and then of rows chosen. */
static void
open_rows(HistoryWindow *window, WindowBlock *opened, const HistoryBlock *block, int64 *counts)
{
	opened->n = block->n;
	opened->at = block->at;
	opened->code = block->code;
	opened->all = window->filter == NULL || filter_block(window->filter, block, opened->masks) == block->n;
	if (!opened->all)
		count_runs(opened->masks, block->n_runs, counts);
}

/* Unpacks the rows chosen, behind those that there are, and tells where the runs' rows are. */
static void
unpack_block(HistoryWindow *window, const HistoryBlock *block, const WindowBlock *opened, const int64 *counts, uint32 *rows)
{
	int64		n = window->n_rows;
	int64	   *at;
	uint32	   *code;

	for (int i = 0; i < block->n_runs; i++)
	{
		rows[i] = (uint32) n;
		n += counts[i];
	}
	make_room_for_rows(window, n);
	at = window->all_at + window->n_rows;
	code = window->all_code + window->n_rows;
	n -= window->n_rows;
	window->n_rows += n;
	if (window->filter != NULL)
	{
		(void) filter_rows(window->filter, &block->code, &block->at, opened->all ? NULL : opened->masks, 0, (int) n, at, code);
		return;
	}
	column_unpack(&block->at, block->n, at);
	if (!window->times_only)
		unpack_codes(block, window->history->n_strings, code);
}

/* An entity of a block: a number, or bytes, of which a number may tell how many. */
static inline EntityKey
key_at(EntityKind kind, const uint8 *bytes, int64 number)
{
	if (kind == ENTITY_BIGINT)
		return (EntityKey) {number, NULL, 0};
	return (EntityKey) {0, bytes, kind == ENTITY_UUID ? UUID_BYTES : (uint32) number};
}

/* Whether a block begins with what the one before ended with. */
static bool
goes_on(const HistoryWindow *window, int last, const uint8 *bytes, const int64 *numbers)
{
	EntityKey	before = window_key(window, last);
	EntityKey	first = key_at(window->history->kind, bytes, numbers[0]);

	return compare_entities(window->history->kind, &before, &first) == 0;
}

/* Adds the runs of a block; its rows before one are delivered already. */
static void
add_runs(HistoryWindow *window, const HistoryBlock *block, uint32 skipped)
{
	const History *history = window->history;
	WindowBlock *opened = &window->blocks[window->n_blocks];
	uint32		row = window->unpacks ? 0 : (uint32) window->n_blocks * BLOCK_ROWS;
	int64		counts[BLOCK_ROWS];
	int64		numbers[BLOCK_ROWS];
	uint32		rows[BLOCK_ROWS];
	const uint8 *bytes = block->key_bytes;
	const char *reason = block_counts(block, counts);
	int			last = window->n_runs;
	int			run = 0;

	if (reason != NULL)
		report_damaged_value(reason);
	make_room(window, block->n_runs);
	for (int i = 0; i < block->n_runs; i++)
	{
		rows[i] = row;
		row += (uint32) counts[i];
	}
	open_rows(window, opened, block, counts);
	if (window->unpacks)
		unpack_block(window, block, opened, counts, rows);
	else
		window->n_blocks++;
	if (history->kind == ENTITY_UUID)
		memset(numbers, 0, block->n_runs * sizeof(int64));
	else
		column_unpack(&block->numbers, block->n_runs, numbers);

	for (; run < block->n_runs && rows[run] < skipped; run++)
		bytes += key_at(history->kind, bytes, numbers[run]).length;
	if (window->entities == 0)
		window->runs[last].count = 0;
	if (window->entities > 0 && run == 0 && goes_on(window, last, bytes, numbers))
	{
		window->runs[last].count += (uint32) counts[run];
		check_entity_rows(window->runs[last].count);
		bytes += key_at(history->kind, bytes, numbers[run]).length;
		run++;
	}
	window->entities += (uint64) (block->n_runs - run);
	if (history->kind == ENTITY_BIGINT)
	{
		WindowRun  *into = window->runs;
		uint32		before = into[last].count;

		for (; run < block->n_runs; run++)
		{
			last += before > 0;
			before = (uint32) counts[run];
			into[last] = (WindowRun) {numbers[run], rows[run], before};
		}
	}
	for (; run < block->n_runs; run++)
	{
		EntityKey	key = key_at(history->kind, bytes, numbers[run]);

		last = next_run(window, last);
		window->runs[last] = (WindowRun) {0, rows[run], (uint32) counts[run]};
		window->keys[last] = key;
		bytes += key.length;
	}
	window->n_runs = last;
}

/* Adds the runs of some blocks, of about so many bytes. */
static void
load_blocks(HistoryWindow *window, uint32 first, uint32 skipped, Size size)
{
	const History *history = window->history;
	Size		before = first == 0 ? 0 : block_end(history, first - 1);
	uint32		n = 1;
	uint32		i = 0;
	Size		start;
	Size		end;
	const char *reason;
	const uint8 *bytes;

	while (first + n < history->n_blocks && n < size / LEAST_BLOCK && block_end(history, first + n) - before <= size)
		n++;
	reason = blocks_place(history, first, n, &start, &end);
	if (reason != NULL)
		report_damaged_value(reason);
	bytes = history_bytes(history, window->unpacks ? window->common : &window->own, start, end);
	if ((int) n > window->max_blocks)
	{
		window->max_blocks = (int) n;
		window->blocks = resize_huge(window->blocks, n * sizeof(WindowBlock));
	}
	do
	{
		HistoryBlock block;
		Size		from;
		Size		to;

		CHECK_FOR_INTERRUPTS();
		reason = blocks_place(history, first + i, 1, &from, &to);
		if (reason == NULL && (from < start || to > end))
			reason = "has blocks out of order";
		if (reason == NULL)
			reason = block_open_at(&block, history, first + i, bytes + (from - start), to - from);
		if (reason != NULL)
			report_damaged_value(reason);
		add_runs(window, &block, i == 0 ? skipped : 0);
	} while (++i < n && (window->n_runs < WINDOW_RUNS || window->entities < 2));
	window->block = first + i;
	window->ended = window->block == history->n_blocks;
}

/* Opens blocks from where the runs go on that are left. */
static void
open_blocks(HistoryWindow *window, uint32 from)
{
	uint32		first = window->block - (uint32) window->n_blocks + from / BLOCK_ROWS;

	for (Size size = window->size;; size *= 2)
	{
		window->n_blocks = 0;
		window->n_runs = 0;
		window->entities = 0;
		load_blocks(window, first, from % BLOCK_ROWS, size);
		if (window->ended || window->entities > 1)
			break;
		/* rows are counted in 32 bits, whoever asks for few of them */
		if (window->n_blocks > MAX_ENTITY_ROWS / BLOCK_ROWS + 1)
			report_crowded_entity();
	}
}

/* What is left, and an entity that may go on, moves to the front. */
static void
keep_rest(HistoryWindow *window, uint32 from)
{
	int			n_kept = 0;

	if (window->max_runs > 0)
	{
		n_kept = window->n_runs + 1 - window->run;
		memmove(window->runs, window->runs + window->run, n_kept * sizeof(WindowRun));
		for (int i = 0; i < n_kept; i++)
			window->runs[i].row -= from;
	}
	if (window->n_rows > from)
	{
		memmove(window->all_at, window->all_at + from, (window->n_rows - from) * sizeof(int64));
		memmove(window->all_code, window->all_code + from, (window->n_rows - from) * sizeof(uint32));
	}
	window->n_rows -= from;
	window->n_runs = Max(n_kept - 1, 0);
	window->entities = (uint64) n_kept;
	make_room(window, WINDOW_RUNS);
	if (n_kept == 0)
		window->runs[0].count = 0;
}

/* The same of rows in a sorter. */
static void
load_sorted(HistoryWindow *window)
{
	RowSorter  *sorter = window->history->sorter;

	for (int64 loaded = 0; window->n_runs < WINDOW_RUNS && loaded < (int64) 8 * BLOCK_ROWS;)
	{
		int64		n;

		CHECK_FOR_INTERRUPTS();
		window->ended = !sorter_next_entity(sorter);
		if (window->ended)
			break;
		n = sorter_filter_rows(sorter, window->filter == NULL ? NULL : window->filter->classes, window->times_only);
		check_entity_rows(n);
		make_room_for_rows(window, window->n_rows + n);
		memcpy(window->all_at + window->n_rows, sorter->at, n * sizeof(int64));
		if (!window->times_only)
			memcpy(window->all_code + window->n_rows, sorter->code, n * sizeof(uint32));
		window->n_runs = next_run(window, window->n_runs);
		window->runs[window->n_runs] = (WindowRun) {sorter->key.number, (uint32) window->n_rows, (uint32) n};
		window->entities++;
		window->n_rows += n;
		loaded += n + 1;
	}
}

/* Once it has turned out that few rows are asked for, or few of an entity, they are unpacked, and the blocks let go. */
static void
unpack_few(HistoryWindow *window)
{
	int			n_runs = window->n_runs + !window->ended;
	int64		n = 0;
	int64		at_hand = 0;

	if (window->history->kind != ENTITY_BIGINT || window->unpacks || n_runs == 0)
		return;
	for (int i = 0; i < n_runs; i++)
		n += window->runs[i].count;
	for (int i = 0; i < window->n_blocks; i++)
		at_hand += window->blocks[i].n;
	if (n > at_hand / FEW_SHARE && n > (int64) n_runs * FEW_ROWS)
		return;
	make_room_for_rows(window, n);
	window_rows(window, window->runs[0].row, n, window->all_at, window->all_code);
	window->n_rows = 0;
	for (int i = 0; i < n_runs; i++)
	{
		window->runs[i].row = (uint32) window->n_rows;
		window->n_rows += window->runs[i].count;
	}
	window->unpacks = true;
	window->n_blocks = 0;
	if (n > at_hand / FEW_SHARE)
	{
		window->common = &window->own;
		window->size = Min(window->size, UNPACKED_SIZE);
	}
}

bool
window_fill(HistoryWindow *window)
{
	uint32		from;

	if (window->ended || 2 * (window->n_runs - window->run) > window->n_filled)
		return false;
	from = window->max_runs == 0 ? 0 : window->runs[window->run].row;
	if (window->unpacks)
	{
		keep_rest(window, from);
		if (window->history->sorter != NULL)
			load_sorted(window);
		else
			load_blocks(window, window->block, 0, window->size);
	}
	else
		open_blocks(window, from);
	if (window->ended)
		window->n_runs = next_run(window, window->n_runs);
	window->run = 0;
	window->n_filled = window->n_runs;
	unpack_few(window);
	return true;
}

void
window_rows(const HistoryWindow *window, uint32 row, int64 n, int64 *at, uint32 *code)
{
	if (window->unpacks && n <= 4)
	{
		/* less than a call takes */
		for (int64 i = 0; i < n; i++)
		{
			at[i] = window->all_at[row + i];
			code[i] = window->all_code[row + i];
		}
		return;
	}
	if (window->unpacks)
	{
		memcpy(at, window->all_at + row, n * sizeof(int64));
		if (!window->times_only)
			memcpy(code, window->all_code + row, n * sizeof(uint32));
		return;
	}
	while (n > 0)
	{
		const WindowBlock *block = &window->blocks[row / BLOCK_ROWS];
		int			from = (int) (row % BLOCK_ROWS);
		int			some = (int) Min(n, block->n - from);

		CHECK_FOR_INTERRUPTS();
		if (window->filter != NULL)
			some = filter_rows(window->filter, &block->code, &block->at, block->all ? NULL : block->masks,
							   from, block->all ? some : (int) Min(n, BLOCK_ROWS), at, code);
		else
		{
			column_unpack_some(&block->at, from, some, at);
			if (!window->times_only &&
				column_unpack32_some(&block->code, from, some, code) >= window->history->n_strings)
				report_unknown_code();
		}
		at += some;
		code += some;
		n -= some;
		row += BLOCK_ROWS - (uint32) from;
	}
}
