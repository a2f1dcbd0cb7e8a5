/*
 * Turning the codes of amounts, which only a state understands, into places
 * among the amounts in use, as a history holds them.
 *
 * The codes are looked up in a hash table of their own.  All of them are at hand,
 * so each one's slot is called for some codes ahead, and is in the cache when its
 * turn comes.
 */
#include "ledger/amounts.h"

#include "core/base/radix.h"

#define FIRST_BITS 6
#define AHEAD 16
#define INTERRUPT_ROWS 65536

typedef struct CodeSlot
{
	uint32		code;
	uint32		number;			/* from 1 on; 0 if free */
} CodeSlot;

typedef struct CodeTable
{
	CodeSlot   *slots;
	int			bits;
} CodeTable;

/* Drawn once for each process, so that nobody can choose amounts that fall on one slot. */
static uint64 factor;

static inline uint64
slot_of(const CodeTable *table, uint32 code)
{
	return (code + 1) * factor >> (64 - table->bits);
}

static inline CodeSlot *
find_slot(const CodeTable *table, uint32 code)
{
	uint64		mask = (UINT64CONST(1) << table->bits) - 1;
	uint64		i = slot_of(table, code);

	while (table->slots[i].number != 0 && table->slots[i].code != code)
		i = (i + 1) & mask;
	return &table->slots[i];
}

static void
make_slots(CodeTable *table)
{
	Size		size = ((Size) 1 << table->bits) * sizeof(CodeSlot);

	table->slots = palloc_huge(size);
	memset(table->slots, 0, size);
}

static void
double_slots(CodeTable *table)
{
	CodeSlot   *old = table->slots;
	uint64		n = UINT64CONST(1) << table->bits;

	table->bits++;
	make_slots(table);
	for (uint64 i = 0; i < n; i++)
	{
		if (old[i].number != 0)
			*find_slot(table, old[i].code) = old[i];
	}
	pfree(old);
}

/* Replaces codes by numbers in order of appearance; returns the codes by number. */
static uint32 *
number_codes(uint32 *codes, int64 n, uint32 *n_distinct)
{
	CodeTable	table = {.bits = FIRST_BITS};
	uint32		capacity = (uint32) 1 << (FIRST_BITS - 1);
	uint32	   *distinct = palloc(capacity * sizeof(uint32));
	uint32		numbers = 0;

	if (factor == 0)
	{
		draw_random(&factor, sizeof(factor));
		factor |= 1;
	}
	make_slots(&table);
	for (int64 i = 0; i < n; i++)
	{
		CodeSlot   *slot;

		if (i % INTERRUPT_ROWS == 0)
			CHECK_FOR_INTERRUPTS();
		if (i + AHEAD < n)
			__builtin_prefetch(&table.slots[slot_of(&table, codes[i + AHEAD])]);
		slot = find_slot(&table, codes[i]);
		if (slot->number != 0)
		{
			codes[i] = slot->number - 1;
			continue;
		}
		if (numbers == capacity)
		{
			if (numbers > DICT_MAX / 2)
				refuse_amounts(DICT_MAX / 2);
			capacity *= 2;
			distinct = repalloc_huge(distinct, capacity * sizeof(uint32));
			double_slots(&table);
			slot = find_slot(&table, codes[i]);
		}
		slot->code = distinct[numbers] = codes[i];
		codes[i] = numbers++;
		slot->number = numbers;
	}
	pfree(table.slots);
	*n_distinct = numbers;
	return distinct;
}

/* How amounts are sorted: key, whose order is mostly all, and number. */
typedef struct Placed
{
	int64		key;
	int64		number;
} Placed;

#define KEY_BYTES 7
#define KEY_LENGTH_BITS 4

/* By so many of the first bytes, then by length; what is longer is all one. */
static int64
string_key(const HistoryString *string, uint32 n_bytes)
{
	uint64		key = 0;

	for (uint32 i = 0; i < n_bytes; i++)
		key = key << 8 | (i < string->length ? string->bytes[i] : 0);
	return (int64) (key << KEY_LENGTH_BITS | Min(string->length, n_bytes + 1));
}

static int
compare_placed(const void *a, const void *b, void *strings)
{
	const HistoryString *x = (const HistoryString *) strings + ((const Placed *) a)->number;
	const HistoryString *y = (const HistoryString *) strings + ((const Placed *) b)->number;

	return compare_bytes(x->bytes, x->length, y->bytes, y->length);
}

/* The order in which distinct strings stand in a history. */
static Placed *
place_strings(HistoryString *strings, uint32 n)
{
	Placed	   *placed = palloc_huge(Max(n, 1) * sizeof(Placed));
	uint32		n_bytes = 0;

	for_many(i, n)
		n_bytes = Max(n_bytes, strings[i].length);
	n_bytes = Min(n_bytes, KEY_BYTES);
	for_many(i, n)
	{
		placed[i].key = string_key(&strings[i], n_bytes);
		placed[i].number = (uint32) i;
	}
	sort_pairs((int64 *) placed, n, 0);
	for (uint32 i = 0; i < n;)
	{
		uint32		first = i;

		for (i++; i < n && placed[i].key == placed[first].key;)
			i++;
		if (i - first > 1)
			qsort_arg(placed + first, i - first, sizeof(Placed), compare_placed, strings);
		CHECK_FOR_INTERRUPTS();
	}
	return placed;
}

/* The bytes of what a code stands for; how many. */
static uint32
write_code(uint8 *out, const Amounts *amounts, uint32 code)
{
	if (!code_is_mark(code))
		return money_write(out, amounts_money(amounts, code));
	out[0] = code == CUSTOMER_FROM ? CUSTOMER_FROM_MARK : CUSTOMER_UNTIL_MARK;
	return 1;
}

/*
 * Replaces codes by the places of their amounts, and returns the amounts' bytes
 * in order; there is room for one string more.
 */
HistoryString *
amounts_to_dictionary(const Amounts *amounts, uint32 *codes, int64 n_codes, uint32 *n_strings)
{
	uint32		n;
	uint32	   *distinct = number_codes(codes, n_codes, &n);
	HistoryString *strings = palloc_huge(Max(n, 1) * sizeof(HistoryString));
	HistoryString *in_order = palloc_huge_pages(((Size) n + 1) * sizeof(HistoryString));
	uint8	   *bytes = palloc_huge_pages(n * (Size) MONEY_MAX_BYTES);
	Placed	   *placed;

	for_many(i, n)
	{
		strings[i].bytes = bytes;
		strings[i].length = write_code(bytes, amounts, distinct[i]);
		bytes += strings[i].length;
	}
	placed = place_strings(strings, n);
	for_many(i, n)
	{
		in_order[i] = strings[placed[i].number];
		distinct[placed[i].number] = (uint32) i;
	}
	pfree(placed);
	pfree(strings);
	for_many(i, n_codes)
		codes[i] = distinct[codes[i]];
	pfree(distinct);
	*n_strings = n;
	return in_order;
}
