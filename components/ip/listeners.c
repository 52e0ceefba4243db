/* SPDX-License-Identifier: MIT
 * See listeners.h.
 */
#include "listeners.h"

#include "rights.h"
#include "streams.h"

#include "lwip/priv/tcp_priv.h"

#define BACKLOG UINT8_MAX

static void wait_in_line(struct socket *listener, struct socket *socket)
{
	socket->listener = listener;
	socket->next = NULL;
	if (listener->next == NULL) {
		listener->next = socket;
	} else {
		listener->last->next = socket;
	}
	listener->last = socket;
}

static void leave_line(struct socket *socket)
{
	struct socket *listener = socket->listener, *before = listener;

	while (before->next != socket) {
		before = before->next;
	}
	before->next = socket->next;
	if (listener->last == socket) {
		listener->last = before == listener ? NULL : before;
	}
	socket->listener = socket->next = NULL;
}

/* Nobody is let in for whom no socket waits: their first segment is not answered, and comes again. */
static void set_backlog(const struct socket *listener)
{
	uint32_t count = 0;

	for (const struct socket *waiting = listener->next; waiting != NULL && count < BACKLOG;
	     waiting = waiting->next) {
		count++;
	}
	((struct tcp_pcb_listen *)(void *)listener->tcp)->backlog = (u8_t)count;
}

static err_t accepted(void *argument, struct tcp_pcb *pcb, err_t error)
{
	struct socket *listener = argument, *socket = listener->next;

	if (error != ERR_OK || pcb == NULL || socket == NULL) {
		return ERR_MEM;
	}
	leave_line(socket);
	set_backlog(listener);
	socket->state = SOCKET_STREAM;
	stream_take_over(socket, pcb);
	sockets_tell(socket, SOCKET_KIND_ACCEPTED, SOCKET_OUTCOME_OK, &pcb->remote_ip, pcb->remote_port);
	return ERR_OK;
}

enum socket_outcome listener_open(struct socket *socket, const ip_addr_t *address, uint16_t port)
{
	struct tcp_pcb *pcb, *listening;
	err_t error;

	if (!rights_to_listen(socket->client, RIGHTS_TCP, port)) {
		return SOCKET_OUTCOME_NOT_PERMITTED;
	}
	pcb = tcp_new_ip_type(IPADDR_TYPE_ANY);
	if (pcb == NULL) {
		return SOCKET_OUTCOME_NO_MEMORY;
	}
	/* Connections of before that are ending keep nobody from the port, as who has begun anew; another who listens does. */
	ip_set_option(pcb, SOF_REUSEADDR);
	error = tcp_bind(pcb, ip_addr_isany(address) ? IP_ANY_TYPE : address, port);
	listening = error == ERR_OK ? tcp_listen_with_backlog_and_err(pcb, 1, &error) : NULL;
	if (listening == NULL) {
		(void)tcp_close(pcb); /* one that is not connected has nothing that could fail */
		return stream_outcome(error);
	}
	socket->state = SOCKET_LISTENS;
	socket->tcp = listening;
	tcp_arg(listening, socket);
	tcp_accept(listening, accepted);
	set_backlog(socket);
	return SOCKET_OUTCOME_OK;
}

enum socket_outcome listener_accept(struct socket *socket, struct socket *listener)
{
	if (listener == NULL || listener->state != SOCKET_LISTENS) {
		return SOCKET_OUTCOME_MALFORMED;
	}
	socket->state = SOCKET_WAITS;
	wait_in_line(listener, socket);
	set_backlog(listener);
	return SOCKET_OUTCOME_OK;
}

static void let_go_of_listener(struct socket *socket)
{
	while (socket->next != NULL) {
		struct socket *waiting = socket->next;

		leave_line(waiting);
		sockets_close(waiting, SOCKET_OUTCOME_LOST);
	}
	tcp_arg(socket->tcp, NULL);
	(void)tcp_close(socket->tcp); /* a listening one has nothing that could fail */
	socket->tcp = NULL;
}

void listener_let_go(struct socket *socket)
{
	struct socket *listener = socket->listener;

	if (socket->state == SOCKET_LISTENS) {
		let_go_of_listener(socket);
	} else {
		leave_line(socket);
		set_backlog(listener);
	}
}
