/* SPDX-License-Identifier: MIT
 * What a capability is to: for test_authority.c.
 */
#ifndef NAMED_H
#define NAMED_H

#include <host.h>

struct named {
	unsigned type;   /* enum tenon_type, AUTHORITY_FROM_POOL or AUTHORITY_OF_SET */
	uint32_t object; /* index among those of its type, of the pool, or of the receive set */
};

/* Of a used slot. */
struct named named_of(const struct slot *slot);
/* The index of the pool of the boot that a pool is, or lies in. */
uint32_t named_pool(const struct pool *pool);

#endif
