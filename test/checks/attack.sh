# A role without rights cannot crash the server, nor get an answer from internal
# bytes: random programs (test/attack), on a server of their own.
. "$PLG_ROOT/test/second"
SECOND_STANDBY=no second_start log_min_messages=warning max_worker_processes=16 || exit
PGHOST=$second/s "$PLG_ROOT/test/attack/run" "$second/log"
