/* SPDX-License-Identifier: MIT
 * The port `state`: what there is, to be seen. Nothing is kept here; places are counted through lwIP's lists anew for each answer.
 */
#include "card.h"
#include "clients.h"
#include "ip.h"

#include "lwip/dns.h"
#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"

#include <tenon/string.h>

#define BITS_6 64u /* of a network (RFC 4291, 2.5.4) */

static struct ip_state_end end_of(const ip_addr_t *address, uint16_t port)
{
	struct socket_address as_sockets;
	struct ip_state_end end;

	sockets_set_address(&as_sockets, ip_addr_isany(address) ? NULL : address, port);
	memcpy(end.bytes, as_sockets.bytes, sizeof end.bytes);
	end.port = port;
	return end;
}

enum ip_state_status state_card(uint32_t client, bool *is_up, uint8_t hardware[6], uint32_t *mtu)
{
	const struct netif *netif = card_interface();

	(void)client;
	*is_up = netif_is_link_up(netif) != 0;
	memcpy(hardware, netif->hwaddr, 6);
	*mtu = netif->mtu;
	return IP_STATE_OK;
}

_Static_assert((uint32_t)LISTEN == IP_STATE_PHASE_LISTEN && (uint32_t)TIME_WAIT == IP_STATE_PHASE_TIME_WAIT,
	       "lwIP's numbers");

/* ---- addresses ----------------------------------------------------------------------------------- */

struct listed {
	uint32_t left; /* places before the one that is wanted */
	enum ip_state_role role;
	enum ip_state_validity validity;
	ip_addr_t address;
	uint32_t bits;
};

/* True: it is the one. */
static bool is_listed(struct listed *listed, enum ip_state_role role, const ip_addr_t *address, uint32_t bits)
{
	if (ip_addr_isany(address) || listed->left > 0) {
		listed->left -= !ip_addr_isany(address);
		return false;
	}
	listed->role = role;
	listed->address = *address;
	listed->bits = bits;
	return true;
}

static uint32_t bits_of(const ip4_addr_t *mask)
{
	uint32_t bits = 0;

	for (uint32_t rest = lwip_ntohl(ip4_addr_get_u32(mask)); rest != 0; rest <<= 1) {
		bits++;
	}
	return bits;
}

static bool find_own_6(struct netif *netif, struct listed *listed)
{
	for (s8_t i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++) {
		const u8_t state = netif_ip6_addr_state(netif, i);

		if (!ip6_addr_isinvalid(state) && !ip6_addr_isduplicated(state) &&
		    is_listed(listed, IP_STATE_ROLE_OWN, netif_ip_addr6(netif, i), BITS_6)) {
			listed->validity = ip6_addr_ispreferred(state)    ? IP_STATE_VALIDITY_PREFERRED
					   : ip6_addr_isdeprecated(state) ? IP_STATE_VALIDITY_DEPRECATED
									  : IP_STATE_VALIDITY_TENTATIVE;
			return true;
		}
	}
	return false;
}

static bool find_address(struct listed *listed)
{
	struct netif *netif = card_interface();

	if (is_listed(listed, IP_STATE_ROLE_OWN, netif_ip_addr4(netif), bits_of(netif_ip4_netmask(netif))) ||
	    find_own_6(netif, listed) || is_listed(listed, IP_STATE_ROLE_GATEWAY, netif_ip_gw4(netif), 32)) {
		return true;
	}
	for (u8_t i = 0; i < DNS_MAX_SERVERS; i++) {
		if (is_listed(listed, IP_STATE_ROLE_NAME_SERVER, dns_getserver(i), 128)) {
			return true;
		}
	}
	return false;
}

enum ip_state_status state_address(uint32_t client, uint32_t place, enum ip_state_role *role,
				   enum ip_state_validity *validity, struct ip_state_end *address,
				   uint32_t *bits)
{
	struct listed listed = {.left = place};

	(void)client;
	if (!find_address(&listed)) {
		return IP_STATE_NO_MORE;
	}
	*role = listed.role;
	*validity = listed.validity;
	*address = end_of(&listed.address, 0);
	*bits = listed.bits;
	return IP_STATE_OK;
}

/* ---- counters ------------------------------------------------------------------------------------ */

enum ip_state_status state_counters(uint32_t client, enum ip_state_protocol protocol, uint64_t *received,
				    uint64_t *sent, uint64_t *dropped, uint64_t *wrong)
{
	static const struct stats_proto *const of[] = {
	    [IP_STATE_PROTOCOL_IP] = &lwip_stats.ip,     [IP_STATE_PROTOCOL_IP6] = &lwip_stats.ip6,
	    [IP_STATE_PROTOCOL_ICMP] = &lwip_stats.icmp, [IP_STATE_PROTOCOL_ICMP6] = &lwip_stats.icmp6,
	    [IP_STATE_PROTOCOL_UDP] = &lwip_stats.udp,   [IP_STATE_PROTOCOL_TCP] = &lwip_stats.tcp,
	};
	const struct stats_proto *counters = of[protocol];

	(void)client;
	*received = counters->recv;
	*sent = counters->xmit;
	*dropped = (uint64_t)counters->drop + counters->memerr + counters->rterr;
	*wrong = (uint64_t)counters->chkerr + counters->lenerr + counters->proterr + counters->opterr;
	return IP_STATE_OK;
}

static uint32_t used(const memp_t pools[], size_t count)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		sum += lwip_stats.memp[pools[i]]->used;
	}
	return sum;
}

enum ip_state_status state_memory(uint32_t client, uint32_t *blocks, uint32_t *pieces, uint32_t *connections,
				  uint32_t *places)
{
	static const memp_t of_packets[] = {MEMP_TCP_SEG,   MEMP_PBUF,         MEMP_PBUF_POOL,
					    MEMP_REASSDATA, MEMP_FRAG_PBUF,    MEMP_ARP_QUEUE,
					    MEMP_ND6_QUEUE, MEMP_IP6_REASSDATA};
	static const memp_t of_ends[] = {MEMP_TCP_PCB, MEMP_TCP_PCB_LISTEN, MEMP_UDP_PCB};

	(void)client;
	*blocks = library_blocks();
	*pieces = used(of_packets, sizeof of_packets / sizeof *of_packets);
	*connections = used(of_ends, sizeof of_ends / sizeof *of_ends);
	*places = card_places_held();
	return IP_STATE_OK;
}

/* ---- connections --------------------------------------------------------------------------------- */

static void set_owner(char owner[64], const struct socket *socket)
{
	memset(owner, 0, 64);
	if (socket != NULL) {
		(void)tenon_copy_text(owner, 64, sockets_client_name(socket->client)); /* names are shorter */
	}
}

static const struct tcp_pcb *find_tcp(uint32_t *left)
{
	const struct tcp_pcb *const lists[] = {tcp_listen_pcbs.pcbs, tcp_active_pcbs, tcp_tw_pcbs};

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		for (const struct tcp_pcb *pcb = lists[i]; pcb != NULL; pcb = pcb->next) {
			if ((*left)-- == 0) {
				return pcb;
			}
		}
	}
	return NULL;
}

static const struct udp_pcb *find_udp(uint32_t *left)
{
	for (const struct udp_pcb *pcb = udp_pcbs; pcb != NULL; pcb = pcb->next) {
		if ((*left)-- == 0) {
			return pcb;
		}
	}
	return NULL;
}

enum ip_state_status state_connection(uint32_t client, uint32_t place, enum ip_state_protocol *protocol,
				      enum ip_state_phase *phase, struct ip_state_end *local,
				      struct ip_state_end *remote, uint32_t *waiting, char owner[64])
{
	const struct tcp_pcb *tcp = find_tcp(&place);
	const struct udp_pcb *udp = tcp == NULL ? find_udp(&place) : NULL;
	const bool is_listening = tcp != NULL && tcp->state == LISTEN; /* a shorter record */

	(void)client;
	if (tcp == NULL && udp == NULL) {
		return IP_STATE_NO_MORE;
	}
	*protocol = tcp != NULL ? IP_STATE_PROTOCOL_TCP : IP_STATE_PROTOCOL_UDP;
	*phase = tcp != NULL ? (enum ip_state_phase)tcp->state : IP_STATE_PHASE_OPEN;
	*local =
	    tcp != NULL ? end_of(&tcp->local_ip, tcp->local_port) : end_of(&udp->local_ip, udp->local_port);
	*remote = end_of(IP_ANY_TYPE, 0);
	*waiting = 0;
	if (tcp != NULL && !is_listening) {
		*remote = end_of(&tcp->remote_ip, tcp->remote_port);
		*waiting = tcp->snd_lbb - tcp->lastack;
	}
	/* The stack's own ports have no argument. */
	set_owner(owner, tcp != NULL ? tcp->callback_arg : udp->recv_arg);
	return IP_STATE_OK;
}
