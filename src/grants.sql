-- Every role can call every function, whatever the default privileges of the
-- role that installs the extension.
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA plg TO PUBLIC;
GRANT USAGE ON TYPE plg.journeys, plg.conversion, plg.ledger, plg.bridge_totals, plg.ledger_findings, plg.mean_difference, plg.cuped_difference TO PUBLIC;
