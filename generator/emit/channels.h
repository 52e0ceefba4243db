/* SPDX-License-Identifier: MIT
 * What the printers of channels and pools share: a port with some, as one of
 * its two sides sees it. Provided and used ports differ in who sends, who keeps
 * the books of a pool, and what the other side is called.
 */
#ifndef TENON_GENERATOR_CHANNELS_H
#define TENON_GENERATOR_CHANNELS_H

#include "glue.h"

/* One port with channels or pools, as this instance sees it. */
struct face {
	const struct glue *glue;
	struct text *out;
	const struct port *port;
	const struct interface *interface;
	bool server;      /* it provides the port */
	bool numbered;    /* its functions say which connection is meant */
	uint32_t peers;   /* connections */
	const char *peer; /* "client", "server": what they call it */
};

struct face face_of(const struct glue *glue, const struct port *port, bool provided);
/* Runs `each` over the ports that have channels or pools. */
void face_each(const struct glue *glue, void (*each)(const struct face *face));

bool face_has_memory(const struct interface *interface);
bool face_sends(const struct face *face, const struct channel *channel);
bool face_keeps(const struct face *face, const struct buffers *pool); /* the ledger */
bool face_writes(const struct face *face, const struct buffers *pool);

/* Those of one connection, with its numbers; and those of all connections, NULL where they differ in them. */
const struct buffers *face_pool(const struct face *face, uint32_t peer, const struct buffers *pool);
const struct channel *face_channel(const struct face *face, uint32_t peer, const struct channel *channel);
const struct shared *face_shared(const struct face *face, uint32_t peer, uint32_t region);
const struct buffers *face_only_pool(const struct face *face, const struct buffers *pool);
const struct channel *face_only_channel(const struct face *face, const struct channel *channel);
/* PORT_DATA_COUNT and port_data_count(), PORT_REQUESTS_ENTRIES and port_requests_entries(). */
void face_declare_buffers(const struct face *face, const struct buffers *pool);
void face_declare_entries(const struct face *face, const struct channel *channel);

/* Heads of functions: of component.h, and of the bodies in the glue. `further`: parameters behind the connection's number. */
void face_parameters(const struct face *face, const char *further);
void face_move(const struct face *face, const struct channel *channel); /* sends or receives */
void face_place(const struct face *face, const struct buffers *pool, bool write);
void face_allocate(const struct face *face, const struct buffers *pool);
void face_release(const struct face *face, const struct buffers *pool);

/* The bodies. */
void face_functions(const struct face *face);

#endif
