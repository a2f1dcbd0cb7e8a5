# plg: product-led growth metrics inside PostgreSQL.  A PGXS makefile, plus
# demo, test and bench, which set up what they need themselves.

srcdir ?= .
EXTENSION = plg
EXTVERSION := $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" $(srcdir)/plg.control)

MODULE_big = plg
SOURCES := $(sort $(patsubst $(srcdir)/%,%,$(wildcard $(srcdir)/src/*.c $(srcdir)/src/*/*.c)))
OBJS = $(SOURCES:.c=.o)

# The install script: the schema, then the types, then all that reads them.
SQL_FIRST = src/plg.sql src/journeys/journeys.sql src/conversion/conversion.sql src/ledger/ledger.sql
SQL_PARTS := $(foreach part,$(SQL_FIRST),$(wildcard $(srcdir)/$(part))) \
	$(sort $(filter-out $(addprefix $(srcdir)/,$(SQL_FIRST)),$(wildcard $(srcdir)/src/*/*.sql)))
EXTENSION_SQL = plg--$(EXTVERSION).sql
DATA_built = $(EXTENSION_SQL)
EXTRA_CLEAN = $(EXTENSION_SQL)

PG_CPPFLAGS = -I$(srcdir)/src -DPLG_VERSION='"$(EXTVERSION)"'
PG_CFLAGS = -std=c11 -Wall -Wextra -fvisibility=hidden

REGRESS = $(sort $(patsubst $(srcdir)/sql/%.sql,%,$(wildcard $(srcdir)/sql/*.sql)))
REGRESS_OPTS = --inputdir=$(srcdir)

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

$(EXTENSION_SQL): $(SQL_PARTS) $(srcdir)/tools/expand.awk $(srcdir)/plg.control
	{ printf '%s\n' '\echo Use "CREATE EXTENSION plg" to load this file. \quit'; \
	  cat $(SQL_PARTS) | awk -f $(srcdir)/tools/expand.awk; } > $@.tmp
	mv $@.tmp $@
