/* SPDX-License-Identifier: MIT
 * A client: its tables, and what it is told. See sockets.h.
 */
#ifndef IP_CLIENTS_H
#define IP_CLIENTS_H

#include "sockets.h"

#define CLIENTS (SOCKETS_CLIENTS > 0 ? SOCKETS_CLIENTS : 1)

/* What a client has in a buffer. */
struct lent {
	uint32_t socket, life, bytes;
};

struct client {
	struct socket *sockets;
	struct send *free_sends;
	struct socket_event *events; /* those that wait */
	uint32_t events_most, event_first, events_count;
	uint32_t session;
	bool is_open, has_requests;
	struct lent lent[SOCKETS_IN_COUNT];
};
extern struct client clients[CLIENTS];

/* In order; what finds no room waits. Nobody is told who has no session. */
void clients_tell(uint32_t number, const struct socket_event *event);
/* What waits, as far as there is room. False: some of it still waits. */
bool clients_tell_waiting(uint32_t number);

#endif
