/* SPDX-License-Identifier: MIT
 * What the commands on the network share: one socket, and the wait for what is heard of it. A command begins with net_ready() and
 * ends with net_end(). Each function that fails has said why.
 */
#ifndef SHELL_NET_H
#define SHELL_NET_H

#include "address.h"
#include "component.h"
#include "words.h"

/* Is somebody there who serves? */
bool net_ready(void);
/* The address of a name, or of a text of an address. `family`: 4, 6, or 0 for either. Waits. */
bool net_find(const char *name, uint32_t family, struct socket_address *address);
/* Makes the socket: `connect` to, or `open` or `echo`. Waits until it is. */
bool net_open(enum socket_action action, const struct socket_address *to);
/* One buffer of at most NET_OUT_SIZE bytes, which is copied. Waits for room. */
bool net_send(const void *data, uint32_t size, const struct socket_address *to);
/*
 * The next thing that is heard of the socket: `received`, `ended`, `closed`, or of a look-up. False: not until the deadline, or the stack is
 * gone, which was said. Who is given a buffer gives it back with net_give_back().
 */
bool net_wait(struct socket_event *event, uint64_t deadline_ns);
void net_give_back(const struct tenon_buffer *given);
/* Closes the socket if there is one. Waits for that. */
void net_end(void);
/* What of the sends since net_open() was not `ok` last. */
enum socket_outcome net_trouble(void);
const char *net_words(enum socket_outcome outcome);
/* The stack began anew since net_ready(). */
bool net_is_lost(void);

/* "1.5": thousandths. False: it is none, or more than `most`. */
bool net_thousandths(const char *word, uint32_t most, uint32_t *value);

/* ping.c */
void command_ping(const struct words *words);
void command_nslookup(const struct words *words);
/* stack.c */
void command_ifconfig(const struct words *words);
void command_netstat(const struct words *words);
/* fetch.c */
void command_fetch(const struct words *words);
/* tftp.c */
void command_tftp(const struct words *words);

#endif
