/*
 * The accounts behind MRR movements: a row for each movement, or two.
 *
 * What an account pays and what it has below zero are told apart, so that every
 * column of movements is the plain sum of the rows of that name.
 */
#include "revenue/row.h"
#include "revenue/window.h"

#include "utils/builtins.h"

/* The further arguments. */
enum
{
	MOVEMENT_BY = WINDOW_ARGS, REACTIVATION_WITHIN, BRIDGE_GAP
};

static const char *const movement_names[] = {
	"none", "new", "reactivation", "expansion", "contraction", "churn", "flash"
};

static void
put_account(ReturnSetInfo *result, Datum account, int128 opening, int128 closing,
			const char *movement, int128 amount, int scale)
{
	ResultRow	row = {0};

	put_datum(&row, account);
	put_money(&row, opening, scale);
	put_money(&row, closing, scale);
	put_datum(&row, CStringGetTextDatum(movement));
	put_money(&row, amount, scale);
	put_row(result, &row);
}

static void
put_move(ReturnSetInfo *result, const LedgerReader *reader, const Move *move)
{
	int128		amount;
	Movement	movement = movement_of(move, &amount);
	Datum		account;

	if (movement == MOVEMENT_NONE && !move->is_customer && move->opening >= 0 && move->closing >= 0)
		return;
	account = entity_as_text(reader->history.kind, &reader->key);
	if (movement != MOVEMENT_NONE || move->is_customer)
		put_account(result, account, positive(move->opening), positive(move->closing),
					movement_names[movement], amount, reader->scale);
	if (move->opening < 0 || move->closing < 0)
	{
		int128		opening = Min(move->opening, 0);
		int128		closing = Min(move->closing, 0);

		put_account(result, account, opening, closing, "credit",
					money_subtract(closing, opening), reader->scale);
	}
}

/*
 * account_movements(ledger, since date, until date, tz text, as_of timestamptz,
 * movement_by text, reactivation_within interval, bridge_gap interval)
 */
PLG_FUNCTION(plg_ledger_account_movements);
Datum
plg_ledger_account_movements(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	CourseOptions options = default_options().course;
	LedgerWindow window;
	Course		course = {.options = &options, .starts = window.bounds, .n_periods = 1};
	MemoryContext per_account;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	course.by_change = arg_by_event(fcinfo, MOVEMENT_BY);
	options.reactivation_within = arg_reactivation_within(fcinfo, REACTIVATION_WITHIN);
	options.bridge_gap = arg_bridge_gap(fcinfo, BRIDGE_GAP);
	arg_window(fcinfo, &window);
	if (!open_window(fcinfo, &window, &options))
		return (Datum) 0;

	per_account = AllocSetContextCreate(CurrentMemoryContext, "plg account", ALLOCSET_SMALL_SIZES);
	while (next_account(window.reader))
	{
		MemoryContext old;
		bool		more;

		course_begin(&course, window.reader);
		more = course_next(&course);
		if (!more)
			course_stay(&course);
		old = MemoryContextSwitchTo(per_account);
		do
		{
			put_move(result, window.reader, &course.move);
		} while (more && course_next(&course));
		MemoryContextSwitchTo(old);
		MemoryContextReset(per_account);
	}
	return (Datum) 0;
}
