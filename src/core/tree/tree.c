/* Trees of who came from whom; see tree.h. */
#include "core/tree/tree.h"

#define NOT_DONE (-1)
#define ON_PATH (-2)

static void *
zeroed(int64 n, Size size)
{
	return palloc_extended((Size) (n + 1) * size, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

Tree *
make_tree(int64 n)
{
	Tree	   *tree = palloc0(sizeof(Tree));

	tree->n = n;
	tree->parent = zeroed(n, sizeof(int64));
	tree->in_circle = zeroed(n, sizeof(bool));
	tree->root = zeroed(n, sizeof(int64));
	tree->generation = zeroed(n, sizeof(int32));
	tree->direct = zeroed(n, sizeof(int64));
	tree->descendants = zeroed(n, sizeof(int64));
	for_many(i, n)
	{
		tree->parent[i] = NO_PARENT;
		tree->generation[i] = NOT_DONE;
	}
	return tree;
}

/* A path that meets itself ends in a circle, none of whose nodes keeps its parent. */
static void
open_circle(Tree *tree, int64 node)
{
	while (tree->parent[node] != NO_PARENT)
	{
		int64		parent = tree->parent[node];

		CHECK_FOR_INTERRUPTS();
		tree->in_circle[node] = true;
		tree->parent[node] = NO_PARENT;
		node = parent;
	}
}

/* Finds the root and generation of a node and of all on the path to the root. */
static void
follow(Tree *tree, int64 node, int64 *path)
{
	int64		n = 0;
	uint64		steps = 0;

	while (node != NO_PARENT && tree->generation[node] == NOT_DONE)
	{
		if ((++steps & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		tree->generation[node] = ON_PATH;
		path[n++] = node;
		node = tree->parent[node];
	}
	if (node != NO_PARENT && tree->generation[node] == ON_PATH)
		open_circle(tree, node);
	while (n > 0)
	{
		int64		parent;

		if ((++steps & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		node = path[--n];
		parent = tree->parent[node];
		tree->root[node] = parent == NO_PARENT ? node : tree->root[parent];
		tree->generation[node] = parent == NO_PARENT ? 0 : tree->generation[parent] + 1;
		tree->generations = Max(tree->generations, tree->generation[node] + 1);
	}
}

/* The nodes, from the last generation to the first. */
static int64 *
by_generation(const Tree *tree)
{
	int64	   *order = palloc_huge((tree->n + 1) * sizeof(int64));
	int64	   *place = zeroed(tree->generations + 1, sizeof(int64));

	for_many(i, tree->n)
		place[tree->generation[i]]++;
	for (int32 g = tree->generations - 1; g >= 0; g--)
		place[g] += place[g + 1];
	for_many(i, tree->n)
		order[--place[tree->generation[i]]] = (int64) i;
	return order;
}

void
tree_finish(Tree *tree)
{
	int64	   *path = palloc_huge((tree->n + 1) * sizeof(int64));
	int64	   *order;

	for_many(i, tree->n)
		follow(tree, (int64) i, path);
	order = by_generation(tree);
	for_many(i, tree->n)
	{
		int64		node = order[i];
		int64		parent = tree->parent[node];

		if (parent == NO_PARENT)
			continue;
		tree->direct[parent]++;
		tree->descendants[parent] += tree->descendants[node] + 1;
	}
}
