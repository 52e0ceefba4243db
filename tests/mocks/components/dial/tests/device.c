/* SPDX-License-Identifier: MIT
 * A device with several register ranges and interrupts: memory that keeps what is written, and functions of the test.
 */
#include "test.h"

static uint32_t count[3], writes[3];

static uint64_t read(void *context, uint32_t range, uint32_t offset, uint32_t bytes)
{
	(void)context;
	assert_int_equal(range, 1);
	assert_int_equal(bytes, 4);
	return count[offset / 4];
}

static void write(void *context, uint32_t range, uint32_t offset, uint32_t bytes, uint64_t value)
{
	assert_ptr_equal(context, &count);
	assert_in_range(bytes, 1, 4);
	writes[range]++;
	if (range == 1)
		count[offset / 4] = (uint32_t)value;
}

static void begin(void)
{
	memset(count, 0, sizeof count);
	memset(writes, 0, sizeof writes);
	test_device(&(const struct test_device){.read = read, .write = write, .context = &count});
}

TEST(each_interrupt_is_one_of_its_own)
{
	begin();
	test_interrupt(1);
	test_interrupt(0);
	test_interrupt(1);
	assert_int_equal(count[0], 1);
	assert_int_equal(count[1], 2);
	assert_int_equal(count[2], 0);
	assert_int_equal(writes[0], 1);
	assert_int_equal(writes[1], 3);
}

TEST(ranges_without_a_model_keep_what_is_written)
{
	uint16_t stored = 0;

	assert_int_equal(client_port_store(1, 0xabcd, &stored), DIAL_OK);
	assert_int_equal(stored, 0xabcd);
}
