-- Journeys less other journeys.

CREATE FUNCTION plg.minus(j plg.journeys, gone plg.journeys) RETURNS plg.journeys {READER}, 'plg_journeys_minus';
--@ is j without the rows of gone, the opposite of rollup: of each row that gone has (entity, time, event) one goes, NULL if none is left; a row that j does not have is an error that names the first

CREATE FUNCTION plg.net(j plg.journeys, gone plg.journeys, OUT j plg.journeys, OUT gone plg.journeys) {READER}, 'plg_journeys_net';
--@ is what is left of two values when rows that both have cancel each other: the rest of j, and the rest of gone; NULL if none is left
