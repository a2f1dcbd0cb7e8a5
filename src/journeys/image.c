/* Rows that travel unsorted; see image.h. */
#include "journeys/image.h"

#include "history_value.h"

#define IMAGE_MAGIC "plgR"

typedef struct ImagePart
{
	uint64		rows;
	uint64		bytes;
} ImagePart;

typedef struct ImageHead
{
	char		magic[8];
	uint32		n_labels;
	int32		shift;
	uint64		first;
	ImagePart	parts[DEALT_PARTITIONS];
} ImageHead;

bool
is_log_image(const struct varlena *value)
{
	return VARSIZE(value) >= VARHDRSZ + sizeof(IMAGE_MAGIC) &&
		memcmp(VARDATA(value), IMAGE_MAGIC, sizeof(IMAGE_MAGIC)) == 0;
}

Size
log_image_size(RowLog *log, const Dict *labels, MemoryContext context)
{
	Size		size = VARHDRSZ + sizeof(ImageHead) + sizeof(uint64);
	MemoryContext old;

	/* where codes are nearly as many as rows, a value is smaller */
	if (log->dealt == NULL || labels->n > rowlog_rows(log) / 16)
		return 0;

	old = MemoryContextSwitchTo(context);
	dealt_pack_all(log->dealt);
	MemoryContextSwitchTo(old);
	for (uint32 i = 0; i < labels->n; i++)
		size += sizeof(uint32) + labels->entries[i].length;
	for (int i = 0; i < DEALT_PARTITIONS; i++)
	{
		for (const LogSegment *segment = log->dealt->packed[i].first; segment != NULL; segment = segment->next)
		{
			if (segment->codes != NULL)
				return 0;
			size += segment->used;
		}
	}
	return size > MAX_VALUE_SIZE ? 0 : size;
}

void
log_image_write(const RowLog *log, const Dict *labels, struct varlena *image, Size size)
{
	const Dealt *dealt = log->dealt;
	ImageHead  *head = palloc0(sizeof(ImageHead));
	uint8	   *out = (uint8 *) VARDATA(in_huge_pages(image, size)) + sizeof(ImageHead);

	for (uint32 i = 0; i < labels->n; i++, out += sizeof(uint32))
		store_uint32(out, labels->entries[i].length * 2 + dealt_has_code(dealt, i));
	for (uint32 i = 0; i < labels->n; i++)
	{
		memcpy(out, labels->entries[i].bytes, labels->entries[i].length);
		out += labels->entries[i].length;
	}
	memcpy(head->magic, IMAGE_MAGIC, sizeof(IMAGE_MAGIC));
	head->n_labels = labels->n;
	head->shift = dealt->shift;
	head->first = dealt->first;
	for (int i = 0; i < DEALT_PARTITIONS; i++)
	{
		head->parts[i].rows = dealt->packed[i].rows;
		for (const LogSegment *segment = dealt->packed[i].first; segment != NULL; segment = segment->next)
		{
			memcpy(out, segment->data, segment->used);
			out += segment->used;
			head->parts[i].bytes += segment->used;
		}
	}
	memset(out, 0, sizeof(uint64));
	Assert(out + sizeof(uint64) == (uint8 *) image + size);
	memcpy(VARDATA(image), head, sizeof(ImageHead));
	SET_VARSIZE(image, size);
	pfree(head);
}

/* What the image's codes stand for; NULL if for themselves.  *bytes steps over the labels. */
static uint32 *
absorb_labels(Dict *labels, const ImageHead *head, Dealt *dealt, const uint8 **bytes, MemoryContext context)
{
	const uint8 *lengths = *bytes;
	uint32	   *codes = MemoryContextAlloc(context, Max(head->n_labels, 1) * sizeof(uint32));
	bool		same = true;

	*bytes += head->n_labels * sizeof(uint32);
	for (uint32 i = 0; i < head->n_labels; i++, lengths += sizeof(uint32))
	{
		uint32		length = load_uint32(lengths) / 2;

		codes[i] = 0;
		if (load_uint32(lengths) % 2 == 1)
		{
			codes[i] = intern_string(labels, *bytes, length, context);
			dealt_mark_code(dealt, codes[i]);
			same &= codes[i] == i;
		}
		*bytes += length;
	}
	if (same)
	{
		pfree(codes);
		codes = NULL;
	}
	return codes;
}

void
log_image_absorb(RowLog *log, Dict *labels, const struct varlena *image, MemoryContext context)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	Size		size = VARSIZE(image) - VARHDRSZ;
	uint8	   *copy = in_huge_pages(palloc(size), size);
	ImageHead  *head = (ImageHead *) copy;
	LogSegment *segments = palloc0(DEALT_PARTITIONS * sizeof(LogSegment));
	const uint8 *bytes = copy + sizeof(ImageHead);
	const uint32 *codes;
	uint64		min_key = PG_UINT64_MAX;
	uint64		max_key = 0;

	memcpy(copy, VARDATA(image), size);
	for (int i = 0; i < DEALT_PARTITIONS; i++)
	{
		if (head->parts[i].rows > 0)
		{
			min_key = Min(min_key, (head->first + i) << head->shift);
			max_key = ((head->first + i) << head->shift) + ((UINT64CONST(1) << head->shift) - 1);
		}
	}
	if (log->dealt == NULL && rowlog_rows(log) > 0)
		rowlog_deal(log);
	else if (log->dealt == NULL)
		log->dealt = dealt_begin(key_number(min_key), key_number(max_key));
	codes = absorb_labels(labels, head, log->dealt, &bytes, context);

	dealt_widen(log->dealt, min_key, max_key, head->shift);
	for (int i = 0; i < DEALT_PARTITIONS; i++)
	{
		if (head->parts[i].rows == 0)
			continue;
		segments[i].codes = codes;
		segments[i].data = (uint8 *) bytes;
		segments[i].used = segments[i].size = head->parts[i].bytes;
		dealt_append(log->dealt, (head->first + i) << head->shift, &segments[i], head->parts[i].rows);
		bytes += head->parts[i].bytes;
	}
	MemoryContextSwitchTo(old);
}
