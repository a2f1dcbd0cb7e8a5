/* The first start of an entity; see first_start.h. */
#include "readers/shared/first_start.h"

bool
find_first_start(const HistoryCursor *cursor, int64 n, const uint8 *is_start,
				 const Observed *observed, FirstStart *start)
{
	int64		first = 0;

	if (is_start != NULL)
	{
		while (first < n && !is_start[cursor->code[first]])
			first++;
	}
	if (first >= n || !entered_in_time(observed, cursor->at[first]))
		return false;
	start->started = cursor->at[first];
	start->code = cursor->code[first];
	for (int64 i = first + 1; i < n && cursor->at[i] == start->started; i++)
	{
		if (cursor->code[i] != start->code && (is_start == NULL || is_start[cursor->code[i]]))
			start->code = -1;
		if (start->code < 0)
			break;
	}
	start->from = first;
	while (start->from > 0 && cursor->at[start->from - 1] == start->started)
		start->from--;
	return true;
}
