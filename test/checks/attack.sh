# A role without rights can neither end a server process nor get an answer from
# internal bytes: programs made at random (test/attack), on a server of their own.
# One alone: SEED=n ATTACKS=1 make test ONLY=checks/attack
. "$PLG_ROOT/test/second"
SECOND_STANDBY=no second_start max_worker_processes=16 || exit
export KEEP=${KEEP:-$PLG_BUILD/test/attack}
rm -rf "$KEEP"
PGHOST=$second/s "$PLG_ROOT/test/attack/run" "$second/log"
