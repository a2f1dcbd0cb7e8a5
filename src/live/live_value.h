/* A live value: its name, its tables and views, and statements on them. */
#ifndef PLG_LIVE_LIVE_VALUE_H
#define PLG_LIVE_LIVE_VALUE_H

#include "pg/compat.h"

#include "lib/stringinfo.h"
#include "nodes/pg_list.h"
#include "nodes/parsenodes.h"

/* What is made for a live value of that name, beside its views of sources. */
#define LIVE_BY_BUCKET "_by_bucket"
#define LIVE_ROWS "_rows"
#define LIVE_PENDING "_pending"
#define LIVE_PIECES "_pieces"
#define LIVE_STATE "_state"
#define LIVE_SOURCE "_source_"

typedef struct LiveValue
{
	char	   *schema;
	char	   *name;
	Oid			owner;
	Oid			view;
	Oid			pending;
	Oid			pieces;
	Oid			state;
	List	   *sources;		/* of Oid: their views, by number */
} LiveValue;

/* Refuses who is none of its owner's; before anything is locked. */
extern void must_own(Oid owner, ObjectType type, const char *name);

/* That of a name, which may have a schema; an error if there is none, or it is not whole. */
extern LiveValue *find_live_value(FunctionCallInfo fcinfo);

/* Its own name, or that of one of its relations, for a statement. */
extern char *live_relation(const LiveValue *live, const char *suffix);

/* The arguments of plg.live_seal in a statement. */
extern char *seal_arguments(const LiveValue *live);

/* Whether pieces and pending rows are all, as a subquery for a statement; s.sealed. */
extern char *sealed_subquery(const LiveValue *live);

extern char *source_name(const LiveValue *live, int n);

/* By SPI. */
extern int	buckets_of(const LiveValue *live);

/* One statement, by SPI; gives how many rows. */
/* Not pg_attribute_printf: clang knows no gnu_printf, which a server built by gcc has there. */
extern uint64 run_statement(const char *format,...) __attribute__((format(printf, 1, 2)));

/*
 * Names in statements mean what they mean in pg_catalog.  With a live value, the
 * statements run as its owner, who can change nothing of the session.
 */
typedef struct Settings
{
	int			guc_level;
	Oid			user;
	int			security;
} Settings;

extern Settings enter_settings(const LiveValue *as_owner_of);
extern void leave_settings(const Settings *settings);

#endif							/* PLG_LIVE_LIVE_VALUE_H */
