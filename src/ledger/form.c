/* The form of a ledger's values; see form.h. */
#include "ledger/form.h"

static const char *
ledger_problem(const uint8 *body, Size size)
{
	History		history;
	const char *reason = history_problem(body, size, &history);

	return reason != NULL ? reason : ledger_form_problem(&history, is_valid_text);
}

const ValueKind ledger_kind = {
	"plg.ledger",
	"plgL",
	"GROUP BY plg.bucket(account, n), then read each bucket and add up the results.",
	ledger_problem
};

void
report_pending_ledger(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("this ledger is an unfinished state of ledger_changes or ledger_payments"),
			 errhint("Only the combine and final functions of that aggregate can take it.")));
}

/* The amount that a code stands for; only damage can make it unreadable. */
Money
history_money(const History *history, uint32 code)
{
	Money		money;

	if (!money_read(&money, history->strings[code].bytes, history->strings[code].length))
		report_damaged_value("has an amount that is not well formed");
	return money;
}
