/*
 * Tallying MRR movements; tally.h says what is counted.
 *
 * An account has an opening and a closing in every period, but it is only in
 * the few periods that hold one of its changes that they can differ.  So one
 * pass over the accounts adds each account's opening to the first period alone
 * and visits, of the others, those with changes: the work grows with changes,
 * not with accounts times periods.  Openings and closings of all accounts then
 * follow from one period to the next.
 *
 * Both follow from the changes themselves, the movements from each account's
 * opening and closing.  That opening and movements come to the closing is
 * therefore a check that can fail, and it is made for every period.
 */
#include "revenue/tally.h"

/* What GRR takes off for an account that was a customer at the opening. */
static int128
grr_loss(const Move *move, GrrMethod method)
{
	int128		opening = positive(move->opening);

	if (method == GRR_FLOW)
		return move->fallen;
	return opening - Min(opening, positive(method == GRR_LEAST ? move->closing : move->lowest));
}

void
tally_movement(PeriodTally *period, const Move *move)
{
	int128		amount;
	int128	   *sum = NULL;
	int64	   *accounts = NULL;

	if (move->opening < 0 || move->closing < 0)
		period->credit = money_add(period->credit,
								   money_subtract(Min(move->closing, 0), Min(move->opening, 0)));
	switch (movement_of(move, &amount))
	{
		case MOVEMENT_NONE:
			return;
		case MOVEMENT_NEW:
			sum = &period->new;
			accounts = &period->accounts_new;
			break;
		case MOVEMENT_REACTIVATION:
			sum = &period->reactivation;
			accounts = &period->accounts_reactivated;
			break;
		case MOVEMENT_EXPANSION:
			sum = &period->expansion;
			accounts = &period->accounts_expanded;
			if (move->opening > 0)
				period->expanded = money_add(period->expanded, amount);
			break;
		case MOVEMENT_CONTRACTION:
			sum = &period->contraction;
			accounts = &period->accounts_contracted;
			break;
		case MOVEMENT_CHURN:
			sum = &period->churn;
			accounts = &period->accounts_churned;
			break;
		case MOVEMENT_FLASH:
			sum = &period->flash;
			accounts = &period->accounts_flash;
			break;
	}
	*sum = money_add(*sum, amount);
	++*accounts;
}

void
tally_retention(PeriodTally *period, const Move *move, GrrMethod grr)
{
	if (!move->was_customer)
		return;
	/* who is in a gap that is bridged stays a customer, but paid nothing that could be retained */
	if (move->opening > 0)
	{
		period->loss = money_add(period->loss, grr_loss(move, grr));
		period->change = money_add(period->change, positive(move->closing) - move->opening);
	}
	if (!move->is_customer)
		period->accounts_lost++;
}

/* Adds the account at hand. */
static void
tally_account(Tally *tally, Course *course, const LedgerReader *reader)
{
	PeriodTally *first = &tally->periods[0];

	course->by_change = false;
	course_begin(course, reader);
	first->opening = money_add(first->opening, course->opening);
	first->paid_at_opening = money_add(first->paid_at_opening, positive(course->opening));
	first->accounts_opening += course->opens_as_customer;
	while (course_next(course))
	{
		PeriodTally *period = &tally->periods[course->period];
		const Move *move = &course->move;

		/* so far only the change, which close_periods adds to the opening */
		period->closing = money_add(period->closing, money_subtract(move->closing, move->opening));
		tally_retention(period, move, tally->options.grr);
		if (!tally->options.by_event)
			tally_movement(period, move);
	}
	if (!tally->options.by_event)
		return;

	course->by_change = true;
	course_begin(course, reader);
	while (course_next(course))
		tally_movement(&tally->periods[course->period], &course->move);
}

/* Openings and closings, from the first opening and the changes. */
static void
close_periods(Tally *tally)
{
	int128		paid = 0;

	for (int p = 0; p < tally->n; p++)
	{
		PeriodTally *period = &tally->periods[p];
		int128		gained;
		int128		lost;

		if (p > 0)
		{
			period->opening = period[-1].closing;
			period->accounts_opening = period[-1].accounts_closing;
			period->paid_at_opening = paid;
		}
		period->closing = money_add(period->opening, period->closing);
		period->accounts_closing = period->accounts_opening + period->accounts_new +
			period->accounts_reactivated - period->accounts_churned;

		gained = money_add(money_add(period->new, period->reactivation), period->expansion);
		lost = money_add(period->contraction, period->churn);
		paid = money_subtract(money_add(period->paid_at_opening, gained), lost);
		if (money_add(period->opening, money_add(money_subtract(gained, lost), period->credit)) !=
			period->closing)
			ereport(ERROR,
					(errcode(ERRCODE_INTERNAL_ERROR),
					 errmsg("MRR movements do not come to the closing MRR"),
					 errdetail("Opening is %s, closing is %s.",
							   describe_money(period->opening, tally->scale),
							   describe_money(period->closing, tally->scale)),
					 errhint("This is a fault of plg; please report it.")));
	}
}

/* Fills in periods, of which n, starts and options are given. */
void
tally_ledger(Tally *tally, LedgerReader *reader)
{
	Course		course = {.options = &tally->options.course, .starts = tally->starts,
	.n_periods = tally->n};

	tally->scale = reader->scale;
	tally->periods = palloc0(tally->n * sizeof(PeriodTally));
	while (next_account(reader))
		tally_account(tally, &course, reader);
	close_periods(tally);
}

/* Window by window, as a tally of one period each. */
void
tally_windows(Tally *tally, int span, LedgerReader *reader)
{
	TimestampTz bounds[2];
	Course		course = {.options = &tally->options.course, .starts = bounds, .n_periods = 1};
	Tally		window = {.n = 1, .starts = bounds, .options = tally->options, .scale = reader->scale};

	tally->scale = reader->scale;
	tally->periods = palloc0(tally->n * sizeof(PeriodTally));
	while (next_account(reader))
	{
		for (int w = 0; w < tally->n; w++)
		{
			CHECK_FOR_INTERRUPTS();
			bounds[0] = tally->starts[w];
			bounds[1] = tally->starts[w + span];
			window.periods = &tally->periods[w];
			tally_account(&window, &course, reader);
		}
	}
	for (int w = 0; w < tally->n; w++)
	{
		window.periods = &tally->periods[w];
		close_periods(&window);
	}
}

bool
money_ratio(int128 numerator, int128 denominator, double *ratio)
{
	if (denominator == 0)
		return false;
	*ratio = (double) numerator / (double) denominator;
	return true;
}

/* What accounts that paid at the opening pay at the closing. */
bool
tally_nrr(const PeriodTally *period, double *ratio)
{
	return money_ratio(money_add(period->paid_at_opening, period->change),
					   period->paid_at_opening, ratio);
}

/* The same without what they pay more. */
bool
tally_grr(const PeriodTally *period, double *ratio)
{
	return money_ratio(money_subtract(period->paid_at_opening, period->loss),
					   period->paid_at_opening, ratio);
}

bool
tally_logo_retention(const PeriodTally *period, double *ratio)
{
	return money_ratio(period->accounts_opening - period->accounts_lost,
					   period->accounts_opening, ratio);
}

bool
tally_quick_ratio(const PeriodTally *period, double *ratio)
{
	return money_ratio(money_add(money_add(period->new, period->reactivation), period->expansion),
					   money_add(period->contraction, period->churn), ratio);
}
