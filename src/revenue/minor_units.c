/* Amounts in the minor unit of a currency: by its digits, or those that it has in ISO 4217. */
#include "pg/args.h"

#include "ledger/money.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

/* minor_units(amount bigint, digits int) */
PLG_FUNCTION(plg_minor_units);
Datum
plg_minor_units(PG_FUNCTION_ARGS)
{
	int			digits = PG_GETARG_INT32(1);

	if (digits < 0 || digits > MONEY_MAX_SCALE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"digits\" must be between 0 and %d, not %d", MONEY_MAX_SCALE, digits),
				 errhint("Most currencies have 2 digits after the point, JPY has 0, KWD has 3.")));
	PG_RETURN_NUMERIC(int64_div_fast_to_numeric(PG_GETARG_INT64(0), digits));
}

/* Currencies by how many digits their minor unit has, those no longer in use included. */
static const char *const currencies[] = {
	"BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
	"",
	"AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD "
	"CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL "
	"GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR "
	"LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB "
	"PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP "
	"SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG ZWL",
	"BHD IQD JOD KWD LYD OMR TND",
	"CLF UYW"
};

#define NAME_LENGTH 3

static int
currency_digits(const text *currency)
{
	const char *name = VARDATA_ANY(currency);
	Size		length = VARSIZE_ANY_EXHDR(currency);

	for (int digits = 0; length == NAME_LENGTH && digits < (int) lengthof(currencies); digits++)
	{
		for (const char *known = currencies[digits]; *known != '\0'; known += NAME_LENGTH + (known[NAME_LENGTH] == ' '))
		{
			if (pg_strncasecmp(known, name, NAME_LENGTH) == 0)
				return digits;
		}
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("currency \"%s\" is not one of ISO 4217", describe_text(name, length)),
			 errhint("Give a code such as EUR, or the number of digits, as in plg.minor_units(amount, 2).")));
}

static Datum
major_units(Datum amount, const text *currency)
{
	int			digits = currency_digits(currency);

	if (numeric_is_nan(DatumGetNumeric(amount)) || numeric_is_inf(DatumGetNumeric(amount)))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("\"amount\" must be a finite number"),
				 errhint("Repair such rows, or leave them out.")));

	/* a product, so that all digits stay */
	return DirectFunctionCall1(numeric_trim_scale,
							   DirectFunctionCall2(numeric_mul, amount,
												   NumericGetDatum(int64_div_fast_to_numeric(1, digits))));
}

/* Whole amounts need no product. */
static Datum
whole_major_units(int64 amount, const text *currency)
{
	PG_RETURN_NUMERIC(int64_div_fast_to_numeric(amount, currency_digits(currency)));
}

PLG_CALLS(plg_minor_units_int, whole_major_units(PG_GETARG_INT32(0), PG_GETARG_TEXT_PP(1)))
PLG_CALLS(plg_minor_units_bigint, whole_major_units(PG_GETARG_INT64(0), PG_GETARG_TEXT_PP(1)))
PLG_CALLS(plg_minor_units_numeric, major_units(PG_GETARG_DATUM(0), PG_GETARG_TEXT_PP(1)))

PLG_FUNCTION(plg_minor_units_text);
Datum
plg_minor_units_text(PG_FUNCTION_ARGS)
{
	text	   *amount = PG_GETARG_TEXT_PP(0);
	char	   *digits = pnstrdup(VARDATA_ANY(amount), VARSIZE_ANY_EXHDR(amount));

	return major_units(DirectFunctionCall3(numeric_in, CStringGetDatum(digits),
										   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)),
					   PG_GETARG_TEXT_PP(1));
}
