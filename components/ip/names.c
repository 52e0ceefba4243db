/* SPDX-License-Identifier: MIT
 * See names.h. A look-up has a place in a table from the request until lwIP answers, which it does within some seconds for each server:
 * it cannot be called back, so one of a client that has started anew keeps its place until then, and nobody is told.
 */
#include "names.h"

#include "clients.h"
#include "rights.h"

#include "lwip/dns.h"

#include <tenon/string.h>

#define NAME_MOST  253u /* RFC 1035, 2.3.4, without the length before it and the root */
#define LABEL_MOST 63u

static struct look_up {
	bool is_under_way;
	uint32_t client, session, number;
} look_ups[SOCKETS_LOOK_UPS_TOTAL > 0 ? SOCKETS_LOOK_UPS_TOTAL : 1];

/* ---- names --------------------------------------------------------------------------------------- */

/* RFC 1123, 2.1, and the underscore of names of services (RFC 2782). */
static bool is_of_name(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
	       byte == '-' || byte == '_';
}

/* Labels with a point between two; one behind the last is taken away. */
static bool is_name(char *name)
{
	size_t length = strlen(name), label = 0;

	if (length > 0 && name[length - 1] == '.') {
		name[--length] = '\0';
	}
	for (size_t i = 0; i < length; i++) {
		if (name[i] == '.' && label > 0) {
			label = 0;
		} else if (!is_of_name(name[i]) || ++label > LABEL_MOST) {
			return false;
		}
	}
	return label > 0;
}

/* ---- answers ------------------------------------------------------------------------------------- */

static void tell_found(uint32_t client, uint32_t number, enum socket_outcome outcome,
		       const ip_addr_t *address)
{
	struct socket_event event = {.kind = SOCKET_KIND_FOUND,
				     .outcome = outcome,
				     .number = number,
				     .given.index = TENON_BUFFER_NONE};

	if (outcome == SOCKET_OUTCOME_OK) {
		sockets_set_address(&event.address, address, 0);
	}
	clients_tell(client, &event);
}

/* Who says that a name is nobody, or all of a group, says nothing. */
static bool is_host(const ip_addr_t *address)
{
	return !ip_addr_isany(address) && !ip_addr_ismulticast(address) &&
	       (IP_IS_V6(address) || ip4_addr_get_u32(ip_2_ip4(address)) != IPADDR_BROADCAST);
}

/* lwIP's call (dns.h, dns_found_callback); without an address it gave up. */
static void name_found(const char *name, const ip_addr_t *address, void *argument)
{
	struct look_up *look_up = argument;
	enum socket_outcome outcome = SOCKET_OUTCOME_OK;

	if (address == NULL || !is_host(address)) {
		outcome = SOCKET_OUTCOME_UNKNOWN;
		log_warning("%s %s", address == NULL ? "nobody knows" : "no host can have the address of",
			    name);
	}
	look_up->is_under_way = false;
	if (look_up->session == clients[look_up->client].session) {
		tell_found(look_up->client, look_up->number, outcome, address);
	}
}

/* ---- questions ----------------------------------------------------------------------------------- */

static struct look_up *find_place(uint32_t client)
{
	uint32_t first = 0;

	for (uint32_t before = 0; before < client; before++) {
		first += sockets_look_ups_limit(before);
	}
	for (uint32_t i = 0; i < sockets_look_ups_limit(client); i++) {
		if (!look_ups[first + i].is_under_way) {
			return &look_ups[first + i];
		}
	}
	return NULL;
}

static enum socket_outcome ask(struct look_up *look_up, const char *name, uint32_t family)
{
	const uint8_t type = family == 4   ? LWIP_DNS_ADDRTYPE_IPV4
			     : family == 6 ? LWIP_DNS_ADDRTYPE_IPV6
					   : LWIP_DNS_ADDRTYPE_IPV4_IPV6;
	ip_addr_t address;

	look_up->is_under_way = true; /* before lwIP could answer */
	switch (dns_gethostbyname_addrtype(name, &address, name_found, look_up, type)) {
	case ERR_INPROGRESS:
		return SOCKET_OUTCOME_OK;
	case ERR_OK: /* it remembers */
		name_found(name, &address, look_up);
		return SOCKET_OUTCOME_OK;
	case ERR_MEM:
		look_up->is_under_way = false;
		return SOCKET_OUTCOME_NO_MEMORY;
	default:
		look_up->is_under_way = false;
		return SOCKET_OUTCOME_UNREACHABLE; /* nobody is known who could be asked */
	}
}

static enum socket_outcome begin(uint32_t client, const struct socket_request *request)
{
	const uint8_t *data = sockets_run(client, &request->data);
	struct look_up *look_up = find_place(client);
	char name[NAME_MOST + 2]; /* and a point at its end */
	const uint32_t length = request->data.length, family = request->other;
	ip_addr_t address;

	if (data == NULL || length >= sizeof name || (family != 0 && family != 4 && family != 6)) {
		return SOCKET_OUTCOME_MALFORMED;
	}
	memcpy(name, data, length);
	name[length] = '\0';
	if (strlen(name) != length) {
		return SOCKET_OUTCOME_MALFORMED;
	}
	if (ipaddr_aton(name, &address)) { /* a text that says what it means: nobody is asked */
		const bool fits = family == 0 || (family == 6) == IP_IS_V6(&address);

		tell_found(client, request->number, fits ? SOCKET_OUTCOME_OK : SOCKET_OUTCOME_UNKNOWN,
			   &address);
		return SOCKET_OUTCOME_OK;
	}
	if (!is_name(name)) {
		return SOCKET_OUTCOME_MALFORMED;
	}
	if (!rights_to_look_up(client, name)) {
		return SOCKET_OUTCOME_NOT_PERMITTED;
	}
	if (look_up == NULL) {
		return SOCKET_OUTCOME_QUOTA;
	}
	look_up->client = client;
	look_up->session = clients[client].session;
	look_up->number = request->number;
	return ask(look_up, name, family);
}

void names_look_up(uint32_t client, const struct socket_request *request)
{
	const enum socket_outcome outcome = begin(client, request);

	if (outcome != SOCKET_OUTCOME_OK) {
		tell_found(client, request->number, outcome, NULL);
	}
}
