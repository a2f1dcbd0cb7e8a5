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
#include "ledger/tally.h"

static inline int128
positive(int128 amount)
{
	return amount > 0 ? amount : 0;
}

/* The last period that starts at or before t, which is not before the first. */
static int
find_period(const Tally *tally, int low, TimestampTz t)
{
	int			high = tally->n;

	/* low starts at or before t, high after it */
	while (high - low > 1)
	{
		int			middle = low + (high - low) / 2;

		if (tally->starts[middle] <= t)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Adds an account's one net movement in a period. */
static void
count_movement(PeriodTally *period, int128 opening, int128 closing, int128 highest,
			   bool paid_before)
{
	if (opening < 0 || closing < 0)
		period->credit = money_add(period->credit,
								   money_subtract(closing - positive(closing),
												  opening - positive(opening)));
	opening = positive(opening);
	closing = positive(closing);

	if (opening == 0 && closing == 0)
	{
		if (highest > 0)
		{
			period->flash = money_add(period->flash, highest);
			period->accounts_flash++;
		}
	}
	else if (opening == 0)
	{
		int128	   *movement = paid_before ? &period->reactivation : &period->new;

		*movement = money_add(*movement, closing);
		if (paid_before)
			period->accounts_reactivated++;
		else
			period->accounts_new++;
	}
	else if (closing == 0)
	{
		period->churn = money_add(period->churn, opening);
		period->accounts_churned++;
	}
	else if (closing > opening)
	{
		period->expansion = money_add(period->expansion, closing - opening);
		period->accounts_expanded++;
	}
	else if (closing < opening)
	{
		period->contraction = money_add(period->contraction, opening - closing);
		period->accounts_contracted++;
	}
}

/* Adds the account at hand. */
static void
tally_account(Tally *tally, const LedgerReader *reader)
{
	PeriodTally *first = &tally->periods[0];
	TimestampTz until = tally->starts[tally->n];
	bool		paid_before = false;
	int128		level = 0;
	int64		n = reader->n;
	int64		i = 0;
	int			p = 0;

	while (n > 0 && (reader->at[n - 1] > tally->as_of || reader->at[n - 1] >= until))
		n--;
	for (; i < n && reader->at[i] < tally->starts[0]; i++)
	{
		level = reader->total[i];
		paid_before |= level > 0;
	}
	first->opening = money_add(first->opening, level);
	if (level > 0)
	{
		first->paid_at_opening = money_add(first->paid_at_opening, level);
		first->accounts_opening++;
	}

	while (i < n)
	{
		PeriodTally *period;
		int128		opening = level;
		int128		highest = 0;

		p = find_period(tally, p, reader->at[i]);
		period = &tally->periods[p];
		for (; i < n && reader->at[i] < tally->starts[p + 1]; i++)
		{
			level = reader->total[i];
			highest = Max(highest, level);
		}
		/* so far only the change, which close_periods adds to the opening */
		period->closing = money_add(period->closing, money_subtract(level, opening));
		count_movement(period, opening, level, highest, paid_before);
		paid_before |= highest > 0;
	}
}

/* Openings and closings, from the first opening and the changes. */
static void
close_periods(Tally *tally)
{
	for (int p = 0; p < tally->n; p++)
	{
		PeriodTally *period = &tally->periods[p];
		int128		gained;
		int128		lost;

		if (p > 0)
		{
			period->opening = period[-1].closing;
			period->accounts_opening = period[-1].accounts_closing;
			period->paid_at_opening = money_subtract(money_add(period[-1].paid_at_opening,
															   money_add(period[-1].new, money_add(period[-1].reactivation, period[-1].expansion))),
													 money_add(period[-1].contraction, period[-1].churn));
		}
		period->closing = money_add(period->opening, period->closing);
		period->accounts_closing = period->accounts_opening + period->accounts_new +
			period->accounts_reactivated - period->accounts_churned;

		gained = money_add(money_add(period->new, period->reactivation), period->expansion);
		lost = money_add(period->contraction, period->churn);
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

/* Fills in periods, of which n, starts and as_of are given. */
void
tally_ledger(Tally *tally, LedgerReader *reader)
{
	tally->scale = reader->scale;
	tally->periods = palloc0(tally->n * sizeof(PeriodTally));
	while (next_account(reader))
		tally_account(tally, reader);
	close_periods(tally);
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
	return money_ratio(money_subtract(money_add(period->paid_at_opening, period->expansion),
									  money_add(period->contraction, period->churn)),
					   period->paid_at_opening, ratio);
}

/* The same with each account capped at its opening. */
bool
tally_grr(const PeriodTally *period, double *ratio)
{
	return money_ratio(money_subtract(period->paid_at_opening,
									  money_add(period->contraction, period->churn)),
					   period->paid_at_opening, ratio);
}

bool
tally_logo_retention(const PeriodTally *period, double *ratio)
{
	return money_ratio(period->accounts_opening - period->accounts_churned,
					   period->accounts_opening, ratio);
}

bool
tally_quick_ratio(const PeriodTally *period, double *ratio)
{
	return money_ratio(money_add(money_add(period->new, period->reactivation), period->expansion),
					   money_add(period->contraction, period->churn), ratio);
}
