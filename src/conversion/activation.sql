-- The share that has converted within a time.
CREATE FUNCTION plg.activation_rate(c plg.conversion, within interval, maturity text DEFAULT 'mature')
	RETURNS float8 {READER}, 'plg_conversion_activation_rate';
--@ is share that converted within the given time (days and shorter; NULL: so far). maturity: mature = of those watched that long; censor = Kaplan-Meier (1958), uses everybody for as long as watched; all = of everybody, biased low. NULL: not known yet

CREATE FUNCTION plg.activation(c plg.conversion, within interval, maturity text DEFAULT 'mature',
	level float8 DEFAULT 0.95,
	OUT entered bigint, OUT mature bigint, OUT converted bigint,
	OUT rate float8, OUT rate_low float8, OUT rate_high float8)
	{READER}, 'plg_conversion_activation';
--@ is activation_rate with its counts: entered, mature (watched for within), converted within it (of the mature; of all for censor and all), and the rate's confidence interval at the level: Wilson (1927), for censor log-log Kaplan-Meier (Kalbfleisch and Prentice; variance by Greenwood) where the rate is not 0 or 1
