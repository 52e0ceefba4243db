/* SPDX-License-Identifier: MIT
 * See headers.h. `at` counts from the frame's beginning, and what is read lies before `bytes`: nothing is taken from a length that the frame says
 * without a look whether it is there.
 */
#include "headers.h"

#include <tenon/string.h>

#define ETHERNET   14u
#define TYPE       12u
#define TYPE_IPV4  0x0800u
#define TYPE_ARP   0x0806u
#define TYPE_IPV6  0x86ddu
#define ARP_BYTES  28u
#define IPV4_LEAST 20u
#define IPV6_BYTES 40u
#define OFFSET     0x1fffu /* of a fragment, in IPv4: RFC 791, 3.1 */
#define OFFSET_6   0xfff8u /* in IPv6: RFC 8200, 4.5 */
#define EXTENSIONS 4u      /* headers between that of IPv6 and what it carries, at most */
enum { HOP_BY_HOP = 0, ROUTING = 43, FRAGMENT = 44, DESTINATION = 60 };
enum { ROUTER_ADVERTISEMENT = 134, NEIGHBOUR_ADVERTISEMENT = 136, REDIRECT = 137 };

static uint32_t get16(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

static void map(const uint8_t *from, uint8_t to[HEADERS_IP])
{
	memset(to, 0, HEADERS_IP);
	to[10] = to[11] = UINT8_MAX;
	memcpy(to + 12, from, 4);
}

/* For Ethernet and IPv4: what else there is nobody here uses. */
static bool read_arp(const uint8_t *arp, uint32_t bytes, struct headers *headers)
{
	if (bytes < ARP_BYTES || get16(arp) != 1 || get16(arp + 2) != TYPE_IPV4 || arp[4] != 6 ||
	    arp[5] != 4) {
		return false;
	}
	memcpy(headers->hardware, arp + 8, sizeof headers->hardware);
	map(arp + 14, headers->source);
	map(arp + 24, headers->destination);
	return true;
}

static void read_ports(const uint8_t *at, uint32_t bytes, struct headers *headers)
{
	if (bytes >= 4 && (headers->protocol == HEADERS_TCP || headers->protocol == HEADERS_UDP)) {
		headers->has_ports = true;
		headers->source_port = (uint16_t)get16(at);
		headers->destination_port = (uint16_t)get16(at + 2);
	}
}

static bool read_ipv4(const uint8_t *ip, uint32_t bytes, struct headers *headers)
{
	const uint32_t own = bytes < IPV4_LEAST ? 0 : (ip[0] & 15u) * 4;

	if (bytes < IPV4_LEAST || ip[0] >> 4 != 4 || own < IPV4_LEAST || own > bytes) {
		return false;
	}
	map(ip + 12, headers->source);
	map(ip + 16, headers->destination);
	headers->protocol = ip[9];
	if ((get16(ip + 6) & OFFSET) == 0) {
		read_ports(ip + own, bytes - own, headers);
	}
	return true;
}

static void read_icmp6(const uint8_t *at, uint32_t bytes, struct headers *headers)
{
	if (bytes >= 1) {
		headers->routes = at[0] == ROUTER_ADVERTISEMENT || at[0] == REDIRECT;
		headers->advertises = at[0] == NEIGHBOUR_ADVERTISEMENT;
	}
	if (headers->advertises && bytes >= 8 + HEADERS_IP) {
		memcpy(headers->target, at + 8, HEADERS_IP);
	}
}

static bool read_ipv6(const uint8_t *ip, uint32_t bytes, struct headers *headers)
{
	uint32_t at = IPV6_BYTES;
	bool is_first = true; /* of its fragments */

	if (bytes < IPV6_BYTES || ip[0] >> 4 != 6) {
		return false;
	}
	memcpy(headers->source, ip + 8, HEADERS_IP);
	memcpy(headers->destination, ip + 24, HEADERS_IP);
	headers->protocol = ip[6];
	for (uint32_t i = 0; i < EXTENSIONS && bytes - at >= 8 && is_first; i++) {
		const uint8_t protocol = headers->protocol;
		const uint32_t length = protocol == FRAGMENT ? 8 : (ip[at + 1] + 1u) * 8;

		if (protocol != HOP_BY_HOP && protocol != ROUTING && protocol != FRAGMENT &&
		    protocol != DESTINATION) {
			break;
		}
		if (length > bytes - at) {
			return false;
		}
		is_first = protocol != FRAGMENT || (get16(ip + at + 2) & OFFSET_6) == 0;
		headers->protocol = ip[at];
		at += length;
	}
	if (is_first) {
		read_ports(ip + at, bytes - at, headers);
		if (headers->protocol == HEADERS_ICMP6) {
			read_icmp6(ip + at, bytes - at, headers);
		}
	}
	return true;
}

void headers_read(const uint8_t *frame, uint32_t bytes, struct headers *headers)
{
	static const struct {
		uint32_t type;
		enum headers_kind kind;
		bool (*read)(const uint8_t *at, uint32_t bytes, struct headers *headers);
	} kinds[] = {{TYPE_ARP, HEADERS_ARP, read_arp},
		     {TYPE_IPV4, HEADERS_IPV4, read_ipv4},
		     {TYPE_IPV6, HEADERS_IPV6, read_ipv6}};

	*headers = (struct headers){.kind = HEADERS_OTHER};
	for (uint32_t i = 0; bytes >= ETHERNET && i < sizeof kinds / sizeof *kinds; i++) {
		if (get16(frame + TYPE) == kinds[i].type &&
		    kinds[i].read(frame + ETHERNET, bytes - ETHERNET, headers)) {
			headers->kind = kinds[i].kind;
		}
	}
}
