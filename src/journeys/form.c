/* The form of journeys; see form.h. */
#include "journeys/form.h"

#include "state/history_value.h"

static const char *
journeys_problem(const uint8 *body, Size size)
{
	History		history;
	const char *reason = history_problem(body, size, &history);

	if (reason != NULL)
		return reason;
	if (history.flags != 0 || history.extra != 0)
		return "It has flags that do not exist.";
	for_many(i, history.n_strings)
	{
		if (!is_valid_text(history.strings[i].bytes, history.strings[i].length))
			return "It has a label that is not valid text in this database's encoding.";
	}
	return NULL;
}


const ValueKind journeys_kind = {
	"plg.journeys",
	"plgJ",
	"GROUP BY plg.bucket(entity, n), then read each bucket and add up the results.",
	journeys_problem
};
