/*
 * A Ranking orders those strings of a dictionary that are in use by memcmp, the
 * order in which stored values hold them whatever the locale.
 */
#ifndef PLG_CORE_BASE_RANKING_H
#define PLG_CORE_BASE_RANKING_H

#include "core/base/dict.h"

typedef struct Ranking
{
	uint32		n;
	uint32	   *places;			/* of the strings, by rank */
	uint32	   *ranks;			/* by id where dense; else in step with sorted_ids */
	uint32	   *sorted_ids;		/* NULL where dense */
} Ranking;

extern void rank_used_ids(Ranking *ranking, const Dict *dict, const uint8 *used);
extern void rank_few_ids(Ranking *ranking, const Dict *dict, uint32 *ids, uint32 n);
extern uint32 sparse_index(const Ranking *ranking, uint32 id);

static inline uint32
ranking_index(const Ranking *ranking, uint32 id)
{
	return ranking->sorted_ids == NULL ? id : sparse_index(ranking, id);
}

static inline uint32
rank_of(const Ranking *ranking, uint32 id)
{
	return ranking->ranks[ranking_index(ranking, id)];
}

static inline const DictString *
ranked_string(const Ranking *ranking, const Dict *dict, uint32 rank)
{
	return string_at(dict, ranking->places[rank]);
}

#endif							/* PLG_CORE_BASE_RANKING_H */
