/* The views that read a live value (views.c). */
#ifndef PLG_LIVE_VIEWS_H
#define PLG_LIVE_VIEWS_H

#include "live/live_value.h"
#include "live/mapping.h"

/* The type of the entities that a live value has for such a column. */
extern const char *kind_of_entity(SourceType type);

/* A statement that packs rows, called r, by their bucket; no bucket without rows. */
extern char *packed_by_bucket(int buckets, const char *columns, const char *from);

/* One that packs the rows of the sources: bucket, v; prepared by SPI. */
extern char *packed_sources(const LiveValue *live);

/* By CREATE, or CREATE OR REPLACE, which replaces them only if they are the caller's. */
extern void make_views(const LiveValue *live, const char *create, int buckets);

#endif							/* PLG_LIVE_VIEWS_H */
