/* SPDX-License-Identifier: MIT
 * Between server.c, later.c and dispatch.c: the operation whose code is being printed.
 */
#ifndef TENON_GENERATOR_SERVING_H
#define TENON_GENERATOR_SERVING_H

#include "glue.h"

#define NAME_ROOM 300

struct serving {
	const struct glue *glue;
	const struct port *port;
	const struct operation *operation;
	struct wire wire;
	char refuse[NAME_ROOM], quota[NAME_ROOM];
};

struct serving serving_of(const struct glue *glue, const struct port *port, const struct operation *operation,
			  const char *ipc);
/* Packs results that stand in `glue_arguments` and locals, or, with `finish`, in parameters. */
void serving_pack(const struct serving *serving, bool finish);
/* Has the port a client and an operation? */
bool port_is_served(const struct glue *glue, uint32_t port);

/* ---- account: what connections hold ---- */
void account_print(const struct glue *glue);
void account_may_hold(const struct glue *glue);
bool account_counts_calls(const struct glue *glue); /* does it keep calls of clients to answer them later? */
uint32_t account_of_calls(const struct glue *glue, uint32_t port); /* of the port's first client */
/* Before the handler of an operation that is answered at once, and where it succeeded. */
void account_take(const struct glue *glue, const struct port *port, const struct operation *operation);
void account_settle(const struct glue *glue, const struct port *port, const struct operation *operation);

/* ---- session: of a served port ---- */
void session_served(const struct glue *glue,
		    const struct port *port); /* state, and what a new client ends; before operations */
void session_gate(const struct glue *glue, const struct port *port); /* before the switch over operations */
/* Once the handler succeeded. */
void session_opened(const struct glue *glue, const struct port *port, const struct operation *operation);

void later_held(const struct glue *glue); /* what the reply objects hold */
/* How a handler of such a call goes back to the loop. */
void later_return(const struct glue *glue);
void later_finishes(const struct glue *glue); /* one function for each operation of each interface */
void later_cancelled(const struct glue *glue);

void dispatch_port(const struct glue *glue, const struct port *port); /* from a port to its operations */
void dispatch_fault(const struct glue *glue);                         /* the supervisor's handler of faults */
void dispatch_print(const struct glue *glue);                         /* glue_serve() */

void dispatch_sent(const struct glue *glue); /* operations that are never answered */

#endif
