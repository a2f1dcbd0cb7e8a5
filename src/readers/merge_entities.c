/*
 * Merge entities: journeys in which the events of an alias, such as a device's id
 * before its user signed in, belong to whom the alias stands for.
 *
 * An alias loses all of its events.  So they are taken out and sorted by their new
 * entities, and then merged with those of the entities that are no aliases.
 */
#include "core/history/writer.h"
#include "journeys/journeys.h"
#include "pg/entity.h"
#include "readers/shared/paired.h"
#include "state/history_value.h"
#include "state/state.h"

/* The arguments. */
enum
{
	J, ALIASES
};

typedef struct Merger
{
	Paired	   *paired;
	EntityKind	kind;
	EntityKey  *canonical;		/* by the aliases' codes */
	RowLog		moved;
	Dict		names;			/* of the entities that rows were moved to, unless they are numbers */
	HistoryWriter writer;

	/* the rows of an entity that has some of its own and some that were moved */
	int64		capacity;
	int64	   *at;
	uint32	   *code;
} Merger;

/* Reads every label of the aliases as an entity. */
static void
find_canonical(Merger *merger, const History *aliases)
{
	merger->canonical = palloc_huge(Max(aliases->n_strings, 1) * sizeof(EntityKey));
	for (uint32 code = 0; code < aliases->n_strings; code++)
	{
		const HistoryString *label = &aliases->strings[code];

		CHECK_FOR_INTERRUPTS();
		merger->canonical[code] = parse_entity(merger->kind, pnstrdup((const char *) label->bytes, label->length),
											   "Labels of \"aliases\" are entities of \"j\", which");
	}
}

/* Who is an alias of somebody cannot be somebody whom others are aliases of. */
static void
check_canonical(const Merger *merger, const History *aliases)
{
	EntityKey  *keys = palloc_huge(Max(aliases->n_strings, 1) * sizeof(EntityKey));
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	uint32		next = 0;

	memcpy(keys, merger->canonical, aliases->n_strings * sizeof(EntityKey));
	sort_entities(merger->kind, keys, aliases->n_strings);
	cursor_open_times(cursor, aliases);
	while (cursor_next(cursor))
	{
		int			order = -1;

		while (next < aliases->n_strings && (order = compare_entities(merger->kind, &keys[next], &cursor->key)) < 0)
			next++;
		if (next < aliases->n_strings && order == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("entity \"%s\" is an alias, and other aliases stand for it",
							describe_entity(merger->kind, &cursor->key)),
					 errhint("Let every alias name the last one of its chain; aliases of aliases are not followed.")));
	}
	cursor_close(cursor);
	pfree(cursor);
	pfree(keys);
}

/* Takes the events of aliases out: each goes to whom the alias stands for at its time, at first to the first. */
static void
move_events(Merger *merger)
{
	const PairedRows *events = &merger->paired->events;
	const PairedRows *names = &merger->paired->context;

	paired_begin(merger->paired, PAIRED_BOTH, NULL);
	while (paired_next(merger->paired))
	{
		int64		name = 0;

		CHECK_FOR_INTERRUPTS();
		for (int64 i = 0; i < events->n; i++)
		{
			const EntityKey *key;

			while (name + 1 < names->n && names->at[name + 1] <= events->at[i])
				name++;
			key = &merger->canonical[names->code[name]];
			log_row(&merger->moved, intern_entity(&merger->names, merger->kind, key, CurrentMemoryContext),
					events->at[i], events->code[i], CurrentMemoryContext);
		}
	}
	paired_end(merger->paired);
}

/* Writes an entity that has rows of its own and some that were moved. */
static void
write_both(Merger *merger, const EntityKey *key, const PairedRows *own, const RowSorter *moved)
{
	int64		n = own->n + moved->n;

	check_entity_rows(n);
	if (n > merger->capacity)
	{
		merger->capacity = Max(n, 2 * merger->capacity);
		if (merger->at != NULL)
		{
			pfree(merger->at);
			pfree(merger->code);
		}
		merger->at = palloc_huge(merger->capacity * sizeof(int64));
		merger->code = palloc_huge(merger->capacity * sizeof(uint32));
	}
	memcpy(merger->at, own->at, own->n * sizeof(int64));
	memcpy(merger->code, own->code, own->n * sizeof(uint32));
	memcpy(merger->at + own->n, moved->at, moved->n * sizeof(int64));
	memcpy(merger->code + own->n, moved->code, moved->n * sizeof(uint32));
	sort_entity_rows(merger->at, merger->code, n);
	history_add(&merger->writer, key, n, merger->at, merger->code);
}

/* Goes to the next entity that is no alias. */
static bool
next_unmoved(Merger *merger)
{
	do
	{
		if (!paired_next(merger->paired))
			return false;
	} while (merger->paired->context.n > 0);
	return true;
}

static void
write_all(Merger *merger)
{
	Paired	   *paired = merger->paired;
	HistoryWriter *writer = &merger->writer;
	RowSorter	moved;
	bool		has_own;
	bool		has_moved;

	sorter_begin(&moved, &merger->moved, merger->kind == ENTITY_BIGINT ? NULL : &merger->names, NULL);
	paired_begin(paired, PAIRED_WITHOUT_CONTEXT, NULL);
	has_own = next_unmoved(merger);
	has_moved = sorter_next(&moved);
	while (has_own || has_moved)
	{
		int			order = !has_own ? 1 : !has_moved ? -1 : compare_entities(merger->kind, paired->key, &moved.key);

		CHECK_FOR_INTERRUPTS();
		if (order == 0)
			write_both(merger, paired->key, &paired->events, &moved);
		else if (order < 0)
			history_add(writer, paired->key, paired->events.n, paired->events.at, paired->events.code);
		else
			history_add(writer, &moved.key, moved.n, moved.at, moved.code);
		has_own = order <= 0 ? next_unmoved(merger) : has_own;
		has_moved = order >= 0 ? sorter_next(&moved) : has_moved;
	}
	paired_end(paired);
	sorter_end(&moved);
}

PLG_FUNCTION(plg_merge_entities);
Datum
plg_merge_entities(PG_FUNCTION_ARGS)
{
	Merger	   *merger = palloc0(sizeof(Merger));
	const History *journeys;
	const History *aliases;
	uint8	   *bytes;
	Size		size = 0;

	merger->paired = arg_paired(fcinfo, J, ALIASES, "aliases");
	if (merger->paired == NULL)
		PG_RETURN_NULL();

	journeys = &merger->paired->journeys.history;
	aliases = &merger->paired->contexts.history;
	merger->kind = journeys->kind;
	find_canonical(merger, aliases);
	check_canonical(merger, aliases);
	move_events(merger);
	if (rowlog_rows(&merger->moved) == 0)
		PG_RETURN_POINTER(flat_value(PG_GETARG_DATUM(J)));

	/* every row stays, and so does every label */
	history_begin(&merger->writer, VARHDRSZ, journeys_kind.magic, merger->kind, journeys->flags, journeys->rows,
				  journeys->strings, journeys->n_strings);
	write_all(merger);
	bytes = history_finish(&merger->writer, &size);
	PG_RETURN_POINTER(history_as_value(bytes, size, &journeys_kind));
}
