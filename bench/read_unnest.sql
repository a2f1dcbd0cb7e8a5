SELECT count(*) FROM stored, plg.unnest(j) u;
