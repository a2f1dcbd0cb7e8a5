-- Activation from journeys.

CREATE FUNCTION plg.activation_rate(j plg.journeys, start text, goal text, within interval, as_of timestamptz,
	entered tstzrange DEFAULT NULL, min_count int DEFAULT 1)
	RETURNS float8 {READER}, 'plg_journeys_activation_rate';
--@ is share of entrants who met the goal within the given time of their start, of those watched that long by as_of; NULL while nobody was. start NULL: the first event of any kind; within NULL: so far; as_of NULL: the last instant in the value; entered: only starts in this range; min_count: the goal is met at its n-th time; a|b names several labels

CREATE FUNCTION plg.activation(j plg.journeys, start text, goal text, within interval, as_of timestamptz,
	entered tstzrange DEFAULT NULL, min_count int DEFAULT 1,
	OUT entered bigint, OUT mature bigint, OUT converted bigint,
	OUT rate float8, OUT rate_low float8, OUT rate_high float8)
	{READER}, 'plg_journeys_activation';
--@ is activation_rate with its counts: entered, mature (watched for within), converted of the mature, and the rate's 95 % interval (Wilson 1927)
