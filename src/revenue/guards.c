/*
 * Guards against rows that must not stand together: of other currencies, or
 * overlapping where the caller says that they never do.
 */
#include "ledger/currency.h"
#include "ledger/reader.h"

#include "pg/args.h"

static void
refuse_other_text(const text *a, const text *b)
{
	refuse_currency((const uint8 *) VARDATA_ANY(a), VARSIZE_ANY_EXHDR(a),
					(const uint8 *) VARDATA_ANY(b), VARSIZE_ANY_EXHDR(b));
}

/* Transition (state, currency). */
PLG_FUNCTION(plg_one_currency_add);
Datum
plg_one_currency_add(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("\"currency\" must not be null"),
				 errhint("Repair such rows, or leave them out with FILTER (WHERE ... IS NOT NULL).")));
	check_currency(PG_GETARG_TEXT_PP(1));
	if (PG_ARGISNULL(0))
		return PG_GETARG_DATUM(1);
	refuse_other_text(PG_GETARG_TEXT_PP(0), PG_GETARG_TEXT_PP(1));
	return PG_GETARG_DATUM(0);
}

PLG_FUNCTION(plg_one_currency_combine);
Datum
plg_one_currency_combine(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0) && PG_ARGISNULL(1))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(0))
		return PG_GETARG_DATUM(1);
	if (!PG_ARGISNULL(1))
		refuse_other_text(PG_GETARG_TEXT_PP(0), PG_GETARG_TEXT_PP(1));
	return PG_GETARG_DATUM(0);
}

/*
 * strict(ledger, rows ledger): the first, if in the second, which counts rows,
 * no account has more than one at a time.
 */
PLG_FUNCTION(plg_ledger_strict);
Datum
plg_ledger_strict(PG_FUNCTION_ARGS)
{
	LedgerReader *rows = arg_ledger(fcinfo, 1);
	int128		one = money_at_scale((Money) {1, 0}, rows->scale);

	while (next_account(rows))
	{
		for (int64 i = 0; i < rows->n; i++)
		{
			if (rows->total[i] > one)
				ereport(ERROR,
						(errcode(ERRCODE_CARDINALITY_VIOLATION),
						 errmsg("account %s has %s rows at once from %s on",
								describe_entity(rows->history.kind, &rows->key),
								describe_money(rows->total[i], rows->scale),
								describe_time(rows->at[i])),
						 errhint("Repair the rows; do not call plg.strict where rows of one account may add up.")));
		}
	}
	return PG_GETARG_DATUM(0);
}
