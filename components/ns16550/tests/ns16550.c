/* SPDX-License-Identifier: MIT
 * The 16550 driver over a model of its device, as National's PC16550D data sheet describes it: FIFOs of 16 bytes, and an
 * interrupt line whose edge counts, as on a PC.
 */
#include "../../uart/tests/line.h"

#define FIFO 16u

static struct {
	uint16_t in[FIFO]; /* with error bits of the line status */
	uint32_t in_count, out_count;
	uint8_t enable, line_control, modem_control, fifo_control;
	bool empty_pending, is_high;
} uart;

static bool receives(void)
{
	return uart.in_count > 0 && (uart.enable & 1) != 0;
}

static bool is_empty_pending(void)
{
	return uart.empty_pending && (uart.enable & 2) != 0;
}

/* Its rising edge is the interrupt. */
static void update_line(void)
{
	const bool high = receives() || is_empty_pending();
	const bool rises = high && !uart.is_high;

	uart.is_high = high;
	if (rises)
		test_interrupt(0);
}

static uint64_t read_register(void *context, uint32_t range, uint32_t offset, uint32_t bytes)
{
	uint8_t value = 1;

	(void)context;
	assert_int_equal(range, 0);
	assert_int_equal(bytes, 1);
	switch (offset) {
	case 0:
		assert_true(uart.in_count > 0); /* the driver reads what is not there */
		value = (uint8_t)uart.in[0];
		memmove(uart.in, uart.in + 1, --uart.in_count * sizeof uart.in[0]);
		break;
	case 2:
		if (receives()) {
			value = 4;
		} else if (is_empty_pending()) {
			value = 2;
			uart.empty_pending = false;
		}
		value |= 0xc0;
		break;
	case 5:
		value =
		    (uint8_t)((uart.in_count ? 1u | (uart.in[0] >> 8) : 0) | (uart.out_count ? 0 : 0x60u));
		break;
	default:
		fail_msg("the driver reads register %u", offset);
	}
	uart.is_high = receives() || is_empty_pending();
	return value;
}

static void write_register(void *context, uint32_t range, uint32_t offset, uint32_t bytes, uint64_t value)
{
	(void)context;
	assert_int_equal(range, 0);
	assert_int_equal(bytes, 1);
	switch (offset) {
	case 0:
		assert_int_equal(uart.line_control & 0x80, 0); /* the divisor is not what was meant */
		assert_true(uart.out_count < FIFO);            /* the byte would be lost */
		out[out_size + uart.out_count++] = (uint8_t)value;
		uart.empty_pending = false;
		break;
	case 1:
		if ((value & 2) != 0 && (uart.enable & 2) == 0 && uart.out_count == 0)
			uart.empty_pending = true;
		uart.enable = (uint8_t)value;
		break;
	case 2:
		uart.fifo_control = (uint8_t)value;
		break;
	case 3:
		uart.line_control = (uint8_t)value;
		break;
	case 4:
		uart.modem_control = (uint8_t)value;
		break;
	default:
		fail_msg("the driver writes register %u", offset);
	}
	update_line();
}

/* As firmware may have left it: the divisor's latch open. */
static void line_init(void)
{
	static const struct test_device model = {.read = read_register, .write = write_register};

	memset(&uart, 0, sizeof uart);
	uart.line_control = 0x80;
	test_device(&model);
}

static void line_takes(uint32_t bytes)
{
	for (; bytes > 0 && uart.out_count > 0; bytes--) {
		out_size++;
		if (--uart.out_count == 0) {
			uart.empty_pending = true;
			update_line();
		}
	}
}

static uint32_t line_brings(const uint8_t *data, uint32_t size)
{
	uint32_t count = 0;

	for (; count < size && uart.in_count < FIFO; count++) {
		uart.in[uart.in_count++] = data[count];
		update_line();
	}
	return count;
}

static void line_brings_noise(void)
{
	uart.in[uart.in_count++] = 0x0800; /* a framing error; no interrupt yet */
}

TEST(sets_the_device_up)
{
	line_start();
	assert_int_equal(uart.line_control, 3);
	assert_int_equal(uart.fifo_control & 1, 1);
	assert_int_equal(uart.modem_control, 0x0b);
	assert_int_equal(uart.enable, 1);
}

/* A device that says that something is pending whatever is done. */
static uint64_t read_broken(void *context, uint32_t range, uint32_t offset, uint32_t bytes)
{
	(void)context;
	(void)range;
	(void)bytes;
	return offset == 2 ? 0 : 0x60;
}

static void write_broken(void *context, uint32_t range, uint32_t offset, uint32_t bytes, uint64_t value)
{
	(void)context;
	(void)range;
	(void)offset;
	(void)bytes;
	(void)value;
}

TEST(a_broken_device_does_not_hold_it)
{
	static const struct test_device broken = {.read = read_broken, .write = write_broken};

	test_device(&broken);
	test_start();
	test_interrupt(0);
	assert_true(test_waits());
}
