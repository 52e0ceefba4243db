/* SPDX-License-Identifier: MIT
 * ifconfig and netstat: what the stack has, of all its clients, as its port `state` shows it to who is connected with that.
 */
#include "net.h"
#include "say.h"

#include <tenon/print.h>
#include <tenon/string.h>

#define END_TEXT (INET_TEXT + 8u) /* with brackets and a port */

static bool succeeds_at(enum ip_state_status status)
{
	if (status != IP_STATE_OK) {
		say("the stack: %s\n", ip_state_status_name(status));
	}
	return status == IP_STATE_OK;
}

/* ---- ifconfig ------------------------------------------------------------------------------------- */

static void say_card(void)
{
	uint8_t hardware[6] = {0};
	uint32_t mtu = 0;
	bool is_up = false;

	if (succeeds_at(stack_card(&is_up, hardware, &mtu))) {
		say("card %02x:%02x:%02x:%02x:%02x:%02x, the cable is %s, packets of up to %u bytes\n",
		    hardware[0], hardware[1], hardware[2], hardware[3], hardware[4], hardware[5],
		    is_up ? "in" : "out", mtu);
	}
}

static void say_address(enum ip_state_role role, enum ip_state_validity validity,
			const struct ip_state_end *address, uint32_t bits)
{
	static const char *const roles[] = {"address", "gateway", "name server"};
	static const char *const remarks[] = {"", ", which others are asked about",
					      ", not for new connections"};
	char text[INET_TEXT];

	inet_text(address->bytes, text);
	say("%s %s", roles[role], text);
	if (role == IP_STATE_ROLE_OWN) {
		say("/%u%s", bits, remarks[validity]);
	}
	say("\n");
}

static void say_counters(void)
{
	static const char *const names[] = {"ip", "ip6", "icmp", "icmp6", "udp", "tcp"};
	uint64_t received = 0, sent = 0, dropped = 0, wrong = 0;

	say("%-6s %10s %10s %10s %10s\n", "", "received", "sent", "dropped", "wrong");
	for (uint32_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (!succeeds_at(
			stack_counters((enum ip_state_protocol)i, &received, &sent, &dropped, &wrong))) {
			return;
		}
		say("%-6s %10llu %10llu %10llu %10llu\n", names[i], (unsigned long long)received,
		    (unsigned long long)sent, (unsigned long long)dropped, (unsigned long long)wrong);
	}
}

static void say_memory(void)
{
	uint32_t blocks = 0, pieces = 0, connections = 0, places = 0;

	if (succeeds_at(stack_memory(&blocks, &pieces, &connections, &places))) {
		say("memory: %u blocks, %u pieces, %u connections and ports, %u places of the card\n", blocks,
		    pieces, connections, places);
	}
}

void command_ifconfig(const struct words *words)
{
	enum ip_state_role role = IP_STATE_ROLE_OWN;
	enum ip_state_validity validity = IP_STATE_VALIDITY_PREFERRED;
	struct ip_state_end address = {.port = 0};
	enum ip_state_status status;
	uint32_t bits = 0;

	(void)words;
	say_card();
	for (uint32_t place = 0;
	     (status = stack_address(place, &role, &validity, &address, &bits)) == IP_STATE_OK; place++) {
		say_address(role, validity, &address, bits);
	}
	if (status != IP_STATE_NO_MORE) {
		(void)succeeds_at(status);
		return;
	}
	say_counters();
	say_memory();
}

/* ---- netstat -------------------------------------------------------------------------------------- */

static bool is_any(const struct ip_state_end *end)
{
	uint8_t sum = 0;

	for (uint32_t i = 0; i < sizeof end->bytes; i++) {
		sum |= end->bytes[i];
	}
	return sum == 0;
}

/* "10.0.2.15:80", "[fe80::1]:80", "*:80" */
static const char *end_text(const struct ip_state_end *end, char text[END_TEXT])
{
	char address[INET_TEXT];

	inet_text(end->bytes, address);
	if (is_any(end) && end->port == 0) {
		(void)tenon_copy_text(text, END_TEXT, "*");
	} else if (is_any(end)) {
		(void)tenon_print(text, END_TEXT, "*:%u", end->port);
	} else if (inet_is_4(end->bytes)) {
		(void)tenon_print(text, END_TEXT, "%s:%u", address, end->port);
	} else {
		(void)tenon_print(text, END_TEXT, "[%s]:%u", address, end->port);
	}
	return text;
}

void command_netstat(const struct words *words)
{
	static const char *const phases[] = {"closed",      "listen",     "syn_sent",   "syn_received",
					     "established", "fin_wait_1", "fin_wait_2", "close_wait",
					     "closing",     "last_ack",   "time_wait",  "open"};
	struct ip_state_end local, remote;
	enum ip_state_protocol protocol;
	enum ip_state_phase phase;
	enum ip_state_status status;
	char owner[64], near[END_TEXT], far[END_TEXT];
	uint32_t waiting;

	(void)words;
	say("%-5s %8s %-24s %-24s %-12s %s\n", "", "waiting", "here", "there", "", "whose");
	for (uint32_t place = 0; (status = stack_connection(place, &protocol, &phase, &local, &remote,
							    &waiting, owner)) == IP_STATE_OK;
	     place++) {
		say("%-5s %8u %-24s %-24s %-12s %s\n", protocol == IP_STATE_PROTOCOL_TCP ? "tcp" : "udp",
		    waiting, end_text(&local, near), end_text(&remote, far), phases[phase], owner);
	}
	if (status != IP_STATE_NO_MORE) {
		(void)succeeds_at(status);
	}
}
