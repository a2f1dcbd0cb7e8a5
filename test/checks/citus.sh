# test: slow
# Citus, where CITUS_PG_CONFIG names a server that has it, or PG_CONFIG's has (test/citus).
config=${CITUS_PG_CONFIG:-$PG_CONFIG}
if [ ! -f "$("$config" --sharedir)/extension/citus.control" ]; then
	echo 'ok - Citus gives the same answers # SKIP no server with Citus: CITUS_PG_CONFIG=/path/to/pg_config names one'
	exit
fi
CITUS_PG_CONFIG=$config exec "$PLG_ROOT/test/citus"
