-- Scripts that lead to this version stop if the library is another's.
CREATE FUNCTION plg.check_library(version text) RETURNS void LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'plg_check_library';
SELECT plg.check_library('@VERSION@');
DROP FUNCTION plg.check_library(text);
