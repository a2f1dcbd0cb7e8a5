/*
 * Which part of all entities a history has.
 *
 * Large tables are split by plg.bucket(entity, n), which is a hash modulo n.  A
 * history tells the largest number by which the hashes of all its entities have
 * the same remainder, its modulus: a multiple of n if it is such a part.  Any n is
 * found so, and histories whose remainders differ by a common divisor of their
 * moduli have no entity in common, which nobody has to find out by reading them.
 *
 * By chance few hashes have a divisor, so a modulus counts from LEAST_ENTITIES on,
 * and is 0 if there is none.
 */
#ifndef PLG_CORE_HISTORY_BUCKETS_H
#define PLG_CORE_HISTORY_BUCKETS_H

#include "core/history/history.h"

#define LEAST_ENTITIES 64
#define MAX_MODULUS PG_UINT16_MAX

typedef struct Modulus
{
	bool		any;
	uint64		first;			/* hash of the first entity */
	uint64		divisor;		/* of all differences from it; 0: they are the same */
} Modulus;

/* The hash of an entity's text form, so that 42 and '42' have the same. */
extern uint64 hash_entity(EntityKind kind, const EntityKey *key);

extern void modulus_add_entity(Modulus *modulus, EntityKind kind, const EntityKey *key);

/* The same where most histories have none, and it takes nothing to know. */
static inline void
modulus_add(Modulus *modulus, EntityKind kind, const EntityKey *key)
{
	if (modulus->divisor != 1)
		modulus_add_entity(modulus, kind, key);
}

static inline uint16
modulus_of(const Modulus *modulus, uint64 entities)
{
	bool		counts = entities >= LEAST_ENTITIES && modulus->divisor > 1 && modulus->divisor <= MAX_MODULUS;

	return counts ? (uint16) modulus->divisor : 0;
}

/* Whether no entity can be in two of the histories. */
extern bool are_apart(const History *histories, int n);

#endif							/* PLG_CORE_HISTORY_BUCKETS_H */
