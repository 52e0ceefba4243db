/* SPDX-License-Identifier: MIT
 * Memory tags: the host has none.
 */
#ifndef TENON_TAGS_H
#define TENON_TAGS_H

#include <stddef.h>

static inline void *tags_draw(void *address)
{
	return address;
}

static inline void *tags_strip(void *address)
{
	return address;
}

static inline void tags_set(void *address, size_t bytes)
{
	(void)address;
	(void)bytes;
}

#endif
