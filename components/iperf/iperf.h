/* SPDX-License-Identifier: MIT
 * What the parts of iperf share: sockets by their numbers, and what clients ask for in the first bytes that they send.
 */
#ifndef IPERF_IPERF_H
#define IPERF_IPERF_H

#include "component.h"

#define LISTENER  0u
#define DATAGRAMS 1u
#define STREAMS   2u /* the first of those that take a connection */
#define SOCKETS   18u
#define BACK      18u /* the first of those that connect to a client */
#define ALL       26u

/* A request for a socket, without data. There is room for it: what is asked and not answered is bounded by the sockets and buffers. */
void iperf_ask(enum socket_action action, uint32_t socket, const struct socket_address *address);
/* Buffers of the pool are handed out by number; NULL: there is none. */
void *iperf_buffer(uint32_t *number);
void iperf_send(uint32_t socket, uint32_t number, uint32_t size, bool is_last,
		const struct socket_address *to);

/* What a client asks for in its first bytes: to be sent back as much to its port, when it has ended. */
struct wish {
	bool is_wanted;
	uint16_t port;
	uint64_t bytes, ns; /* one of them is 0: so much, or so long */
};
#define WISH_BYTES 24u
void wish_read(const uint8_t data[WISH_BYTES], struct wish *wish);

/* ---- datagrams.c ---- */
void datagrams_received(const uint8_t *data, uint32_t size, const struct socket_address *from);

/* ---- back.c ---- */
/* False: there is no socket for it. */
bool back_begin(const struct socket_address *to, const struct wish *wish);
void back_connected(uint32_t socket);
void back_sent(uint32_t socket, uint32_t size_in_buffers);
void back_closed(uint32_t socket);
void back_forget(void);

#endif
