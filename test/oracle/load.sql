-- To be read by psql's \ir: loads the shared data into schema plgdata and sets
-- the variable load to whether they are there.
\set shared ''
\getenv shared PLG_SHARED
\set load `test -f "$PLG_SHARED/data/load.sql" && echo true || echo false`
\if :load
	\set here `pwd`
	\set data :shared '/data'
	\cd :data
	\o /dev/null
	\i load.sql
	\o
	RESET search_path;
	\cd :here
\endif
