/* SPDX-License-Identifier: MIT
 * Datagrams: each has a number; the last one has a negative number, comes again until it is answered, and is answered with what was counted.
 * One client is counted at a time: another begins anew.
 */
#include "iperf.h"

#include <tenon/string.h>

#define HEADER   16u /* number, seconds, microseconds, higher half of the number */
#define REPORT   40u /* behind it */
#define NS_OF_US UINT64_C(1000)
#define NS_OF_S  UINT64_C(1000000000)

static struct {
	struct socket_address from;
	bool is_over, has_zero;
	uint64_t begun_ns, ended_ns, bytes;
	uint32_t count, wrong_order;
	int64_t next; /* the number behind the greatest that came */
	int64_t transit_ns, jitter_ns;
} counted;

static uint32_t get32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void put32(uint8_t *at, uint64_t value)
{
	for (uint32_t i = 0; i < 4; i++) {
		at[i] = (uint8_t)(value >> (24 - 8 * i));
	}
}

/* RFC 1889, 6.3.1: the mean of how the ways differ. */
static void count_jitter(const uint8_t *data, uint64_t now_ns)
{
	const int64_t sent_ns = (int64_t)(get32(data + 4) * NS_OF_S + get32(data + 8) % 1000000 * NS_OF_US);
	const int64_t transit_ns = (int64_t)now_ns - sent_ns;
	const int64_t change = transit_ns - counted.transit_ns;

	if (counted.count > 0) {
		counted.jitter_ns += ((change < 0 ? -change : change) - counted.jitter_ns) / 16;
	}
	counted.transit_ns = transit_ns;
}

/* Numbers begin with 1, or of older clients with 0. */
static int64_t due_count(void)
{
	return counted.next > 0 && !counted.has_zero ? counted.next - 1 : counted.next;
}

static uint32_t lost(void)
{
	const int64_t due = due_count();

	return due > counted.count ? (uint32_t)(due - counted.count) : 0;
}

static void answer(const uint8_t *data)
{
	const uint64_t ns = counted.ended_ns - counted.begun_ns;
	uint32_t number;
	uint8_t *out = iperf_buffer(&number);

	if (out == NULL) {
		return; /* it is asked again */
	}
	memset(out, 0, HEADER + REPORT);
	memcpy(out, data, HEADER);
	put32(out + HEADER, UINT32_C(0x80000000));
	put32(out + HEADER + 4, counted.bytes >> 32);
	put32(out + HEADER + 8, counted.bytes);
	put32(out + HEADER + 12, ns / NS_OF_S);
	put32(out + HEADER + 16, ns % NS_OF_S / NS_OF_US);
	put32(out + HEADER + 20, lost());
	put32(out + HEADER + 24, counted.wrong_order);
	put32(out + HEADER + 28, (uint64_t)due_count());
	put32(out + HEADER + 32, (uint64_t)counted.jitter_ns / NS_OF_S);
	put32(out + HEADER + 36, (uint64_t)counted.jitter_ns % NS_OF_S / NS_OF_US);
	iperf_send(DATAGRAMS, number, HEADER + REPORT, false, &counted.from);
}

static void begin(const struct socket_address *from)
{
	memset(&counted, 0, sizeof counted);
	counted.from = *from;
	counted.begun_ns = clock_ns();
}

void datagrams_received(const uint8_t *data, uint32_t size, const struct socket_address *from)
{
	const uint64_t now_ns = clock_ns();
	int64_t number;

	if (size < HEADER) {
		return;
	}
	number = (int32_t)get32(data);
	if (memcmp(&counted.from, from, sizeof *from) != 0 || (counted.is_over && number >= 0)) {
		begin(from);
	}
	if (number >= 0) {
		count_jitter(data, now_ns);
		counted.has_zero |= number == 0;
		counted.count++;
		counted.bytes += size;
		counted.ended_ns = now_ns;
		counted.wrong_order += number < counted.next;
		counted.next = number >= counted.next ? number + 1 : counted.next;
		return;
	}
	if (!counted.is_over) {
		counted.is_over = true;
		counted.ended_ns = counted.ended_ns == 0 ? now_ns : counted.ended_ns;
		log_info("udp: %llu bytes in %u datagrams, %u lost, %u out of order",
			 (unsigned long long)counted.bytes, counted.count, lost(), counted.wrong_order);
	}
	answer(data);
}
