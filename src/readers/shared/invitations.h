/*
 * Who invited whom, out of journeys of (member, joined at, inviter): what
 * generations and lineage read.
 *
 * A member's inviter is that of its first row that can be true.  Nobody invites
 * himself, nor somebody who was there before him, and nobody comes from himself by
 * a way round; such rows are rejected and counted.  An empty label is nobody, so
 * that who was not invited is a member, too.  An inviter without a row of his own
 * is a root.
 */
#ifndef PLG_READERS_SHARED_INVITATIONS_H
#define PLG_READERS_SHARED_INVITATIONS_H

#include "core/tree/tree.h"
#include "pg/entity.h"

typedef enum Rejection
{
	REJECTED_SELF,
	REJECTED_YOUNGER,
	REJECTED_CYCLE,
	REJECTIONS
} Rejection;

typedef struct Invitations
{
	EntityKind	kind;
	Tree	   *tree;
	EntityKey  *keys;			/* by node: members in order, then inviters who are none */
	int32	   *rejected[REJECTIONS];	/* by node: rows */
} Invitations;

/* NULL if the argument is NULL. */
extern Invitations *arg_invitations(FunctionCallInfo fcinfo, int argno);

#endif							/* PLG_READERS_SHARED_INVITATIONS_H */
