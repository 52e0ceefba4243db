/* SPDX-License-Identifier: MIT
 * See clients.h: addresses as clients have them, events, and what came for a client.
 */
#include "clients.h"

#include "card.h"

#include <tenon/string.h>

#define SHARES 4u /* so many sockets may have all buffers of a client */

struct client clients[CLIENTS];

/* ---- addresses ----------------------------------------------------------------------------------- */

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

ip_addr_t sockets_address(const struct socket_address *from)
{
	static const uint8_t none[sizeof from->bytes];
	ip_addr_t address = *IP_ANY_TYPE;

	if (memcmp(from->bytes, mapped, sizeof mapped) == 0) {
		ip_addr_set_zero_ip4(&address);
		memcpy(&ip_2_ip4(&address)->addr, from->bytes + sizeof mapped, 4);
	} else if (memcmp(from->bytes, none, sizeof none) != 0) {
		ip_addr_set_zero_ip6(&address);
		memcpy(ip_2_ip6(&address)->addr, from->bytes, sizeof from->bytes);
		ip6_addr_assign_zone(ip_2_ip6(&address), IP6_UNKNOWN, card_interface());
	}
	return address;
}

void sockets_set_address(struct socket_address *to, const ip_addr_t *address, uint16_t port)
{
	memset(to->bytes, 0, sizeof to->bytes);
	to->port = port;
	if (address == NULL) {
		return;
	}
	if (IP_IS_V6(address)) {
		memcpy(to->bytes, ip_2_ip6(address)->addr, sizeof to->bytes);
	} else {
		memcpy(to->bytes, mapped, sizeof mapped);
		memcpy(to->bytes + sizeof mapped, &ip_2_ip4(address)->addr, 4);
	}
}

const uint8_t *sockets_run(uint32_t client, const struct socket_run *run)
{
	const struct tenon_buffer first = {.length = SOCKETS_OUT_SIZE};
	const uint64_t size = (uint64_t)sockets_out_count(client) * SOCKETS_OUT_SIZE;

	return run->offset <= size && run->length <= size - run->offset
		   ? (const uint8_t *)sockets_out_read(client, &first) + run->offset
		   : NULL;
}

bool sockets_find(const uint8_t *at, uint64_t *offset, uint32_t *pool)
{
	for (uint32_t client = 0; client < SOCKETS_CLIENTS; client++) {
		const struct tenon_buffer first = {.length = SOCKETS_OUT_SIZE};
		const uint8_t *base = sockets_out_read(client, &first);
		const uint64_t size = (uint64_t)sockets_out_count(client) * SOCKETS_OUT_SIZE;

		if (at >= base && (uint64_t)(at - base) < size) {
			*offset = (uint64_t)(at - base);
			*pool = sockets_out_at_card(client, 0);
			return true;
		}
	}
	return false;
}

/* ---- what a client is told ----------------------------------------------------------------------- */

void clients_tell(uint32_t number, const struct socket_event *event)
{
	struct client *client = &clients[number];

	if (!client->is_open || (client->events_count == 0 && sockets_events_send(number, event))) {
		return;
	}
	CHECK(client->events_count < client->events_most);
	client->events[(client->event_first + client->events_count++) % client->events_most] = *event;
}

/* False: its channel is full again. */
bool clients_tell_waiting(uint32_t number)
{
	struct client *client = &clients[number];

	while (client->events_count > 0) {
		if (!sockets_events_send(number, &client->events[client->event_first])) {
			return false;
		}
		client->event_first = (client->event_first + 1) % client->events_most;
		client->events_count--;
	}
	return true;
}

void sockets_tell(const struct socket *socket, enum socket_kind kind, enum socket_outcome outcome,
		  const ip_addr_t *address, uint16_t port)
{
	struct socket_event event = {
	    .kind = kind, .outcome = outcome, .socket = socket->number, .given.index = TENON_BUFFER_NONE};

	sockets_set_address(&event.address, address, port);
	clients_tell(socket->client, &event);
}

/* ---- what comes for it --------------------------------------------------------------------------- */

/* One buffer of it. Returns the bytes, 0: there is no room. */
static uint32_t hand_over_part(struct socket *socket, const struct pbuf *pbuf, uint32_t from,
			       struct socket_event *event)
{
	struct client *client = &clients[socket->client];
	const uint32_t rest = pbuf->tot_len - from, bytes = rest < SOCKETS_IN_SIZE ? rest : SOCKETS_IN_SIZE;

	if (socket->buffers > sockets_in_count(socket->client) / SHARES ||
	    !sockets_in_allocate(socket->client, &event->given)) {
		return 0;
	}
	event->given.offset = 0;
	event->given.length = bytes;
	(void)pbuf_copy_partial(pbuf, sockets_in_write(socket->client, &event->given), (u16_t)bytes,
				(u16_t)from);
	client->lent[event->given.index] =
	    (struct lent){.socket = socket->number, .life = socket->life, .bytes = bytes};
	if (client->events_count > 0 || !sockets_events_send(socket->client, event)) {
		sockets_in_release(socket->client, &event->given);
		return 0;
	}
	socket->buffers++;
	socket->taken += bytes;
	return bytes;
}

uint32_t sockets_hand_over(struct socket *socket, const struct pbuf *pbuf, uint32_t from,
			   const ip_addr_t *address, uint16_t port)
{
	struct socket_event event = {.kind = SOCKET_KIND_RECEIVED, .socket = socket->number};
	uint32_t done = 0, part;

	sockets_set_address(&event.address, address, port);
	do {
		part = hand_over_part(socket, pbuf, from + done, &event);
		done += part;
	} while (part > 0 && from + done < pbuf->tot_len);
	return done;
}
