/* Label arguments; see labels.h. */
#include "readers/shared/labels.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "pg/call_site.h"
#include "utils/varlena.h"

/* Fewer events may well lack a label; with more labels a search is too slow. */
#define NOTICE_EVENTS 1000
#define NOTICE_LABELS 10000

/* Labels longer than this are not compared. */
#define NOTICE_LENGTH 255

int64
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
 * The labels that were looked for at a call site.  A label that one value lacks
 * may be in the next, as where a table has a value for each day or bucket; so
 * what is not named anywhere is known at the end, when the place goes.
 */
#define MOST_ASKED 16

typedef struct AskedLabel
{
	char	   *label;
	bool		found;
	char	   *closest;		/* in the first value that lacks it; or NULL */
} AskedLabel;

struct AskedLabels
{
	MemoryContextCallback at_end;
	int			n;
	AskedLabel	label[MOST_ASKED];
	bool		parallel;		/* other processes may have read other values */
	uint64		events;			/* in all values */
	int64		values;

	/* of the value at hand */
	uint64		rows;
	int64		first_at;
	int64		last_at;
};

/* When the statement ends, unless it ends by an error. */
static void
notice_unknown_label(void *arg)
{
	const struct AskedLabels *asked = arg;
	const AskedLabel *unknown = asked->label;

	while (unknown < asked->label + asked->n && unknown->found)
		unknown++;
	if (unknown == asked->label + asked->n || asked->events < NOTICE_EVENTS ||
		(asked->parallel && asked->values > 1) || !IsTransactionState())
		return;
	HOLD_INTERRUPTS();
	ereport(NOTICE,
			(errcode(ERRCODE_NO_DATA),
			 errmsg("no event is named \"%s\"", unknown->label),
			 unknown->closest == NULL ? 0 : errhint("The closest name is \"%s\".", unknown->closest)));
	RESUME_INTERRUPTS();
}

static struct AskedLabels *
asked_labels(CallSite *site)
{
	struct AskedLabels *asked = site->asked;

	if (asked == NULL)
	{
		asked = site->asked = MemoryContextAllocZero(site->context, sizeof(struct AskedLabels));
		asked->at_end.func = notice_unknown_label;
		asked->at_end.arg = asked;
		MemoryContextRegisterResetCallback(site->context, &asked->at_end);
	}
	return asked;
}

/* Notes whether a label that was looked for is there. */
static void
note_label(FunctionCallInfo fcinfo, const History *journeys, const uint8 *label, uint32 length, bool found)
{
	CallSite   *site = call_site(fcinfo);
	struct AskedLabels *asked;
	AskedLabel *own;

	if (site == NULL || length > NOTICE_LENGTH || !speaks_for_all())
		return;
	asked = asked_labels(site);
	asked->parallel |= reads_a_part();
	if (asked->values == 0 || asked->rows != journeys->rows ||
		asked->first_at != journeys->first_at || asked->last_at != journeys->last_at)
	{
		asked->values++;
		asked->events += asked->rows = journeys->rows;
		asked->first_at = journeys->first_at;
		asked->last_at = journeys->last_at;
	}
	for (own = asked->label; own < asked->label + asked->n; own++)
	{
		if (strncmp(own->label, (const char *) label, length) == 0 && own->label[length] == '\0')
		{
			own->found |= found;
			return;
		}
	}
	if (asked->n == MOST_ASKED)
		return;
	asked->n++;
	own->label = MemoryContextAllocZero(site->context, length + 1);
	memcpy(own->label, label, length);
	own->found = found;
	if (!found && journeys->n_strings <= NOTICE_LABELS)
	{
		const HistoryString *closest = closest_label(journeys, own->label, (int) length);

		if (closest != NULL)
			own->closest = MemoryContextStrdup(site->context,
											   pnstrdup((const char *) closest->bytes, closest->length));
	}
}

void
check_label(FunctionCallInfo fcinfo, const History *journeys, const uint8 *label, uint32 length)
{
	note_label(fcinfo, journeys, label, length, find_label(journeys, label, length) >= 0);
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
			note_label(fcinfo, journeys, label, length, code >= 0);
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
