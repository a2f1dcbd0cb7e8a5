SELECT c.cohort, plg.activation_rate(c.conversion, '7 days'), plg.ttv(c.conversion, 0.5, '7 days') FROM stored, plg.conversions(j, 'signup', 'create_project', '2027-01-01 00:00+00') c;
