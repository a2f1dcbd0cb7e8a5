/*
 * Feeds a fuzz target mutants of its valid inputs: the same ones everywhere.
 *
 *	mutate N			N mutants; prints a line of TAP
 *	mutate seeds DIR	writes the valid inputs to files
 */
#include "target.h"

#define MAX_SEEDS 100
#define MAX_GROWTH 64

static Bytes seeds[MAX_SEEDS];
static int	n_seeds;
static uint64 seed = 2026;

/* Mostly near the beginning, where the structure is. */
static Size
random_place(Size size)
{
	return below(&seed, below(&seed, 3) > 0 ? Min(size, 96) : size);
}

/* One change; the buffer has room for MAX_GROWTH more bytes. */
static Size
change(uint8 *bytes, Size size)
{
	static const uint8 borders[] = {0, 1, 2, 0x7f, 0x80, 0xff};
	Size		at = size == 0 ? 0 : random_place(size);
	Size		length = 1 + below(&seed, 8);
	const Bytes *other = &seeds[below(&seed, n_seeds)];
	Size		from;

	if (size == 0)
		return 0;
	switch (below(&seed, 10))
	{
		case 0:					/* a bit */
			bytes[at] ^= (uint8) (1 << below(&seed, 8));
			break;
		case 1:
			bytes[at] = (uint8) next_random(&seed);
			break;
		case 2:
			bytes[at] = borders[below(&seed, lengthof(borders))];
			break;
		case 3:
			bytes[at] += below(&seed, 2) ? 1 : -1;
			break;
		case 4:					/* a field of eight bytes */
			if (size - at >= 8)
				store_uint64(bytes + at, below(&seed, 2) ? next_random(&seed) >> below(&seed, 64) :
							 load_uint64(bytes + at) + below(&seed, 5) - 2);
			break;
		case 5:
			return at;
		case 6:					/* take out */
			length = Min(length, size - at);
			memmove(bytes + at, bytes + at + length, size - at - length);
			return size - length;
		case 7:					/* put in */
			memmove(bytes + at + length, bytes + at, size - at);
			for (Size i = 0; i < length; i++)
				bytes[at + i] = (uint8) next_random(&seed);
			return size + length;
		case 8:					/* a piece of another place or value */
			if (other->size == 0)
				break;
			from = below(&seed, other->size);
			length = 1 + below(&seed, 40);
			length = Min(Min(length, other->size - from), size - at);
			memcpy(bytes + at, other->bytes + from, length);
			break;
		case 9:					/* swap two bytes */
			{
				uint8		byte = bytes[at];
				Size		to = random_place(size);

				bytes[at] = bytes[to];
				bytes[to] = byte;
				break;
			}
	}
	return size;
}

static void
write_seeds(const char *directory)
{
	for (int i = 0; i < n_seeds; i++)
	{
		char		path[1024];
		FILE	   *file;

		snprintf(path, sizeof(path), "%s/valid-%d", directory, i);
		file = fopen(path, "wb");
		must(file != NULL, "the seeds can be written");
		must(fwrite(seeds[i].bytes, 1, seeds[i].size, file) == seeds[i].size, "they are written whole");
		fclose(file);
	}
}

int
main(int argc, char **argv)
{
	uint8	   *work;
	Size		largest = 0;
	int			accepted = 0;
	int			n = argc > 1 ? atoi(argv[1]) : 10000;

	while ((seeds[n_seeds] = valid_bytes(n_seeds)).bytes != NULL)
	{
		largest = Max(largest, seeds[n_seeds].size);
		n_seeds++;
	}
	if (argc > 2)
	{
		write_seeds(argv[2]);
		return 0;
	}
	for (int i = 0; i < n_seeds; i++)
		must(try_bytes(seeds[i].bytes, seeds[i].size), "a valid input is accepted");

	work = palloc(largest + 8 * MAX_GROWTH);
	for (int i = 0; i < n; i++)
	{
		const Bytes *from = &seeds[i % n_seeds];
		Size		size = from->size;
		uint8	   *exact;

		memcpy(work, from->bytes, size);
		for (uint64 changes = 1 + below(&seed, 3); changes > 0; changes--)
			size = change(work, size);

		/* a buffer of just that size, for the sanitizer to watch */
		exact = palloc(Max(size, 1));
		memcpy(exact, work, size);
		accepted += try_bytes(exact, size);
		pfree(exact);
	}
	printf("%s - %d mutants of %d valid inputs, %d valid too\n",
		   accepted > 0 && accepted < n ? "ok" : "not ok", n, n_seeds, accepted);
	return 0;
}
