/* SPDX-License-Identifier: MIT
 * Tests of every serial driver, over a model of its device that the including
 * file gives: what comes out is every call's bytes in one piece and in order,
 * what goes in is read once, and everybody is answered once, when it is time.
 */
#ifndef UART_TESTS_LINE_H
#define UART_TESTS_LINE_H

#include "test.h"

#define WRITE_MAX    1024u
#define ANSWER_BELOW 2048u /* bytes of a client that may wait when it is answered, at least */
#define BUFFER       4096u /* of interfaces/serial.yaml, where each call counts four bytes more */

/* ---- the device: given by the including file --------------------------------------------------- */

/* Installs the model. */
static void line_init(void);
/* The line takes up to so many bytes out of the device, which interrupts as it does. */
static void line_takes(uint32_t bytes);
/* Bytes arrive in the device as far as its FIFO has room; how many did. */
static uint32_t line_brings(const uint8_t *data, uint32_t size);
/* The byte that stands in the device is broken: a framing error. */
static void line_brings_noise(void);

static uint8_t out[1u << 22]; /* what came out of the machine */
static uint32_t out_size;

/* ---- help -------------------------------------------------------------------------------------- */

static uint8_t expected[1u << 22];
static uint32_t expected_size;

static uint32_t next_random(void)
{
	static uint32_t state = 0x2545f491;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static void line_start(void)
{
	out_size = expected_size = 0;
	line_init();
	test_start();
}

static void line_takes_all(void)
{
	for (uint32_t before = UINT32_MAX; before != out_size;) {
		before = out_size;
		line_takes(4096);
	}
}

/* A call of `size` bytes; `data` keeps them while it lasts. */
static struct test_call *write_some(uint32_t client, uint8_t data[WRITE_MAX], uint32_t size)
{
	for (uint32_t i = 0; i < size; i++)
		data[i] = (uint8_t)next_random();
	memcpy(expected + expected_size, data, size);
	expected_size += size;
	return client_port_write_begin(client, data, size);
}

static void expect_all_out(void)
{
	line_takes_all();
	assert_int_equal(out_size, expected_size);
	assert_memory_equal(out, expected, out_size);
}

/* ---- output ------------------------------------------------------------------------------------ */

TEST(writes_come_out_in_order)
{
	line_start();
	assert_int_equal(client_port_write(0, "Hello, ", 7), SERIAL_OK);
	assert_int_equal(client_port_write(1, "line\r\n", 6), SERIAL_OK);
	line_takes_all();
	assert_int_equal(out_size, 13);
	assert_memory_equal(out, "Hello, line\r\n", 13);
}

TEST(an_empty_write_is_answered)
{
	line_start();
	assert_int_equal(client_port_write(0, "", 0), SERIAL_OK);
	line_takes_all();
	assert_int_equal(out_size, 0);
}

/* As long as more waits than ANSWER_BELOW a writer waits, and no longer. */
TEST(a_writer_waits_while_much_is_queued)
{
	static uint8_t data[3][WRITE_MAX];
	struct test_call *last;

	line_start();
	assert_int_equal(client_port_write_end(write_some(0, data[0], WRITE_MAX)), SERIAL_OK);
	assert_int_equal(client_port_write_end(write_some(0, data[1], WRITE_MAX)), SERIAL_OK);
	last = write_some(0, data[2], WRITE_MAX);
	assert_false(test_answered(last));
	line_takes(WRITE_MAX - 100);
	assert_false(test_answered(last) && out_size + ANSWER_BELOW + 64 < expected_size);
	line_takes(200);
	assert_int_equal(client_port_write_end(last), SERIAL_OK);
	expect_all_out();
}

TEST(loses_and_mixes_nothing)
{
	static uint8_t data[3][WRITE_MAX];
	struct test_call *call[3] = {NULL};

	line_start();
	for (unsigned step = 0; step < 3000; step++) {
		const uint32_t client = next_random() % 3;

		if (call[client] != NULL && test_answered(call[client])) {
			assert_int_equal(client_port_write_end(call[client]), SERIAL_OK);
			call[client] = NULL;
		}
		if (call[client] == NULL)
			call[client] = write_some(client, data[client], next_random() % (WRITE_MAX + 1));
		else
			line_takes(next_random() % 600);
	}
	expect_all_out();
	for (unsigned i = 0; i < 3; i++)
		assert_true(call[i] == NULL || test_answered(call[i]));
}

TEST(a_drain_ends_when_the_line_is_idle)
{
	static uint8_t data[WRITE_MAX];
	struct test_call *drain;

	line_start();
	assert_int_equal(client_port_write_end(write_some(0, data, WRITE_MAX)), SERIAL_OK);
	drain = client_port_drain_begin(1);
	test_advance_ms(10);
	assert_false(test_answered(drain));
	line_takes(WRITE_MAX - 1);
	test_advance_ms(10);
	assert_false(test_answered(drain));
	line_takes_all();
	test_advance_ms(1);
	assert_int_equal(client_port_drain_end(drain), SERIAL_OK);
	expect_all_out();
}

/* Its calls that wait have a limit; the others wait as if they were alone. */
TEST(one_call_of_a_client_waits_at_a_time)
{
	static uint8_t data[WRITE_MAX];
	struct test_call *first, *other;

	line_start();
	assert_int_equal(client_port_write_end(write_some(0, data, WRITE_MAX)), SERIAL_OK);
	first = client_port_drain_begin(0);
	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(client_port_drain(0), SERIAL_QUOTA);
	assert_int_equal(client_port_write(0, data, 1), SERIAL_QUOTA);
	other = client_port_drain_begin(1);
	assert_false(test_answered(other));
	test_call_times_out(first); /* who gave up may wait again */
	first = client_port_drain_begin(0);
	expect_all_out();
	test_advance_ms(1);
	assert_int_equal(client_port_drain_end(first), SERIAL_OK);
	assert_int_equal(client_port_drain_end(other), SERIAL_OK);
}

TEST(what_a_dead_writer_wrote_is_printed)
{
	static uint8_t data[3][WRITE_MAX];

	line_start();
	for (unsigned i = 0; i < 3; i++)
		(void)write_some(0, data[i], WRITE_MAX); /* the third waits */
	(void)client_port_drain_begin(0);                /* it does not end */
	test_client_dies(0);
	expect_all_out();
	test_advance_ms(10);
	assert_int_equal(client_port_drain(1), SERIAL_OK);
}

/* A client that gives up each time and writes again meets the end of its own account, and harms nobody. */
TEST(refuses_more_than_it_can_hold)
{
	static uint8_t data[WRITE_MAX];
	unsigned taken = 0;
	enum serial_status status;

	line_start();
	for (status = SERIAL_OK; status != SERIAL_QUOTA; taken++) {
		struct test_call *call;

		assert_true(taken < 100);
		call = write_some(0, data, WRITE_MAX);
		if (!test_answered(call))
			test_call_times_out(call);
		status = client_port_write_end(call);
	}
	expected_size -= WRITE_MAX; /* the one refused */
	assert_int_equal(taken - 1, BUFFER / (WRITE_MAX + 4));
	assert_int_equal(client_port_write_end(write_some(1, data, WRITE_MAX)), SERIAL_OK);
	expect_all_out();
	assert_int_equal(client_port_write_end(write_some(0, data, WRITE_MAX)), SERIAL_OK);
	expect_all_out();
}

/* ---- input ------------------------------------------------------------------------------------- */

TEST(who_may_have_waited_looks_again_after_a_restart)
{
	line_start();
	for (uint32_t client = 0; client < 3; client++)
		assert_int_equal(client_port_took_received(client), 1);
	test_restart();
	for (uint32_t client = 0; client < 3; client++)
		assert_int_equal(client_port_took_received(client), 1);
}

TEST(tells_readers_of_input_once)
{
	uint8_t data[256];
	uint32_t size;

	line_start();
	assert_int_equal(client_port_read(1, 256, data, sizeof data, &size), SERIAL_OK);
	assert_int_equal(size, 0);
	for (uint32_t client = 0; client < 3; client++)
		(void)client_port_took_received(client); /* those of the start */
	assert_int_equal(line_brings((const uint8_t *)"ab", 2), 2);
	assert_int_equal(line_brings((const uint8_t *)"c", 1), 1);
	assert_int_equal(client_port_took_received(1), 1);
	assert_int_equal(client_port_took_received(0), 0); /* it never read */
	assert_int_equal(client_port_read(1, 2, data, sizeof data, &size), SERIAL_OK);
	assert_int_equal(size, 2);
	assert_memory_equal(data, "ab", 2);
	assert_int_equal(client_port_read(1, 256, data, sizeof data, &size), SERIAL_OK);
	assert_int_equal(size, 1);
	assert_int_equal(line_brings((const uint8_t *)"d", 1), 1);
	assert_int_equal(client_port_took_received(1), 1);
}

TEST(keeps_what_comes_in)
{
	uint8_t data[256], next = 0, arriving = 0;
	uint32_t size, before = 0, after = 0;

	line_start();
	for (unsigned step = 0; step < 3000; step++) {
		if (next_random() % 2 == 0) {
			uint8_t more[64];

			for (uint32_t i = 0; i < sizeof more; i++)
				more[i] = (uint8_t)(arriving + i);
			size = line_brings(more,
					   next_random() % 65); /* what it has no room for the sender keeps */
			arriving = (uint8_t)(arriving + size);
			before += size;
			continue;
		}
		assert_int_equal(client_port_read(1, next_random() % 400, data, sizeof data, &size),
				 SERIAL_OK);
		for (uint32_t i = 0; i < size; i++)
			assert_int_equal(data[i], next++);
		after += size;
	}
	do {
		assert_int_equal(client_port_read(1, 256, data, sizeof data, &size), SERIAL_OK);
		after += size;
	} while (size != 0);
	assert_int_equal(after, before);
	assert_true(before > 10000);
}

TEST(leaves_out_what_is_no_byte)
{
	uint8_t data[256];
	uint32_t size;

	line_start();
	line_brings_noise();
	assert_int_equal(line_brings((const uint8_t *)"x", 1), 1);
	assert_int_equal(client_port_read(0, 256, data, sizeof data, &size), SERIAL_OK);
	assert_int_equal(size, 1);
	assert_int_equal(data[0], 'x');
}

#endif
