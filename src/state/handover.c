/* Handing a state over within a process; see handover.h. */
#include "state/handover.h"

#include "access/parallel.h"

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
may_hand_over(const Arena *arena)
{
	return !IsParallelWorker() && is_sole_part(arena);
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

static State *
ticket_state(const struct varlena *bytes)
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
			return state;
	}
	return NULL;
}

/* Whether the caller is the node that adds the state's parts up, in the same run of a plan. */
static bool
adds_parts_up(FunctionCallInfo fcinfo, const State *state)
{
	const AggState *caller = (const AggState *) fcinfo->context;

	return IsA(caller, AggState) && DO_AGGSPLIT_COMBINE(caller->aggsplit) && caller->aggstrategy == AGG_PLAIN &&
		state->arena->aggregate->ss.ps.state == caller->ss.ps.state;
}

State *
handed_over(FunctionCallInfo fcinfo, State *state, const struct varlena *ticket, const AggregateKind *kind)
{
	if (state == NULL)
		state = ticket_state(ticket);
	if (state == NULL || !state->may_hand_over || state->arena->kind != kind || !adds_parts_up(fcinfo, state))
		return NULL;
	withdraw(state);
	state->may_hand_over = false;
	return state;
}

void
take_over_state(FunctionCallInfo fcinfo, State *state)
{
	MemoryContextSetParent(state->arena->context, aggregate_context(fcinfo));
	state->arena->aggregate = (AggState *) fcinfo->context;
	state->arena->is_part = false;
}
