/*
 * Two halves of all entities, by a hash that is the same wherever and whenever it
 * is taken: FNV-1a (64 bits) of the entity's bytes, of a number eight from the
 * lowest on, whose bits the finalizer of MurmurHash3 mixes.
 */
#ifndef PLG_READERS_SHARED_HALVES_H
#define PLG_READERS_SHARED_HALVES_H

#include "core/history/history.h"

/* 0 or 1. */
static inline int
half_of(EntityKind kind, const EntityKey *key)
{
	uint64		hash = UINT64CONST(0xcbf29ce484222325);

	if (kind == ENTITY_BIGINT)
	{
		for (int i = 0; i < 8; i++)
			hash = (hash ^ ((uint64) key->number >> 8 * i & 0xff)) * UINT64CONST(0x100000001b3);
	}
	else
	{
		for (uint32 i = 0; i < key->length; i++)
			hash = (hash ^ key->bytes[i]) * UINT64CONST(0x100000001b3);
	}
	hash = (hash ^ hash >> 33) * UINT64CONST(0xff51afd7ed558ccd);
	hash = (hash ^ hash >> 33) * UINT64CONST(0xc4ceb9fe1a85ec53);
	return (int) ((hash ^ hash >> 33) & 1);
}

#endif							/* PLG_READERS_SHARED_HALVES_H */
