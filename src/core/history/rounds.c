/* The entities of several histories in order; see rounds.h. */
#include "core/history/rounds.h"

#include "core/base/dict.h"
#include "core/base/radix.h"

StaticAssertDecl(sizeof(RoundEntity) == 2 * sizeof(int64), "entities of a round must be pairs");

void
rounds_begin(Rounds *rounds, EntityKind kind, HistoryCursor **cursors, int n)
{
	memset(rounds, 0, sizeof(*rounds));
	rounds->kind = kind;
	rounds->n_pieces = n;
	rounds->pieces = palloc_huge(n * sizeof(RoundPiece));
	for (int i = 0; i < n; i++)
		rounds->pieces[i].cursor = cursors[i];
}

void
rounds_end(Rounds *rounds)
{
	pfree(rounds->pieces);
	if (rounds->entities != NULL)
	{
		pfree(rounds->entities);
		pfree(rounds->scratch);
	}
}

/*
 * Fills cursors that have nothing ready.  Of the entities that stand at their ends,
 * and may go on, the first is the round's limit; NULL: there is none.  Returns
 * whether any entity is ready.
 */
static bool
fill(Rounds *rounds, EntityKey *first, const EntityKey **limit)
{
	bool		any = false;

	*limit = NULL;
	for (int i = 0; i < rounds->n_pieces; i++)
	{
		HistoryCursor *cursor = rounds->pieces[i].cursor;
		const EntityKey *key;

		if (cursor == NULL)
			continue;
		if (cursor->run == cursor->n_ready && !single_fill(cursor))
		{
			rounds->pieces[i].cursor = NULL;
			continue;
		}
		key = &cursor->keys[cursor->run];
		if (!any || compare_entities(rounds->kind, key, first) < 0)
			*first = *key;
		any = true;
		if (cursor->ended)
			continue;
		key = &cursor->keys[cursor->n_ready];
		if (*limit == NULL || compare_entities(rounds->kind, key, *limit) < 0)
			*limit = key;
	}
	return any;
}

/* How many bytes two entities begin with alike. */
static uint32
shared_bytes(const EntityKey *a, const EntityKey *b)
{
	uint32		n = 0;

	while (n < a->length && n < b->length && a->bytes[n] == b->bytes[n])
		n++;
	return n;
}

static void
make_room(Rounds *rounds, int64 more)
{
	if (rounds->n + more <= rounds->capacity)
		return;
	rounds->capacity = Max(rounds->n + more, 2 * rounds->capacity);
	if (rounds->entities == NULL)
	{
		rounds->entities = palloc_huge(rounds->capacity * sizeof(RoundEntity));
		rounds->scratch = palloc_huge(rounds->capacity * sizeof(RoundEntity));
	}
	else
	{
		rounds->entities = repalloc_huge(rounds->entities, rounds->capacity * sizeof(RoundEntity));
		rounds->scratch = repalloc_huge(rounds->scratch, rounds->capacity * sizeof(RoundEntity));
	}
}

/* Of an entity that is no number: numbers that are in the order of entities, though different ones may have the same. */
static inline int64
order_of(const Rounds *rounds, const EntityKey *key)
{
	return (int64) (first_eight_bytes(key->bytes + rounds->shared, key->length - rounds->shared) ^ UINT64CONST(1) << 63);
}

/*
 * Adds the entities of a piece up to the limit that have rows.  Written once for all
 * kinds; callers pass a constant.
 */
static pg_attribute_always_inline void
add_entities(Rounds *rounds, int which, const EntityKey *limit, EntityKind kind)
{
	RoundPiece *piece = &rounds->pieces[which];
	HistoryCursor *cursor = piece->cursor;
	EntityKey  *keys = cursor->keys;
	int64	   *counts = cursor->counts;
	int64		end = limit == NULL ? 0 : limit->number;
	int			run = cursor->run;
	int			to = run;
	int64		rows = 0;
	RoundEntity *entity;

	make_room(rounds, cursor->n_ready - run);
	entity = rounds->entities + rounds->n;
	piece->key = keys + run;
	piece->count = counts + run;
	piece->at = cursor->all_at + cursor->next;
	piece->code = cursor->all_code + cursor->next;
	for (; run < cursor->n_ready; run++)
	{
		if (limit != NULL && (kind == ENTITY_BIGINT ? keys[run].number >= end : compare_entities(kind, &keys[run], limit) >= 0))
			break;
		if (counts[run] == 0)
			continue;
		rows += counts[run];
		entity->order = kind == ENTITY_BIGINT ? keys[run].number : order_of(rounds, &keys[run]);
		entity->run = (uint32) to;
		entity++->piece = (uint32) which;
		if (to < run)
		{
			counts[to] = counts[run];
			keys[to] = keys[run];
		}
		to++;
	}
	rounds->n += to - cursor->run;
	cursor->run = run;
	cursor->next += rows;
}

static void
add_piece(Rounds *rounds, int which, const EntityKey *limit)
{
	if (rounds->kind == ENTITY_BIGINT)
		add_entities(rounds, which, limit, ENTITY_BIGINT);
	else
		add_entities(rounds, which, limit, rounds->kind);
}

typedef struct Tie
{
	const EntityKey *key;
	RoundEntity entity;
} Tie;

/* By the entities themselves, of equal ones by piece. */
static int
compare_ties(const void *a, const void *b)
{
	const Tie  *x = a;
	const Tie  *y = b;
	int			order = compare_bytes(x->key->bytes, x->key->length, y->key->bytes, y->key->length);

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

		ties[i] = (Tie) {&rounds->pieces[entity->piece].cursor->keys[entity->run], *entity};
	}
	qsort(ties, to - from, sizeof(Tie), compare_ties);
	for_many(i, to - from)
		rounds->entities[from + i] = ties[i].entity;
	pfree(ties);
}

static void
sort_entities(Rounds *rounds)
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

/* Whether entities may be the same, by a bit for each that there may be, or if they are far apart in order. */
static bool
has_same(Rounds *rounds)
{
	RoundEntity *scratch = rounds->scratch;
	uint64	   *seen = (uint64 *) scratch;
	int64		min = rounds->entities[0].order;
	int64		max = min;
	uint64		range;

	for_many(i, rounds->n)
	{
		min = Min(min, rounds->entities[i].order);
		max = Max(max, rounds->entities[i].order);
	}
	range = (uint64) max - (uint64) min;
	if (range / 64 < rounds->n * sizeof(RoundEntity) / sizeof(uint64))
	{
		bool		same = false;

		memset(seen, 0, (range / 64 + 1) * sizeof(uint64));
		for_many(i, rounds->n)
		{
			uint64		place = (uint64) rounds->entities[i].order - (uint64) min;
			uint64		bit = UINT64CONST(1) << (place & 63);

			same |= (seen[place / 64] & bit) != 0;
			seen[place / 64] |= bit;
		}
		return same;
	}
	memcpy(scratch, rounds->entities, rounds->n * sizeof(RoundEntity));
	sort_pairs((int64 *) scratch, rounds->n, 0);
	for (int64 i = 1; i < rounds->n; i++)
	{
		if (scratch[i].order == scratch[i - 1].order)
			return true;
	}
	return false;
}

/* Begins a round; false if there is no entity left. */
bool
rounds_begin_next(Rounds *rounds)
{
	EntityKey	first;
	const EntityKey *limit;

	rounds->next = 0;
	rounds->n = 0;
	do
	{
		if (!fill(rounds, &first, &limit))
			return false;
		if (rounds->kind != ENTITY_BIGINT)
			rounds->shared = limit == NULL ? 0 : shared_bytes(&first, limit);
		for (int i = 0; i < rounds->n_pieces; i++)
		{
			if (rounds->pieces[i].cursor != NULL)
				add_piece(rounds, i, limit);
		}
	} while (rounds->n == 0);
	if (!rounds->any_order || has_same(rounds))
		sort_entities(rounds);
	return true;
}
