/*
 * What src/core needs from its surroundings: PostgreSQL's basic types, memory
 * allocation and interrupts.  Compiled with -DFRONTEND the same code runs in
 * unit tests and fuzzers outside the server, on libpgcommon's palloc.
 *
 * Core code never reports errors itself: it returns false, or the reason as
 * text, and its callers in the server raise the error.
 */
#ifndef PLG_PLATFORM_H
#define PLG_PLATFORM_H

#ifdef FRONTEND
#include "postgres_fe.h"
#define CHECK_FOR_INTERRUPTS() ((void) 0)
#define palloc_huge(size) palloc_extended(size, MCXT_ALLOC_HUGE)
#define repalloc_huge(pointer, size) repalloc(pointer, size)
#else
#include "postgres.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#define palloc_huge(size) palloc_extended(size, MCXT_ALLOC_HUGE)
#endif

#endif							/* PLG_PLATFORM_H */
