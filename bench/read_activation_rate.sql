SELECT plg.activation_rate(j, 'signup', 'create_project', '7 days', '2027-01-01 00:00+00') FROM stored;
