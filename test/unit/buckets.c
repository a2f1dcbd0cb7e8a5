/* Which part of all entities a history has: its modulus, and which histories are apart. */
#include "core/history/buckets.h"
#include "samples.h"
#include "tap.h"

#include "common/hashfn.h"

static uint64 seed = 20260905;

static bool
numbers_hash_as_texts(void)
{
	static const int64 numbers[] = {0, 1, -1, 10, -10, 42, PG_INT64_MAX, PG_INT64_MIN};
	bool		good = true;

	for (int i = 0; i < 2000; i++)
	{
		int64		number = i < (int) lengthof(numbers) ? numbers[i] : (int64) (next_random(&seed) >> below(&seed, 64));
		EntityKey	key = {number, NULL, 0};
		char		text[32];
		int			length = snprintf(text, sizeof(text), INT64_FORMAT, number);

		good &= hash_entity(ENTITY_BIGINT, &key) == hash_bytes_extended((uint8 *) text, length, 0);
	}
	return good;
}

static bool
uuids_hash_as_texts(void)
{
	static const uint8 bytes[] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10};
	static const char text[] = "01234567-89ab-cdef-fedc-ba9876543210";
	EntityKey	key = {0, bytes, sizeof(bytes)};

	return hash_entity(ENTITY_UUID, &key) == hash_bytes_extended((const uint8 *) text, 36, 0);
}

/* A history of the entities of one bucket of n. */
static History
open_bucket(const Sample *s, uint64 n, uint64 bucket)
{
	int		   *parts = palloc(s->n * sizeof(int));
	History		history;
	Bytes		value;

	for (int i = 0; i < s->n; i++)
		parts[i] = hash_entity(s->kind, &s->entities[s->rows[i].entity]) % n == bucket;
	value = build_sample(s, parts, 1, 0);
	if (history_check(value.bytes, value.size) != NULL || history_open(&history, value.bytes, value.size) != NULL)
		abort();
	return history;
}

static bool
both_apart(const Sample *s, uint64 n, uint64 bucket, uint64 n_other, uint64 other)
{
	History		both[] = {open_bucket(s, n, bucket), open_bucket(s, n_other, other)};

	return are_apart(both, 2);
}

static bool
moduli_are_found(const Sample *s)
{
	bool		good = open_bucket(s, 1, 0).modulus == 0 && open_bucket(s, 1000003, 1000002).modulus == 0;

	for (uint64 bucket = 0; bucket < 24; bucket++)
		good &= open_bucket(s, 24, bucket).modulus == 24 && open_bucket(s, 7, bucket % 7).modulus == 7;
	return good;
}

static bool
buckets_are_apart(const Sample *s)
{
	History		all = open_bucket(s, 1, 0);
	History		none = open_bucket(s, 1000003, 1000002);
	History		sevens[7];
	bool		good;

	for (int i = 0; i < 7; i++)
		sevens[i] = open_bucket(s, 7, (uint64) i);
	good = are_apart(sevens, 7) && !are_apart(&all, 1) && !are_apart(&none, 1);
	sevens[3] = sevens[5];
	return good && !are_apart(sevens, 7);
}

static bool
what_divides_both_tells(const Sample *s)
{
	return both_apart(s, 6, 0, 4, 1) && !both_apart(s, 6, 0, 4, 2) && !both_apart(s, 6, 0, 5, 1) && !both_apart(s, 6, 0, 1, 0);
}

int
main(void)
{
	static const EntityKind kinds[] = {ENTITY_BIGINT, ENTITY_UUID, ENTITY_TEXT};
	bool		good[3] = {true, true, true};

	for (int i = 0; i < 3; i++)
	{
		Shape		shape = {kinds[i], 20000, 4000, 3, 0, 5000, 1000, 0};
		Sample		s = make_sample(&seed, &shape);

		good[0] &= moduli_are_found(&s);
		good[1] &= buckets_are_apart(&s);
		good[2] &= what_divides_both_tells(&s);
	}
	ok(numbers_hash_as_texts(), "numbers hash as their digits do");
	ok(uuids_hash_as_texts(), "uuids hash as their text form does");
	ok(good[0], "a bucket's modulus is found, and all entities have none");
	ok(good[1], "buckets are apart, unless one comes twice");
	ok(good[2], "different numbers of buckets are apart by what divides both");
	return tap_status();
}
