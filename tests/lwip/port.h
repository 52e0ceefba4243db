/* SPDX-License-Identifier: MIT
 * What lwIP's tests take for granted where they run beside its thread: included before each file.
 */
#ifndef TESTS_LWIP_PORT_H
#define TESTS_LWIP_PORT_H

#include "lwip/memp.h"
#include "lwip/stats.h"

#include <stdio.h>

/* What waits for lwIP's thread: without one, what an interface sends to itself. */
int tcpip_thread_poll_one(void);

#endif
