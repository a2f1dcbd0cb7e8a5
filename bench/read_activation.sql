SELECT a.* FROM stored, plg.activation(j, 'signup', 'create_project', '7 days', '2027-01-01 00:00+00') a;
