/* The seal of a live value (seal.c). */
#ifndef PLG_LIVE_SEAL_H
#define PLG_LIVE_SEAL_H

/* A line of the seal begins with the relation's oid, or with this, for a value of an enum. */
#define SEAL_OF_VALUE "enum "

#endif							/* PLG_LIVE_SEAL_H */
