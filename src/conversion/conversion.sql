-- plg.conversion: how long from start to goal, for those who got there and
-- those still on the way.
COMMENT ON TYPE plg.conversion IS
	'how long from start to goal: for each entrant the time watched and, if converted, the time it took; built by plg.conversion(), added up by plg.rollup()';

--@ let CONVERSION STYPE = plg.conversion, SSPACE = 256, FINALFUNC = plg.conversion_final, COMBINEFUNC = plg.conversion_combine, {AGGREGATE}
--@ let time_time 
--@ let time_date _to_date
--@ let date_time _from_date
--@ let date_date _dates
--@ for S in timestamptz timestamp date
--@ for C in timestamptz timestamp date
CREATE FUNCTION plg.conversion_add(plg.conversion, {S}, {C}, timestamptz) RETURNS plg.conversion {ADD}, 'plg_conversion_add{{{S}_at}_{{C}_at}}';
--@ is transition function of the aggregate conversion
CREATE AGGREGATE plg.conversion(started {S}, converted {C}, as_of timestamptz) (SFUNC = plg.conversion_add, {CONVERSION});
--@ is time from started to converted, one row an entrant; converted NULL, infinite or after as_of: not yet; started after as_of: no entrant; started NULL: row ignored; as_of infinity: fully observed. timestamp and date are read as UTC. Error if as_of is NULL or converted lies before started
CREATE FUNCTION plg.conversion_add(plg.conversion, {S}, {C}, timestamptz, timestamptz) RETURNS plg.conversion {ADD}, 'plg_conversion_add{{{S}_at}_{{C}_at}}';
--@ is transition function of the aggregate conversion
CREATE AGGREGATE plg.conversion(started {S}, converted {C}, as_of timestamptz, seen_from timestamptz) (SFUNC = plg.conversion_add, {CONVERSION});
--@ is the same where some were seen only later than they started, because tracking began then: up to seen_from they could not be seen to convert, so they count from there on (left truncation, as in R's Surv(entry, exit, event)), in percentiles, curves and maturity censor; mature rates leave them out, and entered_late says how many they are. seen_from NULL, or no later than started: seen from the start on; converted or as_of no later than seen_from: never seen, no entrant
--@ end
--@ end

CREATE AGGREGATE plg.rollup(c plg.conversion) (SFUNC = plg.conversion_combine, {CONVERSION});
--@ is adds conversions up: all entrants of all values. Whoever is in two of the values counts twice

CREATE FUNCTION plg.entered(c plg.conversion) RETURNS bigint STRICT {HEAD}, 'plg_conversion_entered';
--@ is number of entrants: converted and waiting
CREATE FUNCTION plg.entered_late(c plg.conversion) RETURNS bigint STRICT {HEAD}, 'plg_conversion_entered_late';
--@ is number of entrants that were seen only some time after their start: they are in entered, and not in mature
CREATE FUNCTION plg.converted(c plg.conversion) RETURNS bigint STRICT {HEAD}, 'plg_conversion_converted';
--@ is number of entrants that converted by their as_of
CREATE FUNCTION plg.waiting(c plg.conversion) RETURNS bigint STRICT {HEAD}, 'plg_conversion_waiting';
--@ is number of entrants that had not converted by their as_of
