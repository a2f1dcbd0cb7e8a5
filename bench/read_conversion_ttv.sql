SELECT plg.ttv(plg.conversion(j, 'signup', 'create_project', '2027-01-01 00:00+00'), 0.5, '7 days') FROM stored;
