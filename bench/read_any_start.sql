SELECT plg.activation_rate(j, NULL, 'upgrade', '7 days', '2027-01-01 00:00+00', min_count => 2) FROM stored;
