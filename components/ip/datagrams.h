/* SPDX-License-Identifier: MIT
 * Sockets of UDP. All return what the client is told; but for OK nothing was changed.
 */
#ifndef IP_DATAGRAMS_H
#define IP_DATAGRAMS_H

#include "sockets.h"

enum socket_outcome datagrams_open(struct socket *socket, const ip_addr_t *address, uint16_t port);
/* The send is lwIP's until sockets_end_send(). */
enum socket_outcome datagrams_send(struct socket *socket, struct send *send, const ip_addr_t *address,
				   uint16_t port);
void datagrams_let_go(struct socket *socket);

#endif
