/* Label arguments; see labels.h. */
#include "metrics/labels.h"

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

void
add_label_class(const History *journeys, const char *text, uint8 *classes, uint8 bits)
{
	uint8	   *label = palloc(strlen(text) + 1);
	uint32		length = 0;

	for (const char *p = text;; p++)
	{
		if (*p == '|' || *p == '\0')
		{
			int64		code = find_label(journeys, label, length);

			if (code >= 0)
				classes[code] |= bits;
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
}
