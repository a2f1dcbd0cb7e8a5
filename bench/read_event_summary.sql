SELECT s.* FROM stored, plg.event_summary(j) s;
