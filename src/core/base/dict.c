/* Dictionaries of byte strings; see dict.h. */
#include "core/base/dict.h"

#define FIRST_SEGMENT 256

uint64		dict_seeds[2];

static void
put_in_slot(Dict *dict, uint32 hash, uint32 place)
{
	uint32		i = hash & dict->mask;

	while (dict->slots[i].place != 0)
		i = (i + 1) & dict->mask;
	dict->slots[i].hash = hash;
	dict->slots[i].place = place;
}

/*
 * Room for twice as many strings, with slots at most half full.  Hashes are
 * counted anew: strings lie in order, and the old slots can be given back first.
 */
static void
grow(Dict *dict)
{
	Size		capacity = dict->capacity == 0 ? 8 : (Size) dict->capacity * 2;
	Size		slots = capacity * 2;

	if (dict_seeds[1] == 0)
	{
		draw_random(dict_seeds, sizeof(dict_seeds));
		dict_seeds[1] |= 1;
	}
	dict->places = grow_huge_pages(dict->places, dict->n * sizeof(uint32), capacity * sizeof(uint32));
	if (dict->slots != NULL)
		free_huge_pages(dict->slots);
	dict->slots = palloc_huge_pages(slots * sizeof(DictSlot));
	memset(dict->slots, 0, slots * sizeof(DictSlot));
	dict->capacity = capacity;
	dict->mask = slots - 1;
	for_many(id, dict->n)
	{
		const DictString *string = dict_string(dict, (uint32) id);

		put_in_slot(dict, dict_hash(string->bytes, string->length), dict->places[id]);
	}
}

/* Makes a dictionary ready to be searched without a string. */
void
dict_begin(Dict *dict)
{
	if (dict->capacity == 0)
		grow(dict);
}

/* Segments double until they are full ones; a string that does not fit has one of its own. */
static void
add_segment(Dict *dict, Size size)
{
	if (dict->n_segments == DICT_MAX_SEGMENTS)
		report_full_dictionary(DICT_MAX, DICT_MAX_SEGMENTS * DICT_SEGMENT);
	if (dict->n_segments == dict->max_segments)
	{
		dict->max_segments = Max(4, dict->max_segments * 2);
		if (dict->segments == NULL)
			dict->segments = palloc(dict->max_segments * sizeof(uint8 *));
		else
			dict->segments = repalloc(dict->segments, dict->max_segments * sizeof(uint8 *));
	}
	/* place 0 is none */
	dict->segment_used = dict->n_segments == 0 ? sizeof(uint32) : 0;
	dict->segment_size = Min(Max(dict->segment_size * 2, FIRST_SEGMENT), DICT_SEGMENT);
	size = Max(dict->segment_size, size + dict->segment_used);
	dict->segments[dict->n_segments++] = palloc_huge_pages(size);
}

/* Keeps a string and returns its place. */
static uint32
keep_string(Dict *dict, const uint8 *bytes, uint32 length)
{
	Size		size = offsetof(DictString, bytes) + (Size) length;
	DictString *string;
	uint32		place;

	if (dict->n_segments == 0 || dict->segment_used + size > dict->segment_size)
		add_segment(dict, size);
	place = (dict->n_segments - 1) << DICT_SEGMENT_BITS | (uint32) (dict->segment_used / sizeof(uint32));
	string = (DictString *) string_at(dict, place);
	string->id = dict->n;
	string->length = length;
	memcpy(string->bytes, bytes, length);
	dict->segment_used += TYPEALIGN(sizeof(uint32), size);
	return place;
}

/* Adds a string that is not there yet. */
uint32
dict_add(Dict *dict, const uint8 *bytes, uint32 length)
{
	if (dict->n == DICT_MAX)
		report_full_dictionary(DICT_MAX, DICT_MAX_SEGMENTS * DICT_SEGMENT);
	if (dict->n == dict->capacity)
		grow(dict);
	dict->places[dict->n] = keep_string(dict, bytes, length);
	put_in_slot(dict, dict_hash(bytes, length), dict->places[dict->n]);
	return dict->n++;
}

int
compare_bytes(const uint8 *a, uint32 a_length, const uint8 *b, uint32 b_length)
{
	int			result = memcmp(a, b, Min(a_length, b_length));

	if (result == 0 && a_length != b_length)
		result = a_length < b_length ? -1 : 1;
	return result;
}
