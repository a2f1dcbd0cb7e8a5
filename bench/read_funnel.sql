SELECT f.* FROM stored, plg.funnel(j, '{signup,create_project,invite,upgrade,export}', '30 days', '2027-01-01 00:00+00') f;
