# plg: product-led growth metrics inside PostgreSQL.
#
# A PGXS makefile: make, make install, make installcheck, VPATH builds and
# PG_CONFIG=... work as for any extension.  Further targets, which set up what
# they need in build/ and leave the system's PostgreSQL alone:
#
#   make demo            a report on a demo SaaS, or on your own files (demo/run)
#   make demo-shell      the same, and a psql to look around in
#   make dashboard       pages for a browser, of the same or of a database: PGHOST=... (examples/dashboard/run)
#   make live-demo       a live value while events arrive (demo/live)
#   make test            the tests; ONLY=pattern for some of them, JOBS=n at a time (test/run)
#   make check-all       with those that take long and rarely break
#   make matrix          the same on each PostgreSQL that Debian offers; VERSIONS='15 17' (test/matrix)
#   make roots           make demo on fresh machines of all kinds; ONLY=pattern for some (test/roots)
#   make fuzz            mutants and libFuzzer against what reads bytes from outside (test/fuzz/run)
#   make citus           the same answers from Citus: CITUS_PG_CONFIG=/path/to/pg_config of a server that has it (test/citus)
#   make lint            clang-tidy (test/lint)
#   make sanitize        the SQL tests under address and undefined-behaviour sanitizers (test/sanitize)
#   make valgrind        the SQL tests under valgrind; both build a PostgreSQL of their own first
#   make attack          programs of a role without rights, ATTACKS=1000 of each shape (test/attack/run)
#   make smith           random queries over all functions, an hour of them (test/smith)
#   make variants        the SQL tests under other plans, settings and locales (test/checks/variants.sh)
#   make bench           speed, as ratios in one run; EVENTS=1000000 for less (bench/run)
#   make bench-live      what a live value costs its writers and readers (bench/live)
#   make bench-live-hour what an hour of a thousand events a second costs with one (bench/live_hour)
#   make bench-dashboard a page of the dashboard on a live value, while events arrive (bench/dashboard)
#   make bench-growth    the cost of an event at 1, 10 and 100 million of them (bench/growth)
#   make bench-peers     install DuckDB and ClickHouse for it, where they can be had (bench/peers)
#   make site            the manual as a static site with search, in build/site (tools/site)
#   make docs-update     write the real outputs into README and docs (test/docs)
#   make dist            plg-VERSION.zip of the last commit

EXTENSION = plg
MODULE_big = plg
PG_CONFIG ?= pg_config

# Where the sources are: here, or elsewhere in a VPATH build.
srcdir := $(or $(VPATH),$(patsubst %/,%,$(dir $(firstword $(MAKEFILE_LIST)))))

EXTVERSION := $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" $(srcdir)/plg.control)
SOURCES := $(sort $(patsubst $(srcdir)/%,%,$(shell cd $(srcdir) && find src/ -name "*.c")))
OBJS = $(SOURCES:.c=.o)
DEPENDENCIES = $(OBJS:.o=.d)

# The install script: the schema, the types, all that reads them, the grants.
SQL_FIRST = src/attributes.sql src/plg.sql src/library.sql src/journeys/journeys.sql src/conversion/conversion.sql src/ledger/ledger.sql
SQL_PARTS := $(foreach part,$(SQL_FIRST),$(wildcard $(srcdir)/$(part))) \
	$(sort $(filter-out $(addprefix $(srcdir)/,$(SQL_FIRST)) $(srcdir)/src/upgrade/%,$(wildcard $(srcdir)/src/*/*.sql))) \
	$(srcdir)/src/grants.sql
EXTENSION_SQL = plg--$(EXTVERSION).sql
# src/upgrade/plg--OLD--NEW.sql, scripts of ALTER EXTENSION plg UPDATE
UPGRADE_SQL := $(notdir $(wildcard $(srcdir)/src/upgrade/*.sql))
DATA_built = $(EXTENSION_SQL) $(UPGRADE_SQL)
EXTRA_CLEAN = $(DATA_built) $(DEPENDENCIES)

SERVER_HEADERS := $(shell $(PG_CONFIG) --includedir-server 2>/dev/null)
# The server's headers are not ours to warn about.
PG_CPPFLAGS = -I$(srcdir)/src -isystem $(SERVER_HEADERS) -DPLG_VERSION='"$(EXTVERSION)"'
PG_CFLAGS = -std=c11 -Wall -Wextra -fvisibility=hidden -MMD -MP

REGRESS = $(sort $(patsubst $(srcdir)/sql/%.sql,%,$(wildcard $(srcdir)/sql/*.sql)))
REGRESS_OPTS = --load-extension=plg

PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
# On Debian PGXS comes with the client, and says nothing about the headers.
ifneq ($(and $(wildcard $(PGXS)),$(wildcard $(SERVER_HEADERS)/postgres.h)),)
include $(PGXS)
ifeq ($(shell command -v $(firstword $(CC))),)
$(OBJS): no_compiler
no_compiler:
	@echo "There is no C compiler $(CC)." >&2
	@echo "Install it (Debian: $(CC) libc6-dev), name another CC=..., or try make demo." >&2
	@false
endif
else
all install installcheck uninstall:
	@echo "$(PG_CONFIG) leads to no PostgreSQL server headers$(if $(SERVER_HEADERS),: there is no $(SERVER_HEADERS)/postgres.h)." >&2
	@echo "Install them (Debian: postgresql-server-dev-$(NN)), name another PG_CONFIG=..., or try make demo." >&2
	@false
NN = $(or $(shell $(PG_CONFIG) --version 2>/dev/null | sed -n 's/^PostgreSQL \([0-9]*\).*/\1/p'),NN)
clean:
	rm -f $(MODULE_big).so $(OBJS) $(OBJS:.o=.bc) $(EXTRA_CLEAN)
endif

# In a VPATH build search for sources only: an object of a build in the source
# tree, perhaps for another PostgreSQL, must not pass for ours.
srcdir := $(srcdir)
override VPATH :=
vpath %.c $(srcdir)
vpath %.control $(srcdir)

OBJDIRS := $(sort $(patsubst %/,%,$(dir $(OBJS))))
$(OBJS) $(OBJS:.o=.bc): | $(OBJDIRS)
$(OBJDIRS):
	mkdir -p $@

$(OBJS): $(srcdir)/plg.control
$(OBJS:.o=.bc): %.bc: %.o
-include $(DEPENDENCIES)

# $(call sql,STATEMENT,PARTS): a script that only the statement may load
sql = { printf '%s\n' '\echo Use "$(1)" to load this file. \quit'; \
	cat $(2) | sed 's/@VERSION@/$(EXTVERSION)/' | awk -f $(srcdir)/tools/expand.awk; } > $@.tmp && mv $@.tmp $@
$(EXTENSION_SQL): $(SQL_PARTS)
	$(call sql,CREATE EXTENSION plg,$(SQL_PARTS))
$(UPGRADE_SQL): %: $(srcdir)/src/upgrade/% $(srcdir)/src/attributes.sql $(srcdir)/src/library.sql
	$(call sql,ALTER EXTENSION plg UPDATE,$(srcdir)/src/attributes.sql $(if $(filter %--$(EXTVERSION).sql,$@),$(srcdir)/src/library.sql) $<)
$(DATA_built): $(srcdir)/tools/expand.awk $(srcdir)/plg.control

.PHONY: demo demo-shell dashboard live-demo test check-all matrix roots citus lint fuzz attack smith sanitize valgrind variants site docs-update bench bench-live bench-live-hour bench-dashboard bench-growth bench-peers dist
demo:
	@$(srcdir)/demo/run
dashboard:
	@$(srcdir)/examples/dashboard/run
live-demo:
	@$(srcdir)/demo/live
demo-shell:
	@$(srcdir)/demo/run --shell
test:
	@$(srcdir)/tools/server $(srcdir)/test/run
check-all:
	@SLOW=$${SLOW:-too} $(srcdir)/tools/server $(srcdir)/test/run
matrix:
	@$(srcdir)/test/matrix $(VERSIONS)
roots:
	@$(srcdir)/test/roots
citus:
	@CITUS_PG_CONFIG="$(CITUS_PG_CONFIG)" $(srcdir)/test/citus
lint:
	@$(srcdir)/test/lint
fuzz:
	@$(srcdir)/test/fuzz/run 2000000 60
attack:
	@ATTACKS=$${ATTACKS:-1000} ONLY=checks/attack $(srcdir)/tools/server $(srcdir)/test/run
smith:
	@$(srcdir)/test/smith
sanitize:
	@$(srcdir)/test/sanitize asan
valgrind:
	@$(srcdir)/test/sanitize valgrind
variants:
	@VARIANTS=$${VARIANTS:-.} ONLY='^checks/variants' $(srcdir)/tools/server $(srcdir)/test/run
# memory that a session has had stays with it (glibc)
BENCH_SERVER = MALLOC_TRIM_THRESHOLD_=2147483648 MALLOC_MMAP_THRESHOLD_=33554432 $(srcdir)/tools/server -c shared_buffers=4GB -c min_dynamic_shared_memory=512MB -c autovacuum=off -c checkpoint_timeout=1h -c max_wal_size=16GB
bench:
	@$(BENCH_SERVER) $(srcdir)/bench/run
bench-live:
	@$(BENCH_SERVER) -c full_page_writes=off -c fsync=on $(srcdir)/bench/live
bench-live-hour:
	@$(BENCH_SERVER) $(srcdir)/bench/live_hour
bench-dashboard:
	@$(BENCH_SERVER) -c jit=off $(srcdir)/bench/dashboard
bench-growth:
	@$(BENCH_SERVER) $(srcdir)/bench/growth
bench-peers:
	@$(srcdir)/bench/peers install
site:
	@$(srcdir)/tools/site
docs-update:
	@$(srcdir)/tools/server $(srcdir)/test/docs --update
dist:
	git -C $(srcdir) archive --format=zip --prefix=plg-$(EXTVERSION)/ HEAD > plg-$(EXTVERSION).zip
