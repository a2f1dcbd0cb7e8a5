/* The seal of a live value (seal.c). */
#ifndef PLG_LIVE_SEAL_H
#define PLG_LIVE_SEAL_H

/* A line of the seal begins with the relation's oid, or with one of these, for a value of an enum and the view of a source. */
#define SEAL_OF_VALUE "enum "
#define SEAL_OF_VIEW "view "

#endif							/* PLG_LIVE_SEAL_H */
