/* SPDX-License-Identifier: MIT
 * The port of the serial drivers over a device that takes and gives as it
 * likes: what comes out is every call's bytes in one piece and in order, what
 * goes in is read once, and everybody is answered once, when it is time.
 */
#include "support.h"
#include <string.h>
#include "component.h"
#include "uart.h"

#define WRITE_MAX    1024u
#define ANSWER_BELOW 2048u

/* ---- The device ------------------------------------------------------------------------------ */

static uint8_t sent[1u << 22];
static size_t sent_size, room; /* bytes the device takes now */
static uint8_t arriving;       /* next byte that comes in */
static size_t waiting;         /* bytes that stand in the device's FIFO */
static bool shifting;          /* the last byte is still on the line */
static uint64_t idle_time;

void uart_output(void)
{
	uint8_t byte;

	while (room > 0 && port_next(&byte)) {
		sent[sent_size++] = byte;
		room--;
	}
}

void uart_input(void)
{
	for (; waiting > 0 && port_has_room(); waiting--) {
		port_receive(arriving++);
	}
}

bool uart_idle(void)
{
	return !shifting;
}

/* ---- The glue -------------------------------------------------------------------------------- */

static struct {
	bool writes, drains;
	uint32_t number;
	size_t end; /* position after the call's last byte */
	unsigned signals;
} clients[PORT_CLIENTS];
static uint8_t expected[1u << 22];
static size_t expected_size;
static unsigned refused;

enum tenon_status serial_write_finish(struct serial_write_token token, enum serial_status status)
{
	uint32_t client = token.number % PORT_CLIENTS;

	assert_true(clients[client].writes &&
		    clients[client].number == token.number); /* once, and to who waits */
	clients[client].writes = false;
	if (status == SERIAL_QUOTA) {
		refused++;
	} else {
		assert_true(clients[client].end <= sent_size + ANSWER_BELOW);
	}
	return TENON_OK;
}

enum tenon_status serial_drain_finish(struct serial_drain_token token, enum serial_status status)
{
	uint32_t client = token.number % PORT_CLIENTS;

	assert_int_equal(status, SERIAL_OK);
	assert_true(clients[client].drains && clients[client].number == token.number);
	assert_true(clients[client].end <= sent_size && !shifting);
	clients[client].drains = false;
	return TENON_OK;
}

void port_signal_received(uint32_t client)
{
	clients[client].signals++;
}

void idle_at(uint64_t deadline_ns)
{
	idle_time = deadline_ns;
}

uint64_t clock_ns(void)
{
	return 1;
}

/* ---- Tests ----------------------------------------------------------------------------------- */

static void write_some(uint32_t client, uint32_t number, uint32_t size)
{
	uint8_t data[WRITE_MAX];

	for (uint32_t i = 0; i < size; i++) {
		data[i] = (uint8_t)next_random();
	}
	memcpy(expected + expected_size, data, size);
	expected_size += size;
	clients[client].writes = true;
	clients[client].number = number;
	clients[client].end = expected_size;
	port_write(client, (struct serial_write_token){number}, data, size);
	assert_int_equal(refused, 0);
}

static void device_step(void)
{
	room = next_random() % 600;
	shifting = next_random() % 2 == 0;
	uart_output();
	port_progress();
	if (next_random() % 4 == 0) {
		shifting = false;
		idle();
	}
}

static void loses_and_mixes_nothing(void **state)
{
	uint32_t number = 0;

	(void)state;
	for (unsigned step = 0; step < 12000; step++) {
		uint32_t client = next_random() % PORT_CLIENTS;

		number += PORT_CLIENTS - number % PORT_CLIENTS + client;
		room = 0;
		if (clients[client].writes || clients[client].drains) {
			device_step();
		} else if (next_random() % 8 == 0) {
			clients[client].drains = true;
			clients[client].number = number;
			clients[client].end = expected_size;
			port_drain(client, (struct serial_drain_token){number});
		} else {
			write_some(client, number, next_random() % (WRITE_MAX + 1));
		}
		assert_true(sent_size <= expected_size);
	}
	for (unsigned i = 0; i < 1000; i++) {
		device_step();
	}
	shifting = false;
	idle();
	for (uint32_t client = 0; client < PORT_CLIENTS; client++) {
		assert_false(clients[client].writes || clients[client].drains);
	}
	assert_int_equal(sent_size, expected_size);
	assert_memory_equal(sent, expected, sent_size);
}

static void answers_late_callers_no_more(void **state)
{
	uint8_t data[WRITE_MAX] = {0};
	size_t before = sent_size;

	(void)state;
	room = 0;
	for (uint32_t i = 0; i < 3; i++) { /* the third has to wait */
		clients[0].writes = true;
		clients[0].number = 3 * i;
		clients[0].end = sent_size + (i + 1) * WRITE_MAX;
		port_write(0, (struct serial_write_token){3 * i}, data, WRITE_MAX);
	}
	assert_true(clients[0].writes);
	port_write_cancelled(0, (struct serial_write_token){6});
	clients[0].writes = false; /* a finish would fail now */
	clients[1].drains = true;
	clients[1].number = 1;
	port_drain(1, (struct serial_drain_token){1});
	port_drain_cancelled(1, (struct serial_drain_token){1});
	clients[1].drains = false;
	room = SIZE_MAX;
	uart_output();
	port_progress();
	assert_int_equal(sent_size - before, 3 * WRITE_MAX); /* what was taken is printed all the same */
	sent_size = expected_size = 0;
}

static void refuses_more_than_it_can_hold(void **state)
{
	uint8_t data[WRITE_MAX] = {0};
	unsigned taken = 0;

	(void)state;
	room = 0;
	refused = 0;
	while (refused == 0) { /* a client that gives up each time and writes again */
		clients[0].writes = true;
		clients[0].number = 0;
		clients[0].end = 0;
		port_write(0, (struct serial_write_token){0}, data, WRITE_MAX);
		if (clients[0].writes) {
			port_write_cancelled(0, (struct serial_write_token){0});
			clients[0].writes = false;
		}
		taken += refused == 0;
	}
	assert_int_equal(taken, (ANSWER_BELOW + PORT_CLIENTS * WRITE_MAX) / WRITE_MAX);
	room = SIZE_MAX;
	uart_output();
	port_progress();
	sent_size = expected_size = 0;
	refused = 0;
}

static void keeps_what_comes_in(void **state)
{
	uint8_t data[256], next = arriving;
	uint32_t size;

	(void)state;
	memset(clients, 0, sizeof clients);
	port_init();
	assert_true(clients[0].signals == 1 &&
		    clients[2].signals == 1); /* look again, a driver before may have died */
	assert_int_equal(port_read(1, 256, data, &size), SERIAL_OK);
	assert_int_equal(size, 0);
	for (unsigned step = 0; step < 4000; step++) {
		if (next_random() % 2 == 0) {
			waiting += next_random() % 700; /* more than it has room for stays in the device */
			uart_input();
			port_progress();
			continue;
		}
		uint32_t most = next_random() % 400;

		assert_int_equal(port_read(1, most, data, &size), SERIAL_OK);
		assert_true(size <= most && size <= sizeof data);
		for (uint32_t i = 0; i < size; i++) {
			assert_int_equal(data[i], next++);
		}
	}
	assert_true(clients[1].signals > 1);
	assert_int_equal(clients[0].signals, 1); /* who never read is not told */
}

static void signals_when_an_empty_queue_fills(void **state)
{
	uint8_t data[256];
	uint32_t size;
	unsigned before;

	(void)state;
	waiting = 0;
	do {
		(void)port_read(1, 256, data, &size);
	} while (size > 0);
	before = clients[1].signals;
	waiting = 1;
	uart_input();
	port_progress();
	assert_int_equal(clients[1].signals, before + 1);
	waiting = 1;
	uart_input();
	port_progress();
	assert_int_equal(clients[1].signals, before + 1); /* it knows */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(loses_and_mixes_nothing),
	    cmocka_unit_test(answers_late_callers_no_more),
	    cmocka_unit_test(refuses_more_than_it_can_hold),
	    cmocka_unit_test(keeps_what_comes_in),
	    cmocka_unit_test(signals_when_an_empty_queue_fills),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
