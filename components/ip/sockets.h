/* SPDX-License-Identifier: MIT
 * The sockets of all clients: what they ask for, and what they are told.
 *
 * Each connection has a table of its own, as long as its limit `open`, and records of its own for what it sends, as many as its limit
 * `sends`: nobody takes another's. What a client is told waits in order where its channel has no room, and until that is empty nothing more is
 * taken of its requests; so what can wait is bounded by what it has: a `sent` for each of its sends, three changes of each socket, its
 * look-ups, and an answer to its last request. What comes for it then waits in lwIP, whose window closes.
 */
#ifndef IP_SOCKETS_H
#define IP_SOCKETS_H

#include "component.h"

#include "lwip/pbuf.h"
#include "lwip/tcp.h"
#include "lwip/udp.h"

#define SOCKETS_HEARD  16u /* peers that a port of UDP may answer */
#define SOCKETS_GROUPS 4u  /* that it may hear */

struct socket;

/* What a client sends, from the request on until it is told `sent`. */
struct send {
	struct pbuf_custom pbuf; /* the first member; of UDP: lwIP gives it back by its address */
	struct send *next;
	uint32_t client, socket, number;
	uint32_t session;    /* of the client's, in which it was asked for */
	const uint8_t *data; /* in the client's pool */
	uint32_t length, written, acknowledged;
	bool is_last;
	enum socket_outcome outcome;
	uint64_t mark; /* of the card, before which the client is not told */
};

struct sends {
	struct send *first, *last;
};

enum socket_state {
	SOCKET_FREE,
	SOCKET_LISTENS,
	SOCKET_WAITS, /* for a connection of the listening socket `listener` */
	SOCKET_CONNECTS,
	SOCKET_STREAM,
	SOCKET_DATAGRAM,
	SOCKET_ECHO,
	SOCKET_CLOSING, /* let go, but the card may look at what it sent still */
};

struct socket {
	enum socket_state state;
	uint32_t client, number;
	struct tcp_pcb *tcp; /* NULL: lwIP has it no more */
	struct udp_pcb *udp;
	struct sends sends;          /* of TCP: not acknowledged */
	struct send *writing;        /* the first of them of which lwIP does not have all */
	uint32_t sending;            /* sends that the client was not told of */
	enum socket_outcome outcome; /* of one that is closing */
	uint32_t taken;              /* bytes that came and that the client has not returned */
	uint32_t buffers;            /* with these in them */
	struct pbuf *held;           /* of TCP: what came and the client has no buffers for */
	uint32_t skipped;            /* bytes of it that the client has had */
	uint32_t life;               /* which socket of this number it is */
	bool is_shut, has_ended, is_dirty;
	bool is_ending; /* it has ended, and the client was not told */
	struct socket *listener,
	    *next; /* of those that wait, in order; of a listening socket the first; of echoes all */
	struct socket *last;
	struct {
		ip_addr_t address;
		uint16_t port;
	} heard[SOCKETS_HEARD]; /* of UDP */
	uint32_t hearings;
	ip_addr_t groups[SOCKETS_GROUPS]; /* of UDP, too */
	uint32_t groups_count;
	uint16_t identifier; /* of echoes, as it stands in a packet */
};

void sockets_begin(void);
/* What handlers put off: sends that are done with, segments that were written, clients that have room again. */
void sockets_settle(void);
/* Where in a client's pool `at` is, and which number that has with the card. False: in none. */
bool sockets_find(const uint8_t *at, uint64_t *offset, uint32_t *pool);

/* ---- for streams and datagrams ---- */

/* Tells the client, in order. */
void sockets_tell(const struct socket *socket, enum socket_kind kind, enum socket_outcome outcome,
		  const ip_addr_t *address, uint16_t port);
/*
 * Hands over what came, from byte `from` of it on, as far as the client has buffers, and has not too many of this socket's already. Returns
 * how many bytes it was.
 */
uint32_t sockets_hand_over(struct socket *socket, const struct pbuf *pbuf, uint32_t from,
			   const ip_addr_t *address, uint16_t port);
/* A send is done with, and is told when the card has passed the mark. */
void sockets_end_send(struct send *send, enum socket_outcome outcome, uint64_t mark);
/* The socket's number is free as soon as the client was told of all its sends; what else hangs on it was let go. */
void sockets_close(struct socket *socket, enum socket_outcome outcome);
/* Something is to be put out at the end of the handler. */
void sockets_mark(struct socket *socket);

ip_addr_t sockets_address(const struct socket_address *from);
void sockets_set_address(struct socket_address *to, const ip_addr_t *address, uint16_t port);
/* The bytes of the client's pool that it names. NULL: they are not in it. */
const uint8_t *sockets_run(uint32_t client, const struct socket_run *run);

#endif
