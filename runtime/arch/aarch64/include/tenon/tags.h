/* SPDX-License-Identifier: MIT
 * Memory tags of AArch64 (MTE): 4 bits for each 16 bytes, compared with bits 56 to 59 of the address at each access.
 * Only for memory that is mapped with TENON_CACHE_TAGGED.
 */
#ifndef TENON_TAGS_H
#define TENON_TAGS_H

#include <stddef.h>
#include <stdint.h>

/* The address with a tag that is drawn at random, never 0. */
static inline void *tags_draw(void *address)
{
	void *tagged;

	__asm__(".arch_extension memtag\n\tirg %0, %1\n\t.arch_extension nomemtag"
		: "=r"(tagged)
		: "r"(address));
	return tagged;
}

/* The address with tag 0, as the allocator sees memory. */
static inline void *tags_strip(void *address)
{
	return (void *)((uintptr_t)address & (UINTPTR_MAX >> 8));
}

/* Gives the memory the tag of the address; both are multiples of 16. */
static inline void tags_set(void *address, size_t bytes)
{
	for (char *at = address, *end = at + bytes; at < end; at += 16)
		__asm__ volatile(".arch_extension memtag\n\tstg %0, [%0]\n\t.arch_extension nomemtag"
				 :
				 : "r"(at)
				 : "memory");
}

#endif
