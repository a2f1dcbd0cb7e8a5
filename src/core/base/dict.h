/*
 * A dictionary: byte strings numbered in order of first appearance.
 *
 * It serves labels and, where entities are not numbers, entities.  Strings are
 * kept in segments that never move, so one may be pointed to while the
 * dictionary grows.  All memory comes from the context current at the time of
 * the call.  Ranking strings is in ranking.h.
 */
#ifndef PLG_CORE_BASE_DICT_H
#define PLG_CORE_BASE_DICT_H

#include "core/base/bytes.h"

/* A string as it is kept. */
typedef struct DictString
{
	uint32		id;
	uint32		length;
	uint8		bytes[FLEXIBLE_ARRAY_MEMBER];
} DictString;

/*
 * A slot of the hash table has the hash and the place of the string, counted in
 * words of a string's alignment through all segments.  So in a large dictionary a
 * look-up costs two cache misses, eight slots share one, and the string tells its
 * number.  Who has many strings to look up can call for the slots of all of
 * them, then for the strings, and then find them: the misses are waited for
 * together.
 */
typedef struct DictSlot
{
	uint32		hash;
	uint32		place;			/* 0 if free */
} DictSlot;

typedef struct Dict
{
	uint32		n;
	uint32		capacity;
	uint32		mask;			/* of slots, whose number is a power of two */
	DictSlot   *slots;
	uint32	   *places;			/* by id */
	uint8	  **segments;
	uint32		n_segments;
	uint32		max_segments;
	Size		segment_used;	/* of the last one */
	Size		segment_size;
} Dict;

/* The largest number of strings. */
#define DICT_MAX 0x7fffffff

/* A segment has this many places where a string can begin; one string may be longer. */
#define DICT_SEGMENT_BITS 20
#define DICT_SEGMENT ((Size) sizeof(uint32) << DICT_SEGMENT_BITS)
#define DICT_MAX_SEGMENTS (1 << (32 - DICT_SEGMENT_BITS))

/*
 * What hashes depend on, drawn once for each process, so that nobody can choose
 * strings that fall on one slot.  Nothing that leaves a dictionary does.
 */
extern uint64 dict_seeds[2];

extern void dict_begin(Dict *dict);
extern uint32 dict_add(Dict *dict, const uint8 *bytes, uint32 length);
extern int	compare_bytes(const uint8 *a, uint32 a_length, const uint8 *b, uint32 b_length);

static inline const DictString *
string_at(const Dict *dict, uint32 place)
{
	return (const DictString *)
		(dict->segments[place >> DICT_SEGMENT_BITS] +
		 (Size) (place & ((1 << DICT_SEGMENT_BITS) - 1)) * sizeof(uint32));
}

static inline const DictString *
dict_string(const Dict *dict, uint32 id)
{
	return string_at(dict, dict->places[id]);
}

/* Both halves of the product, folded: every bit of either counts. */
static inline uint64
mix_numbers(uint64 a, uint64 b)
{
	uint128		product = (uint128) a * b;

	return (uint64) product ^ (uint64) (product >> 64);
}

static inline uint32
dict_hash(const uint8 *bytes, uint32 length)
{
	const uint8 *end = bytes + length;
	uint64		h = dict_seeds[0] ^ length;
	uint64		head;
	uint64		tail;

	if (length <= SHORT_STRING)
		load_short(bytes, length, &head, &tail);
	else
	{
		for (; end - bytes > 16; bytes += 16)
			h = mix_numbers(load_uint64(bytes) ^ dict_seeds[1], load_uint64(bytes + 8) ^ h);
		head = load_uint64(end - 16);
		tail = load_uint64(end - 8);
	}
	h = mix_numbers(head ^ dict_seeds[1], tail ^ h);
	return (uint32) (h ^ h >> 32);
}

/* memcmp's call costs more than most strings' comparison. */
static inline bool
equal_bytes(const uint8 *a, const uint8 *b, uint32 length)
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

static inline void
dict_prefetch_slot(const Dict *dict, uint32 hash)
{
	__builtin_prefetch(&dict->slots[hash & dict->mask]);
}

/*
 * Calls for the bytes that a look-up will compare, once its slot is there.
 * Returns that slot, from which the search may begin until the table grows.
 */
static inline uint32
dict_prefetch_string(const Dict *dict, uint32 hash, uint32 length)
{
	uint32		i = hash & dict->mask;

	while (dict->slots[i].hash != hash && dict->slots[i].place != 0)
		i = (i + 1) & dict->mask;
	if (dict->slots[i].place != 0)
	{
		const DictString *string = string_at(dict, dict->slots[i].place);

		__builtin_prefetch(string);
		__builtin_prefetch(string->bytes + length - 1);
	}
	return i;
}

/* Searches a dictionary that has begun, from a slot on. */
static inline bool
dict_find_from(const Dict *dict, uint32 slot, uint32 hash, const uint8 *bytes, uint32 length, uint32 *id)
{
	for (; dict->slots[slot].place != 0; slot = (slot + 1) & dict->mask)
	{
		if (dict->slots[slot].hash == hash)
		{
			const DictString *string = string_at(dict, dict->slots[slot].place);

			if (string->length == length && equal_bytes(string->bytes, bytes, length))
			{
				*id = string->id;
				return true;
			}
		}
	}
	return false;
}

static inline bool
dict_find(const Dict *dict, const uint8 *bytes, uint32 length, uint32 *id)
{
	uint32		hash = dict_hash(bytes, length);

	return dict->n > 0 && dict_find_from(dict, hash & dict->mask, hash, bytes, length, id);
}

/* The number of a string, which is added if it is new. */
static inline uint32
dict_intern(Dict *dict, const uint8 *bytes, uint32 length)
{
	uint32		id;

	return dict_find(dict, bytes, length, &id) ? id : dict_add(dict, bytes, length);
}

#endif							/* PLG_CORE_BASE_DICT_H */
