/*
 * Differences between PostgreSQL 15 and 19: the only file that looks at
 * PG_VERSION_NUM.
 */
#ifndef PLG_PG_COMPAT_H
#define PLG_PG_COMPAT_H

#include "postgres.h"

#if PG_VERSION_NUM < 150000
#error plg needs PostgreSQL 15 or later
#endif

#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* A tuplestore's rows are in a context of its own. */
#define STORE_HAS_CONTEXT (PG_VERSION_NUM >= 170000)

/* Before PostgreSQL 16 nothing is exported from a module with hidden symbols. */
#if PG_VERSION_NUM < 160000
#undef PGDLLEXPORT
#define PGDLLEXPORT __attribute__((visibility("default")))
#endif

#include "common/base64.h"
#include "core/base/platform.h"
#include "fmgr.h"

/* PostgreSQL 19's headers no longer bring these along. */
#include "access/htup_details.h"
#include "utils/tuplestore.h"

/* PostgreSQL 18 added the module's name and version to its magic block. */
#if PG_VERSION_NUM >= 180000
#define PLG_MODULE_MAGIC PG_MODULE_MAGIC_EXT(.name = "plg", .version = PLG_VERSION)
#else
#define PLG_MODULE_MAGIC PG_MODULE_MAGIC
#endif

/* PostgreSQL 16 gave input functions a way to report errors softly. */
#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#define plg_ereturn(fcinfo, result, rest) ereturn((fcinfo)->context, result, rest)
#else
#define plg_ereturn(fcinfo, result, rest) ereport(ERROR, rest)
#endif

/* PostgreSQL 18 turned the bytes' type from char into uint8. */
#if PG_VERSION_NUM >= 180000
#define plg_b64_encode(src, len, dst, dstlen) \
	pg_b64_encode((const uint8 *) (src), len, dst, dstlen)
#define plg_b64_decode(src, len, dst, dstlen) \
	pg_b64_decode(src, len, (uint8 *) (dst), dstlen)
#else
#define plg_b64_encode(src, len, dst, dstlen) \
	pg_b64_encode((const char *) (src), len, dst, dstlen)
#define plg_b64_decode(src, len, dst, dstlen) \
	pg_b64_decode(src, len, (char *) (dst), dstlen)
#endif

/* A plan of one worker that the leader hands all of its work to, for tests; PostgreSQL 16 renamed it. */
#if PG_VERSION_NUM >= 160000
#define plg_forced_parallel() (debug_parallel_query != DEBUG_PARALLEL_OFF)
#else
#define plg_forced_parallel() (force_parallel_mode != FORCE_PARALLEL_OFF)
#endif

/* PostgreSQL 17 made infinite intervals possible. */
#if PG_VERSION_NUM >= 170000
#define interval_is_infinite(interval) INTERVAL_NOT_FINITE(interval)
#else
#define interval_is_infinite(interval) false
#endif

/* PostgreSQL 16 renamed what a table's file is called. */
#if PG_VERSION_NUM >= 160000
#define plg_file_of(relation) ((relation)->rd_locator)
#define plg_new_file_subid(relation) ((relation)->rd_newRelfilelocatorSubid)
#else
#define plg_file_of(relation) ((relation)->rd_node)
#define plg_new_file_subid(relation) ((relation)->rd_newRelfilenodeSubid)
#endif

/* PostgreSQL 16 let ranges report errors softly. */
#if PG_VERSION_NUM >= 160000
#define plg_make_range(cache, lower, upper) make_range(cache, lower, upper, false, NULL)
#else
#define plg_make_range(cache, lower, upper) make_range(cache, lower, upper, false)
#endif

/* PostgreSQL 18 lets who copies a slot's tuple ask for room before it, which a tuplestore does not. */
#if PG_VERSION_NUM >= 180000
#define PLG_COPY_EXTRA , Size extra pg_attribute_unused()
#else
#define PLG_COPY_EXTRA
#endif

/* PostgreSQL 19 gave the numbers of the system caches a type. */
#if PG_VERSION_NUM >= 190000
#define plg_cache_id SysCacheIdentifier
#else
#define plg_cache_id int
#endif

/* PostgreSQL 17 numbers processes otherwise. */
#if PG_VERSION_NUM >= 170000
#define plg_proc_of(transaction) ProcNumberGetProc((transaction).procNumber)
#else
#define plg_proc_of(transaction) BackendIdGetProc((transaction).backendId)
#endif

/* PostgreSQL 16 asks for rights on all kinds of objects alike. */
#if PG_VERSION_NUM >= 160000
#define plg_may_use_schema(schema, role) (object_aclcheck(NamespaceRelationId, schema, role, ACL_USAGE) == ACLCHECK_OK)
#else
#define plg_may_use_schema(schema, role) (pg_namespace_aclcheck(schema, role, ACL_USAGE) == ACLCHECK_OK)
#endif

/* Declares a function callable from SQL. */
#define PLG_FUNCTION(name) \
	extern PGDLLEXPORT Datum name(PG_FUNCTION_ARGS); \
	PG_FUNCTION_INFO_V1(name)

/* Declares one, and defines it as a call of what several of them share. */
#define PLG_CALLS(name, call) \
	PLG_FUNCTION(name); \
	Datum \
	name(PG_FUNCTION_ARGS) \
	{ \
		return call; \
	}

#endif							/* PLG_PG_COMPAT_H */
