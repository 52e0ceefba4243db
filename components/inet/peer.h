/* SPDX-License-Identifier: MIT
 * One server that is asked by UDP, by its name: for components with a used port `net: socket`, whose handlers are in peer.c. Nothing waits.
 *
 * Only what comes from the server's address and port is handed on. One datagram is under way to the stack at a time.
 */
#ifndef INET_PEER_H
#define INET_PEER_H

#include "component.h"

/* Which one, before the session with the stack opens; the text stays. */
void peer_is(const char *name, uint16_t port);
/* Looks the name up: anew where it was known. Nothing happens while there is no session, or while it is being looked up. */
void peer_look_up(void);
bool peer_is_ready(void);
/* At most NET_OUT_SIZE bytes, which are copied. False: not now; peer_is_told() says when again. */
__attribute__((warn_unused_result)) bool peer_send(const void *data, uint32_t size);

/* ---- defined by the component ---- */

/*
 * Of the look-up, or, while it was ready, of the last datagram: `ok` is that the address is known, or that it has gone out. It is `lost`, and
 * nothing is ready, where the stack is gone; with its next session all begins anew.
 */
void peer_is_told(enum socket_outcome outcome);
void peer_received(const uint8_t *data, uint32_t size);

#endif
