/* SPDX-License-Identifier: MIT
 * A keyed hash, from which come the numbers that a stranger must not guess.
 */
#ifndef IP_RANDOM_H
#define IP_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* Takes the key from the source of entropy; waits for it. Without one the key is what the clock says, and the log tells. */
void random_begin(void);

/* SipHash-2-4 (Aumasson and Bernstein, 2012) of `size` bytes. */
uint64_t random_hash(const uint64_t key[2], const void *data, size_t size);

#endif
