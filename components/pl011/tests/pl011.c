/* SPDX-License-Identifier: MIT
 * The PL011 driver over a model of its device, as Arm DDI 0183 describes it: FIFOs of 32 bytes, interrupts by level with
 * both triggers at one eighth.
 */
#include "../../uart/tests/line.h"

#define FIFO    32u
#define TRIGGER 4u

static struct {
	uint16_t in[FIFO]; /* with error bits */
	uint32_t in_count, out_count;
	uint32_t raw, mask, control, line_control, trigger;
} uart;

/* The line is high as long as an open interrupt is raised. */
static void interrupt(void)
{
	for (unsigned i = 0; (uart.raw & uart.mask) != 0; i++) {
		assert_true(i < 100); /* the driver does not quiet it */
		test_interrupt(0);
	}
}

static uint64_t read_register(void *context, uint32_t range, uint32_t offset, uint32_t bytes)
{
	uint16_t data;

	(void)context;
	assert_int_equal(range, 0);
	assert_int_equal(bytes, 4);
	switch (offset) {
	case 0x00:
		assert_true(uart.in_count > 0); /* the driver reads what is not there */
		data = uart.in[0];
		memmove(uart.in, uart.in + 1, --uart.in_count * sizeof uart.in[0]);
		if (uart.in_count < TRIGGER)
			uart.raw &= ~0x10u;
		if (uart.in_count == 0)
			uart.raw &= ~0x40u;
		return data;
	case 0x18:
		return (uart.out_count ? 0x08u : 0) | (uart.in_count ? 0 : 0x10u) |
		       (uart.out_count == FIFO ? 0x20u : 0);
	case 0x30:
		return uart.control;
	default:
		fail_msg("the driver reads register 0x%x", offset);
	}
	return 0;
}

static void write_register(void *context, uint32_t range, uint32_t offset, uint32_t bytes, uint64_t value)
{
	(void)context;
	assert_int_equal(range, 0);
	assert_int_equal(bytes, 4);
	switch (offset) {
	case 0x00:
		assert_true(uart.out_count < FIFO); /* the byte would be lost */
		out[out_size + uart.out_count++] = (uint8_t)value;
		break;
	case 0x2c:
		uart.line_control = (uint32_t)value;
		break;
	case 0x30:
		uart.control = (uint32_t)value;
		break;
	case 0x34:
		uart.trigger = (uint32_t)value;
		break;
	case 0x38:
		uart.mask = (uint32_t)value;
		break;
	case 0x44:
		uart.raw &= ~(uint32_t)value;
		break;
	default:
		fail_msg("the driver writes register 0x%x", offset);
	}
}

static void line_init(void)
{
	static const struct test_device model = {.read = read_register, .write = write_register};

	memset(&uart, 0, sizeof uart);
	uart.mask = 0x7f0;
	uart.control = 0x10;
	test_device(&model);
}

/* 3.4.2: the transmit interrupt comes when the level falls to the trigger. */
static void line_takes(uint32_t bytes)
{
	for (; bytes > 0 && uart.out_count > 0; bytes--) {
		out_size++;
		if (--uart.out_count == TRIGGER) {
			uart.raw |= 0x20;
			interrupt();
		}
	}
}

static uint32_t bring(uint16_t data)
{
	if (uart.in_count == FIFO)
		return 0;
	uart.in[uart.in_count++] = data;
	if (uart.in_count >= TRIGGER)
		uart.raw |= 0x10;
	return 1;
}

/* After the last one 32 bit times pass without another. */
static uint32_t line_brings(const uint8_t *data, uint32_t size)
{
	uint32_t count = 0;

	while (count < size && bring(data[count])) {
		count++;
		interrupt();
	}
	if (uart.in_count > 0) {
		uart.raw |= 0x40;
		interrupt();
	}
	return count;
}

static void line_brings_noise(void)
{
	assert_int_equal(bring(0x100), 1);
}

TEST(sets_the_device_up)
{
	line_start();
	assert_int_equal(uart.control, 0x311); /* what the firmware chose stays */
	assert_int_equal(uart.line_control, 0x70);
	assert_int_equal(uart.mask, 0x50);
	assert_int_equal(uart.trigger, 0);
}
