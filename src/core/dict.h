/*
 * A dictionary: byte strings numbered in order of first appearance.
 *
 * It serves labels and, where entities are not numbers, entities.  Strings are
 * kept in segments that never move, so an entry may be pointed to while the
 * dictionary grows.  All memory comes from the context current at the time of
 * the call.
 *
 * A Ranking orders those strings of a dictionary that are in use by memcmp,
 * the order in which stored values hold them whatever the locale.
 */
#ifndef PLG_DICT_H
#define PLG_DICT_H

#include "bytes.h"

typedef struct DictEntry
{
	const uint8 *bytes;
	uint32		length;
	uint32		hash;
} DictEntry;

/*
 * A slot of the hash table has all that a look-up needs but the string, so that
 * in a large dictionary it costs two cache misses.  Who has many strings to look
 * up can call for the slots of all of them, then for the strings, and then find
 * them: the misses are waited for together.
 */
typedef struct DictSlot
{
	const uint8 *bytes;			/* NULL if free */
	uint32		hash;
	uint32		id;
} DictSlot;

typedef struct Dict
{
	uint32		n;
	uint32		capacity;
	uint32		mask;			/* of slots, whose number is a power of two */
	DictEntry  *entries;
	DictSlot   *slots;
	uint8	   *segment;		/* where the next string's bytes go */
	Size		segment_left;
	Size		segment_size;
} Dict;

typedef struct Ranking
{
	uint32		n;
	uint32	   *ids;			/* by rank */
	uint32	   *ranks;			/* by id where dense; else in step with sorted_ids */
	uint32	   *sorted_ids;		/* NULL where dense */
} Ranking;

/* The largest number of strings. */
#define DICT_MAX 0x7fffffff

extern uint32 dict_hash(const uint8 *bytes, uint32 length);
extern bool dict_find_hashed(const Dict *dict, uint32 hash, const uint8 *bytes, uint32 length,
							 uint32 *id);
extern void dict_prefetch_string(const Dict *dict, uint32 hash, uint32 length);
extern uint32 dict_add(Dict *dict, const uint8 *bytes, uint32 length);
extern int	compare_bytes(const uint8 *a, uint32 a_length, const uint8 *b, uint32 b_length);

extern void rank_used_ids(Ranking *ranking, const Dict *dict, const uint8 *used);
extern void rank_few_ids(Ranking *ranking, const Dict *dict, uint32 *ids, uint32 n);
extern uint32 sparse_rank(const Ranking *ranking, uint32 id);

static inline bool
dict_find(const Dict *dict, const uint8 *bytes, uint32 length, uint32 *id)
{
	return dict_find_hashed(dict, dict_hash(bytes, length), bytes, length, id);
}

static inline void
dict_prefetch_slot(const Dict *dict, uint32 hash)
{
	__builtin_prefetch(&dict->slots[hash & dict->mask]);
}

/* The number of a string, which is added if it is new. */
static inline uint32
dict_intern(Dict *dict, const uint8 *bytes, uint32 length)
{
	uint32		id;

	return dict_find(dict, bytes, length, &id) ? id : dict_add(dict, bytes, length);
}

static inline uint32
rank_of(const Ranking *ranking, uint32 id)
{
	return ranking->sorted_ids == NULL ? ranking->ranks[id] : sparse_rank(ranking, id);
}

#endif							/* PLG_DICT_H */
