/* Histories in the server; see history_value.h. */
#include "state/history_value.h"

#include "mb/pg_wchar.h"
#include "utils/timestamp.h"

bool
is_valid_text(const uint8 *bytes, uint32 length)
{
	return pg_verify_mbstr(GetDatabaseEncoding(), (const char *) bytes, (int) length, true);
}

static bool
entities_are_valid_text(const History *history)
{
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	bool		valid = true;

	cursor_open(cursor, history, NULL);
	while (valid && cursor_next(cursor))
		valid = is_valid_text(cursor->key.bytes, cursor->key.length);
	cursor_close(cursor);
	pfree(cursor);
	return valid;
}

const char *
history_problem(const uint8 *body, Size size, History *history)
{
	const uint8 *bytes = body - VALUE_HEADER;
	const char *reason = history_check(bytes, size + VALUE_HEADER);

	if (reason == NULL)
		reason = history_open(history, bytes, size + VALUE_HEADER);
	if (reason != NULL)
		return psprintf("It %s.", reason);
	if (!IS_VALID_TIMESTAMP(history->first_at) || !IS_VALID_TIMESTAMP(history->last_at))
		return "It has a row at no valid time.";
	/* flags give entities another form, which the type knows */
	if (history->kind == ENTITY_TEXT && (history->flags & ~HISTORY_TITLED) == 0 && !entities_are_valid_text(history))
		return "It has an entity that is not valid text in this database's encoding.";
	return NULL;
}

void
open_history(History *history, struct varlena *value)
{
	const char *reason = history_open(history, (uint8 *) VARDATA(value),
									  VARSIZE(value) - VARHDRSZ);

	if (reason != NULL)
		report_damaged_value(reason);
}

struct varlena *
history_as_value(uint8 *bytes, Size size, const ValueKind *kind)
{
	if (bytes == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("value of type %s would be larger than %zu MB",
						kind->name, MAX_VALUE_SIZE / MEGABYTE),
				 errhint("%s", kind->limit_hint)));
	SET_VARSIZE(bytes, size + VARHDRSZ);
	return (struct varlena *) bytes;
}

/* Makes room in a log of numbers, and may begin to deal it, for one more row. */
void
log_number_row_grow(RowLog *log, int64 entity, int64 at, uint32 code, MemoryContext context)
{
	MemoryContext old = MemoryContextSwitchTo(context);

	if (log->dealt == NULL && log->packed.rows >= DEAL_FROM_ROWS)
		rowlog_deal(log);
	if (log->dealt == NULL)
	{
		rowlog_make_room(log);
		rowlog_put(log, entity, at, code);
	}
	else
	{
		while (!dealt_put(log->dealt, entity, at, code))
			dealt_make_room(log->dealt, entity, at, code);
	}
	MemoryContextSwitchTo(old);
}
