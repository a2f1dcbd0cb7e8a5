/*
 * A cache in front of a dictionary of few strings that are asked for again and
 * again, such as labels.  It takes strings of up to SHORT_STRING bytes, has two
 * places for each, and is small enough for the processor's first cache: a hit
 * costs two loads of the string, a multiplication and three comparisons.
 */
#ifndef PLG_CORE_BASE_LABEL_CACHE_H
#define PLG_CORE_BASE_LABEL_CACHE_H

#include "core/base/dict.h"

#define LABEL_CACHE_BITS 7

typedef struct CachedLabel
{
	uint64		head;
	uint64		tail;
	uint32		length_plus_one;	/* 0 if free */
	uint32		id;
} CachedLabel;

typedef struct LabelCache
{
	CachedLabel labels[1 << LABEL_CACHE_BITS];
} LabelCache;

/* A string as it is looked up. */
typedef struct LabelKey
{
	uint64		head;
	uint64		tail;
	uint32		length_plus_one;
	uint32		place;			/* the other is the one beside it */
} LabelKey;

static inline LabelKey
label_key(const uint8 *bytes, uint32 length)
{
	LabelKey	key;

	load_short(bytes, length, &key.head, &key.tail);
	key.length_plus_one = length + 1;
	key.place = (uint32) ((key.head ^ key.tail >> 3 ^ length) * UINT64CONST(0x9e3779b97f4a7c15) >>
						  (64 - LABEL_CACHE_BITS));
	return key;
}

static inline bool
is_label(const CachedLabel *label, const LabelKey *key)
{
	return label->head == key->head && label->tail == key->tail &&
		label->length_plus_one == key->length_plus_one;
}

static inline bool
label_cache_find(const LabelCache *cache, const LabelKey *key, uint32 *id)
{
	const CachedLabel *label = &cache->labels[key->place];

	if (unlikely(!is_label(label, key)))
	{
		label = &cache->labels[key->place ^ 1];
		if (!is_label(label, key))
			return false;
	}
	*id = label->id;
	return true;
}

/* The first place is kept by the string that came first. */
static inline void
label_cache_put(LabelCache *cache, const LabelKey *key, uint32 id)
{
	CachedLabel *label = &cache->labels[key->place];

	if (label->length_plus_one != 0)
		label = &cache->labels[key->place ^ 1];
	label->head = key->head;
	label->tail = key->tail;
	label->length_plus_one = key->length_plus_one;
	label->id = id;
}

#endif							/* PLG_CORE_BASE_LABEL_CACHE_H */
