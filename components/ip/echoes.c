/* SPDX-License-Identifier: MIT
 * See echoes.h. lwIP shows us each ICMP packet before it looks at it itself; those that answer one of our sockets are eaten.
 */
#include "echoes.h"

#include "random.h"
#include "rights.h"

#include "lwip/icmp.h"
#include "lwip/icmp6.h"
#include "lwip/inet_chksum.h"
#include "lwip/ip.h"
#include "lwip/prot/icmp.h"
#include "lwip/raw.h"

#include <tenon/string.h>

#define HEADER  ((u16_t)sizeof(struct icmp_echo_hdr)) /* of both kinds */
#define LONGEST (65535u - 60u - sizeof(struct icmp_echo_hdr))

static struct raw_pcb *protocol_4, *protocol_6;
static struct socket *first;

static struct socket *find(uint16_t identifier)
{
	struct socket *socket = first;

	while (socket != NULL && socket->identifier != identifier) {
		socket = socket->next;
	}
	return socket;
}

/* ---- what comes ---------------------------------------------------------------------------------- */

/* At the header of ICMP. */
static bool is_whole(struct pbuf *pbuf)
{
	return ip_current_is_v6() ? ip6_chksum_pseudo(pbuf, IP6_NEXTH_ICMP6, pbuf->tot_len,
						      ip6_current_src_addr(), ip6_current_dest_addr()) == 0
				  : inet_chksum_pbuf(pbuf) == 0;
}

/* lwIP's call (raw.h, raw_recv_fn), at the header of IP. 1: it was ours. */
static u8_t received_echo(void *argument, struct raw_pcb *pcb, struct pbuf *pbuf, const ip_addr_t *address)
{
	const uint16_t skip = ip_current_header_tot_len();
	const uint8_t reply = ip_current_is_v6() ? ICMP6_TYPE_EREP : ICMP_ER;
	struct icmp_echo_hdr header;
	struct socket *socket;

	(void)argument;
	(void)pcb;
	if (pbuf_copy_partial(pbuf, &header, HEADER, skip) != HEADER || header.type != reply ||
	    header.code != 0) {
		return 0;
	}
	socket = find(header.id);
	if (socket == NULL) {
		return 0;
	}
	(void)pbuf_remove_header(pbuf, skip); /* which is within it, as it was read behind it */
	if (is_whole(pbuf) && rights_to_reach(socket->client, RIGHTS_ICMP, address, 0) &&
	    pbuf->tot_len - HEADER <= SOCKETS_IN_SIZE) {
		(void)sockets_hand_over(socket, pbuf, HEADER, address,
					lwip_ntohs(header.seqno)); /* lost where there is no room */
	}
	pbuf_free(pbuf);
	return 1;
}

void echoes_begin(void)
{
	protocol_4 = raw_new_ip_type(IPADDR_TYPE_V4, IP_PROTO_ICMP);
	protocol_6 = raw_new_ip_type(IPADDR_TYPE_V6, IP6_NEXTH_ICMP6);
	CHECK(protocol_4 != NULL && protocol_6 != NULL);
	raw_recv(protocol_4, received_echo, NULL);
	raw_recv(protocol_6, received_echo, NULL);
	protocol_6->chksum_reqd = 1;
	protocol_6->chksum_offset = offsetof(struct icmp_echo_hdr, chksum);
}

/* ---- what goes ----------------------------------------------------------------------------------- */

enum socket_outcome echoes_open(struct socket *socket)
{
	uint16_t identifier;

	if (!rights_to_reach_any(socket->client, RIGHTS_ICMP)) {
		return SOCKET_OUTCOME_NOT_PERMITTED;
	}
	do {
		identifier = (uint16_t)lwip_random();
	} while (find(identifier) != NULL); /* there are fewer sockets */
	socket->state = SOCKET_ECHO;
	socket->identifier = identifier;
	socket->next = first;
	first = socket;
	return SOCKET_OUTCOME_OK;
}

static void echo_is_free(struct pbuf *pbuf)
{
	struct send *send = (struct send *)(void *)pbuf;

	sockets_end_send(send, send->outcome, 0);
}

static enum socket_outcome outcome_of(err_t error)
{
	return error == ERR_OK                        ? SOCKET_OUTCOME_OK
	       : error == ERR_MEM || error == ERR_BUF ? SOCKET_OUTCOME_NO_MEMORY
						      : SOCKET_OUTCOME_UNREACHABLE;
}

enum socket_outcome echoes_send(struct socket *socket, struct send *send, const ip_addr_t *address,
				uint16_t sequence)
{
	const bool is_6 = IP_IS_V6(address);
	struct icmp_echo_hdr *header;
	struct pbuf *pbuf;

	if (send->length > LONGEST) {
		return SOCKET_OUTCOME_MALFORMED;
	}
	if (!rights_to_reach(socket->client, RIGHTS_ICMP, address, 0)) {
		return SOCKET_OUTCOME_NOT_PERMITTED;
	}
	pbuf = pbuf_alloc(PBUF_IP, HEADER, PBUF_RAM);
	if (pbuf == NULL) {
		return SOCKET_OUTCOME_NO_MEMORY;
	}
	header = pbuf->payload;
	*header = (struct icmp_echo_hdr){.type = is_6 ? ICMP6_TYPE_EREQ : ICMP_ECHO,
					 .id = socket->identifier,
					 .seqno = lwip_htons(sequence)};
	send->pbuf.custom_free_function = echo_is_free;
	pbuf_cat(pbuf, pbuf_alloced_custom(PBUF_RAW, (u16_t)send->length, PBUF_REF, &send->pbuf,
					   (void *)(uintptr_t)send->data, (u16_t)send->length));
	if (!is_6) {
		header->chksum = inet_chksum_pbuf(pbuf);
	}
	send->outcome = outcome_of(raw_sendto(is_6 ? protocol_6 : protocol_4, pbuf, address));
	pbuf_free(pbuf);
	return SOCKET_OUTCOME_OK;
}

void echoes_let_go(struct socket *socket)
{
	struct socket **at = &first;

	while (*at != socket) {
		at = &(*at)->next;
	}
	*at = socket->next;
	socket->next = NULL;
}
