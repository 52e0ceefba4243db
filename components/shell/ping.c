/* SPDX-License-Identifier: MIT
 * ping and nslookup. A packet of ping carries the time at which it was sent, and bytes by which is seen whether it came back whole.
 */
#include "net.h"
#include "say.h"

#include <tenon/string.h>

#define NS_OF_MS   UINT64_C(1000000)
#define NS_OF_US   UINT64_C(1000)
#define LAST_NS    UINT64_C(2000000000) /* for the answer to the last one */
#define COUNT_MOST 10000u
#define SECONDS    60000u /* most between two, in thousandths */
#define STAMP      sizeof(uint64_t)

static struct ping {
	struct socket_address to;
	uint32_t count, interval_ms, size, family;
	const char *host;
	uint32_t sent, came, repeated, changed;
	uint64_t least_ns, most_ns, sum_ns;
	uint8_t has_come[COUNT_MOST / 8 + 1]; /* a bit for each number */
} ping;

/* ---- one packet ----------------------------------------------------------------------------------- */

static uint8_t byte_at(uint32_t number, uint32_t at)
{
	return (uint8_t)(number * 31 + at);
}

static bool send_one(uint32_t number)
{
	static uint8_t packet[NET_OUT_SIZE];
	const uint64_t now_ns = clock_ns();
	struct socket_address to = ping.to;

	for (uint32_t i = 0; i < ping.size; i++) {
		packet[i] = byte_at(number, i);
	}
	memcpy(packet, &now_ns, ping.size < STAMP ? ping.size : STAMP);
	to.port = (uint16_t)number;
	if (!net_send(packet, ping.size, &to)) {
		return false;
	}
	ping.sent++;
	return true;
}

static bool is_whole(const uint8_t *data, uint32_t size, uint32_t number)
{
	bool is_same = size == ping.size;

	for (uint32_t i = STAMP; i < size && is_same; i++) {
		is_same = data[i] == byte_at(number, i);
	}
	return is_same;
}

static void count_time(uint64_t ns)
{
	ping.least_ns = ping.came == 0 || ns < ping.least_ns ? ns : ping.least_ns;
	ping.most_ns = ns > ping.most_ns ? ns : ping.most_ns;
	ping.sum_ns += ns;
}

static void say_us(uint64_t ns)
{
	const uint64_t us = ns / NS_OF_US;

	say("%llu.%03u", (unsigned long long)(us / 1000), (unsigned)(us % 1000));
}

/* What came with a number that was sent: once, again, or as something else. */
static void take_echo(const struct socket_event *event)
{
	const uint8_t *data = net_in_read(&event->given);
	const uint32_t number = event->address.port, size = event->given.length;
	const uint64_t now_ns = clock_ns();
	uint64_t sent_ns;
	char text[INET_TEXT];

	if (data == NULL || number >= ping.sent) {
		return;
	}
	inet_text(event->address.bytes, text);
	say("%u bytes from %s: number %u", size, text, number);
	if (!is_whole(data, size, number)) {
		ping.changed++;
		say(", and not as they were sent\n");
		return;
	}
	if ((ping.has_come[number / 8] >> number % 8 & 1) != 0) {
		ping.repeated++;
		say(", once more\n");
		return;
	}
	ping.has_come[number / 8] |= (uint8_t)(1u << number % 8);
	if (size >= STAMP) {
		memcpy(&sent_ns, data, sizeof sent_ns);
		if (sent_ns <= now_ns) {
			count_time(now_ns - sent_ns);
			say(", ");
			say_us(now_ns - sent_ns);
			say(" ms");
		}
	}
	ping.came++;
	say("\n");
}

/* ---- all of them ---------------------------------------------------------------------------------- */

static bool hear_until(uint64_t deadline_ns, bool stops_when_all_came)
{
	struct socket_event event;

	while (!(stops_when_all_came && ping.came == ping.count) && net_wait(&event, deadline_ns)) {
		if (event.kind == SOCKET_KIND_RECEIVED) {
			take_echo(&event);
		}
		net_give_back(&event.given);
		if (event.kind == SOCKET_KIND_CLOSED) {
			return false;
		}
	}
	return !net_is_lost();
}

static void say_sum(void)
{
	say("%s: %u sent, %u came back, %u repeated, %u changed, %u %% lost", ping.host, ping.sent, ping.came,
	    ping.repeated, ping.changed, ping.sent > 0 ? (ping.sent - ping.came) * 100 / ping.sent : 0);
	if (ping.came > 0 && ping.size >= STAMP) {
		say("; least ");
		say_us(ping.least_ns);
		say(", mean ");
		say_us(ping.sum_ns / ping.came);
		say(", most ");
		say_us(ping.most_ns);
		say(" ms");
	}
	say("\n");
	if (net_trouble() != SOCKET_OUTCOME_OK) {
		say("%s: %s\n", ping.host, net_words(net_trouble()));
	}
}

static void run(void)
{
	uint64_t due_ns = clock_ns();

	for (uint32_t number = 0; number < ping.count && send_one(number); number++) {
		due_ns += ping.interval_ms * NS_OF_MS;
		if (number + 1 < ping.count && !hear_until(due_ns, false)) {
			break;
		}
		say_now();
	}
	(void)hear_until(clock_ns() + LAST_NS, true);
	say_sum();
}

/* "-c N", "-i S", "-s N", "-4", "-6", and the host behind them. */
static bool read_words(const struct words *words)
{
	uint32_t i = 1;

	ping = (struct ping){.count = 4, .interval_ms = 1000, .size = 56};
	for (; i + 1 < words->count; i++) {
		const char *word = words->word[i], *value = words->word[i + 1];
		bool is_good = false;

		if (strcmp(word, "-4") == 0 || strcmp(word, "-6") == 0) {
			ping.family = (uint32_t)(word[1] - '0');
			continue;
		}
		if (strcmp(word, "-c") == 0) {
			is_good = words_number(value, COUNT_MOST, &ping.count) && ping.count > 0;
		} else if (strcmp(word, "-i") == 0) {
			is_good = net_thousandths(value, SECONDS, &ping.interval_ms);
		} else if (strcmp(word, "-s") == 0) {
			is_good = words_number(value, NET_OUT_SIZE, &ping.size);
		}
		if (!is_good) {
			break;
		}
		i++;
	}
	if (i + 1 != words->count) {
		say("usage: ping [-4 | -6] [-c COUNT] [-i SECONDS] [-s BYTES] HOST, with up to %u, %u and "
		    "%u\n",
		    COUNT_MOST, SECONDS / 1000, NET_OUT_SIZE);
		return false;
	}
	ping.host = words->word[i];
	return true;
}

void command_ping(const struct words *words)
{
	if (!read_words(words) || !net_ready()) {
		return;
	}
	if (net_find(ping.host, ping.family, &ping.to) && net_open(SOCKET_ACTION_ECHO, NULL)) {
		run();
	}
	net_end();
}

void command_nslookup(const struct words *words)
{
	struct socket_address address;
	char text[INET_TEXT];

	if (!net_ready()) {
		return;
	}
	for (uint32_t i = 1; i < words->count; i++) {
		for (uint32_t family = 4; family <= 6 && !net_is_lost(); family += 2) {
			if (net_find(words->word[i], family, &address)) {
				inet_text(address.bytes, text);
				say("%s: %s\n", words->word[i], text);
			}
		}
	}
	net_end();
}
