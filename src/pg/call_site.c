/* Places in a statement; see call_site.h. */
#include "pg/call_site.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "optimizer/optimizer.h"

CallSite *
call_site(FunctionCallInfo fcinfo)
{
	FmgrInfo   *function = fcinfo->flinfo;

	if (function == NULL || function->fn_mcxt == NULL)
		return NULL;
	if (function->fn_extra == NULL)
	{
		CallSite   *site = MemoryContextAllocZero(function->fn_mcxt, sizeof(CallSite));

		site->context = function->fn_mcxt;
		function->fn_extra = site;
	}
	return function->fn_extra;
}

/*
 * The leader, or the first worker if the leader takes no part or may hand it
 * all.
 */
bool
speaks_for_all(void)
{
	return !IsParallelWorker() ||
		(ParallelWorkerNumber == 0 && (!parallel_leader_participation || plg_forced_parallel()));
}

/* Where parallel plans are forced, to test them, one process does all. */
bool
reads_a_part(void)
{
	return IsInParallelMode() && !plg_forced_parallel();
}
