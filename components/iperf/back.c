/* SPDX-License-Identifier: MIT
 * What is sent back to clients that asked for it: so much, or for so long.
 */
#include "iperf.h"

#include <tenon/string.h>

#define AT_ONCE    16u /* buffers of one connection */
#define NS_OF_MS   UINT64_C(1000000)
#define LONGEST_NS UINT64_C(600000000000)

static struct back {
	bool is_used, is_over;
	struct wish wish;
	uint64_t begun_ns, bytes;
	uint32_t sending;
} backs[ALL - BACK];

bool back_begin(const struct socket_address *to, const struct wish *wish)
{
	for (uint32_t i = 0; i < ALL - BACK; i++) {
		if (!backs[i].is_used) {
			backs[i] = (struct back){.is_used = true, .wish = *wish};
			if (backs[i].wish.ns > LONGEST_NS) {
				backs[i].wish.ns = LONGEST_NS;
			}
			iperf_ask(SOCKET_ACTION_CONNECT, BACK + i, to);
			return true;
		}
	}
	return false;
}

static uint32_t next_size(const struct back *back)
{
	if (back->wish.ns > 0) {
		return clock_ns() - back->begun_ns < back->wish.ns ? NET_OUT_SIZE : 0;
	}
	return back->wish.bytes - back->bytes < NET_OUT_SIZE ? (uint32_t)(back->wish.bytes - back->bytes)
							     : NET_OUT_SIZE;
}

static void go_on(uint32_t socket)
{
	struct back *back = &backs[socket - BACK];

	while (back->is_used && !back->is_over && back->sending < AT_ONCE) {
		const uint32_t size = next_size(back);
		uint32_t number;
		uint8_t *data = size > 0 ? iperf_buffer(&number) : NULL;

		if (size == 0) {
			back->is_over = true;
			iperf_send(socket, 0, 0, true, NULL);
			back->sending++;
			return;
		}
		if (data == NULL) {
			return; /* one that comes back goes on, as there are some for each */
		}
		for (uint32_t i = 0; i < size; i++) {
			data[i] = (uint8_t)('0' + i % 10);
		}
		iperf_send(socket, number, size, false, NULL);
		back->sending++;
		back->bytes += size;
	}
}

_Static_assert(NET_OUT_COUNT >= AT_ONCE * (ALL - BACK), "buffers for each");

void back_connected(uint32_t socket)
{
	backs[socket - BACK].begun_ns = clock_ns();
	go_on(socket);
}

void back_sent(uint32_t socket, uint32_t buffers)
{
	struct back *back = &backs[socket - BACK];

	back->sending -= back->sending > 0;
	if (buffers > 0) {
		go_on(socket);
	} else if (back->is_used) {
		log_info("tcp: %llu bytes sent in %llu ms", (unsigned long long)back->bytes,
			 (unsigned long long)((clock_ns() - back->begun_ns) / NS_OF_MS));
		iperf_ask(SOCKET_ACTION_CLOSE, socket, NULL);
	}
}

void back_closed(uint32_t socket)
{
	backs[socket - BACK].is_used = false;
}

void back_forget(void)
{
	memset(backs, 0, sizeof backs);
}
