/*
 * Label arguments.  One argument may name several labels, 'create|import'; a
 * bar that belongs to a label is written \|.
 */
#ifndef PLG_READERS_SHARED_LABELS_H
#define PLG_READERS_SHARED_LABELS_H

#include "pg/compat.h"
#include "core/history/history.h"

/* The code of a label, or -1 if no event has it. */
extern int64 find_label(const History *journeys, const uint8 *label, uint32 length);

/*
 * The codes of the labels that the text names.  A label that no event has is
 * probably misspelt: where a call site has read some events, and none of its
 * values has the label, a NOTICE at the end names the closest one.
 */
extern uint32 *label_codes(FunctionCallInfo fcinfo, const History *journeys, const char *text, int *n);

/* Sets the bits in the class of every label that the text names. */
extern void add_label_class(FunctionCallInfo fcinfo, const History *journeys, const char *text,
							uint8 *classes, uint8 bits);

/* The same NOTICE for a single label, in which a bar is a bar. */
extern void check_label(FunctionCallInfo fcinfo, const History *journeys, const uint8 *label, uint32 length);

#endif							/* PLG_READERS_SHARED_LABELS_H */
