-- All that plg's script made, spelled out.
CREATE VIEW public.made AS
SELECT md5(string_agg(what, E'\n' ORDER BY what COLLATE "C")) AS digest, count(*) FROM (
	SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'plg'::regnamespace AND prokind = 'f'
	UNION ALL SELECT concat_ws(' ', p.oid::regprocedure, a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn, a.aggtranstype::regtype, a.aggmtranstype::regtype, a.agginitval)
		FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid WHERE p.pronamespace = 'plg'::regnamespace
	UNION ALL SELECT concat_ws(' ', oprname, oprleft::regtype, oprright::regtype, oprcode, oprcom::regoperator, oprnegate::regoperator)
		FROM pg_operator WHERE oprnamespace = 'plg'::regnamespace
	UNION ALL SELECT concat_ws(' ', typname, typinput, typoutput, typreceive, typsend, typstorage) FROM pg_type WHERE typnamespace = 'plg'::regnamespace
	UNION ALL SELECT concat_ws(' ', attrelid::regclass, attname, atttypid::regtype) FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'plg'::regnamespace
	UNION ALL SELECT concat_ws(' ', castsource::regtype, casttarget::regtype, castfunc::regproc) FROM pg_cast WHERE castfunc::regproc::text LIKE 'plg.%'
	UNION ALL SELECT concat_ws(' ', amop.amopopr::regoperator, amop.amopstrategy) FROM pg_amop amop JOIN pg_operator o ON o.oid = amopopr WHERE oprnamespace = 'plg'::regnamespace) s (what);
