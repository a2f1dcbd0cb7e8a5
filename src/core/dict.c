/* Dictionaries of byte strings; see dict.h. */
#include "dict.h"

#define FIRST_SEGMENT 256
#define LAST_SEGMENT (4 * MEGABYTE)

/*
 * What hashes depend on, drawn once for each process, so that nobody can choose
 * strings that fall on one slot.  Nothing that leaves a dictionary does.
 */
static uint64 seeds[2];

/* Both halves of the product, folded: every bit of either counts. */
static inline uint64
mix(uint64 a, uint64 b)
{
	uint128		product = (uint128) a * b;

	return (uint64) product ^ (uint64) (product >> 64);
}

uint32
dict_hash(const uint8 *bytes, uint32 length)
{
	const uint8 *end = bytes + length;
	uint64		h = seeds[0] ^ length;
	uint64		head;
	uint64		tail;

	if (length <= SHORT_STRING)
		load_short(bytes, length, &head, &tail);
	else
	{
		for (; end - bytes > 16; bytes += 16)
			h = mix(load_uint64(bytes) ^ seeds[1], load_uint64(bytes + 8) ^ h);
		head = load_uint64(end - 16);
		tail = load_uint64(end - 8);
	}
	h = mix(head ^ seeds[1], tail ^ h);
	return (uint32) (h ^ h >> 32);
}

/* memcmp's call costs more than most strings' comparison. */
static inline bool
same_bytes(const uint8 *a, const uint8 *b, uint32 length)
{
	const uint8 *end = a + length;
	const uint8 *b_end = b + length;

	if (length <= SHORT_STRING)
	{
		uint64		a_head;
		uint64		a_tail;
		uint64		b_head;
		uint64		b_tail;

		load_short(a, length, &a_head, &a_tail);
		load_short(b, length, &b_head, &b_tail);
		return a_head == b_head && a_tail == b_tail;
	}
	for (; end - a > 16; a += 16, b += 16)
	{
		if (load_uint64(a) != load_uint64(b) || load_uint64(a + 8) != load_uint64(b + 8))
			return false;
	}
	return load_uint64(end - 16) == load_uint64(b_end - 16) &&
		load_uint64(end - 8) == load_uint64(b_end - 8);
}

/* A kept string has its length before it. */
#define LENGTH_BYTES sizeof(uint32)

bool
dict_find_hashed(const Dict *dict, uint32 hash, const uint8 *bytes, uint32 length, uint32 *id)
{
	const DictSlot *slot;

	if (dict->n == 0)
		return false;
	for (uint32 i = hash & dict->mask; (slot = &dict->slots[i])->bytes != NULL; i = (i + 1) & dict->mask)
	{
		if (slot->hash == hash && load_uint32(slot->bytes - LENGTH_BYTES) == length &&
			same_bytes(slot->bytes, bytes, length))
		{
			*id = slot->id;
			return true;
		}
	}
	return false;
}

/* Calls for the bytes that a look-up will compare, once its slot is there. */
void
dict_prefetch_string(const Dict *dict, uint32 hash, uint32 length)
{
	const DictSlot *slot;

	for (uint32 i = hash & dict->mask; (slot = &dict->slots[i])->bytes != NULL; i = (i + 1) & dict->mask)
	{
		if (slot->hash == hash)
		{
			__builtin_prefetch(slot->bytes - LENGTH_BYTES);
			__builtin_prefetch(slot->bytes + length);
			break;
		}
	}
}

static void
put_in_slot(Dict *dict, uint32 id)
{
	const DictEntry *entry = &dict->entries[id];
	uint32		i = entry->hash & dict->mask;

	while (dict->slots[i].bytes != NULL)
		i = (i + 1) & dict->mask;
	dict->slots[i].bytes = entry->bytes;
	dict->slots[i].hash = entry->hash;
	dict->slots[i].id = id;
}

/* Room for twice as many entries, with slots at most half full. */
static void
grow(Dict *dict)
{
	Size		capacity = dict->capacity == 0 ? 8 : (Size) dict->capacity * 2;
	Size		slots = capacity * 2;

	if (seeds[1] == 0)
	{
		draw_random(seeds, sizeof(seeds));
		seeds[1] |= 1;
	}
	if (dict->entries == NULL)
		dict->entries = palloc_huge(capacity * sizeof(DictEntry));
	else
	{
		dict->entries = repalloc_huge(dict->entries, capacity * sizeof(DictEntry));
		pfree(dict->slots);
	}
	dict->slots = in_huge_pages(palloc_huge(slots * sizeof(DictSlot)), slots * sizeof(DictSlot));
	memset(dict->slots, 0, slots * sizeof(DictSlot));
	dict->capacity = capacity;
	dict->mask = slots - 1;
	for (uint32 id = 0; id < dict->n; id++)
		put_in_slot(dict, id);
}

static uint8 *
keep_bytes(Dict *dict, const uint8 *bytes, uint32 length)
{
	Size		size = LENGTH_BYTES + (Size) length;
	uint8	   *kept;

	if (dict->segment_left < size)
	{
		dict->segment_size = Min(Max(dict->segment_size * 2, FIRST_SEGMENT), LAST_SEGMENT);
		dict->segment_left = Max(dict->segment_size, size);
		dict->segment = in_huge_pages(palloc_huge(dict->segment_left), dict->segment_left);
	}
	kept = dict->segment + LENGTH_BYTES;
	store_uint32(dict->segment, length);
	memcpy(kept, bytes, length);
	dict->segment += size;
	dict->segment_left -= size;
	return kept;
}

/* Adds a string that is not there yet; the caller respects DICT_MAX. */
uint32
dict_add(Dict *dict, const uint8 *bytes, uint32 length)
{
	DictEntry  *entry;

	if (dict->n == dict->capacity)
		grow(dict);
	entry = &dict->entries[dict->n];
	entry->bytes = keep_bytes(dict, bytes, length);
	entry->length = length;
	entry->hash = dict_hash(bytes, length);
	put_in_slot(dict, dict->n);
	return dict->n++;
}

int
compare_bytes(const uint8 *a, uint32 a_length, const uint8 *b, uint32 b_length)
{
	int			result = memcmp(a, b, Min(a_length, b_length));

	if (result == 0 && a_length != b_length)
		result = a_length < b_length ? -1 : 1;
	return result;
}

/* Sorting by the first eight bytes decides most comparisons without a look at the string. */
typedef struct Ranked
{
	uint64		prefix;
	uint32		id;
} Ranked;

static inline uint64
string_prefix(const DictEntry *entry)
{
	uint64		prefix = 0;
	uint32		length = Min(entry->length, 8);

	for (uint32 i = 0; i < length; i++)
		prefix |= (uint64) entry->bytes[i] << (56 - 8 * i);
	return prefix;
}

static inline int
compare_ranked(const Ranked *a, const Ranked *b, const Dict *dict)
{
	const DictEntry *x;
	const DictEntry *y;

	if (a->prefix != b->prefix)
		return a->prefix < b->prefix ? -1 : 1;
	x = &dict->entries[a->id];
	y = &dict->entries[b->id];
	return compare_bytes(x->bytes, x->length, y->bytes, y->length);
}

#define ST_SORT sort_ranked
#define ST_ELEMENT_TYPE Ranked
#define ST_COMPARE(a, b, dict) compare_ranked(a, b, dict)
#define ST_COMPARE_ARG_TYPE const Dict
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DECLARE
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT sort_ids
#define ST_ELEMENT_TYPE uint32
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DECLARE
#define ST_DEFINE
#include "lib/sort_template.h"

/* Orders the ids of ranking->ids, which are distinct. */
static void
order_ids(Ranking *ranking, const Dict *dict)
{
	Ranked	   *order = palloc_huge(Max(ranking->n, 1) * sizeof(Ranked));

	for (uint32 i = 0; i < ranking->n; i++)
	{
		order[i].id = ranking->ids[i];
		order[i].prefix = string_prefix(&dict->entries[order[i].id]);
	}
	sort_ranked(order, ranking->n, dict);
	for (uint32 i = 0; i < ranking->n; i++)
		ranking->ids[i] = order[i].id;
	pfree(order);
}

/* Ranks the ids marked in used, an array of dict->n flags. */
void
rank_used_ids(Ranking *ranking, const Dict *dict, const uint8 *used)
{
	ranking->ids = palloc_huge(Max(dict->n, 1) * sizeof(uint32));
	ranking->ranks = palloc_huge(Max(dict->n, 1) * sizeof(uint32));
	ranking->sorted_ids = NULL;
	ranking->n = 0;
	for (uint32 id = 0; id < dict->n; id++)
	{
		if (used[id])
			ranking->ids[ranking->n++] = id;
	}
	order_ids(ranking, dict);
	for (uint32 rank = 0; rank < ranking->n; rank++)
		ranking->ranks[ranking->ids[rank]] = rank;
}

/* Where an id, which is among them, stands in sorted_ids. */
static uint32
sparse_place(const Ranking *ranking, uint32 id)
{
	uint32		low = 0;
	uint32		high = ranking->n - 1;

	while (low < high)
	{
		uint32		middle = (low + high) / 2;

		if (ranking->sorted_ids[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * Ranks n ids, repeated ones once, at a cost that does not depend on the size
 * of the dictionary, which thousands of small groups may share.
 */
void
rank_few_ids(Ranking *ranking, const Dict *dict, uint32 *ids, uint32 n)
{
	uint32		distinct = 0;

	sort_ids(ids, n);
	for (uint32 i = 0; i < n; i++)
	{
		if (distinct == 0 || ids[i] != ids[distinct - 1])
			ids[distinct++] = ids[i];
	}
	ranking->n = distinct;
	ranking->sorted_ids = ids;
	ranking->ids = palloc(Max(distinct, 1) * sizeof(uint32));
	ranking->ranks = palloc(Max(distinct, 1) * sizeof(uint32));
	memcpy(ranking->ids, ids, distinct * sizeof(uint32));
	order_ids(ranking, dict);
	for (uint32 rank = 0; rank < distinct; rank++)
		ranking->ranks[sparse_place(ranking, ranking->ids[rank])] = rank;
}

uint32
sparse_rank(const Ranking *ranking, uint32 id)
{
	return ranking->ranks[sparse_place(ranking, id)];
}
