/* Values that a state was given whole; see pieces.h. */
#include "journeys/pieces.h"

#include "core/history/net.h"
#include "core/history/writer.h"
#include "journeys/form.h"
#include "pg/args.h"

#define PIECES_MAGIC "plgP"

void
keep_piece(JourneysState *state, const struct varlena *value, uint64 rows)
{
	MemoryContext old = MemoryContextSwitchTo(state->state.arena->context);
	Size		size = VARSIZE_ANY(value);

	if (state->n_pieces == state->max_pieces)
	{
		state->max_pieces = Max(4, state->max_pieces * 2);
		if (state->pieces == NULL)
			state->pieces = palloc(state->max_pieces * sizeof(struct varlena *));
		else
			state->pieces = repalloc_huge(state->pieces, state->max_pieces * sizeof(struct varlena *));
	}
	state->pieces[state->n_pieces++] = memcpy(palloc(size), value, size);
	state->piece_rows += rows;
	MemoryContextSwitchTo(old);
}

void
keep_pieces(JourneysState *state, const JourneysState *other)
{
	for (int i = 0; i < other->n_pieces; i++)
		keep_piece(state, other->pieces[i], 0);
	state->piece_rows += other->piece_rows;
}

/* Writes what a history or, if there is none, a sorter delivers. */
static struct varlena *
write_value(MemoryContext context, EntityKind kind, uint64 rows, const HistoryString *strings,
			uint32 n_strings, const History *history, RowSorter *sorter)
{
	HistoryWriter *writer = palloc(sizeof(HistoryWriter));
	MemoryContext old = MemoryContextSwitchTo(context);
	struct varlena *value;
	uint8	   *bytes;
	Size		size = 0;

	history_begin(writer, VARHDRSZ, journeys_kind.magic, kind, 0, rows, strings, n_strings);
	MemoryContextSwitchTo(old);
	if (sorter != NULL)
		history_add_sorted(writer, sorter);
	if (history != NULL)
	{
		HistoryCursor *cursor = palloc(sizeof(HistoryCursor));

		cursor_open(cursor, history, NULL);
		while (cursor_next(cursor))
			history_add(writer, &cursor->key, cursor->n, cursor->at, cursor->code);
		cursor_close(cursor);
		pfree(cursor);
	}
	bytes = history_finish(writer, &size);
	value = history_as_value(bytes, size, &journeys_kind);
	pfree(writer);
	return value;
}

struct varlena *
write_journeys(MemoryContext context, const History *history)
{
	return write_value(context, history->kind, history->rows, history->strings, history->n_strings, history, NULL);
}

struct varlena *
pack_log(MemoryContext context, const JourneysState *state)
{
	const JourneysArena *arena = (const JourneysArena *) state->state.arena;
	RowSorter	sorter;
	struct varlena *value;

	if (rowlog_rows(&state->log) == 0)
		return write_value(context, state->kind, 0, NULL, 0, NULL, NULL);
	sorter_begin(&sorter, &state->log,
				 state->kind == ENTITY_BIGINT ? NULL : &arena->entities, &arena->labels);
	value = write_value(context, state->kind, rowlog_rows(&state->log),
						ranked_strings(&sorter.codes, &arena->labels), sorter.codes.n, NULL, &sorter);
	sorter_end(&sorter);
	return value;
}

/* Opens rows that have not been packed. */
static void
open_log(History *journeys, const JourneysState *state)
{
	const Dict *labels = &((JourneysArena *) state->state.arena)->labels;
	const Dealt *dealt = state->log.dealt;

	if (dealt == NULL)
	{
		open_history(journeys, pack_log(CurrentMemoryContext, state));
		return;
	}
	memset(journeys, 0, sizeof(*journeys));
	journeys->sorter = palloc(sizeof(RowSorter));
	sorter_begin(journeys->sorter, &state->log, NULL, labels);
	journeys->kind = state->kind;
	journeys->n_strings = journeys->sorter->codes.n;
	journeys->strings = ranked_strings(&journeys->sorter->codes, labels);
	journeys->rows = dealt_rows(dealt);
	journeys->entities = Min(journeys->rows, (uint64) DEALT_PARTITIONS << Min(dealt->shift, 32));
	journeys->first_at = dealt->first_at;
	journeys->last_at = dealt->last_at;
}

/* Where pieces follow each other in time, an entity's rows need no merging. */
static int
compare_first_at(const void *a, const void *b)
{
	int64		first_a = ((const History *) a)->first_at;
	int64		first_b = ((const History *) b)->first_at;

	return first_a < first_b ? -1 : first_a > first_b;
}

/* Opens all that is held, into histories, which have room for it; returns how many they are. */
static int
open_held(History *histories, const JourneysState *state, int n_beside)
{
	int			n = state->n_pieces;

	for (int i = 0; i < n; i++)
	{
		if (!open_stored_history(&histories[i], state->pieces[i], &journeys_kind, n_beside))
			open_history(&histories[i], state->pieces[i]);
	}
	if (rowlog_rows(&state->log) > 0)
		open_log(&histories[n++], state);
	else if (n == 0)
		open_history(&histories[n++], pack_log(CurrentMemoryContext, state));
	qsort(histories, n, sizeof(History), compare_first_at);
	return n;
}

void
report_missing_row(EntityKind kind, const EntityKey *key, int64 at, const HistoryString *label)
{
	EntityKey	event = {0, label->bytes, label->length};

	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("a row is taken away that the journeys do not have: entity \"%s\", %s, event \"%s\"",
					describe_entity(kind, key), describe_time(at), describe_entity(ENTITY_TEXT, &event)),
			 errhint("Take away only rows that were added, each as often as it was; live journeys are mended by plg.live_refresh(name, anew => true).")));
}

void
open_state(History *journeys, JourneysState *state)
{
	const JourneysState *gone = state->gone;
	int			most = state->n_pieces + 1 + (gone == NULL ? 0 : gone->n_pieces + 1);
	History    *histories = palloc_huge(most * sizeof(History));
	int			n = open_held(histories, state, most);
	int			n_gone = gone == NULL ? 0 : open_held(histories + n, gone, most);

	state->opened = true;
	if (n == 1 && n_gone == 0)
		*journeys = histories[0];
	else
		net_open(journeys, histories, n + n_gone, n_gone, report_missing_row);
}

typedef struct PiecesHead
{
	char		magic[8];
	uint32		n;
	uint32		n_gone;			/* of these, the last */
	uint64		rows;
	uint64		gone_rows;
	uint32		kind;
} PiecesHead;

#define PIECES_HEAD MAXALIGN(VARHDRSZ + sizeof(PiecesHead))

static PiecesHead
pieces_head(const struct varlena *sent)
{
	PiecesHead	head;

	memcpy(&head, VARDATA(sent), sizeof(head));
	return head;
}

bool
is_sent_pieces(const struct varlena *value)
{
	return VARSIZE(value) >= VARHDRSZ + sizeof(PIECES_MAGIC) &&
		memcmp(VARDATA(value), PIECES_MAGIC, sizeof(PIECES_MAGIC)) == 0;
}

bool
takes_away(const struct varlena *sent)
{
	return pieces_head(sent).n_gone > 0;
}

static Size
pieces_size(const JourneysState *state)
{
	Size		size = 0;

	for (int i = 0; i < state->n_pieces; i++)
		size += MAXALIGN(VARSIZE_ANY(state->pieces[i]));
	return size;
}

Size
sent_pieces_size(const JourneysState *state)
{
	Size		size = PIECES_HEAD + pieces_size(state);

	if (state->gone != NULL)
		size += pieces_size(state->gone);
	if (size <= MAX_VALUE_SIZE)
		return size;

	/* rows may be taken away from those of another process, so they cannot be packed */
	if (state->gone != NULL)
		check_value_size(size, &journeys_kind);
	return 0;
}

static uint8 *
put_pieces(uint8 *out, const JourneysState *state)
{
	for (int i = 0; i < state->n_pieces; i++)
	{
		memcpy(out, state->pieces[i], VARSIZE_ANY(state->pieces[i]));
		out += MAXALIGN(VARSIZE_ANY(state->pieces[i]));
	}
	return out;
}

void
write_pieces(const JourneysState *state, struct varlena *sent, Size size)
{
	uint8	   *out = (uint8 *) sent + PIECES_HEAD;
	PiecesHead	head = {.magic = PIECES_MAGIC, .n = (uint32) state->n_pieces, .rows = state->piece_rows, .kind = (uint32) state->kind};

	memset(VARDATA(sent), 0, size - VARHDRSZ);
	out = put_pieces(out, state);
	if (state->gone != NULL)
	{
		put_pieces(out, state->gone);
		head.n_gone = (uint32) state->gone->n_pieces;
		head.n += head.n_gone;
		head.gone_rows = state->gone->piece_rows;
	}
	memcpy(VARDATA(sent), &head, sizeof(head));
	SET_VARSIZE(sent, size);
}

void
add_sent_pieces(JourneysState *state, JourneysState *gone, const struct varlena *sent)
{
	const uint8 *bytes = (const uint8 *) sent + PIECES_HEAD;
	PiecesHead	head = pieces_head(sent);

	set_kind(state, (EntityKind) head.kind);
	for (uint32 i = 0; i < head.n; i++)
	{
		const struct varlena *piece = (const struct varlena *) bytes;

		keep_piece(i < head.n - head.n_gone ? state : gone, piece, 0);
		bytes += MAXALIGN(VARSIZE_ANY(piece));
	}
	state->piece_rows += head.rows;
	if (head.n_gone > 0)
	{
		set_kind(gone, (EntityKind) head.kind);
		gone->piece_rows += head.gone_rows;
	}
}
