-- The share converted, over the time since the start.
CREATE FUNCTION plg.conversion_curve(c plg.conversion, step interval, upto interval, level float8 DEFAULT 0.95)
	RETURNS TABLE (elapsed interval, days float8, rate float8, rate_low float8, rate_high float8, at_risk bigint) ROWS 30 {READER}, 'plg_conversion_curve';
--@ is share converted by 0, step, 2 steps ... upto after the start, by Kaplan and Meier (1958), with pointwise log-log bounds at the level (Kalbfleisch and Prentice; variance by Greenwood; where the curve is at 0 or 1, Wilson's) and the number still at risk then. Beyond the longest follow-up the rate is NULL, unless it is 1. At most 100,000 points
