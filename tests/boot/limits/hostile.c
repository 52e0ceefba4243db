/* SPDX-License-Identifier: MIT
 * Takes all that it can get of each interface, with threads of its own where one call would wait: first what has a limit,
 * until that stops it, then everybody's time.
 */
#include "component.h"

#include <tenon/object.h>
#include <tenon/string.h>
#include <tenon/thread.h>

#define THREADS     4u
#define STACK_BYTES 4096u
#define FLOODS      200u
#define FAR_NS      UINT64_C(3600000000000)

/* What each thread was answered; it waits in the last call. */
struct greedy {
	volatile bool slept, read; /* its call was answered, and with quota */
	volatile bool asked_to_read;
};

static struct greedy greedy[THREADS];
static _Alignas(16) uint8_t stack[THREADS][STACK_BYTES];
static tenon_handle_t thread[THREADS];

void timer_expired(void)
{
}

void serial_received(void)
{
}

static noreturn void be_greedy(uint64_t number)
{
	struct greedy *self = &greedy[number];
	char line[256];

	self->slept = timer_sleep(FAR_NS) == TIMER_QUOTA;
	while (!self->asked_to_read)
		tenon_yield();
	for (;;) {
		if (console_read_line("", line) == CONSOLE_QUOTA)
			self->read = true;
		tenon_yield();
	}
}

static void start_thread(uint32_t number)
{
	CHECK(tenon_pool_make(SLOT_POOL, TENON_TYPE_THREAD, SLOT_FREE + number, 0, &thread[number]) ==
	      TENON_OK);
	CHECK(tenon_thread_bind(thread[number], SLOT_SPACE, SLOT_TABLE, 0, 0) == TENON_OK);
	CHECK(tenon_thread_schedule(thread[number], 1, TENON_BAND_TIME_SHARING, 1u << 1, 0) == TENON_OK);
	CHECK(tenon_thread_start(thread[number], (uint64_t)(uintptr_t)be_greedy,
				 (uint64_t)(uintptr_t)stack[number + 1], number) == TENON_OK);
}

static uint32_t refused(bool reads)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < THREADS; i++)
		count += reads ? greedy[i].read : greedy[i].slept;
	return count;
}

static void wait_for_refusals(bool reads, uint32_t count)
{
	while (refused(reads) < count)
		(void)timer_start(0, 1000, 0); /* passes the time, and CPU to the threads */
}

static void take_timers(void)
{
	uint32_t count = 0;

	while (timer_start(count, FAR_NS, 0) == TIMER_OK)
		count++;
	log_info("timer: %u timers run, the next is answered %s", count,
		 timer_status_name(timer_start(count, FAR_NS, 0)));
	CHECK(timer_stop(0) == TIMER_OK && timer_start(count, FAR_NS, 0) == TIMER_OK);
	CHECK(timer_start(0, FAR_NS, 0) == TIMER_QUOTA);
	CHECK(timer_stop(count) == TIMER_OK); /* room for wait_for_refusals() */
}

static void take_sleeps(void)
{
	for (uint32_t i = 0; i < THREADS; i++)
		start_thread(i);
	wait_for_refusals(false, THREADS - 2);
	log_info("timer: %u sleeps wait, the next is answered quota", THREADS - refused(false));
}

static void take_buffer(void)
{
	char bytes[512];

	memset(bytes, '\r', sizeof bytes);
	CHECK(serial_write(bytes, sizeof bytes - 4) == SERIAL_OK);
	log_info("serial: %u bytes, the next are answered %s", (unsigned)sizeof bytes,
		 serial_status_name(serial_write(bytes, sizeof bytes)));
}

/* Two threads sleep for good; one of the other two waits for a line. Lines that come are taken again and again. */
static void take_readers(void)
{
	for (uint32_t i = 0; i < THREADS; i++)
		greedy[i].asked_to_read = true;
	wait_for_refusals(true, 1);
	log_info("console: 1 line is waited for, the next is answered quota");
}

/* Lines take what they have and 24 bytes, so older ones of its own went. */
static void take_log(void)
{
	uint32_t bytes = 0, lines = 0;
	uint64_t number = 0, time_ns;
	enum log_level level;
	char sender[64], text[161];

	for (unsigned i = 0; i < FLOODS; i++)
		log_debug("line %u of so many that the log cannot keep them all", i);
	while (log_read(number, "hostile", &number, &time_ns, &level, sender, text) == LOG_OK) {
		bytes += 24 + (uint32_t)strlen(text);
		lines++;
	}
	log_info("log: %s of %u lines are kept",
		 lines < FLOODS && bytes <= 1024 ? "at most 1024 bytes" : "more", FLOODS);
}

static void flood(void)
{
	char greeting[65];
	enum supervisor_state state;
	uint32_t before, restarts, fault;

	for (unsigned i = 0; i < FLOODS; i++) {
		log_debug("flood %u", i);
		(void)serial_write_until(clock_ns() + 1, "", 0);
		(void)serial_drain_until(clock_ns() + 1);
		(void)timer_sleep_until(clock_ns() + 1, FAR_NS);
		(void)console_write("", 0);
		(void)greeter_greet("hostile", greeting, &before);
		(void)supervisor_status("greeter", &state, &restarts, &fault);
		if (i % 50 == 0)
			(void)crasher_fault(CRASHER_KIND_READ_NULL);
	}
}

void component_start(void)
{
	take_timers();
	take_sleeps();
	take_buffer();
	take_readers();
	take_log();
	flood();
	log_info("all limits met");
	for (;;)
		(void)supervisor_restart("nobody"); /* goes on as long as the run */
}
