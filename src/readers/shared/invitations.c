/* Who invited whom; see invitations.h. */
#include "readers/shared/invitations.h"

#include "core/history/cursor.h"
#include "journeys/journeys.h"

#define NOBODY INT64CONST(-1)

typedef struct Members
{
	Invitations *invitations;
	int64		n;
	int64		capacity;
	int64	   *joined;			/* by member */
	int64	   *rows_end;		/* by member: where its rows end in inviters */
	int64		n_rows;
	int64		rows_capacity;
	uint32	   *inviters;		/* codes */
	int64	   *node_of;		/* by code */
} Members;

static void *
grown(void *array, int64 old, int64 capacity, Size size)
{
	void	   *larger = palloc_huge(capacity * size);

	if (array != NULL)
	{
		memcpy(larger, array, old * size);
		pfree(array);
	}
	return larger;
}

static void
add_member(Members *members, const HistoryCursor *cursor)
{
	Invitations *invitations = members->invitations;

	if (members->n == members->capacity)
	{
		members->capacity = Max(1024, members->capacity * 2);
		invitations->keys = grown(invitations->keys, members->n, members->capacity, sizeof(EntityKey));
		members->joined = grown(members->joined, members->n, members->capacity, sizeof(int64));
		members->rows_end = grown(members->rows_end, members->n, members->capacity, sizeof(int64));
	}
	if (members->n_rows + cursor->n > members->rows_capacity)
	{
		members->rows_capacity = Max(members->n_rows + cursor->n, members->rows_capacity * 2);
		members->inviters = grown(members->inviters, members->n_rows, members->rows_capacity, sizeof(uint32));
	}
	invitations->keys[members->n] = entity_copy(invitations->kind, &cursor->key);
	members->joined[members->n] = cursor->at[0];
	memcpy(members->inviters + members->n_rows, cursor->code, cursor->n * sizeof(uint32));
	members->n_rows += cursor->n;
	members->rows_end[members->n++] = members->n_rows;
}

/*
 * Members are in order.  Numbers are mostly given out one by one, so a place is
 * guessed, and the search widens from there.
 */
static int64
find_member(const Members *members, const EntityKey *key)
{
	EntityKind	kind = members->invitations->kind;
	const EntityKey *keys = members->invitations->keys;
	int64		low = 0;
	int64		high = members->n;

	if (kind == ENTITY_BIGINT && high > 0)
	{
		double		first = (double) keys[0].number;
		double		guess = ((double) key->number - first) / ((double) keys[high - 1].number - first + 1) * (double) high;
		int64		near = (int64) Min(Max(guess, 0), (double) (high - 1));

		for (int64 step = 1; near + step < high; step *= 2)
		{
			if (keys[near + step].number > key->number)
			{
				high = near + step;
				break;
			}
		}
		for (int64 step = 1; near - step > low; step *= 2)
		{
			if (keys[near - step].number <= key->number)
			{
				low = near - step;
				break;
			}
		}
	}
	while (low < high)
	{
		int64		middle = low + (high - low) / 2;
		int			order = compare_entities(kind, &keys[middle], key);

		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NOBODY;
}

/* A number as it is usually written; false if it is written otherwise, or is none. */
static bool
read_number(const HistoryString *label, int64 *number)
{
	*number = 0;
	if (label->length == 0 || label->length > 18)
		return false;
	for (uint32 i = 0; i < label->length; i++)
	{
		if (label->bytes[i] < '0' || label->bytes[i] > '9')
			return false;
		*number = *number * 10 + (label->bytes[i] - '0');
	}
	return true;
}

static EntityKey
read_inviter(EntityKind kind, const HistoryString *label)
{
	EntityKey	key = {0};

	if (kind == ENTITY_BIGINT && read_number(label, &key.number))
		return key;
	return parse_entity(kind, pnstrdup((const char *) label->bytes, label->length),
						"Labels of \"invited_by\" are inviters, members themselves, which");
}

/* Finds who the labels are; inviters who are no members become further nodes.  Returns how many nodes there are. */
static int64
find_inviters(Members *members, const History *journeys)
{
	Invitations *invitations = members->invitations;
	int64		nodes = members->n;

	members->node_of = palloc_huge((journeys->n_strings + 1) * sizeof(int64));
	invitations->keys = grown(invitations->keys, members->n, members->n + journeys->n_strings + 1, sizeof(EntityKey));
	for (uint32 code = 0; code < journeys->n_strings; code++)
	{
		const HistoryString *label = &journeys->strings[code];
		EntityKey	key;

		CHECK_FOR_INTERRUPTS();
		members->node_of[code] = NOBODY;
		if (label->length == 0)
			continue;
		key = read_inviter(invitations->kind, label);
		members->node_of[code] = find_member(members, &key);
		if (members->node_of[code] == NOBODY)
		{
			invitations->keys[nodes] = key;
			members->node_of[code] = nodes++;
		}
	}
	return nodes;
}

/* Whose invitation it was: the first that can be true. */
static void
choose_inviter(Members *members, int64 member)
{
	Invitations *invitations = members->invitations;

	for (int64 i = member == 0 ? 0 : members->rows_end[member - 1]; i < members->rows_end[member]; i++)
	{
		int64		inviter = members->node_of[members->inviters[i]];

		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		if (inviter == NOBODY)
			continue;
		if (inviter == member)
			invitations->rejected[REJECTED_SELF][member]++;
		else if (inviter < members->n && members->joined[inviter] > members->joined[member])
			invitations->rejected[REJECTED_YOUNGER][member]++;
		else
		{
			invitations->tree->parent[member] = inviter;
			return;
		}
	}
}

Invitations *
arg_invitations(FunctionCallInfo fcinfo, int argno)
{
	HistoryCursor *cursor;
	Members		members = {0};
	Invitations *invitations;
	History		journeys;
	int64		nodes;

	if (PG_ARGISNULL(argno))
		return NULL;
	arg_journeys(fcinfo, argno, &journeys);
	invitations = members.invitations = palloc0(sizeof(Invitations));
	invitations->kind = journeys.kind;
	cursor = palloc(sizeof(HistoryCursor));
	cursor_open(cursor, &journeys, NULL);
	while (cursor_next(cursor))
		add_member(&members, cursor);

	nodes = find_inviters(&members, &journeys);
	invitations->tree = make_tree(nodes);
	for (int i = 0; i < REJECTIONS; i++)
		invitations->rejected[i] = palloc_extended((nodes + 1) * sizeof(int32), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (int64 member = 0; member < members.n; member++)
		choose_inviter(&members, member);
	tree_finish(invitations->tree);
	for_many(i, nodes)
		invitations->rejected[REJECTED_CYCLE][i] = invitations->tree->in_circle[i];
	return invitations;
}
