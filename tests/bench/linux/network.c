/* SPDX-License-Identifier: MIT
 * What the component of tests/bench/network does, and httpd there, through system calls: for the same program of the host, with the same
 * marks. One program serves one kind of work after the other, and waits in one call at a time, as the orders allow.
 */
#include "network.h"

#include "../network/protocol.h"
#include "../support/mark.h"
#include "program.h"

#define PIECE (64u * 1024u)

enum { AF_INET = 2, SOCK_STREAM = 1, SOCK_DGRAM = 2, SOL_SOCKET = 1, SO_REUSEADDR = 2, MSG_MORE = 0x8000 };
enum { SIOCSIFADDR = 0x8916, SIOCSIFFLAGS = 0x8914, SIOCSIFNETMASK = 0x891c, IFF_UP = 1 };

struct address {
	uint16_t family, port;
	uint8_t ip[4], zero[8];
};

/* <linux/if.h>: ifreq, of an address or of flags. */
struct interface {
	char name[16];
	union {
		struct address address;
		uint16_t flags;
		uint8_t size[24];
	} is;
};

static uint8_t piece[PIECE];
static long datagrams, sinks, sources, servers;

static long open_port(long kind, uint16_t port)
{
	const struct address address = {.family = AF_INET, .port = (uint16_t)(port << 8 | port >> 8)};
	const long opened = must(CALL3(SYS_SOCKET, AF_INET, kind, 0), "socket");
	const int on = 1;

	must(CALL5(SYS_SETSOCKOPT, opened, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "setsockopt");
	must(CALL3(SYS_BIND, opened, &address, sizeof address), "bind");
	if (kind == SOCK_STREAM) {
		must(CALL2(SYS_LISTEN, opened, 64), "listen");
	}
	return opened;
}

static void configure(void)
{
	struct interface interface = {.name = "eth0",
				      .is.address = {.family = AF_INET, .ip = {10, 0, 2, 15}}};

	must(CALL3(SYS_IOCTL, datagrams, SIOCSIFADDR, &interface), "address");
	interface.is.address = (struct address){.family = AF_INET, .ip = {255, 255, 255, 0}};
	must(CALL3(SYS_IOCTL, datagrams, SIOCSIFNETMASK, &interface), "mask");
	interface.is.flags = IFF_UP;
	must(CALL3(SYS_IOCTL, datagrams, SIOCSIFFLAGS, &interface), "up");
}

static long accept(long port)
{
	return must(CALL4(SYS_ACCEPT4, port, 0, 0, 0), "accept");
}

static void send_all(long connection, const void *data, long bytes, long flags)
{
	must(CALL6(SYS_SENDTO, connection, data, bytes, flags, 0, 0) == bytes ? 0 : -1, "send");
}

/* ---- work ---------------------------------------------------------------------------------------- */

static void serve_source(uint32_t bytes)
{
	const long connection = accept(sources);

	while (bytes > 0) {
		const uint32_t part = bytes < PIECE ? bytes : PIECE;

		send_all(connection, piece, part, 0);
		bytes -= part;
	}
	must(CALL1(SYS_CLOSE, connection), "close");
}

static void serve_sink(void)
{
	const long connection = accept(sinks);

	while (must(CALL6(SYS_RECVFROM, connection, piece, PIECE, 0, 0, 0), "receive") > 0) {
	}
	must(CALL1(SYS_CLOSE, connection), "close");
}

/* One request has come whole: the file, with a head before it that goes out with its beginning. */
static void answer(long connection)
{
	static const char head[] =
	    "HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: application/octet-stream\r\n"
	    "Content-Length: 1024\r\nConnection: keep-alive\r\n\r\n";
	const long file = must(CALL4(SYS_OPENAT, AT_FDCWD, "/disk/folder/served", 0, 0), "open");
	uint64_t attributes[32];

	must(CALL2(SYS_FSTAT, file, attributes), "fstat");
	send_all(connection, head, sizeof head - 1, MSG_MORE);
	must(CALL4(SYS_SENDFILE, connection, file, 0, 1024) == 1024 ? 0 : -1, "sendfile");
	must(CALL1(SYS_CLOSE, file), "close");
}

/* The host sends one request at a time, in one segment. */
static void serve(uint32_t requests, _Bool is_kept)
{
	long connection = -1;

	while (requests-- > 0) {
		if (connection < 0) {
			connection = accept(servers);
		}
		must(CALL6(SYS_RECVFROM, connection, piece, PIECE, 0, 0, 0) > 0 ? 0 : -1, "receive");
		answer(connection);
		if (!is_kept || requests == 0) {
			must(CALL1(SYS_CLOSE, connection), "close");
			connection = -1;
		}
	}
}

static void rest(unsigned mark)
{
	const int64_t time[2] = {REST_SECONDS, 0};

	mark_row(1, mark);
	must(CALL2(SYS_NANOSLEEP, time, 0), "sleep");
	mark_row(0, mark);
}

/* ---- orders -------------------------------------------------------------------------------------- */

static void say_row(const uint8_t *order, long bytes)
{
	char text[ORDER_MOST + 1];

	for (long i = ORDER_HEAD; i < bytes; i++) {
		text[i - ORDER_HEAD] = (char)order[i];
	}
	text[bytes - ORDER_HEAD] = '\0';
	say("bench: linux_");
	say(text);
	say("\n");
}

static void follow(const uint8_t *order)
{
	switch (order[0]) {
	case ORDER_SOURCE:
		serve_source(order_number(order));
		break;
	case ORDER_SINK:
		serve_sink();
		break;
	case ORDER_SERVE:
		serve(order_number(order), order[1] != 0);
		break;
	default:
		break;
	}
}

void network_begin(void)
{
	const long file =
	    must(CALL4(SYS_OPENAT, AT_FDCWD, "/disk/folder/served", O_CREAT | O_WRONLY, 0644), "open");

	for (unsigned i = 0; i < 1024; i++) {
		piece[i] = (uint8_t)i;
	}
	must(CALL4(SYS_PWRITE, file, piece, 1024, 0), "write");
	must(CALL1(SYS_CLOSE, file), "close");
	datagrams = open_port(SOCK_DGRAM, PORT_ECHO);
	configure();
	sinks = open_port(SOCK_STREAM, PORT_SINK);
	sources = open_port(SOCK_STREAM, PORT_SOURCE);
	servers = open_port(SOCK_STREAM, PORT_HTTP);
	say("bench: ready at port 7\n");
}

void network_serve(void)
{
	uint8_t order[2048];
	struct address from;

	for (;;) {
		uint32_t length = sizeof from;
		const long bytes =
		    must(CALL6(SYS_RECVFROM, datagrams, order, sizeof order, 0, &from, &length), "receive");
		const _Bool is_order = bytes != ECHO && bytes >= ORDER_HEAD && bytes <= ORDER_MOST;

		if (is_order && order[0] == ORDER_QUIT) {
			return;
		}
		if (is_order && order[0] == ORDER_ARM) {
			MARK_ARM();
		} else if (is_order && (order[0] == ORDER_BEGIN || order[0] == ORDER_END)) {
			mark_row(order[0] == ORDER_BEGIN, order[1]);
		} else if (is_order && order[0] == ORDER_SAY) {
			say_row(order, bytes);
		} else if (is_order && order[0] == ORDER_REST) {
			rest(order[1]);
		}
		must(CALL6(SYS_SENDTO, datagrams, order, bytes, 0, &from, length), "send");
		if (is_order) {
			follow(order);
		}
	}
}
