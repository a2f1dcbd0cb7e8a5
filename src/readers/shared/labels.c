/* Label arguments; see labels.h. */
#include "readers/shared/labels.h"

#include "access/parallel.h"
#include "optimizer/optimizer.h"
#include "utils/varlena.h"

/* Journeys with fewer events may well lack a label; with more labels a search is too slow. */
#define NOTICE_EVENTS 1000
#define NOTICE_LABELS 10000

/* Labels longer than this are not compared. */
#define NOTICE_LENGTH 255

/* The code of a label, or -1 if no event has it. */
static int64
find_label(const History *journeys, const uint8 *label, uint32 length)
{
	uint32		low = 0;
	uint32		high = journeys->n_strings;

	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;
		const HistoryString *string = &journeys->strings[middle];
		int			order = compare_bytes(string->bytes, string->length, label, length);

		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return -1;
}

/* The label that differs least from one that no event has; NULL if none is like it. */
static const HistoryString *
closest_label(const History *journeys, const char *label, int length)
{
	const HistoryString *closest = NULL;
	int			least = (length + 1) / 2;	/* beyond that it is another word */

	for (uint32 i = 0; i < journeys->n_strings; i++)
	{
		const HistoryString *string = &journeys->strings[i];
		int			distance;

		CHECK_FOR_INTERRUPTS();
		if (string->length > NOTICE_LENGTH)
			continue;
		distance = varstr_levenshtein_less_equal(label, length, (const char *) string->bytes,
												 (int) string->length, 1, 1, 1, least, true);
		if (distance < least || (distance == least && closest == NULL))
		{
			least = distance;
			closest = string;
		}
	}
	return closest;
}

/*
 * Of the processes that share a call site in a parallel plan, only the leader
 * speaks, or the first worker if the leader takes no part or may hand it all.
 */
static bool
speaks_for_all(void)
{
	return !IsParallelWorker() ||
		(ParallelWorkerNumber == 0 && (!parallel_leader_participation || plg_forced_parallel()));
}

static void
notice_unknown_label(FunctionCallInfo fcinfo, const History *journeys,
					 const uint8 *label, uint32 length)
{
	static char noticed;
	const HistoryString *closest;

	if (journeys->rows < NOTICE_EVENTS || journeys->n_strings > NOTICE_LABELS ||
		length > NOTICE_LENGTH || !speaks_for_all() ||
		(fcinfo->flinfo != NULL && fcinfo->flinfo->fn_extra == &noticed))
		return;
	if (fcinfo->flinfo != NULL && fcinfo->flinfo->fn_extra == NULL)
		fcinfo->flinfo->fn_extra = &noticed;

	closest = closest_label(journeys, (const char *) label, (int) length);
	ereport(NOTICE,
			(errcode(ERRCODE_NO_DATA),
			 errmsg("no event is named \"%.*s\"", (int) length, (const char *) label),
			 closest == NULL ? 0 :
			 errhint("The closest name is \"%.*s\".",
					 (int) closest->length, (const char *) closest->bytes)));
}

void
check_label(FunctionCallInfo fcinfo, const History *journeys, const uint8 *label, uint32 length)
{
	if (find_label(journeys, label, length) < 0)
		notice_unknown_label(fcinfo, journeys, label, length);
}

uint32 *
label_codes(FunctionCallInfo fcinfo, const History *journeys, const char *text, int *n)
{
	uint32	   *codes = palloc_huge((strlen(text) + 1) * sizeof(uint32));
	uint8	   *label = palloc(strlen(text) + 1);
	uint32		length = 0;

	*n = 0;
	for (const char *p = text;; p++)
	{
		if (*p == '|' || *p == '\0')
		{
			int64		code = find_label(journeys, label, length);

			if (code >= 0)
				codes[(*n)++] = (uint32) code;
			else
				notice_unknown_label(fcinfo, journeys, label, length);
			length = 0;
			if (*p == '\0')
				break;
		}
		else
		{
			if (p[0] == '\\' && p[1] == '|')
				p++;
			label[length++] = (uint8) *p;
		}
	}
	pfree(label);
	return codes;
}

void
add_label_class(FunctionCallInfo fcinfo, const History *journeys, const char *text,
				uint8 *classes, uint8 bits)
{
	int			n;
	uint32	   *codes = label_codes(fcinfo, journeys, text, &n);

	for (int i = 0; i < n; i++)
		classes[codes[i]] |= bits;
	pfree(codes);
}
