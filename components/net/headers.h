/* SPDX-License-Identifier: MIT
 * What the beginning of a frame says of who sends it to whom: ARP (RFC 826), IPv4 (RFC 791), IPv6 (RFC 8200) and the ports of TCP and UDP.
 * Addresses of IPv4 stand as IPv6 maps them (RFC 4291, 2.5.5.2). No state.
 */
#ifndef NET_HEADERS_H
#define NET_HEADERS_H

#include <stdbool.h>
#include <stdint.h>

#define HEADERS_IP 16u /* bytes of an address */

enum headers_kind { HEADERS_OTHER, HEADERS_ARP, HEADERS_IPV4, HEADERS_IPV6 };
enum { HEADERS_ICMP = 1, HEADERS_TCP = 6, HEADERS_UDP = 17, HEADERS_ICMP6 = 58 };

struct headers {
	enum headers_kind kind;
	uint8_t source[HEADERS_IP], destination[HEADERS_IP]; /* of ARP the sender's and the target's */
	uint8_t hardware[6];                                 /* of ARP: the sender's, of Ethernet */
	uint8_t protocol;                                    /* of IP: what it carries */
	bool has_ports; /* those of TCP or UDP, in a first or only fragment */
	uint16_t source_port, destination_port;
	bool advertises; /* ICMPv6: that somebody has `target` (RFC 4861, 4.4) */
	bool routes;     /* ICMPv6: where routers are (RFC 4861, 4.2 and 4.5) */
	uint8_t target[HEADERS_IP];
};

/* Of a frame whose first `bytes` are there, from its header on. OTHER: it is nothing of these, or its headers are not all there. */
void headers_read(const uint8_t *frame, uint32_t bytes, struct headers *headers);

#endif
