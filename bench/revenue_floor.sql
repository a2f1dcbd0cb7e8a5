-- bench/revenue.sql once more, to be compared with something else.
\i revenue.sql
