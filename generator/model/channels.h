/* SPDX-License-Identifier: MIT
 * Channels and pools: as their interface says, and as a wire says otherwise of its connection.
 */
#ifndef TENON_GENERATOR_MODEL_CHANNELS_H
#define TENON_GENERATOR_MODEL_CHANNELS_H

#include "build.h"
#include "types.h"

/* Bytes of what the server and the client write of all channels of a connection. */
struct channel_parts {
	uint64_t server, client;
};

/* False after a message at `place`: a ring has a power of two entries. */
bool channel_check_entries(struct build *build, const struct channel *channel, struct place place);

/*
 * Gives the channels their places in the regions of both sides. False after a message where they take more than a
 * region may, at `instead`, or at the channel where that is NULL.
 */
bool channels_place(struct build *build, struct channel *channel, uint32_t channels,
		    const struct place *instead, struct channel_parts *parts);

uint64_t pool_bytes(const struct buffers *pool);
/* A region of that many bytes, rounded up to pages. */
void shared_resize(struct shared *shared, uint64_t bytes);

/* The connection's shared regions, channels and pools, of what its wire says of their numbers. */
void channels_connect(struct build *build, struct connection *connection);

#endif
