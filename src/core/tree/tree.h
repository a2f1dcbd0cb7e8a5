/*
 * Trees of who came from whom: each node has a parent or none.
 *
 * All work is a few walks through arrays.  Paths upwards are followed until a node
 * that is done, so each node is looked at twice; descendants are added up from
 * the lowest generation to the highest.
 */
#ifndef PLG_CORE_TREE_TREE_H
#define PLG_CORE_TREE_TREE_H

#include "core/base/platform.h"

#define NO_PARENT INT64CONST(-1)

typedef struct Tree
{
	int64		n;
	int64	   *parent;			/* given by who makes it; NO_PARENT for all in a circle */
	bool	   *in_circle;
	int64	   *root;
	int32	   *generation;		/* 0 for a root */
	int32		generations;	/* how many there are */
	int64	   *direct;			/* children */
	int64	   *descendants;
} Tree;

/* A tree of n nodes without parents. */
extern Tree *make_tree(int64 n);

/* With all parents: opens the circles, and fills in the rest. */
extern void tree_finish(Tree *tree);

#endif							/* PLG_CORE_TREE_TREE_H */
