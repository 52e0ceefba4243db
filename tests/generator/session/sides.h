/* SPDX-License-Identifier: MIT
 * Generated glue of golden/session in one host program: a server that dies and
 * starts anew, with or without a call in its hands, and a client that does.
 */
#ifndef TESTS_GENERATOR_SESSION_SIDES_H
#define TESTS_GENERATOR_SESSION_SIDES_H

#include <tenon/ipc.h>

/* The kernel of each side. */
void server_trap(struct tenon_ipc *ipc);
void client_trap(struct tenon_ipc *ipc);

void server_begin(void);
/* One call or message through the server's own dispatcher; `ipc` gets the answer. */
void server_serve(struct tenon_ipc *ipc, bool sent);
/* A new life: the glue's memory and that of the handlers are as at the start. */
void server_restart(void);
unsigned server_closed(void), server_hinted(void);

/* How often the client was told so by its handlers. */
unsigned client_stores(void), client_bells(void);

/* The server dies over the next so many calls, each after it took the call. */
extern unsigned deaths;
extern unsigned calls; /* that reached a server */

#endif
