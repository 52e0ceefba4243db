/* SPDX-License-Identifier: MIT
 * See datagrams.h. A port that the client opened by its right to be reached there may answer those from whom it heard last; one without
 * such a right hears only from those that it may reach.
 */
#include "datagrams.h"

#include "groups.h"
#include "rights.h"

#include "lwip/ip.h"

#define LONGEST 65507u /* RFC 768, in IPv4 */

static bool has_heard(const struct socket *socket, const ip_addr_t *address, uint16_t port)
{
	const uint32_t count = socket->hearings < SOCKETS_HEARD ? socket->hearings : SOCKETS_HEARD;

	for (uint32_t i = 0; i < count; i++) {
		if (socket->heard[i].port == port && ip_addr_cmp(&socket->heard[i].address, address)) {
			return true;
		}
	}
	return false;
}

static void received_datagram(void *argument, struct udp_pcb *pcb, struct pbuf *pbuf,
			      const ip_addr_t *address, u16_t port)
{
	struct socket *socket = argument;

	/* lwIP gives all that hear a group's port what is sent there, whoever joined it. */
	if (ip_addr_ismulticast(ip_current_dest_addr()) && !groups_has(socket, ip_current_dest_addr())) {
		pbuf_free(pbuf);
		return;
	}
	if (rights_to_listen(socket->client, RIGHTS_UDP, pcb->local_port)) {
		if (!has_heard(socket, address, port)) {
			const uint32_t at = socket->hearings++ % SOCKETS_HEARD;

			socket->heard[at].address = *address;
			socket->heard[at].port = port;
			if (socket->hearings == 2 * SOCKETS_HEARD) {
				socket->hearings = SOCKETS_HEARD;
			}
		}
	} else if (!rights_to_reach(socket->client, RIGHTS_UDP, address, port)) {
		pbuf_free(pbuf);
		return;
	}
	if (pbuf->tot_len <= SOCKETS_IN_SIZE) {
		(void)sockets_hand_over(socket, pbuf, 0, address,
					port); /* lost where there is no room, as datagrams may be */
	}
	pbuf_free(pbuf);
}

enum socket_outcome datagrams_open(struct socket *socket, const ip_addr_t *address, uint16_t port)
{
	struct udp_pcb *pcb;
	err_t error;

	if (port == 0 ? !rights_to_reach_any(socket->client, RIGHTS_UDP)
		      : !rights_to_listen(socket->client, RIGHTS_UDP, port)) {
		return SOCKET_OUTCOME_NOT_PERMITTED;
	}
	pcb = udp_new_ip_type(IPADDR_TYPE_ANY);
	if (pcb == NULL) {
		return SOCKET_OUTCOME_NO_MEMORY;
	}
	error = udp_bind(pcb, ip_addr_isany(address) ? IP_ANY_TYPE : address, port);
	if (error != ERR_OK) {
		udp_remove(pcb);
		return error == ERR_USE ? SOCKET_OUTCOME_IN_USE : SOCKET_OUTCOME_MALFORMED;
	}
	socket->state = SOCKET_DATAGRAM;
	socket->udp = pcb;
	udp_recv(pcb, received_datagram, socket);
	return SOCKET_OUTCOME_OK;
}

static void is_free(struct pbuf *pbuf)
{
	struct send *send = (struct send *)(void *)pbuf;

	sockets_end_send(send, send->outcome, 0);
}

enum socket_outcome datagrams_send(struct socket *socket, struct send *send, const ip_addr_t *address,
				   uint16_t port)
{
	struct pbuf *pbuf;
	err_t error;

	if (send->length > LONGEST || port == 0) {
		return SOCKET_OUTCOME_MALFORMED;
	}
	if (!rights_to_reach(socket->client, RIGHTS_UDP, address, port) &&
	    !has_heard(socket, address, port)) {
		return SOCKET_OUTCOME_NOT_PERMITTED;
	}
	send->pbuf.custom_free_function = is_free;
	send->outcome = SOCKET_OUTCOME_OK;
	pbuf = pbuf_alloced_custom(PBUF_RAW, (u16_t)send->length, PBUF_REF, &send->pbuf,
				   (void *)(uintptr_t)send->data, (u16_t)send->length);
	error = udp_sendto(socket->udp, pbuf, address, port);
	if (error != ERR_OK) {
		send->outcome = error == ERR_MEM || error == ERR_BUF ? SOCKET_OUTCOME_NO_MEMORY
								     : SOCKET_OUTCOME_UNREACHABLE;
	}
	pbuf_free(pbuf);
	return SOCKET_OUTCOME_OK;
}

void datagrams_let_go(struct socket *socket)
{
	groups_leave_all(socket);
	udp_remove(socket->udp);
	socket->udp = NULL;
}
