/* SPDX-License-Identifier: MIT
 * The end of the run: first everybody but those that print is stopped, so that
 * the line printed last is the last one.
 */
#include "power.h"
#include "component.h"
#include "member.h"

#include <tenon/print.h>
#include <tenon/thread.h>

#define PATIENCE_NS UINT64_C(1000000000)

static void stop_others(void)
{
	for (uint32_t i = 0; i < members_count(); i++) {
		if (supervision_member(i)->serves_supervisor == 0) {
			member_halt(i);
		}
	}
}

/* The log serves one call after the other: when it answers this one it has printed all before. */
static void settle_log(void)
{
	uint64_t number, time_ns;
	enum log_level level;
	char sender[64], text[161];

	if (log_connected()) {
		(void)log_read_until(clock_ns() + PATIENCE_NS, UINT64_MAX, "", &number, &time_ns, &level,
				     sender, text);
	}
}

/* Whatever the serial line answers, the machine ends: there is nothing better to do with a refusal. */
static void print_last(const char *line, size_t size)
{
	if (serial_connected()) {
		(void)serial_write_until(clock_ns() + PATIENCE_NS, line, (uint32_t)size);
		(void)serial_drain_until(clock_ns() + PATIENCE_NS);
	}
}

static noreturn void control(enum tenon_power how)
{
	uint64_t refusal =
	    tenon_operate(TENON_OP_PLATFORM_POWER, SLOT_PLATFORM, (uint64_t)how, 0, 0, 0).status;

	CHECK(refusal ==
	      TENON_OK); /* says why, and the kernel restarts the machine when its supervisor faults */
	for (;;) {
	}
}

noreturn void power_restart_machine(void)
{
	stop_others();
	settle_log();
	print_last("", 0);
	control(TENON_POWER_RESTART);
}

enum power_status power_restart(uint32_t client)
{
	(void)client;
	power_restart_machine();
}

enum power_status power_end(uint32_t client, uint32_t status)
{
	char line[32];
	size_t size = tenon_print(line, sizeof line, "tenon: end %u\r\n", status);

	(void)client;
	stop_others();
	settle_log();
	print_last(line, size);
	control(TENON_POWER_OFF);
}
