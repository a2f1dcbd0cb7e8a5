/*
 * Label arguments.  One argument may name several labels, 'create|import'; a
 * bar that belongs to a label is written \|.
 */
#ifndef PLG_LABELS_H
#define PLG_LABELS_H

#include "core/history.h"

/* Sets the bits in the class of every label that the text names. */
extern void add_label_class(const History *journeys, const char *text, uint8 *classes, uint8 bits);

#endif							/* PLG_LABELS_H */
