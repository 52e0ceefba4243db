/* SPDX-License-Identifier: MIT
 * Listening sockets of TCP, and those that wait for a connection of one, in order. All return what the client is told; but for OK nothing was
 * changed.
 */
#ifndef IP_LISTENERS_H
#define IP_LISTENERS_H

#include "sockets.h"

enum socket_outcome listener_open(struct socket *socket, const ip_addr_t *address, uint16_t port);
enum socket_outcome listener_accept(struct socket *socket, struct socket *listener);
/* Of one that listens, with those that wait for it, which are closed, or of one that waits. */
void listener_let_go(struct socket *socket);

#endif
