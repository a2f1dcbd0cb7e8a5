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
is_ascii(const uint8 *bytes, uint32 length)
{
	for (uint32 i = 0; i < length; i++)
	{
		if (IS_HIGHBIT_SET(bytes[i]))
			return false;
	}
	return true;
}

/* Whether all entities, which are texts, are as the test says. */
static bool
entities_are(const History *history, bool (*test) (const uint8 *bytes, uint32 length))
{
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	bool		are = true;

	cursor_open(cursor, history, NULL);
	while (are && cursor_next(cursor))
		are = test(cursor->key.bytes, cursor->key.length);
	cursor_close(cursor);
	pfree(cursor);
	return are;
}

/*
 * A conversion has no texts; journeys have labels; a ledger's strings are amounts,
 * but for the title, which follows a mark.  Entities of an unfinished ledger are
 * put together from others, with lengths that may look like more than ASCII: no
 * matter, such a state is of use in its own database only.
 */
bool
has_more_than_ascii(const uint8 *bytes, Size size)
{
	History		history;
	bool		ascii = true;

	if (memcmp(bytes, "plgC", 4) == 0)
		return false;
	if (history_open(&history, bytes, size) != NULL)
		report_damaged_value("cannot be read");
	if (memcmp(bytes, "plgJ", 4) == 0)
	{
		for (uint32 i = 0; ascii && i < history.n_strings; i++)
			ascii = is_ascii(history.strings[i].bytes, history.strings[i].length);
	}
	else if (history.flags & HISTORY_TITLED)
	{
		const HistoryString *title = &history.strings[history.n_strings];

		ascii = title->length == 0 || is_ascii(title->bytes + 1, title->length - 1);
	}
	if (ascii && history.kind == ENTITY_TEXT)
		ascii = entities_are(&history, is_ascii);
	pfree(history.strings);
	return !ascii;
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
	if (history->kind == ENTITY_TEXT && (history->flags & ~HISTORY_TITLED) == 0 && !entities_are(history, is_valid_text))
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
