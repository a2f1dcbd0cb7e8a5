/* The form of journeys as values: a history without flags, whose strings are labels. */
#ifndef PLG_JOURNEYS_FORM_H
#define PLG_JOURNEYS_FORM_H

#include "state/value.h"

extern const ValueKind journeys_kind;

#endif							/* PLG_JOURNEYS_FORM_H */
