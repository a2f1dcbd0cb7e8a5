-- Revenue without a ledger: prices by the month, and what comes of rates.

CREATE FUNCTION plg.monthly(amount numeric, unit text, n int DEFAULT 1, quantity numeric DEFAULT 1) RETURNS numeric STRICT {SCALAR}, 'plg_monthly';
--@ is the MRR of a price: amount every n units (day, week, month, quarter, year), times quantity; a month has 365/12 days, 52/12 weeks, and months, quarters and years are exact; divided as numeric divides, to at most 24 decimal places

CREATE FUNCTION plg.monthly_between(amount numeric, "from" date, "to" date) RETURNS numeric STRICT {SCALAR}, 'plg_monthly_between';
--@ is the MRR of an amount for the time from a day up to, not including, another: of whole months exactly, a month from the 31st ending with a shorter one, else by days, of which a month has 365/12; an error if "to" is not after "from"

CREATE FUNCTION plg.ltv(arpa numeric, gross_margin float8, churn float8) RETURNS float8 STRICT {SCALAR}, 'plg_ltv';
--@ is lifetime value: arpa * gross_margin / churn, in money; gross_margin and churn are fractions, churn for the same period as arpa, of logos (1 - logo_retention) or of revenue (1 - grr), whichever you name; NULL where churn is 0

CREATE FUNCTION plg.payback(cac numeric, arpa numeric, gross_margin float8) RETURNS float8 STRICT {SCALAR}, 'plg_payback';
--@ is CAC payback: cac / (arpa * gross_margin), in the periods of arpa, which are months for MRR; NULL where nothing is gained

CREATE FUNCTION plg.compound(rate float8, periods float8) RETURNS float8 STRICT {SCALAR}, 'plg_compound';
--@ is rate to the power of periods: what a monthly retention of rate would come to if it stayed so for periods months; a projection, which is not the retention of any accounts
