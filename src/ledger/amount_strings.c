/*
 * Turning the codes of amounts, which only a state understands, into places
 * among the amounts in use, as a history holds them.
 *
 * The codes are looked up in a hash table of their own.  All of them are at hand,
 * so each one's slot is called for some codes ahead, and is in the cache when its
 * turn comes.
 */
#include "ledger/amounts.h"

#include "history_value.h"
#include "port/pg_bitutils.h"

#define FIRST_BITS 6
#define AHEAD 16

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

	table->slots = in_huge_pages(palloc_huge(size), size);
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

static void
add_amount(Dict *strings, const Amounts *amounts, uint32 code)
{
	uint8		bytes[MONEY_MAX_BYTES];

	if (strings->n >= DICT_MAX)
		refuse_amounts(DICT_MAX);
	dict_add(strings, bytes, money_write(bytes, amounts_money(amounts, code)));
}

/*
 * Replaces codes by the places of their amounts.  The amounts' bytes go to
 * strings, which is empty, their order to the ranking.
 */
void
amounts_rank(const Amounts *amounts, uint32 *codes, int64 n, Dict *strings, Ranking *ranking)
{
	CodeTable	table = {.bits = FIRST_BITS};
	uint8	   *used;

	if (factor == 0)
	{
		draw_random(&factor, sizeof(factor));
		factor |= 1;
	}
	make_slots(&table);
	for (int64 i = 0; i < n; i++)
	{
		CodeSlot   *slot;

		if (i % 65536 == 0)
			CHECK_FOR_INTERRUPTS();
		if (i + AHEAD < n)
			__builtin_prefetch(&table.slots[slot_of(&table, codes[i + AHEAD])]);
		slot = find_slot(&table, codes[i]);
		if (slot->number == 0)
		{
			add_amount(strings, amounts, codes[i]);
			slot->code = codes[i];
			slot->number = strings->n;
			codes[i] = strings->n - 1;
			if (strings->n > UINT64CONST(1) << (table.bits - 1))
				double_slots(&table);
		}
		else
			codes[i] = slot->number - 1;
	}
	pfree(table.slots);

	used = palloc_huge(Max(strings->n, 1));
	memset(used, 1, strings->n);
	rank_used_ids(ranking, strings, used);
	pfree(used);
	for (int64 i = 0; i < n; i++)
		codes[i] = ranking->ranks[codes[i]];
}
