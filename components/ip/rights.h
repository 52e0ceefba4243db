/* SPDX-License-Identifier: MIT
 * What a client may do: the parameters `listen` and `reach` of its connection. A list of words,
 *
 *     PROTOCOL/PORTS                 tcp/80 udp/5000-5009        to be reached at
 *     group/ADDRESS[/BITS]           group/224.0.0.251           to hear what is sent to
 *     PROTOCOL/ADDRESS[/BITS]:PORTS  udp/10.0.0.0/8:53 tcp/ *:443 tcp/[2001:db8::]/32:*    to reach (without the space)
 *     icmp/ADDRESS[/BITS]            icmp/ *                     to ask for an echo
 *
 * An address of IPv6 stands in brackets; a `*` is any address, of both, or any port. A list that cannot be read gives no right at all, and
 * the log names the line of the description. `names` is a list, too: of names, `*.example.org` for all that end so, or `*`.
 */
#ifndef IP_RIGHTS_H
#define IP_RIGHTS_H

#include "lwip/ip_addr.h"

#include <stdbool.h>
#include <stdint.h>

enum rights_protocol { RIGHTS_TCP, RIGHTS_UDP, RIGHTS_ICMP, RIGHTS_GROUP };

void rights_begin(void);
bool rights_to_listen(uint32_t client, enum rights_protocol protocol, uint16_t port);
/* With ICMP the port is 0. */
bool rights_to_reach(uint32_t client, enum rights_protocol protocol, const ip_addr_t *address, uint16_t port);
/* Whether there is anybody that it may reach by that protocol. */
bool rights_to_reach_any(uint32_t client, enum rights_protocol protocol);
bool rights_to_join(uint32_t client, const ip_addr_t *group);
bool rights_to_look_up(uint32_t client, const char *name);

#endif
