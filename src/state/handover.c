/* Handing a state over within a process; see handover.h. */
#include "state/handover.h"

#include "access/parallel.h"
#include "nodes/execnodes.h"

#define TICKET_MAGIC "plgT"

typedef struct Ticket
{
	char		magic[8];
	uint64		number;
} Ticket;

/* States for which there are tickets. */
static State *waiting = NULL;
static uint64 last_number = 0;

bool
is_part(const AggState *aggregate)
{
	return aggregate != NULL && DO_AGGSPLIT_SKIPFINAL(aggregate->aggsplit);
}

bool
is_sole_part(const AggState *aggregate)
{
	return is_part(aggregate) && aggregate->aggstrategy == AGG_PLAIN && !DO_AGGSPLIT_COMBINE(aggregate->aggsplit);
}

bool
may_hand_over(const AggState *aggregate)
{
	return !IsParallelWorker() && is_sole_part(aggregate);
}

static void
withdraw(State *state)
{
	for (State **link = &waiting; *link != NULL; link = &(*link)->next_waiting)
	{
		if (*link == state)
		{
			*link = state->next_waiting;
			break;
		}
	}
	state->ticket = 0;
}

/* The memory of a state goes away. */
static void
forget_state(void *arg)
{
	withdraw(arg);
}

Size
ticket_size(State *state)
{
	MemoryContextCallback *callback;

	if (state->ticket == 0)
	{
		callback = MemoryContextAllocZero(state->arena->context, sizeof(MemoryContextCallback));
		callback->func = forget_state;
		callback->arg = state;
		MemoryContextRegisterResetCallback(state->arena->context, callback);
		state->ticket = ++last_number;
		state->next_waiting = waiting;
		waiting = state;
	}
	return VARHDRSZ + sizeof(Ticket);
}

void
write_ticket(State *state, struct varlena *to)
{
	Ticket		ticket = {TICKET_MAGIC, state->ticket};

	memcpy(VARDATA(to), &ticket, sizeof(ticket));
	SET_VARSIZE(to, VARHDRSZ + sizeof(ticket));
}

State *
accept_state(State *state)
{
	if (!state->may_hand_over)
		return NULL;
	withdraw(state);
	state->may_hand_over = false;
	return state;
}

State *
redeem_ticket(const struct varlena *bytes)
{
	Ticket		ticket;

	/* a tuple may have given it a short header */
	if (waiting == NULL || VARATT_IS_EXTERNAL(bytes) || VARSIZE_ANY_EXHDR(bytes) != sizeof(ticket))
		return NULL;
	memcpy(&ticket, VARDATA_ANY(bytes), sizeof(ticket));
	if (strncmp(ticket.magic, TICKET_MAGIC, sizeof(ticket.magic)) != 0)
		return NULL;
	for (State *state = waiting; state != NULL; state = state->next_waiting)
	{
		if (state->ticket == ticket.number)
			return accept_state(state);
	}
	return NULL;
}

bool
take_over_state(FunctionCallInfo fcinfo, State *state)
{
	MemoryContext context = aggregate_context(fcinfo);

	if (!PG_ARGISNULL(0) || !IsA(fcinfo->context, AggState) ||
		castNode(AggState, fcinfo->context)->aggstrategy != AGG_PLAIN)
		return false;
	MemoryContextSetParent(state->arena->context, context);
	state->arena->aggregate = (AggState *) fcinfo->context;
	return true;
}
