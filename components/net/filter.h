/* SPDX-License-Identifier: MIT
 * What a client may send and hear: the parameters `own` and `allow` of its connection, lists of words.
 *
 *     own:    ADDRESS[/BITS]                                   10.0.2.15 [fe80::]/10
 *     allow:  [in:|out:]PROTOCOL[/PORTS][@ADDRESS[/BITS][:PORTS]]    arp icmp tcp/80 out:udp/ *@10.0.2.3:53 (without the space)
 *
 * A protocol is arp, ipv4, ipv6, icmp (of both), tcp or udp. Ports before the `@` are the client's, address and ports behind it those of whom
 * it talks to; what is not said is any. Without `in:` or `out:` a word is for both ways. An address of IPv6 stands in brackets. Nothing is
 * remembered between frames.
 */
#ifndef NET_FILTER_H
#define NET_FILTER_H

#include "headers.h"

#include <stdbool.h>
#include <stdint.h>

enum filter_verdict { FILTER_PASSES, FILTER_IS_SPOOFED, FILTER_IS_NOT_ALLOWED };

/* Reads what the wire says. False: it cannot be read, which the log says. */
bool filter_init(uint32_t client);
/* Is there anything that it does not let pass? */
bool filter_looks(uint32_t client);
/* Of a frame that the client sends. */
enum filter_verdict filter_sent(uint32_t client, const struct headers *headers);
/* Of one that comes for it; `is_for_group`: on the Ethernet it is for several. */
enum filter_verdict filter_received(uint32_t client, const struct headers *headers, bool is_for_group);

#endif
