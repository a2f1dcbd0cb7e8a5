/* Putting the entities of a round in order; see rounds.h. */
#include "core/history/rounds.h"

#include "core/base/dict.h"
#include "core/base/radix.h"

StaticAssertDecl(sizeof(RoundEntity) == 2 * sizeof(int64), "entities of a round must be pairs");

typedef struct Tie
{
	EntityKey	key;
	RoundEntity entity;
} Tie;

/* By the entities themselves, of equal ones by piece. */
static int
compare_ties(const void *a, const void *b)
{
	const Tie  *x = a;
	const Tie  *y = b;
	int			order = compare_bytes(x->key.bytes, x->key.length, y->key.bytes, y->key.length);

	return order != 0 ? order : (x->entity.piece > y->entity.piece) - (x->entity.piece < y->entity.piece);
}

/* Puts entities whose eight bytes are the same in order. */
static void
sort_ties(Rounds *rounds, int64 from, int64 to)
{
	Tie		   *ties = palloc_huge((to - from) * sizeof(Tie));

	for_many(i, to - from)
	{
		const RoundEntity *entity = &rounds->entities[from + i];

		ties[i] = (Tie) {window_key(&rounds->windows[entity->piece], (int) entity->run), *entity};
	}
	qsort(ties, to - from, sizeof(Tie), compare_ties);
	for_many(i, to - from)
		rounds->entities[from + i] = ties[i].entity;
	pfree(ties);
}

/* Ascending, of equal ones that of the first piece first. */
void
rounds_sort(Rounds *rounds)
{
	const RoundEntity *entities = rounds->entities;

	sort_pairs((int64 *) rounds->entities, rounds->n, 0);
	if (rounds->kind == ENTITY_BIGINT)
		return;
	for (int64 from = 0, to; from < rounds->n; from = to)
	{
		for (to = from + 1; to < rounds->n && entities[to].order == entities[from].order; to++)
			continue;
		if (to > from + 1)
			sort_ties(rounds, from, to);
	}
}
