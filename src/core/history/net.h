/*
 * Histories less others, read as one history.
 *
 * Rows are cancelled as they are read, entity by entity (merge.h), but what stands
 * at the head of a history must be known before: its strings, all of which some
 * row has, the times of its first and last row, and whether it has rows.  What is
 * taken away is little, and a look at it and at the first blocks of the rest tells
 * in nearly all cases; else all is read once more.
 */
#ifndef PLG_CORE_HISTORY_NET_H
#define PLG_CORE_HISTORY_NET_H

#include "core/history/pieces.h"

/*
 * Opens n histories, which must stay open, of which the last n_gone are taken away,
 * and what others take away themselves.
 * A row that is not there is reported, now or when it is read.
 */
extern void net_open(History *net, const History *histories, int n, int n_gone, MissingRow missing);

#endif							/* PLG_CORE_HISTORY_NET_H */
