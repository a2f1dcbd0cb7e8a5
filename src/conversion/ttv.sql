-- Time to value.
CREATE FUNCTION plg.ttv(c plg.conversion, p float8, within interval) RETURNS interval {READER}, 'plg_ttv';
--@ is time by which the share p (0 to 1) of those who convert within the given time has converted, allowing for those still on the way: first t with F(t) = p F(within), F by Kaplan and Meier (1958). within NULL: the longest follow-up. NULL: not known yet, or nobody converts

CREATE FUNCTION plg.ttv_seconds(c plg.conversion, p float8, within interval) RETURNS float8 {READER}, 'plg_ttv_seconds';
--@ is ttv in seconds

CREATE FUNCTION plg.ttv_percentiles(c plg.conversion, p float8[], within interval) RETURNS interval[] {READER}, 'plg_ttv_percentiles';
--@ is ttv for each p, in the array's order; an element is NULL where ttv is, or where p is. At most 10000 of them

CREATE FUNCTION plg.ttv_percentiles_seconds(c plg.conversion, p float8[], within interval) RETURNS float8[] {READER}, 'plg_ttv_percentiles_seconds';
--@ is ttv_percentiles in seconds

CREATE FUNCTION plg.ttv_of_all(c plg.conversion, p float8) RETURNS interval {READER}, 'plg_ttv_of_all';
--@ is time by which the share p (0 to 1) of ALL entrants has converted: the Kaplan-Meier (1958) quantile, midpoint where the share is hit exactly. NULL: never, as far as is known

CREATE FUNCTION plg.ttv_of_all_ci(c plg.conversion, p float8, level float8 DEFAULT 0.95) RETURNS interval[] {READER}, 'plg_ttv_of_all_ci';
--@ is confidence interval of ttv_of_all, {low,high}: where the log-log bands (Kalbfleisch and Prentice; variance by Greenwood) first cross p; NULL for an open end

CREATE FUNCTION plg.ttv_observed(c plg.conversion, p float8) RETURNS interval {READER}, 'plg_ttv_observed';
--@ is percentile_cont(p) of the time to conversion among the converted only. Biased low while entrants are still on the way; meant to reconcile with other tools, else see ttv
