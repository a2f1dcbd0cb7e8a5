/* Rows that travel unsorted; see worker_rows.h. */
#include "journeys/worker_rows.h"

#include "state/history_value.h"

#define ROWS_MAGIC "plgR"

typedef struct RowsHead
{
	char		magic[8];
	uint32		n_labels;
	int32		shift;
	uint64		first;
	int64		first_at;
	int64		last_at;
	SharedTicket slabs;
	uint64		rows[DEALT_PARTITIONS];
	uint32		n_segments[DEALT_PARTITIONS];
} RowsHead;
StaticAssertDecl(sizeof(RowsHead) == 5 * sizeof(uint64) + sizeof(SharedTicket) + DEALT_PARTITIONS * (sizeof(uint64) + sizeof(uint32)) &&
				 sizeof(SharedTicket) == 2 * sizeof(uint64), "what travels has no padding");

typedef struct RowsSegment
{
	uint64		place;
	uint64		used;
} RowsSegment;

bool
is_worker_rows(const struct varlena *value)
{
	return VARSIZE(value) >= VARHDRSZ + sizeof(ROWS_MAGIC) &&
		memcmp(VARDATA(value), ROWS_MAGIC, sizeof(ROWS_MAGIC)) == 0;
}

Size
worker_rows_size(RowLog *log, const Dict *labels, MemoryContext context)
{
	Size		size = VARHDRSZ + sizeof(RowsHead) + sizeof(uint64);
	MemoryContext old;

	/* where codes are nearly as many as rows, a value is smaller */
	if (log->dealt == NULL || labels->n > rowlog_rows(log) / 16)
		return 0;

	old = MemoryContextSwitchTo(context);
	dealt_pack_all(log->dealt);
	MemoryContextSwitchTo(old);
	for (uint32 i = 0; i < labels->n; i++)
		size += sizeof(uint32) + dict_string(labels, i)->length;
	for (int i = 0; i < DEALT_PARTITIONS; i++)
	{
		for (const LogSegment *segment = log->dealt->packed[i].first; segment != NULL; segment = segment->next)
		{
			if (segment->codes != NULL)
				return 0;
			size += sizeof(RowsSegment) + (segment->place == 0 ? segment->used : 0);
		}
	}
	return size > MAX_VALUE_SIZE ? 0 : size;
}

void
write_worker_rows(const RowLog *log, const Dict *labels, struct varlena *image, Size size)
{
	const Dealt *dealt = log->dealt;
	RowsHead	head = {.magic = ROWS_MAGIC};	/* the current context may be one that frees nothing */
	uint8	   *out = (uint8 *) VARDATA(in_huge_pages(image, size)) + sizeof(RowsHead);

	for (uint32 i = 0; i < labels->n; i++, out += sizeof(uint32))
		store_uint32(out, dict_string(labels, i)->length * 2 + dealt_has_code(dealt, i));
	for (uint32 i = 0; i < labels->n; i++)
	{
		const DictString *label = dict_string(labels, i);

		memcpy(out, label->bytes, label->length);
		out += label->length;
	}
	head.n_labels = labels->n;
	head.shift = dealt->shift;
	head.first = dealt->first;
	head.first_at = dealt->first_at;
	head.last_at = dealt->last_at;
	head.slabs = shared_ticket(dealt->source);
	for (int i = 0; i < DEALT_PARTITIONS; i++)
	{
		head.rows[i] = dealt->packed[i].rows;
		for (const LogSegment *segment = dealt->packed[i].first; segment != NULL; segment = segment->next)
		{
			RowsSegment sent = {segment->place, segment->used};

			memcpy(out, &sent, sizeof(sent));
			out += sizeof(sent);
			if (sent.place == 0)
			{
				memcpy(out, segment->data, segment->used);
				out += segment->used;
			}
			head.n_segments[i]++;
		}
	}
	memset(out, 0, sizeof(uint64));
	Assert(out + sizeof(uint64) == (uint8 *) image + size);
	memcpy(VARDATA(image), &head, sizeof(head));
	SET_VARSIZE(image, size);
}

/* What the image's codes stand for; NULL if for themselves.  *bytes steps over the labels. */
static uint32 *
absorb_labels(Dict *labels, const RowsHead *head, Dealt *dealt, const uint8 **bytes, MemoryContext context)
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

/* The chunks of one partition; *bytes steps over them. */
static ChunkList
absorb_segments(const RowsHead *head, int partition, struct dsa_area *area, const uint32 *codes,
				const uint8 **bytes)
{
	uint32		n = head->n_segments[partition];
	LogSegment *segments = palloc0(n * sizeof(LogSegment));
	ChunkList	chunks = {NULL, NULL, head->rows[partition]};

	for (uint32 i = 0; i < n; i++)
	{
		RowsSegment sent;

		memcpy(&sent, *bytes, sizeof(sent));
		*bytes += sizeof(sent);
		segments[i].codes = codes;
		segments[i].used = segments[i].size = sent.used;
		if (sent.place != 0)
			segments[i].data = (uint8 *) shared_place(area, sent.place);
		else
		{
			segments[i].data = (uint8 *) *bytes;
			*bytes += sent.used;
		}
		chunks_append(&chunks, &segments[i]);
	}
	return chunks;
}

void
add_worker_rows(RowLog *log, Dict *labels, const struct varlena *image, Arena *arena)
{
	MemoryContext old = MemoryContextSwitchTo(arena->context);
	Size		size = VARSIZE(image) - VARHDRSZ;
	uint8	   *copy = in_huge_pages(palloc(size), size);
	RowsHead  *head = (RowsHead *) copy;
	const uint8 *bytes = copy + sizeof(RowsHead);
	struct dsa_area *area;
	const uint32 *codes;
	uint64		min_key = PG_UINT64_MAX;
	uint64		max_key = 0;

	memcpy(copy, VARDATA(image), size);
	area = reach_slabs(arena, head->slabs);
	for (int i = 0; i < DEALT_PARTITIONS; i++)
	{
		if (head->rows[i] > 0)
		{
			min_key = Min(min_key, (head->first + i) << head->shift);
			max_key = ((head->first + i) << head->shift) + ((UINT64CONST(1) << head->shift) - 1);
		}
	}
	if (log->dealt == NULL && rowlog_rows(log) > 0)
		rowlog_deal(log);
	else if (log->dealt == NULL)
		log->dealt = dealt_begin(key_number(min_key), key_number(max_key));
	codes = absorb_labels(labels, head, log->dealt, &bytes, arena->context);

	dealt_widen(log->dealt, min_key, max_key, head->shift);
	log->dealt->first_at = Min(log->dealt->first_at, head->first_at);
	log->dealt->last_at = Max(log->dealt->last_at, head->last_at);
	for (int i = 0; i < DEALT_PARTITIONS; i++)
	{
		if (head->rows[i] > 0)
		{
			ChunkList	chunks = absorb_segments(head, i, area, codes, &bytes);

			dealt_append(log->dealt, (head->first + i) << head->shift, &chunks);
		}
	}
	MemoryContextSwitchTo(old);
}
