/*
 * What src/core needs from its surroundings: PostgreSQL's basic types, memory
 * allocation and interrupts.  Compiled with -DFRONTEND the same code runs in
 * unit tests and fuzzers outside the server, on libpgcommon's palloc.
 *
 * Core code returns false, or the reason as text, and its callers in the server
 * raise the error, but for the few that are reported below.
 */
#ifndef PLG_CORE_BASE_PLATFORM_H
#define PLG_CORE_BASE_PLATFORM_H

#ifdef FRONTEND
#include "postgres_fe.h"
#define CHECK_FOR_INTERRUPTS() ((void) 0)
#define repalloc_huge(pointer, size) repalloc(pointer, size)
#define draw_random(bytes, size) ((void) memset(bytes, 0x5a, size))	/* runs are repeatable */
#else
#include "postgres.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#define draw_random(bytes, size) ((void) pg_strong_random(bytes, size))
#endif

#include "port/pg_bitutils.h"

/* PostgreSQL has it since 18. */
#ifndef pg_noreturn
#define pg_noreturn _Noreturn
#endif

/* Where a loop over i < n may be interrupted again. */
static inline uint64
end_of_stretch(uint64 i, uint64 n)
{
	CHECK_FOR_INTERRUPTS();
	return n - i > 65536 ? i + 65536 : n;
}

/*
 * A loop over what may be millions, with interrupts, and without a test for each
 * of them.  It is two loops, so there is no break.
 */
#define for_many(i, n) \
	for (uint64 i = 0, i##_end; i < (uint64) (n) && (i##_end = end_of_stretch(i, (uint64) (n))) > 0;) \
		for (; i < i##_end; i++)

#define CACHE_LINE 64

/* How many bits numbers up to the largest need. */
static inline int
bits_of(uint64 largest)
{
	return largest == 0 ? 0 : pg_leftmost_one_pos64(largest) + 1;
}

#define MEGABYTE ((Size) 1024 * 1024)

#ifdef __linux__
#include <sys/mman.h>
#endif

#define HUGE_PAGE (2 * MEGABYTE)
#define SMALL_PAGE ((Size) 4096)

/* What is smaller the allocator has had before, as a rule. */
#define WORTH_ADVICE (128 * (Size) 1024)

/* Has pages mapped all at once, without a fault for each. */
static inline void
map_pages(uintptr_t from, uintptr_t to)
{
#if defined(__linux__) && defined(MADV_POPULATE_WRITE)
	from = TYPEALIGN(SMALL_PAGE, from);
	to = TYPEALIGN_DOWN(SMALL_PAGE, to);
	/* as all advice here: whether it is taken does not matter */
	if (to > from)
		(void) madvise((void *) from, to - from, MADV_POPULATE_WRITE);
#else
	(void) from;
	(void) to;
#endif
}

/*
 * Memory that is about to be filled once, from end to end or at random: with
 * huge pages, and small ones at both ends that are mapped at once, that costs a
 * fraction of the page faults.
 */
static inline void *
in_huge_pages(void *memory, Size size)
{
	uintptr_t	start = (uintptr_t) memory;
	uintptr_t	end = start + size;
	uintptr_t	first = TYPEALIGN(HUGE_PAGE, start);
	uintptr_t	last = TYPEALIGN_DOWN(HUGE_PAGE, end);

	if (size < WORTH_ADVICE)
		return memory;
	if (last <= first)
	{
		map_pages(start, end);
		return memory;
	}
#if defined(__linux__) && defined(MADV_HUGEPAGE)
	(void) madvise((void *) first, last - first, MADV_HUGEPAGE);
#endif
	map_pages(start, first);
	map_pages(last, end);
	return memory;
}

static inline void *
palloc_huge(Size size)
{
	return in_huge_pages(palloc_extended(size, MCXT_ALLOC_HUGE), size);
}

/*
 * The same, of which no end lies in small pages: it begins where a huge page does.
 * What the allocator gave is written before it, for free_huge_pages, not pfree.
 */
static inline void *
palloc_huge_pages(Size size)
{
	bool		large = size >= HUGE_PAGE / 2;
	Size		whole = large ? TYPEALIGN(HUGE_PAGE, size) : size;
	char	   *memory = palloc_extended(whole + (large ? HUGE_PAGE : MAXALIGN(sizeof(char *))), MCXT_ALLOC_HUGE);
	char	   *start = memory + MAXALIGN(sizeof(char *));

	if (large)
		start = (char *) TYPEALIGN(HUGE_PAGE, start);
	(void) in_huge_pages(start, whole);
	memcpy(start - sizeof(char *), &memory, sizeof(char *));
	return start;
}

/* As realloc: of what there may be nothing yet. */
static inline void *
resize_huge(void *array, Size size)
{
	return array == NULL ? palloc_huge(size) : repalloc_huge(array, size);
}

static inline void
free_huge_pages(void *start)
{
	void	   *memory;

	memcpy(&memory, (char *) start - sizeof(void *), sizeof(void *));
	pfree(memory);
}

/* Moves what is in them, of which there may be nothing yet, to more of them: repalloc would have its end in small pages. */
static inline void *
grow_huge_pages(void *start, Size used, Size size)
{
	void	   *larger = palloc_huge_pages(size);

	if (start != NULL)
	{
		memcpy(larger, start, used);
		free_huge_pages(start);
	}
	return larger;
}

/*
 * A value that passed its input function and yet cannot be read has been
 * damaged on disk.
 */
pg_noreturn static inline void
report_damaged_value(const char *reason)
{
#ifdef FRONTEND
	fprintf(stderr, "damaged value: %s\n", reason);
	abort();
#else
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("stored value is damaged"),
			 errdetail("The value %s.", reason)));
	pg_unreachable();
#endif
}

pg_noreturn static inline void
report_full_dictionary(int strings, Size bytes)
{
#ifdef FRONTEND
	fprintf(stderr, "more than %d strings, or %zu bytes of them\n", strings, bytes);
	abort();
#else
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("more than %d distinct strings, or %zu MB of them, in one aggregate", strings, bytes / MEGABYTE),
			 errhint("GROUP BY plg.bucket(entity, n), then read each bucket and add up the results.")));
	pg_unreachable();
#endif
}

/*
 * An entity's rows are in memory together.  Equal rows take next to no room in a
 * value, so its size is no limit to their number.
 */
#define MAX_ENTITY_ROWS ((int64) 1 << 26)

pg_noreturn static inline void
report_crowded_entity(void)
{
#ifdef FRONTEND
	fprintf(stderr, "an entity has more than %lld rows\n", (long long) MAX_ENTITY_ROWS);
	abort();
#else
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("one entity has more than %lld events", (long long) MAX_ENTITY_ROWS),
			 errhint("Leave out its events with FILTER, or take a smaller thing as the entity.")));
	pg_unreachable();
#endif
}

static inline void
check_entity_rows(int64 n)
{
	if (unlikely(n > MAX_ENTITY_ROWS))
		report_crowded_entity();
}

#endif							/* PLG_CORE_BASE_PLATFORM_H */
