/* SPDX-License-Identifier: MIT
 * See groups.h. lwIP counts how many joined a group, in eight bits: there are fewer sockets of UDP, each of which joins it once.
 */
#include "groups.h"

#include "card.h"
#include "rights.h"

#include "lwip/igmp.h"
#include "lwip/mld6.h"
#include "lwip/netif.h"

_Static_assert(MEMP_NUM_UDP_PCB <= UINT8_MAX, "lwIP's count of members");

static uint32_t place_of(const struct socket *socket, const ip_addr_t *group)
{
	uint32_t place = 0;

	while (place < socket->groups_count && !ip_addr_cmp(&socket->groups[place], group)) {
		place++;
	}
	return place;
}

bool groups_has(const struct socket *socket, const ip_addr_t *group)
{
	return place_of(socket, group) < socket->groups_count;
}

enum socket_outcome groups_join(struct socket *socket, const ip_addr_t *group)
{
	err_t error;

	if (socket->state != SOCKET_DATAGRAM || !ip_addr_ismulticast(group)) {
		return SOCKET_OUTCOME_MALFORMED;
	}
	if (!rights_to_join(socket->client, group)) {
		return SOCKET_OUTCOME_NOT_PERMITTED;
	}
	if (groups_has(socket, group)) {
		return SOCKET_OUTCOME_OK;
	}
	if (socket->groups_count == SOCKETS_GROUPS) {
		return SOCKET_OUTCOME_QUOTA;
	}
	error = IP_IS_V6(group) ? mld6_joingroup_netif(card_interface(), ip_2_ip6(group))
				: igmp_joingroup_netif(card_interface(), ip_2_ip4(group));
	if (error != ERR_OK) {
		return SOCKET_OUTCOME_NO_MEMORY;
	}
	socket->groups[socket->groups_count++] = *group;
	return SOCKET_OUTCOME_OK;
}

static void leave_at(struct socket *socket, uint32_t place)
{
	const ip_addr_t *group = &socket->groups[place];

	(void)(IP_IS_V6(group) ? mld6_leavegroup_netif(card_interface(), ip_2_ip6(group))
			       : igmp_leavegroup_netif(card_interface(), ip_2_ip4(group))); /* it is there */
	socket->groups[place] = socket->groups[--socket->groups_count];
}

enum socket_outcome groups_leave(struct socket *socket, const ip_addr_t *group)
{
	const uint32_t place = place_of(socket, group);

	if (socket->state != SOCKET_DATAGRAM || place == socket->groups_count) {
		return SOCKET_OUTCOME_MALFORMED;
	}
	leave_at(socket, place);
	return SOCKET_OUTCOME_OK;
}

void groups_leave_all(struct socket *socket)
{
	while (socket->groups_count > 0) {
		leave_at(socket, socket->groups_count - 1);
	}
}
