/* Rows in the shared memory of a parallel query; see shared_memory.h. */
#include "state/shared_memory.h"

#include "access/parallel.h"
#include "executor/execParallel.h"
#include "nodes/execnodes.h"
#include "nodes/nodeFuncs.h"
#include "postmaster/bgworker.h"
#include "storage/dsm_impl.h"
#include "utils/dsa.h"

#ifdef __linux__
#include <sys/statvfs.h>
#endif

/* Begins a slab. */
typedef struct SlabHead
{
	dsa_pointer before;
	uint64		unused;			/* keeps what follows aligned */
} SlabHead;

typedef struct SharedSource
{
	SlabSource	source;
	dsa_area   *area;
	dsa_pointer last;
} SharedSource;

/* Slabs that the leader holds. */
typedef struct HeldSlabs
{
	dsa_area   *area;			/* NULL when the query's memory has gone */
	dsm_segment *segment;		/* of the query, which tells when */
	dsa_pointer last;
	MemoryContextCallback end;
} HeldSlabs;

static bool
has_room(Size size)
{
#ifdef __linux__
	struct statvfs shm;

	return dynamic_shared_memory_type == DSM_IMPL_POSIX && statvfs("/dev/shm", &shm) == 0 &&
		(uint64) shm.f_bavail * shm.f_frsize >= size + (uint64) shm.f_blocks * shm.f_frsize / 2;
#else
	(void) size;
	return false;
#endif
}

static void *
get_slab(SlabSource *source, Size size, uint64 *place)
{
	SharedSource *shared = (SharedSource *) source;
	dsa_pointer slab;
	SlabHead   *head;

	if (!has_room(size))
		return NULL;
	slab = dsa_allocate_extended(shared->area, sizeof(SlabHead) + size, DSA_ALLOC_HUGE | DSA_ALLOC_NO_OOM);
	if (!DsaPointerIsValid(slab))
		return NULL;
	head = dsa_get_address(shared->area, slab);
	map_pages((uintptr_t) head, (uintptr_t) head + size);
	head->before = shared->last;
	shared->last = slab;
	*place = slab + sizeof(SlabHead);
	return head + 1;
}

SlabSource *
shared_slabs(Arena *arena)
{
	SharedSource *source;

	if (!IsParallelWorker() || !is_sole_part(arena) ||
		arena->aggregate->ss.ps.state->es_query_dsa == NULL)
		return NULL;
	source = MemoryContextAllocZero(arena->context, sizeof(SharedSource));
	source->source.get = get_slab;
	source->area = arena->aggregate->ss.ps.state->es_query_dsa;
	return &source->source;
}

SharedTicket
shared_ticket(const SlabSource *source)
{
	SharedTicket ticket = {0, 0};

	if (source != NULL)
	{
		ticket.query = DatumGetUInt32(MyBgworkerEntry->bgw_main_arg);
		ticket.slabs = ((const SharedSource *) source)->last;
	}
	return ticket;
}

typedef struct Search
{
	uint32		query;
	ParallelExecutorInfo *found;
} Search;

/* Whether a plan has the node that launched the workers of a query. */
static bool
find_workers(PlanState *plan, void *arg)
{
	Search	   *search = arg;
	ParallelExecutorInfo *workers = NULL;

	if (plan == NULL)
		return false;
	if (IsA(plan, GatherState))
		workers = ((GatherState *) plan)->pei;
	else if (IsA(plan, GatherMergeState))
		workers = ((GatherMergeState *) plan)->pei;
	if (workers != NULL && workers->area != NULL && dsm_segment_handle(workers->pcxt->seg) == search->query)
	{
		search->found = workers;
		return true;
	}
	return planstate_tree_walker(plan, find_workers, arg);
}

static void
memory_has_gone(dsm_segment *segment, Datum arg)
{
	(void) segment;
	((HeldSlabs *) DatumGetPointer(arg))->area = NULL;
}

static void
free_slabs(void *arg)
{
	HeldSlabs  *held = arg;

	if (held->area == NULL)
		return;
	cancel_on_dsm_detach(held->segment, memory_has_gone, PointerGetDatum(held));
	while (DsaPointerIsValid(held->last))
	{
		dsa_pointer slab = held->last;

		held->last = ((SlabHead *) dsa_get_address(held->area, slab))->before;
		dsa_free(held->area, slab);
	}
}

dsa_area *
reach_slabs(Arena *arena, SharedTicket ticket)
{
	Search		search = {ticket.query, NULL};
	HeldSlabs  *held;

	if (ticket.slabs == 0)
		return NULL;
	if (arena->aggregate == NULL || !find_workers(&arena->aggregate->ss.ps, &search))
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("rows of a parallel worker cannot be reached")));
	held = MemoryContextAllocZero(arena->context, sizeof(HeldSlabs));
	held->area = search.found->area;
	held->segment = search.found->pcxt->seg;
	held->last = ticket.slabs;
	on_dsm_detach(held->segment, memory_has_gone, PointerGetDatum(held));
	held->end.func = free_slabs;
	held->end.arg = held;
	MemoryContextRegisterResetCallback(arena->context, &held->end);
	return held->area;
}

const uint8 *
shared_place(dsa_area *area, uint64 place)
{
	return dsa_get_address(area, place);
}
