/* SPDX-License-Identifier: MIT
 * Bytes a second, as a bucket: it fills with time up to `burst`, and a frame goes while it is not empty, so it may come to owe the rest of one
 * frame. On the caller's storage; times are those of the kernel's clock.
 */
#ifndef NET_RATE_H
#define NET_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct rate {
	uint32_t bytes_per_s; /* 0: no limit */
	uint32_t burst;       /* bytes */
	int64_t level;        /* bytes; below zero it owes them */
	uint64_t time_ns;     /* of the level */
};

/* A full one. */
void rate_init(struct rate *rate, uint32_t bytes_per_s, uint32_t burst, uint64_t now_ns);
/* May a frame go now? */
bool rate_allows(struct rate *rate, uint64_t now_ns);
/* It went. */
void rate_take(struct rate *rate, uint32_t bytes);
/* When one may go, of a rate that allows none. */
uint64_t rate_when(const struct rate *rate);

#endif
