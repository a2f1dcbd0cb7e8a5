/* Dictionaries number strings as they come, and rank them by memcmp. */
#include "core/base/ranking.h"
#include "tap.h"

#define STRINGS 30000

static uint64 seed = 5;

/* Strings that share long beginnings, with every byte and of every length. */
static uint32
make_string(int number, uint8 *bytes)
{
	uint32		length = (uint32) number % 47;

	memset(bytes, number % 2 ? 0xff : 0, length);
	if (length > 6)
		memcpy(bytes + length - 4, &number, 4);
	else if (length > 0)
		bytes[length - 1] = (uint8) (number / 47);
	return length;
}

static bool
ids_stay(Dict *dict)
{
	static uint32 ids[STRINGS];
	uint8		bytes[64];

	for (int i = 0; i < STRINGS; i++)
	{
		uint32		before = dict->n;
		uint32		length = make_string(i, bytes);

		ids[i] = dict_intern(dict, bytes, length);
		if (ids[i] > before || dict->n > before + 1)
			return false;
	}
	for (int i = 0; i < 2 * STRINGS; i++)
	{
		int			which = (int) (next_random(&seed) % STRINGS);
		uint32		length = make_string(which, bytes);
		uint32		found = PG_UINT32_MAX;
		const DictString *string = dict_string(dict, ids[which]);

		if (dict_intern(dict, bytes, length) != ids[which] ||
			!dict_find(dict, bytes, length, &found) || found != ids[which] ||
			string->length != length || memcmp(string->bytes, bytes, length) != 0)
			return false;
	}
	return true;
}

/* Whether the ranking holds just the chosen ids, in order. */
static bool
is_order(const Ranking *ranking, const Dict *dict, const uint8 *chosen)
{
	uint32		n = 0;

	for (uint32 id = 0; id < dict->n; id++)
		n += chosen[id];
	if (ranking->n != n)
		return false;
	for (uint32 rank = 0; rank < n; rank++)
	{
		const DictString *string = ranked_string(ranking, dict, rank);
		uint32		id = string->id;

		if (!chosen[id] || rank_of(ranking, id) != rank)
			return false;
		if (rank > 0)
		{
			const DictString *before = ranked_string(ranking, dict, rank - 1);
			int			order = memcmp(before->bytes, string->bytes, Min(before->length, string->length));

			if (order > 0 || (order == 0 && before->length >= string->length))
				return false;
		}
	}
	return true;
}

/* Both ways to rank agree with the definition, whatever share is chosen. */
static bool
ranks(const Dict *dict)
{
	uint8	   *chosen = palloc(dict->n);
	uint32	   *few = palloc(3 * dict->n * sizeof(uint32));

	for (uint64 of = 1; of <= dict->n * 2; of *= 7)
	{
		Ranking		dense;
		Ranking		sparse;
		uint32		n = 0;

		for (uint32 id = 0; id < dict->n; id++)
			chosen[id] = next_random(&seed) % of == 0;
		for (uint32 id = dict->n; id-- > 0;)
			for (int copies = (int) (id % 3); chosen[id] && copies >= 0; copies--)
				few[n++] = id;
		rank_used_ids(&dense, dict, chosen);
		rank_few_ids(&sparse, dict, few, n);
		if (!is_order(&dense, dict, chosen) || !is_order(&sparse, dict, chosen))
			return false;
	}
	return true;
}

int
main(void)
{
	Dict		dict = {0};
	uint32		found;

	ok(!dict_find(&dict, (const uint8 *) "a", 1, &found), "an empty dictionary has nothing");
	ok(ids_stay(&dict), "strings keep the number they got first");
	ok(ranks(&dict), "dense and sparse rankings order by memcmp");
	ok(compare_bytes((const uint8 *) "a", 1, (const uint8 *) "ab", 2) < 0 &&
	   compare_bytes((const uint8 *) "\xff", 1, (const uint8 *) "a", 1) > 0 &&
	   compare_bytes((const uint8 *) "", 0, (const uint8 *) "", 0) == 0, "bytes compare as memcmp does");
	return tap_status();
}
