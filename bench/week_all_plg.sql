-- Activation within 7 days and median time to value, by week of signup.
SELECT c.cohort, a.entered, a.mature, a.converted, a.rate, plg.ttv(c.conversion, 0.5, '7 days')
FROM (SELECT plg.journeys(user_id, at, event) AS j FROM events) s,
	plg.conversions(s.j, 'signup', 'create_project', '2027-01-01 00:00+00') c,
	plg.activation(c.conversion, '7 days') a;
