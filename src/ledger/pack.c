/*
 * Packing a ledger's rows, once they are sorted by account and time.
 *
 * Changes at one instant are netted.  Sums are of whole numbers at the finest
 * scale of all changes; one change alone, as nearly all are, keeps its code.
 * Who is marked as a customer by several ledgers is one as long as by any of them.
 * What remains gets a dictionary of its own, of the amounts still in use.
 */
#include "ledger/currency.h"

#include "core/history/writer.h"
#include "pg/args.h"

/* Rows account by account, before it is known how many they are. */
typedef struct LedgerRows
{
	int64		n_accounts;
	EntityKey  *keys;
	int64	   *counts;
	int64		n_rows;
	int64	   *at;
	uint32	   *code;			/* of the amount */
} LedgerRows;

static void
begin_rows(LedgerRows *rows, uint64 most)
{
	rows->keys = palloc_huge_pages(most * sizeof(EntityKey));
	rows->counts = palloc_huge_pages(most * sizeof(int64));
	rows->at = palloc_huge_pages(most * sizeof(int64));
	rows->code = palloc_huge_pages(most * sizeof(uint32));
}

/* The rows from first on are those of an account. */
static void
end_account(LedgerRows *rows, const EntityKey *key, int64 first)
{
	rows->keys[rows->n_accounts] = *key;
	rows->counts[rows->n_accounts++] = rows->n_rows - first;
}

/* The value of rows, whose codes are turned into places. */
static struct varlena *
write_rows(MemoryContext context, const LedgerState *state, EntityKind kind, uint8 flags,
		   LedgerRows *rows, const Amounts *amounts)
{
	HistoryWriter *writer = palloc(sizeof(HistoryWriter));
	HistoryString *strings;
	uint32		n_strings;
	MemoryContext work;
	uint8	   *bytes;
	Size		size = 0;
	int64		row = 0;

	strings = amounts_to_dictionary(amounts, rows->code, rows->n_rows, &n_strings);
	add_title(state, strings, &n_strings, &flags);

	work = MemoryContextSwitchTo(context);
	history_begin(writer, VARHDRSZ, ledger_kind.magic, kind, flags, rows->n_rows,
				  strings, n_strings);
	writer->extra = state->known_day;
	MemoryContextSwitchTo(work);
	for (int64 i = 0; i < rows->n_accounts; i++)
	{
		int64		n = rows->counts[i];

		/* levels at one time stand in the order of their places */
		if (flags & LEDGER_PENDING)
			sort_entity_rows(rows->at + row, rows->code + row, n);
		history_add(writer, &rows->keys[i], n, rows->at + row, rows->code + row);
		row += n;
	}
	bytes = history_finish(writer, &size);
	return history_as_value(bytes, size, &ledger_kind);
}

/* The netted changes. */
typedef struct Netted
{
	LedgerRows	rows;
	Amounts		amounts;
	int			scale;			/* the finest of all changes */
	int128		volume;			/* absolute changes */
} Netted;

/* Stands for an amount that has too many digits at the ledger's scale. */
#define TOO_LARGE MONEY_LIMIT

void
refuse_total(EntityKind kind, const EntityKey *key, int64 at)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("total of money is out of range with account %s at %s",
					describe_entity(kind, key), describe_time(at)),
			 errdetail(MONEY_LIMIT_DETAIL), errhint(MONEY_LIMIT_HINT)));
}

/* What a change is at the ledger's scale. */
static inline int128
change_at_scale(const Netted *netted, const Amounts *amounts, uint32 code)
{
	Money		money;

	if (likely(netted->scale == CENTS_SCALE && !amount_is_in_table(code)))
		return amount_cents(code);
	money = amounts_money(amounts, code);
	return money_rescale(&money, netted->scale) ? money.mantissa : TOO_LARGE;
}

static inline void
add_netted(LedgerRows *rows, int64 at, uint32 code)
{
	rows->at[rows->n_rows] = at;
	rows->code[rows->n_rows++] = code;
}

/* What the rows of an instant come to; *marked counts the marks that hold the account as a customer. */
static inline void
net_instant(Netted *netted, EntityKind kind, const RowSorter *sorter, const Amounts *amounts,
			int64 first, int64 end, int64 *marked)
{
	LedgerRows *rows = &netted->rows;
	int64		marked_before = *marked;
	int64		n = 0;
	uint32		code = AMOUNT_ZERO;
	int128		change = 0;
	bool		too_large = false;
	int			overflows = 0;

	for (int64 i = first; i < end; i++)
	{
		int128		more;

		if (unlikely(code_is_mark(sorter->code[i])))
		{
			*marked += sorter->code[i] == CUSTOMER_FROM ? 1 : -1;
			continue;
		}
		code = sorter->code[i];
		more = change_at_scale(netted, amounts, code);
		too_large |= more == TOO_LARGE;
		if (__builtin_add_overflow(change, more, &change))
			overflows += more > 0 ? 1 : -1;
		n++;
	}
	too_large |= overflows != 0;
	if (change != 0 || too_large)
	{
		if (too_large || money_absolute(change) >= MONEY_LIMIT ||
			(netted->volume += money_absolute(change)) >= MONEY_LIMIT)
			refuse_total(kind, &sorter->key, sorter->at[first]);

		if (n > 1)
			code = amounts_code_of_sum(&netted->amounts, change, netted->scale);
		else if (amount_is_in_table(code))
			code = amounts_code(&netted->amounts, amounts_money(amounts, code));
		add_netted(rows, sorter->at[first], code);
	}
	if ((*marked > 0) != (marked_before > 0))
		add_netted(rows, sorter->at[first], *marked > 0 ? CUSTOMER_FROM : CUSTOMER_UNTIL);
}

/* Nets the changes at each instant and drops those that come to nothing. */
static void
net_account(Netted *netted, EntityKind kind, const RowSorter *sorter, const Amounts *amounts)
{
	int64		before = netted->rows.n_rows;
	int64		marked = 0;
	int64		end;

	for (int64 first = 0; first < sorter->n; first = end)
	{
		for (end = first + 1; end < sorter->n && sorter->at[end] == sorter->at[first];)
			end++;
		net_instant(netted, kind, sorter, amounts, first, end, &marked);
	}
	if (netted->rows.n_rows > before)
		end_account(&netted->rows, &sorter->key, before);
}

/* The finest scale of a log's changes. */
static int
finest_scale(const RowLog *log, const Amounts *amounts)
{
	LogReader  *reader;
	int			scale = 0;

	/* cents come to no total that would be too large, whatever their scale */
	if (amounts->dict.n == 0)
		return CENTS_SCALE;
	reader = palloc(sizeof(LogReader));
	rowlog_rewind(reader, log);
	while (rowlog_next(reader))
	{
		const Chunk *chunk = &reader->chunk;

		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < chunk->n; i++)
		{
			/* of what is not in the table the scale is 2 at most */
			if ((scale < CENTS_SCALE || amount_is_in_table(chunk->code[i])) && !code_is_mark(chunk->code[i]))
				scale = Max(scale, amounts_money(amounts, chunk->code[i]).scale);
		}
	}
	pfree(reader);
	return scale;
}

static void
net_log(Netted *netted, EntityKind kind, RowSorter *sorter, const RowLog *log, const Amounts *amounts)
{
	netted->scale = finest_scale(log, amounts);
	begin_rows(&netted->rows, rowlog_rows(log));
	while (sorter_next(sorter))
	{
		CHECK_FOR_INTERRUPTS();
		net_account(netted, kind, sorter, amounts);
	}
}

/* Makes a state's value in the current context, of changes collected in a log. */
struct varlena *
pack_changes(const LedgerState *state, EntityKind kind, const RowLog *log, const Dict *accounts,
			 const Amounts *amounts)
{
	MemoryContext result_context = CurrentMemoryContext;
	MemoryContext work = AllocSetContextCreate(result_context, "plg ledger pack",
											   ALLOCSET_DEFAULT_SIZES);
	Netted	   *netted;
	struct varlena *value;

	/* what sorting and netting need is given back at once */
	MemoryContextSwitchTo(work);
	netted = palloc0(sizeof(Netted));
	if (rowlog_rows(log) > 0)
	{
		RowSorter	sorter;

		sorter_begin(&sorter, log, kind == ENTITY_BIGINT ? NULL : accounts, NULL);
		net_log(netted, kind, &sorter, log, amounts);
		sorter_end(&sorter);
	}
	value = write_rows(result_context, state, kind, 0, &netted->rows, &netted->amounts);
	MemoryContextSwitchTo(result_context);
	MemoryContextDelete(work);
	return value;
}

/* The pending ledger of levels, as they are. */
struct varlena *
pack_levels(const LedgerState *state, const Dict *accounts, const Amounts *amounts)
{
	MemoryContext result_context = CurrentMemoryContext;
	MemoryContext work = AllocSetContextCreate(result_context, "plg pending ledger",
											   ALLOCSET_DEFAULT_SIZES);
	LedgerRows *rows;
	RowSorter	sorter;
	struct varlena *value;

	MemoryContextSwitchTo(work);
	rows = palloc0(sizeof(LedgerRows));
	begin_rows(rows, rowlog_rows(&state->log));
	sorter_begin(&sorter, &state->log, state->kind == ENTITY_BIGINT ? NULL : accounts, NULL);
	while (sorter_next(&sorter))
	{
		int64		first = rows->n_rows;

		CHECK_FOR_INTERRUPTS();
		memcpy(rows->at + first, sorter.at, sorter.n * sizeof(int64));
		memcpy(rows->code + first, sorter.code, sorter.n * sizeof(uint32));
		rows->n_rows += sorter.n;
		end_account(rows, &sorter.key, first);
	}
	sorter_end(&sorter);
	value = write_rows(result_context, state, state->kind, state->flags, rows, amounts);
	MemoryContextSwitchTo(result_context);
	MemoryContextDelete(work);
	return value;
}
