/* SPDX-License-Identifier: MIT
 * What lwIP asks of who it is linked with, for its own tests on the host; and the suites of what we do not
 * compile: applications, sockets, and lwIP's own heap, whose place ours takes.
 */
#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip_check.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void lwip_failed(const char *what, const char *file, unsigned line)
{
	fprintf(stderr, "%s:%u: %s\n", file, line, what);
	abort();
}

uint32_t lwip_random(void)
{
	return (uint32_t)rand();
}

/* As lwIP has it where nobody says something else, by its clock, which the tests set. */
uint32_t lwip_first_number(const void *local, uint16_t local_port, const void *remote, uint16_t remote_port)
{
	static uint32_t number = 6510;

	return number += tcp_ticks;
}

void *lwip_allocate(size_t size)
{
	return malloc(size);
}

void *lwip_allocate_zeroed(unsigned long count, unsigned long size)
{
	return calloc(count, size);
}

void lwip_free(void *memory)
{
	free(memory);
}

int tcpip_thread_poll_one(void)
{
	netif_poll_all();
	return 1;
}

static Suite *none(const char *name)
{
	return create_suite(name, NULL, 0, NULL, NULL);
}

Suite *mem_suite(void)
{
	return none("MEM");
}

Suite *mdns_suite(void)
{
	return none("MDNS");
}

Suite *mqtt_suite(void)
{
	return none("MQTT");
}

Suite *sockets_suite(void)
{
	return none("SOCKETS");
}
