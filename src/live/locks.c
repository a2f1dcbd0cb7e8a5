#include "live/locks.h"

#include "catalog/pg_inherits.h"
#include "miscadmin.h"
#include "storage/latch.h"
#include "storage/lmgr.h"
#include "storage/proc.h"
#include "storage/procarray.h"
#include "storage/sinvaladt.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

/* How long to wait for writers before a table's triggers change. */
#define PATIENCE_MS 30000
#define BETWEEN_TRIES_MS 100

void
lock_patiently(const List *tables, LOCKMODE mode, const List *own)
{
	TimestampTz until = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), PATIENCE_MS);
	List	   *all = list_concat_copy(own, tables);
	LOCKMODE   *modes = palloc(list_length(all) * sizeof(*modes));

	for (int i = 0; i < list_length(all); i++)
		modes[i] = i < list_length(own) ? AccessExclusiveLock : mode;
	for (;;)
	{
		int			n = 0;

		while (n < list_length(all) && ConditionalLockRelationOid(list_nth_oid(all, n), modes[n]))
			n++;
		if (n == list_length(all))
			return;
		if (GetCurrentTimestamp() > until)
			ereport(ERROR,
					(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
					 errmsg("could not lock relation \"%s\" within %d seconds", get_rel_name(list_nth_oid(all, n)),
							PATIENCE_MS / 1000),
					 errhint("A transaction that has used it is still open, or it is being vacuumed or indexed; see pg_locks and pg_stat_activity.")));
		for (int i = 0; i < n; i++)
			UnlockRelationOid(list_nth_oid(all, i), modes[i]);
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, BETWEEN_TRIES_MS, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
	}
}

/* Whether those who keep a table are autovacuums, which are cancelled once they are waited for. */
static bool
is_autovacuumed(Oid table, LOCKMODE mode)
{
	LOCKTAG		tag;
	int			n;
	VirtualTransactionId *holders;

	SET_LOCKTAG_RELATION(tag, MyDatabaseId, table);
	holders = GetLockConflicts(&tag, mode, &n);
	for (int i = 0; i < n; i++)
	{
		const PGPROC *proc = plg_proc_of(holders[i]);

		if (!proc || (proc->statusFlags & (PROC_IS_AUTOVACUUM | PROC_VACUUM_FOR_WRAPAROUND)) != PROC_IS_AUTOVACUUM)
			return false;
	}
	return n > 0;
}

bool
lock_unless_busy(List *tables, LOCKMODE mode)
{
	List	   *all = list_copy(tables);

	/* the list grows while it is gone through: what is locked gets no other children */
	for (int i = 0; i < list_length(all); i++)
	{
		Oid			table = list_nth_oid(all, i);

		if (!ConditionalLockRelationOid(table, mode))
		{
			if (!is_autovacuumed(table, mode))
			{
				for (int locked = 0; locked < i; locked++)
					UnlockRelationOid(list_nth_oid(all, locked), mode);
				return false;
			}
			LockRelationOid(table, mode);
		}
		all = list_concat_unique_oid(all, find_inheritance_children(table, NoLock));
	}
	return true;
}
