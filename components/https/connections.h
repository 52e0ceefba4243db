/* SPDX-License-Identifier: MIT
 * Connections. Each has one number, with the client as with the network, and stands between the two: a socket of the client's is the
 * network's of the same number, with TLS in between once somebody has come.
 */
#ifndef HTTPS_CONNECTIONS_H
#define HTTPS_CONNECTIONS_H

#include "component.h"

#define CONNECTIONS 64u /* the limit `open`, on both sides */
#define CLIENT      0u  /* there is one */
#define NONE        UINT32_MAX

struct ssl_st;

enum state {
	FREE,
	LISTENS,
	WAITS,  /* for somebody to come */
	SHAKES, /* hands */
	OPEN,
	FAILS,   /* nothing goes on any more but what was put out last, an alert */
	CLOSING, /* the network was asked to close it */
};

struct connection {
	enum state state;
	bool is_known;   /* the client has the number, and is told when it is free */
	bool is_again;   /* the client has heard nothing of who came, and goes on waiting after him */
	bool has_ended;  /* the peer sends nothing more, as TCP says */
	bool was_told;   /* of that, as TLS says */
	bool is_starved; /* it found no slot */
	bool is_shut;    /* close_notify was put out, and the end behind it */
	bool
	    is_wanted; /* closing for a client before this one, which has asked for the number already, as `wanted` says */
	uint16_t port;  /* of a listening one */
	uint32_t other; /* the listening one, of one that waits */
	struct socket_request wanted;
	struct socket_address peer;
	struct ssl_st *tls;
	uint64_t deadline_ns;
	uint32_t first_held, last_held;          /* what came of the network: wire.c */
	uint32_t slot, filled;                   /* what is put together to be sent */
	uint32_t begun, passed;                  /* slots, ever: taken, and sent */
	uint32_t first_send, last_send, writing; /* the client's: sends.c */
};

extern struct connection connections[CONNECTIONS];

/* Does what can be done: shakes hands, reads, writes. */
void connection_go_on(uint32_t number);
/* The network is asked to close it. What becomes of the number then, `is_known` and `is_again` say. */
void connection_close(uint32_t number);

/* ---- client.c: the client's side ---- */

void client_begin(bool is_ready);
/* In order, as soon as there is room. */
void client_tell(uint32_t number, enum socket_kind kind, enum socket_outcome outcome);
/* Reads as far as the client has buffers. False: the connection cannot go on. */
bool client_read(uint32_t number);
/* Asks the network for what the client has asked for of a number that is free now. */
void client_open(uint32_t number, const struct socket_request *request);
void client_tell_of_send(uint32_t socket, uint32_t number, enum socket_outcome outcome);

/* ---- sends.c: what the client sends ---- */

void client_begin_sends(void);
/* What is wrong with a send, or OK: it is the connection's to write. */
enum socket_outcome client_take_send(const struct socket_request *request);
/* Writes as far as there are slots. False: the connection cannot go on. */
bool client_write(uint32_t number);
/* Tells of what has gone out. */
void client_tell_sent(uint32_t number);
void client_lose_sends(uint32_t number);

/* ---- wire.c: the network's side ---- */

void wire_ask(enum socket_action action, uint32_t number);
void wire_reset(void);
/* What came is the connection's until it is read. */
void wire_hold(uint32_t number, const struct tenon_buffer *buffer);
void wire_forget(uint32_t number);
/* Sends what is put together; with `is_last` nothing comes after it. */
void wire_flush(uint32_t number, bool is_last);
/* The network is done with a slot. */
void wire_passed(uint32_t number, uint32_t slot);

bool network_is_open(void);

#endif
