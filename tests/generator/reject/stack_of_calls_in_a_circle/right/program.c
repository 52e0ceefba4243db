/* SPDX-License-Identifier: MIT */
#include <tenon/stack.h>

void _start(void);

struct tree {
	const struct tree *left, *right;
};

static __attribute__((noinline)) int depth(const struct tree *tree)
{
	TENON_STACK_RECURSION(20); /* no tree is deeper */
	const int left = tree ? depth(tree->left) + 1 : 0;
	const int right = tree ? depth(tree->right) + 1 : 0;

	return left > right ? left : right;
}

void _start(void)
{
	static const struct tree *volatile tree;

	for (;;)
		(void)depth(tree);
}
