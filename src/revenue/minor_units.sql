-- Amounts in minor units.

CREATE FUNCTION plg.minor_units(amount bigint, digits int DEFAULT 2) RETURNS numeric STRICT {SCALAR}, 'plg_minor_units';
--@ is the amount of money that is so many minor units: 1999 cents are 19.99; digits: how many places they have, 0 for JPY, 3 for KWD; exact, and faster than a division

--@ for A in int bigint numeric text
CREATE FUNCTION plg.minor_units(amount {A}, currency text) RETURNS numeric STRICT {SCALAR}, 'plg_minor_units_{A}';
--@ is the same by the currency, in any case, whose minor units are those of ISO 4217: 1500 JPY are 1500, 1999 EUR are 19.99, 1999 KWD are 1.999; an error for what is no such currency. Amounts may have a fraction, as in 0.5 cents a call
--@ end
