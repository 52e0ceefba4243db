/* SPDX-License-Identifier: MIT
 * Frames with changed bytes into lwIP with our options, under ASan: nothing is touched that is not there, and when all is over no memory is lost.
 *
 * The frames are those of lwIP's own fuzzer, and answers to what the stack sends, so that connections come about, carry data and end.
 * Checksums are not looked at, or hardly a changed frame would get anywhere. What an application does with a connection is drawn, too.
 *
 * usage: lwip_frames COUNT SEED FILE…
 */
#include "lwip/dns.h"
#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/init.h"
#include "lwip/memp.h"
#include "lwip/nd6.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/ip4.h"
#include "lwip/stats.h"
#include "lwip/timeouts.h"
#include "lwip/udp.h"
#include "netif/ethernet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_MOST 1514u
#define SEEDS      64u /* those of files first; the others are answers, the oldest of which go */
#define HEADERS    128u
#define SHORTEST   60u
#define END_MS     (400u * 1000u) /* after which nothing waits for anything any more */
#define TCP_AT     34u            /* in a frame of IPv4 without options */

static struct {
	uint8_t data[FRAME_MOST];
	uint32_t length;
} seeds[SEEDS];
static uint32_t seed_files, seed_count;
static uint64_t state;
static uint32_t now_ms, sent, taken, live;
static struct netif netif;

static uint32_t draw(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 16) % below;
}

/* ---- what lwIP asks for ---- */

_Noreturn void lwip_failed(const char *what, const char *file, unsigned line)
{
	fprintf(stderr, "%s:%u: %s\n", file, line, what);
	abort();
}

uint32_t lwip_random(void)
{
	return draw(UINT32_MAX);
}

uint32_t lwip_first_number(const void *local, uint16_t local_port, const void *remote, uint16_t remote_port)
{
	return draw(UINT32_MAX);
}

/* A quarter of a mebibyte at most, as there is an end to it in the component. */
void *lwip_allocate(size_t size)
{
	void *memory = live < 2000 && draw(1000) != 0 ? malloc(size) : NULL;

	live += memory != NULL;
	return memory;
}

void *lwip_allocate_zeroed(unsigned long count, unsigned long size)
{
	void *memory = lwip_allocate(count * size);

	if (memory != NULL) {
		memset(memory, 0, count * size);
	}
	return memory;
}

void lwip_free(void *memory)
{
	live--;
	free(memory);
}

u32_t sys_now(void)
{
	return now_ms;
}

/* ---- a peer: what comes back is what is sent, turned round ---- */

static uint32_t get32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void put32(uint8_t *at, uint32_t value)
{
	for (uint32_t i = 0; i < 4; i++) {
		at[i] = (uint8_t)(value >> (24 - 8 * i));
	}
}

static void swap(uint8_t *a, uint8_t *b, uint32_t size)
{
	for (uint32_t i = 0; i < size; i++) {
		const uint8_t byte = a[i];

		a[i] = b[i];
		b[i] = byte;
	}
}

/* An answer to a segment of TCP over IPv4: acknowledges it, mostly, and carries something, and ends, sometimes. */
static void answer_segment(uint8_t *frame, uint32_t *length)
{
	uint8_t *tcp = frame + TCP_AT;
	const uint32_t header = (uint32_t)(tcp[12] >> 4) * 4, flags = tcp[13];
	const uint32_t bytes = *length > TCP_AT + header ? *length - TCP_AT - header : 0;
	const uint32_t number = get32(tcp + 4), acknowledged = get32(tcp + 8),
		       more = draw(3) == 0 ? draw(1000) : 0;

	swap(tcp, tcp + 2, 2);
	put32(tcp + 4, acknowledged);
	put32(tcp + 8, number + bytes + ((flags & 3) != 0));
	tcp[12] = 5 << 4;
	tcp[13] = (uint8_t)(0x10 | (draw(8) == 0) | (draw(200) == 0) << 2);
	*length = TCP_AT + 20 + more;
	frame[16] = (uint8_t)((*length - 14) >> 8);
	frame[17] = (uint8_t)(*length - 14);
}

static void learn(const struct pbuf *pbuf)
{
	const uint32_t place = seed_files + sent % (SEEDS - seed_files);
	uint8_t *frame = seeds[place].data;
	uint32_t length = pbuf->tot_len;

	if (length > FRAME_MOST) {
		return;
	}
	memset(frame, 0, FRAME_MOST);
	pbuf_copy_partial(pbuf, frame, FRAME_MOST, 0);
	swap(frame, frame + 6, 6);
	if (frame[12] == 8 && frame[13] == 0 && frame[14] == 0x45) {
		swap(frame + 26, frame + 30, 4);
		if (frame[23] == IP_PROTO_TCP && length >= TCP_AT + 20) {
			answer_segment(frame, &length);
		}
	}
	seeds[place].length = length < 14 ? 14 : length;
	seed_count = seed_count > place + 1 ? seed_count : place + 1;
}

static err_t send_frame(struct netif *from, struct pbuf *pbuf)
{
	if (draw(50) == 0) {
		return ERR_MEM;
	}
	learn(pbuf);
	sent++;
	return ERR_OK;
}

/* ---- an application ---- */

static err_t received(void *argument, struct tcp_pcb *pcb, struct pbuf *pbuf, err_t error)
{
	if (pbuf != NULL && pcb->state != TIME_WAIT && draw(4) == 0) {
		return ERR_MEM; /* of one that has ended both ways lwIP 2.1 would never free it: components/ip/streams.c */
	}
	if (pbuf != NULL) {
		taken += pbuf->tot_len;
		tcp_recved(pcb, pbuf->tot_len);
		(void)tcp_write(pcb, pbuf->payload, pbuf->len, TCP_WRITE_FLAG_COPY);
		pbuf_free(pbuf);
	}
	switch (draw(16)) {
	case 0:
		tcp_abort(pcb);
		return ERR_ABRT;
	case 1:
		(void)tcp_shutdown(pcb, 0, 1);
		break;
	case 2:
		(void)tcp_close(pcb); /* where there is no memory for it the end of the test aborts it */
		break;
	default:
		break;
	}
	return ERR_OK;
}

static err_t accepted(void *argument, struct tcp_pcb *pcb, err_t error)
{
	if (error == ERR_OK && pcb != NULL) {
		tcp_recv(pcb, received);
	}
	return ERR_OK;
}

static void heard(void *argument, struct udp_pcb *pcb, struct pbuf *pbuf, const ip_addr_t *address,
		  u16_t port)
{
	(void)udp_sendto(pcb, pbuf, address, port);
	pbuf_free(pbuf);
}

/* ---- frames ---- */

static void put_in_parts(const uint8_t *frame, uint32_t length)
{
	const uint32_t first = length < HEADERS ? length : HEADERS;
	struct pbuf *pbuf = pbuf_alloc(PBUF_RAW, (u16_t)first, PBUF_RAM), *rest;

	if (pbuf == NULL) {
		return;
	}
	memcpy(pbuf->payload, frame, first);
	if (length > first && (rest = pbuf_alloc(PBUF_RAW, (u16_t)(length - first), PBUF_RAM)) != NULL) {
		memcpy(rest->payload, frame + first, length - first);
		pbuf_cat(pbuf, rest);
	}
	if (ethernet_input(pbuf, &netif) != ERR_OK) {
		pbuf_free(pbuf);
	}
}

/* As components/ip/card.c gives them: as long as any on a cable is, headers, and what follows them. */
static void put_in(uint8_t *frame, uint32_t length)
{
	if (length < SHORTEST) {
		memset(frame + length, 0, SHORTEST - length);
		length = SHORTEST;
	}
	put_in_parts(frame, length);
}

static void put_in_changed(void)
{
	const uint32_t which = draw(seed_count);
	uint8_t frame[FRAME_MOST];
	uint32_t length = seeds[which].length;

	memcpy(frame, seeds[which].data, FRAME_MOST);
	if (draw(4) != 0) {
		for (uint32_t changes = draw(6); changes > 0; changes--) {
			frame[draw(draw(2) == 0 ? 80 : length)] = (uint8_t)draw(256);
		}
	}
	if (draw(16) == 0) {
		length = 14 + draw(FRAME_MOST - 13);
	}
	put_in(frame, length);
}

static void pass(uint32_t ms)
{
	now_ms += ms;
	sys_check_timeouts();
}

static uint32_t used(void)
{
	uint32_t sum = 0;

	for (int i = 0; i < MEMP_MAX; i++) {
		sum += i == MEMP_SYS_TIMEOUT ? 0 : (uint32_t)lwip_stats.memp[i]->used;
	}
	return sum;
}

/* ---- all ---- */

static err_t begin_netif(struct netif *with)
{
	static const uint8_t address[] = {0x00, 0x23, 0xc1,
					  0xde, 0xd0, 0x0d}; /* whom the files' frames are for */

	with->output = etharp_output;
	with->output_ip6 = ethip6_output;
	with->linkoutput = send_frame;
	with->mtu = 1500;
	with->hwaddr_len = sizeof address;
	memcpy(with->hwaddr, address, sizeof address);
	with->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_IGMP |
		      NETIF_FLAG_MLD6;
	return ERR_OK;
}

static void begin(void)
{
	ip4_addr_t address, mask, gateway;
	struct tcp_pcb *pcb;
	struct udp_pcb *port;

	lwip_init();
	IP4_ADDR(&address, 172, 30, 115, 84);
	IP4_ADDR(&mask, 255, 255, 255, 0);
	IP4_ADDR(&gateway, 172, 30, 115, 1);
	netif_add(&netif, &address, &mask, &gateway, NULL, begin_netif, ethernet_input);
	NETIF_SET_CHECKSUM_CTRL(&netif, NETIF_CHECKSUM_DISABLE_ALL);
	netif_set_default(&netif);
	netif_set_up(&netif);
	netif_set_link_up(&netif);
	netif_create_ip6_linklocal_address(&netif, 1);
	netif_set_ip6_autoconfig_enabled(&netif, 1);
	pcb = tcp_new_ip_type(IPADDR_TYPE_ANY);
	tcp_bind(pcb, IP_ANY_TYPE, 80);
	pcb = tcp_listen_with_backlog(pcb, 32);
	tcp_accept(pcb, accepted);
	port = udp_new_ip_type(IPADDR_TYPE_ANY);
	udp_bind(port, IP_ANY_TYPE, 5000);
	udp_recv(port, heard, NULL);
}

static void read_seed(const char *path)
{
	FILE *file = fopen(path, "rb");

	if (file == NULL || seed_files == SEEDS / 2) {
		fprintf(stderr, "%s cannot be read, or is one too many\n", path);
		exit(2);
	}
	seeds[seed_files].length = (uint32_t)fread(seeds[seed_files].data, 1, FRAME_MOST, file);
	if (seeds[seed_files].data[12] == 8 && seeds[seed_files].data[23] == IP_PROTO_TCP) {
		seeds[seed_files].data[TCP_AT + 2] = 0;
		seeds[seed_files].data[TCP_AT + 3] = 80;
	}
	seed_count = ++seed_files;
	fclose(file);
}

int main(int argc, char **argv)
{
	const uint32_t count = argc > 3 ? (uint32_t)strtoul(argv[1], NULL, 10) : 0;
	uint32_t before, before_live;

	if (count == 0) {
		fprintf(stderr, "usage: %s COUNT SEED FILE…\n", argv[0]);
		return 2;
	}
	state = strtoul(argv[2], NULL, 10) * UINT64_C(0x9e3779b97f4a7c15) + 1;
	for (int i = 3; i < argc; i++) {
		read_seed(argv[i]);
	}
	begin();
	for (uint32_t i = 0; i < 40; i++) {
		pass(250); /* groups are joined, addresses made */
	}
	before = used();
	before_live = live;
	for (uint32_t i = 0; i < count; i++) {
		put_in_changed();
		if (draw(20) == 0) {
			pass(draw(10) == 0 ? draw(5000) : draw(50));
		}
	}
	while (tcp_active_pcbs != NULL) {
		tcp_abort(tcp_active_pcbs);
	}
	for (uint32_t ms = 0; ms < END_MS; ms += 250) {
		pass(250);
	}
	printf("%u frames in, %u out, %u bytes taken; %u objects and %u blocks before, %u and %u after\n",
	       count, sent, taken, before, before_live, used(), live);
	return used() <= before && live <= before_live && sent > 0 && taken > 0 ? 0 : 1;
}
