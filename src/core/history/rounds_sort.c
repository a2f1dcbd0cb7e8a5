/* Putting the entities of a round in order; see rounds_sort.h. */
#include "core/history/rounds_sort.h"

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
sort_ties(const HistoryWindow *windows, RoundEntity *entities, int64 n)
{
	Tie		   *ties = palloc_huge(n * sizeof(Tie));

	for_many(i, n)
		ties[i] = (Tie) {window_key(&windows[entities[i].piece], (int) entities[i].run), entities[i]};
	qsort(ties, n, sizeof(Tie), compare_ties);
	for_many(i, n)
		entities[i] = ties[i].entity;
	pfree(ties);
}

void
rounds_sort(EntityKind kind, const HistoryWindow *windows, RoundEntity *entities, int64 n)
{
	sort_pairs((int64 *) entities, n, 0);
	if (kind == ENTITY_BIGINT)
		return;
	for (int64 from = 0, to; from < n; from = to)
	{
		for (to = from + 1; to < n && entities[to].order == entities[from].order; to++)
			continue;
		if (to > from + 1)
			sort_ties(windows, entities + from, to - from);
	}
}
