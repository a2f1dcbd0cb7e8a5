-- The schema belongs to the extension, so nobody else can put an overload in
-- it, and every role may call what is in it.
CREATE SCHEMA plg;
GRANT USAGE ON SCHEMA plg TO PUBLIC;
COMMENT ON SCHEMA plg IS 'product-led growth metrics: journeys, conversion, ledger';
