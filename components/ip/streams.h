/* SPDX-License-Identifier: MIT
 * Sockets of TCP. All return what the client is told; but for OK nothing was changed.
 */
#ifndef IP_STREAMS_H
#define IP_STREAMS_H

#include "sockets.h"

enum socket_outcome stream_connect(struct socket *socket, const ip_addr_t *address, uint16_t port);
/* The send is the socket's until sockets_end_send(). */
enum socket_outcome stream_send(struct socket *socket, struct send *send);
/* The client has returned so many bytes of what came. */
void stream_returned(struct socket *socket, uint32_t bytes);
/* There may be buffers again for what is held. */
void stream_offer(struct socket *socket);
void stream_put_out(struct socket *socket);
/* Lets go of everything, and of the connection in order where all is acknowledged. Its sends are `lost`. */
void stream_let_go(struct socket *socket);

/* For listeners: the connection is the socket's from now on; and what the client is told of an error of lwIP. */
void stream_take_over(struct socket *socket, struct tcp_pcb *pcb);
enum socket_outcome stream_outcome(err_t error);

#endif
