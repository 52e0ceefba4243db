/* SPDX-License-Identifier: MIT
 * The stack: lwIP between the card (card.c) and the clients' sockets (sockets.c), and the addresses that it has.
 */
#include "ip.h"

#include "card.h"
#include "frames.h"
#include "component.h"
#include "random.h"
#include "rights.h"
#include "sockets.h"
#include "timers.h"

#include "lwip/dhcp.h"
#include "lwip/dns.h"
#include "lwip/init.h"
#include "lwip/netif.h"

#include <tenon/string.h>

#define BITS_4 32u
#define SEEK_NS                                                                                              \
	UINT64_C(10000000000) /* without an address, after which the log says so, and then twice as long */

static bool is_configured;
static uint64_t seek_ns;

/* ---- time ---- */

void tick(void)
{
	tenon_batch_begin();
	timers_run();
	ip_settle();
	tenon_batch_end();
}

void ip_settle(void)
{
	sockets_settle();
	frames_flush();
	timers_plan();
}

/* ---- addresses ---- */

static void begin_to_seek(void)
{
	seek_ns = SEEK_NS;
	seek_at(clock_ns() + seek_ns);
}

/* Where DHCP gives none, lwIP asks on and on, and nobody else hears of it. */
void seek(void)
{
	const struct netif *netif = card_interface();

	if (ip4_addr_isany(netif_ip4_addr(netif))) {
		log_warning("nobody has given us an address%s",
			    netif_is_link_up(netif) ? "" : "; the cable is out");
		seek_ns *= 2;
		seek_at(clock_ns() + seek_ns);
	}
}

static void tell_address(struct netif *netif)
{
	static ip4_addr_t told;
	static bool told_6[LWIP_IPV6_NUM_ADDRESSES];
	char text[IPADDR_STRLEN_MAX], gateway[IPADDR_STRLEN_MAX];

	if (!ip4_addr_cmp(&told, netif_ip4_addr(netif))) {
		told = *netif_ip4_addr(netif);
		(void)ip4addr_ntoa_r(&told, text, sizeof text);
		(void)ip4addr_ntoa_r(netif_ip4_gw(netif), gateway, sizeof gateway);
		if (ip4_addr_isany(&told)) {
			log_warning("the address is gone");
			begin_to_seek();
		} else {
			log_info("%s, by way of %s", text, gateway);
		}
	}
	for (s8_t i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++) {
		const bool is_valid = ip6_addr_isvalid(netif_ip6_addr_state(netif, i));

		if (is_valid && !told_6[i]) {
			(void)ip6addr_ntoa_r(netif_ip6_addr(netif, i), text, sizeof text);
			log_info("%s", text);
		}
		told_6[i] = is_valid;
	}
}

/* "a.b.c.d/n". False: it is none. */
static bool read_address(const char *text, ip4_addr_t *address, ip4_addr_t *mask)
{
	const char *slash = strchr(text, '/');
	char host[IP4ADDR_STRLEN_MAX];
	uint32_t bits = 0;

	if (slash == NULL || (size_t)(slash - text) >= sizeof host || slash[1] == '\0' || strlen(slash) > 3) {
		return false;
	}
	memcpy(host, text, (size_t)(slash - text));
	host[slash - text] = '\0';
	for (const char *at = slash + 1; *at != '\0'; at++) {
		if (*at < '0' || *at > '9') {
			return false;
		}
		bits = bits * 10 + (uint32_t)(*at - '0');
	}
	if (bits > BITS_4 || !ip4addr_aton(host, address)) {
		return false;
	}
	ip4_addr_set_u32(mask, bits == 0 ? 0 : lwip_htonl(UINT32_MAX << (BITS_4 - bits)));
	return true;
}

static void configure_4(struct netif *netif)
{
	ip4_addr_t address, mask, gateway;

	ip4_addr_set_zero(&gateway);
	if (PARAMETER_ADDRESS[0] == '\0') {
		if (dhcp_start(netif) != ERR_OK) {
			log_error("there is no memory to ask for an address");
		}
		begin_to_seek();
	} else if (!read_address(PARAMETER_ADDRESS, &address, &mask) ||
		   (PARAMETER_GATEWAY[0] != '\0' && !ip4addr_aton(PARAMETER_GATEWAY, &gateway))) {
		log_error("no address of IPv4: \"%s\" by way of \"%s\" is none", PARAMETER_ADDRESS,
			  PARAMETER_GATEWAY);
	} else {
		netif_set_addr(netif, &address, &mask, &gateway);
	}
}

void ip_configure(void)
{
	struct netif *netif = card_interface();
	ip_addr_t server;

	if (is_configured) {
		return;
	}
	is_configured = true;
	netif_set_hostname(netif, PARAMETER_HOST_NAME);
	netif_set_status_callback(netif, tell_address);
	netif_set_up(netif);
	netif_set_link_up(netif);
	if (PARAMETER_IPV6) {
		netif_create_ip6_linklocal_address(netif, 1);
		netif_set_ip6_autoconfig_enabled(netif, 1);
	}
	configure_4(netif);
	if (PARAMETER_NAME_SERVER[0] != '\0' && ipaddr_aton(PARAMETER_NAME_SERVER, &server)) {
		dns_setserver(0, &server);
	}
}

void component_start(void)
{
	random_begin();
	lwip_init();
	rights_begin();
	sockets_begin();
	card_begin();
	timers_plan();
}
