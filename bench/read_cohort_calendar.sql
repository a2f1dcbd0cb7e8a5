SELECT c.* FROM stored, plg.cohort_conversion(j, 'signup', 'upgrade', '2027-01-01 00:00+00', mode => 'calendar', tz => 'America/New_York') c;
