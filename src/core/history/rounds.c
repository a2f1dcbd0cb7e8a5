/* The entities of several histories in order; see rounds.h. */
#include "core/history/rounds.h"

#include "core/base/dict.h"

/* A round has about so many entities at most, which fit the cache. */
#define ROUND_ENTITIES 16384
#define LEAST_SHARE 32			/* of one piece */

/* So many entities ahead rows are called for. */
#define ROWS_AHEAD 16

/* Bits to tell entities apart, for each of them. */
#define SEEN_BITS 16

void
rounds_begin(Rounds *rounds, EntityKind kind, HistoryWindow *windows, int n, int n_gone)
{
	memset(rounds, 0, sizeof(*rounds));
	rounds->kind = kind;
	rounds->n_pieces = n;
	rounds->n_kept = n - n_gone;
	rounds->windows = windows;
	rounds->ends = palloc_huge(n * sizeof(int));
}

void
rounds_end(Rounds *rounds)
{
	pfree(rounds->ends);
	if (rounds->stretches != NULL)
		pfree(rounds->stretches);
	if (rounds->entities != NULL)
		pfree(rounds->entities);
	if (rounds->seen != NULL)
		pfree(rounds->seen);
}

/*
 * Fills windows, and finds the round's limit, an entity that may go on or that leaves
 * enough before it; false: there is none.  Returns in moved whether any window did.
 */
static bool
find_limit(Rounds *rounds, EntityKey *limit, bool *moved)
{
	int			share = Max(ROUND_ENTITIES / rounds->n_pieces, LEAST_SHARE);
	bool		is_limited = false;

	*moved = false;
	for (int i = 0; i < rounds->n_pieces; i++)
	{
		HistoryWindow *window = &rounds->windows[i];
		EntityKey	key;

		if (window->history == NULL)
			continue;
		*moved |= window_fill(window);
		if (window->ended && window->n_runs - window->run <= share)
			continue;
		key = window_key(window, Min(window->run + share, window->n_runs));
		if (!is_limited || compare_entities(rounds->kind, &key, limit) < 0)
			*limit = key;
		is_limited = true;
	}
	return is_limited;
}

/* The first run at or after the limit. */
static int
find_end(const HistoryWindow *window, EntityKind kind, const EntityKey *limit)
{
	int			low = window->run;
	int			high = window->n_runs;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;
		EntityKey	key = window_key(window, middle);

		if (compare_entities(kind, &key, limit) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
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

/* The same of all entities of a round. */
static uint32
find_shared(const Rounds *rounds)
{
	EntityKey	first = {0};
	EntityKey	last = {0};
	bool		any = false;

	for (int i = 0; i < rounds->n_pieces; i++)
	{
		const HistoryWindow *window = &rounds->windows[i];
		EntityKey	key;

		if (rounds->ends[i] == window->run)
			continue;
		key = window_key(window, window->run);
		if (!any || compare_entities(rounds->kind, &key, &first) < 0)
			first = key;
		key = window_key(window, rounds->ends[i] - 1);
		if (!any || compare_entities(rounds->kind, &key, &last) > 0)
			last = key;
		any = true;
	}
	return shared_bytes(&first, &last);
}

/* Of an entity that is no number: numbers that are in the order of entities, though different ones may have the same. */
static inline int64
order_of(const HistoryWindow *window, int run, EntityKind kind, uint32 shared)
{
	const EntityKey *key;

	if (kind == ENTITY_BIGINT)
		return window->runs[run].number;
	key = &window->keys[run];
	return (int64) (first_eight_bytes(key->bytes + shared, key->length - shared) ^ UINT64CONST(1) << 63);
}

static void
make_room(Rounds *rounds, int64 n)
{
	if (n <= rounds->capacity)
		return;
	rounds->capacity = Max(n, 2 * rounds->capacity);
	rounds->entities = resize_huge(rounds->entities, rounds->capacity * sizeof(RoundEntity));
	rounds->stretches = resize_huge(rounds->stretches, rounds->capacity * sizeof(RoundStretch));
}

/* Adds all entities of a piece in the round as a stretch. */
static void
add_stretch(Rounds *rounds, int piece)
{
	int			run = rounds->windows[piece].run;

	if (run < rounds->ends[piece])
		rounds->stretches[rounds->n_stretches++] = (RoundStretch) {(uint32) piece, (uint32) run, (uint32) (rounds->ends[piece] - run)};
}

/* The same, one by one.  Callers pass a constant for the kind. */
static pg_attribute_always_inline void
add_entities(Rounds *rounds, uint32 piece, EntityKind kind)
{
	const HistoryWindow *window = &rounds->windows[piece];
	RoundEntity *entity = rounds->entities + rounds->n;

	for (int run = window->run; run < rounds->ends[piece]; run++)
		*entity++ = (RoundEntity) {order_of(window, run, kind, rounds->shared), (uint32) run, piece};
	rounds->n += rounds->ends[piece] - window->run;
}

/* Where an entity has its bit; different ones may have the same. */
typedef struct SeenPlaces
{
	int64		min;
	uint64		factor;
	int			shift;
} SeenPlaces;

static inline uint64
seen_place(const SeenPlaces *places, int64 order)
{
	return ((uint64) order - (uint64) places->min) * places->factor >> places->shift;
}

/* Numbers that lie close have a bit each, for others a product tells, half of the bits are for entities seen twice. */
static SeenPlaces
find_places(Rounds *rounds, int64 n)
{
	SeenPlaces	places = {PG_INT64_MAX, 1, 0};
	int64		max = PG_INT64_MIN;
	int			bits = bits_of((uint64) n * SEEN_BITS / 2);
	uint64		range = PG_UINT64_MAX;
	uint64		words;

	if (rounds->kind == ENTITY_BIGINT)
	{
		for (int i = 0; i < rounds->n_pieces; i++)
		{
			const HistoryWindow *window = &rounds->windows[i];

			if (rounds->ends[i] == window->run)
				continue;
			places.min = Min(places.min, window->runs[window->run].number);
			max = Max(max, window->runs[rounds->ends[i] - 1].number);
		}
		range = (uint64) max - (uint64) places.min;
	}
	if (range >> bits > 0)
	{
		places = (SeenPlaces) {0, UINT64CONST(0x9e3779b97f4a7c15), 64 - bits};
		range = (UINT64CONST(1) << bits) - 1;
	}
	words = range / 64 + 1;
	if (rounds->max_seen < 2 * words)
	{
		rounds->max_seen = 2 * words;
		rounds->seen = resize_huge(rounds->seen, rounds->max_seen * sizeof(uint64));
	}
	memset(rounds->seen, 0, 2 * words * sizeof(uint64));
	return places;
}

/*
 * Marks the entities of a piece, those that are there already once more, and tells
 * whether there are any.  Callers pass a constant for the kind.
 */
static pg_attribute_always_inline bool
mark_entities(Rounds *rounds, int piece, const SeenPlaces *places, EntityKind kind)
{
	const HistoryWindow *window = &rounds->windows[piece];
	uint64	   *seen = rounds->seen;
	uint64		again = 0;

	for (int run = window->run; run < rounds->ends[piece]; run++)
	{
		uint64		place = seen_place(places, order_of(window, run, kind, rounds->shared));
		uint64		bit = UINT64CONST(1) << (place & 63);
		uint64	   *word = &seen[place / 64 * 2];

		again |= word[0] & bit;
		word[1] |= word[0] & bit;
		word[0] |= bit;
	}
	return again != 0;
}

/*
 * Adds the entities of a piece: stretches of those that no other piece has, and those
 * that another one may have.  Callers pass a constant for the kind.
 */
static pg_attribute_always_inline void
part_entities(Rounds *rounds, uint32 piece, const SeenPlaces *places, EntityKind kind)
{
	const HistoryWindow *window = &rounds->windows[piece];
	const uint64 *seen = rounds->seen;
	RoundEntity *entity = rounds->entities + rounds->n;
	RoundStretch *stretch = rounds->stretches + rounds->n_stretches;
	int			begin = window->run;
	int			end = rounds->ends[piece];

	for (int run = begin; run < end; run++)
	{
		int64		order = order_of(window, run, kind, rounds->shared);
		uint64		place = seen_place(places, order);

		if (likely((seen[place / 64 * 2 + 1] >> (place & 63) & 1) == 0))
			continue;
		*stretch = (RoundStretch) {piece, (uint32) begin, (uint32) (run - begin)};
		stretch += run > begin;
		*entity++ = (RoundEntity) {order, (uint32) run, piece};
		begin = run + 1;
	}
	if (begin < end)
		*stretch++ = (RoundStretch) {piece, (uint32) begin, (uint32) (end - begin)};
	rounds->n = entity - rounds->entities;
	rounds->n_stretches = stretch - rounds->stretches;
}

/* Puts in order what may be in several pieces; if the order does not matter, finds out what is. */
static pg_attribute_always_inline void
order_entities(Rounds *rounds, int64 n, EntityKind kind)
{
	SeenPlaces	places = {0};
	bool		again = false;

	if (rounds->any_order)
	{
		places = find_places(rounds, n);
		for (int i = 0; i < rounds->n_pieces; i++)
			again |= mark_entities(rounds, i, &places, kind);
	}
	for (int i = 0; i < rounds->n_pieces; i++)
	{
		if (rounds->any_order && !again && i < rounds->n_kept)
			add_stretch(rounds, i);
		else if (rounds->any_order && i < rounds->n_kept)
			part_entities(rounds, (uint32) i, &places, kind);
		else
			add_entities(rounds, (uint32) i, kind);
	}
	if (rounds->n > 0)
		rounds_sort(rounds->kind, rounds->windows, rounds->entities, rounds->n);

	/* where most have to be put in order, telling the others apart is not worth it */
	if (rounds->n > n / 2)
		rounds->any_order = false;
}

/* Begins a round; false if there is no entity left. */
bool
rounds_begin_next(Rounds *rounds)
{
	int64		n;
	int			only;

	rounds->n = rounds->next = 0;
	rounds->n_stretches = rounds->next_stretch = 0;
	do
	{
		EntityKey	limit;
		bool		moved;
		bool		is_limited = find_limit(rounds, &limit, &moved);

		n = 0;
		only = -1;
		for (int i = 0; i < rounds->n_pieces; i++)
		{
			const HistoryWindow *window = &rounds->windows[i];

			rounds->ends[i] = is_limited ? find_end(window, rounds->kind, &limit) : window->n_runs;
			if (rounds->ends[i] == window->run)
				continue;
			only = n == 0 ? i : -1;
			n += rounds->ends[i] - window->run;
		}
		if (n == 0 && !is_limited)
			return false;
		if (n == 0 && !moved)
			report_damaged_value("has entities out of order");
	} while (n == 0);

	make_room(rounds, n);
	if (only >= 0 && only < rounds->n_kept)
		add_stretch(rounds, only);
	else
	{
		if (rounds->kind == ENTITY_BIGINT)
			order_entities(rounds, n, ENTITY_BIGINT);
		else
		{
			rounds->shared = find_shared(rounds);
			order_entities(rounds, n, ENTITY_TEXT);
		}
	}
	for (int i = 0; i < rounds->n_pieces; i++)
		rounds->windows[i].run = rounds->ends[i];
	return true;
}

bool
rounds_next_stretch(Rounds *rounds, RoundStretch *stretch)
{
	const RoundEntity *entity = rounds->entities + rounds->next;
	const RoundEntity *end = rounds->entities + rounds->n;
	uint32		n = 1;

	if (rounds->next_stretch < rounds->n_stretches)
	{
		*stretch = rounds->stretches[rounds->next_stretch++];
		return true;
	}
	if (entity->piece >= (uint32) rounds->n_kept || (entity + 1 < end && entity[1].order == entity[0].order))
		return false;
	/* what follows in the piece, as long as nobody else has it */
	while (entity + n < end && entity[n].piece == entity->piece && entity[n].run == entity->run + n &&
		   (entity + n + 1 == end || entity[n + 1].order != entity[n].order))
		n++;
	*stretch = (RoundStretch) {entity->piece, entity->run, n};
	rounds->next += n;
	return true;
}

/* Rows that are unpacked lie anywhere in memory. */
static inline void
call_for_rows(const Rounds *rounds, const RoundEntity *entity)
{
	const HistoryWindow *window = &rounds->windows[entity->piece];

	if (!window->unpacks)
		return;
	__builtin_prefetch(window->all_at + window->runs[entity->run].row);
	__builtin_prefetch(window->all_code + window->runs[entity->run].row);
}

const RoundEntity *
rounds_next_same(Rounds *rounds, const EntityKey *key)
{
	const RoundEntity *entity = rounds->entities + rounds->next;

	if (key != NULL)
	{
		EntityKey	other;

		if (rounds->next == rounds->n || entity->order != entity[-1].order)
			return NULL;
		if (rounds->kind != ENTITY_BIGINT)
		{
			other = window_key(&rounds->windows[entity->piece], (int) entity->run);
			if (compare_entities(rounds->kind, &other, key) != 0)
				return NULL;
		}
	}
	rounds->next++;
	if (rounds->next + ROWS_AHEAD < rounds->n)
		call_for_rows(rounds, entity + ROWS_AHEAD);
	return entity;
}
