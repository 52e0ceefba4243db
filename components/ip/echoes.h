/* SPDX-License-Identifier: MIT
 * Sockets that ask for echoes (RFC 792, echo; RFC 4443, 4.1 and 4.2). Each has an identifier of its own, which nobody can guess. All return
 * what the client is told; but for OK nothing was changed.
 */
#ifndef IP_ECHOES_H
#define IP_ECHOES_H

#include "sockets.h"

void echoes_begin(void);
enum socket_outcome echoes_open(struct socket *socket);
/* The send is the socket's until sockets_end_send(). */
enum socket_outcome echoes_send(struct socket *socket, struct send *send, const ip_addr_t *address,
				uint16_t sequence);
void echoes_let_go(struct socket *socket);

#endif
