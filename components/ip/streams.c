/* SPDX-License-Identifier: MIT
 * See streams.h. lwIP's calls of a connection (tcp_arg and its like) note what happened and tell the client; what has to be written then is
 * written at the end of the handler (sockets_mark). A connection that both sides have ended is lwIP's alone: it frees it when it
 * likes, so it is let go of as soon as all is acknowledged.
 */
#include "streams.h"

#include "card.h"
#include "listeners.h"
#include "rights.h"

#include "lwip/priv/tcp_priv.h"

#define WRITE_MOST (16u * 1024u) /* bytes that lwIP is given at once */
#define POLL_TICKS 1u            /* of half a second, after which is tried again what found no memory */

/* ---- what lwIP calls ----------------------------------------------------------------------------- */

static void forget(struct socket *socket)
{
	tcp_arg(socket->tcp, NULL);
	tcp_recv(socket->tcp, NULL);
	tcp_sent(socket->tcp, NULL);
	tcp_err(socket->tcp, NULL);
	tcp_poll(socket->tcp, NULL, POLL_TICKS);
	socket->tcp = NULL;
}

static void let_go_if_done(struct socket *socket)
{
	if (socket->tcp != NULL && socket->is_shut && socket->has_ended && socket->sends.first == NULL) {
		forget(socket);
	}
}

static void lose_sends(struct socket *socket)
{
	struct send *send;

	socket->writing = NULL;
	while ((send = socket->sends.first) != NULL) {
		socket->sends.first = send->next;
		sockets_end_send(send, SOCKET_OUTCOME_LOST, card_mark());
	}
}

/* As much of what is held as the client has buffers for, and the end behind it. */
static void hand_over(struct socket *socket)
{
	if (socket->held != NULL) {
		socket->skipped += sockets_hand_over(socket, socket->held, socket->skipped, NULL, 0);
		if (socket->skipped < socket->held->tot_len) {
			return;
		}
		pbuf_free(socket->held);
		socket->held = NULL;
		socket->skipped = 0;
	}
	if (socket->is_ending) {
		socket->is_ending = false;
		sockets_tell(socket, SOCKET_KIND_ENDED, SOCKET_OUTCOME_OK, NULL, 0);
	}
}

/* Of a connection that has ended both ways lwIP 2.1 never frees what is refused, so that is lost, and its client told. */
static void give_up(struct socket *socket)
{
	forget(socket);
	lose_sends(socket);
	pbuf_free(socket->held);
	socket->held = NULL;
	sockets_close(socket, SOCKET_OUTCOME_NO_MEMORY);
}

/* The window closes as long as the client returns nothing. Where many hold something the card has no places any more: lwIP keeps one, and
 * forgets what comes behind it. */
static err_t received(void *argument, struct tcp_pcb *pcb, struct pbuf *pbuf, err_t error)
{
	struct socket *socket = argument;

	(void)error;
	if (pbuf == NULL) {
		socket->has_ended = socket->is_ending = true;
	} else if (socket->held == NULL) {
		socket->held = pbuf;
	} else if (card_has_places() && pbuf->tot_len <= UINT16_MAX - socket->held->tot_len) {
		pbuf_cat(socket->held, pbuf);
	} else if (pcb->state == TIME_WAIT) {
		pbuf_free(pbuf);
		give_up(socket);
		return ERR_OK;
	} else {
		return ERR_MEM;
	}
	hand_over(socket);
	let_go_if_done(socket);
	return ERR_OK;
}

static err_t acknowledged(void *argument, struct tcp_pcb *pcb, u16_t bytes)
{
	struct socket *socket = argument;
	uint32_t left = bytes;

	(void)pcb;
	while (left > 0 && socket->sends.first != NULL && socket->sends.first != socket->writing) {
		struct send *send = socket->sends.first;
		const uint32_t rest = send->length - send->acknowledged, part = left < rest ? left : rest;

		send->acknowledged += part;
		left -= part;
		if (send->acknowledged == send->length) {
			socket->sends.first = send->next;
			sockets_end_send(send, SOCKET_OUTCOME_OK, card_mark());
		}
	}
	if (socket->sends.first != NULL) {
		socket->sends.first->acknowledged += left;
		sockets_mark(socket);
	}
	let_go_if_done(socket);
	return ERR_OK;
}

static err_t polled(void *argument, struct tcp_pcb *pcb)
{
	struct socket *socket = argument;

	(void)pcb;
	if (socket->writing != NULL) {
		sockets_mark(socket);
	}
	return ERR_OK;
}

enum socket_outcome stream_outcome(err_t error)
{
	switch (error) {
	case ERR_OK:
	case ERR_CLSD:
		return SOCKET_OUTCOME_OK;
	case ERR_MEM:
	case ERR_BUF:
		return SOCKET_OUTCOME_NO_MEMORY;
	case ERR_USE:
	case ERR_ISCONN:
		return SOCKET_OUTCOME_IN_USE;
	case ERR_RTE:
	case ERR_TIMEOUT:
	case ERR_ABRT:
		return SOCKET_OUTCOME_UNREACHABLE;
	case ERR_RST:
		return SOCKET_OUTCOME_RESET;
	default:
		return SOCKET_OUTCOME_MALFORMED;
	}
}

/* lwIP has freed the connection already. */
static void failed(void *argument, err_t error)
{
	struct socket *socket = argument;
	enum socket_outcome outcome = stream_outcome(error);

	if (socket->state == SOCKET_CONNECTS && outcome == SOCKET_OUTCOME_RESET) {
		outcome = SOCKET_OUTCOME_REFUSED;
	}
	socket->tcp = NULL;
	lose_sends(socket);
	if (socket->held != NULL) {
		pbuf_free(socket->held);
		socket->held = NULL;
	}
	sockets_close(socket, outcome);
}

void stream_take_over(struct socket *socket, struct tcp_pcb *pcb)
{
	socket->tcp = pcb;
	tcp_arg(pcb, socket);
	tcp_recv(pcb, received);
	tcp_sent(pcb, acknowledged);
	tcp_err(pcb, failed);
	tcp_poll(pcb, polled, POLL_TICKS);
	tcp_nagle_disable(pcb); /* who has more to send says so in one batch */
}

static err_t connected(void *argument, struct tcp_pcb *pcb, err_t error)
{
	struct socket *socket = argument;

	(void)error; /* of lwIP 2.1 always ERR_OK */
	socket->state = SOCKET_STREAM;
	sockets_tell(socket, SOCKET_KIND_CONNECTED, SOCKET_OUTCOME_OK, &pcb->remote_ip, pcb->remote_port);
	sockets_mark(socket);
	return ERR_OK;
}

/* ---- what clients ask for ------------------------------------------------------------------------ */

enum socket_outcome stream_connect(struct socket *socket, const ip_addr_t *address, uint16_t port)
{
	struct tcp_pcb *pcb;
	err_t error;

	if (!rights_to_reach(socket->client, RIGHTS_TCP, address, port)) {
		return SOCKET_OUTCOME_NOT_PERMITTED;
	}
	pcb = tcp_new_ip_type(IP_GET_TYPE(address));
	if (pcb == NULL) {
		return SOCKET_OUTCOME_NO_MEMORY;
	}
	socket->state = SOCKET_CONNECTS;
	stream_take_over(socket, pcb);
	error = tcp_connect(pcb, address, port, connected);
	if (error != ERR_OK) {
		forget(socket);
		tcp_abort(pcb);
		socket->state = SOCKET_FREE;
		return error == ERR_VAL ? SOCKET_OUTCOME_UNREACHABLE : stream_outcome(error);
	}
	return SOCKET_OUTCOME_OK;
}

enum socket_outcome stream_send(struct socket *socket, struct send *send)
{
	if (socket->is_shut || (socket->sends.first != NULL && socket->sends.last->is_last)) {
		return SOCKET_OUTCOME_MALFORMED;
	}
	if (socket->tcp == NULL) {
		return SOCKET_OUTCOME_LOST;
	}
	if (socket->sends.first == NULL) {
		socket->sends.first = send;
	} else {
		socket->sends.last->next = send;
	}
	socket->sends.last = send;
	if (socket->writing == NULL) {
		socket->writing = send;
	}
	sockets_mark(socket);
	return SOCKET_OUTCOME_OK;
}

/* As much of it as lwIP takes. False: there is more. */
static bool write(struct socket *socket, struct send *send)
{
	while (send->written < send->length) {
		const uint32_t room = tcp_sndbuf(socket->tcp), rest = send->length - send->written;
		uint32_t part = rest < room ? rest : room;

		part = part < WRITE_MOST ? part : WRITE_MOST;
		if (part == 0 ||
		    tcp_write(socket->tcp, send->data + send->written, (u16_t)part,
			      part < rest || send->next != NULL ? TCP_WRITE_FLAG_MORE : 0) != ERR_OK) {
			return false;
		}
		send->written += part;
	}
	return true;
}

/* A send without bytes has nothing that could be acknowledged. It is done with as soon as it is the first. */
static void end_empty(struct socket *socket)
{
	struct send *send;

	while ((send = socket->sends.first) != NULL && send != socket->writing && send->length == 0) {
		socket->sends.first = send->next;
		sockets_end_send(send, SOCKET_OUTCOME_OK, card_mark());
	}
}

void stream_put_out(struct socket *socket)
{
	if (socket->tcp == NULL || socket->state != SOCKET_STREAM) {
		return;
	}
	while (socket->writing != NULL && write(socket, socket->writing)) {
		if (socket->writing->is_last && tcp_shutdown(socket->tcp, 0, 1) != ERR_OK) {
			break; /* again with the next poll */
		}
		socket->is_shut = socket->writing->is_last;
		socket->writing = socket->writing->next;
	}
	end_empty(socket);
	(void)tcp_output(socket->tcp); /* what finds no room goes out when there is some */
	let_go_if_done(socket);
}

void stream_offer(struct socket *socket)
{
	if (socket->state != SOCKET_STREAM) {
		return;
	}
	hand_over(socket);
	if (socket->tcp != NULL && socket->held == NULL && socket->tcp->refused_data != NULL) {
		(void)tcp_process_refused_data(socket->tcp);
	}
}

void stream_returned(struct socket *socket, uint32_t bytes)
{
	if (socket->tcp != NULL) {
		tcp_recved(socket->tcp, (u16_t)bytes); /* a buffer has fewer than 64 KiB */
	}
}

void stream_let_go(struct socket *socket)
{
	struct tcp_pcb *pcb = socket->tcp;
	bool is_clean = socket->sends.first == NULL && socket->state == SOCKET_STREAM;

	if (socket->state == SOCKET_LISTENS || socket->state == SOCKET_WAITS) {
		listener_let_go(socket);
		return;
	}
	lose_sends(socket);
	if (socket->held != NULL) {
		is_clean = false; /* the peer is told that nobody has read it */
		pbuf_free(socket->held);
		socket->held = NULL;
	}
	if (pcb == NULL) {
		return;
	}
	while (socket->taken > 0) { /* or lwIP takes it for unread, and resets */
		const uint32_t part = socket->taken < UINT16_MAX ? socket->taken : UINT16_MAX;

		tcp_recved(pcb, (u16_t)part);
		socket->taken -= part;
	}
	forget(socket);
	if (!is_clean || tcp_close(pcb) != ERR_OK) {
		tcp_abort(pcb);
	}
}
