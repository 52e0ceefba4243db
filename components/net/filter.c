/* SPDX-License-Identifier: MIT
 * See filter.h. What is of a protocol that cannot be seen passes only where there is nothing to look at.
 */
#include "filter.h"

#include "component.h"
#include "text.h"

#include <tenon/string.h>

#define CLIENTS    (LINKS_CLIENTS > 0 ? LINKS_CLIENTS : 1)
#define OWN_MOST   8u
#define RULES_MOST 16u
enum { IN = 1, OUT = 2 };

struct ports {
	uint16_t first, last; /* 0 to UINT16_MAX: any, also where there are none */
};

struct rule {
	uint32_t ways; /* IN, OUT */
	enum protocol { ARP, IPV4, IPV6, ICMP, TCP, UDP } protocol;
	struct ports own, peers;
	struct prefix peer;
};

static struct {
	struct prefix own[OWN_MOST];
	struct rule rule[RULES_MOST];
	uint32_t owns, rules;
} of[CLIENTS];

/* ---- reading ---------------------------------------------------------------------------------- */

static bool take_ports(const char **text, struct ports *ports)
{
	uint32_t first, last;

	if (text_take_word(text, "*")) {
		return true;
	}
	if (!text_take_number(text, UINT16_MAX, &first)) {
		return false;
	}
	last = first;
	if (text_take_word(text, "-") && (!text_take_number(text, UINT16_MAX, &last) || last < first)) {
		return false;
	}
	*ports = (struct ports){(uint16_t)first, (uint16_t)last};
	return true;
}

static bool take_protocol(const char **text, enum protocol *protocol)
{
	static const char *const names[] = {
	    [ARP] = "arp", [IPV4] = "ipv4", [IPV6] = "ipv6", [ICMP] = "icmp", [TCP] = "tcp", [UDP] = "udp"};

	for (uint32_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (text_take_word(text, names[i])) {
			*protocol = (enum protocol)i;
			return true;
		}
	}
	return false;
}

static bool take_rule(const char **text, struct rule *rule)
{
	bool has_ports;

	*rule = (struct rule){.ways = IN | OUT, .own = {0, UINT16_MAX}, .peers = {0, UINT16_MAX}};
	if (text_take_word(text, "in:")) {
		rule->ways = IN;
	} else if (text_take_word(text, "out:")) {
		rule->ways = OUT;
	}
	if (!take_protocol(text, &rule->protocol)) {
		return false;
	}
	has_ports = rule->protocol == TCP || rule->protocol == UDP;
	if (has_ports && text_take_word(text, "/") && !take_ports(text, &rule->own)) {
		return false;
	}
	if (text_take_word(text, "@")) {
		if (!text_take_prefix(text, &rule->peer) ||
		    (has_ports && text_take_word(text, ":") && !take_ports(text, &rule->peers))) {
			return false;
		}
	}
	return **text == ' ' || **text == '\0';
}

static void take_blanks(const char **text)
{
	while (text_take_word(text, " ")) {
	}
}

static bool read_own(uint32_t client, const char **text)
{
	for (take_blanks(text); **text != '\0'; take_blanks(text)) {
		struct prefix *prefix = &of[client].own[of[client].owns];

		if (of[client].owns == OWN_MOST || !text_take_prefix(text, prefix) ||
		    (**text != ' ' && **text != '\0')) {
			return false;
		}
		of[client].owns++;
	}
	return true;
}

static bool read_allow(uint32_t client, const char **text)
{
	for (take_blanks(text); **text != '\0'; take_blanks(text)) {
		if (of[client].rules == RULES_MOST || !take_rule(text, &of[client].rule[of[client].rules])) {
			return false;
		}
		of[client].rules++;
	}
	return true;
}

bool filter_init(uint32_t client)
{
	const char *own = links_parameters[client].own, *allow = links_parameters[client].allow;

	if (!read_own(client, &own)) {
		log_error("%s: %s has no card: \"%s\" cannot be read from \"%s\" on",
			  links_client_line(client), links_client_name(client), links_parameters[client].own,
			  own);
		return false;
	}
	if (!read_allow(client, &allow)) {
		log_error("%s: %s has no card: \"%s\" cannot be read from \"%s\" on",
			  links_client_line(client), links_client_name(client),
			  links_parameters[client].allow, allow);
		return false;
	}
	return true;
}

/* ---- asking ----------------------------------------------------------------------------------- */

bool filter_looks(uint32_t client)
{
	return of[client].owns + of[client].rules != 0;
}

static bool is_own(uint32_t client, const uint8_t address[HEADERS_IP])
{
	for (uint32_t i = 0; i < of[client].owns; i++) {
		if (prefix_has(&of[client].own[i], address)) {
			return true;
		}
	}
	return of[client].owns == 0;
}

/* Who has no address yet says so: RFC 5227, 2.1.1; RFC 2131, 4.1; RFC 4861, 4.1. */
static bool is_none(const uint8_t address[HEADERS_IP])
{
	static const uint8_t none_6[HEADERS_IP], none_4[HEADERS_IP] = {[10] = UINT8_MAX, [11] = UINT8_MAX};

	return memcmp(address, none_6, HEADERS_IP) == 0 || memcmp(address, none_4, HEADERS_IP) == 0;
}

static bool has_protocol(const struct headers *headers, enum protocol protocol)
{
	switch (protocol) {
	case ARP:
		return headers->kind == HEADERS_ARP;
	case IPV4:
		return headers->kind == HEADERS_IPV4;
	case IPV6:
		return headers->kind == HEADERS_IPV6;
	case ICMP:
		return (headers->kind == HEADERS_IPV4 && headers->protocol == HEADERS_ICMP) ||
		       (headers->kind == HEADERS_IPV6 && headers->protocol == HEADERS_ICMP6);
	case TCP:
		return headers->kind >= HEADERS_IPV4 && headers->protocol == HEADERS_TCP;
	case UDP:
		return headers->kind >= HEADERS_IPV4 && headers->protocol == HEADERS_UDP;
	}
	return false;
}

static bool has_port(const struct ports *ports, const struct headers *headers, uint16_t port)
{
	return (ports->first == 0 && ports->last == UINT16_MAX) ||
	       (headers->has_ports && port >= ports->first && port <= ports->last);
}

static bool is_allowed(uint32_t client, const struct headers *headers, uint32_t way)
{
	const uint8_t *peer = way == OUT ? headers->destination : headers->source;
	const uint16_t own_port = way == OUT ? headers->source_port : headers->destination_port,
		       peer_port = way == OUT ? headers->destination_port : headers->source_port;

	for (uint32_t i = 0; i < of[client].rules; i++) {
		const struct rule *rule = &of[client].rule[i];

		if ((rule->ways & way) != 0 && has_protocol(headers, rule->protocol) &&
		    prefix_has(&rule->peer, peer) && has_port(&rule->own, headers, own_port) &&
		    has_port(&rule->peers, headers, peer_port)) {
			return true;
		}
	}
	return of[client].rules == 0;
}

enum filter_verdict filter_sent(uint32_t client, const struct headers *headers)
{
	if (headers->kind == HEADERS_OTHER) {
		return FILTER_IS_NOT_ALLOWED;
	}
	if ((!is_own(client, headers->source) && !is_none(headers->source)) ||
	    (headers->advertises && !is_own(client, headers->target)) ||
	    (headers->routes && of[client].owns != 0)) {
		return FILTER_IS_SPOOFED;
	}
	return is_allowed(client, headers, OUT) ? FILTER_PASSES : FILTER_IS_NOT_ALLOWED;
}

enum filter_verdict filter_received(uint32_t client, const struct headers *headers, bool is_for_group)
{
	if (headers->kind == HEADERS_OTHER ||
	    (headers->kind != HEADERS_ARP && !is_for_group && !is_own(client, headers->destination))) {
		return FILTER_IS_NOT_ALLOWED;
	}
	return is_allowed(client, headers, IN) ? FILTER_PASSES : FILTER_IS_NOT_ALLOWED;
}
