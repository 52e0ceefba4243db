/* SPDX-License-Identifier: MIT
 * What all files of the stack share: lwIP is called in one thread, by the handlers of the component's loop.
 */
#ifndef IP_IP_H
#define IP_IP_H

#include <stdint.h>

/*
 * At the end of each handler: what was put off is done. Functions that lwIP calls (of connections, ports, and memory that it needs no
 * more) only note what happened, and call nothing of lwIP that could call them again.
 */
void ip_settle(void);

/* The card is known: addresses. */
void ip_configure(void);

/* Blocks of memory that lwIP has and did not give back. */
uint32_t library_blocks(void);

#endif
