/* Looking entities up many at a time; see waiting.h. */
#include "journeys/waiting.h"

#include "history_value.h"

void
settle_rows(WaitingRows *waiting, Dict *entities, MemoryContext context)
{
	uint32		n = waiting->n;

	for (uint32 i = 0; i < n; i++)
		dict_prefetch_string(entities, waiting->rows[i].hash, waiting->rows[i].length);
	for (uint32 i = 0; i < n; i++)
	{
		const WaitingRow *row = &waiting->rows[i];
		const uint8 *bytes = waiting->bytes + row->offset;
		uint32		id;

		if (!dict_find_hashed(entities, row->hash, bytes, row->length, &id))
			id = add_string(entities, bytes, row->length, context);
		log_row(row->log, id, row->at, row->code, context);
	}
	waiting->n = 0;
	waiting->used = 0;
}
