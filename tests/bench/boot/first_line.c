/* SPDX-License-Identifier: MIT
 * Says hello, then how long that took since the kernel began. One instruction
 * is one nanosecond here.
 */
#include "component.h"

void component_start(void)
{
	struct tenon_ipc start, memory;
	uint64_t printed_ns;

	log_info("hello");
	printed_ns = clock_ns();
	start = tenon_operate(TENON_OP_INSPECT, SLOT_INSPECTOR, TENON_INSPECT_START, 0, 0, 0);
	CHECK(start.status == TENON_OK && start.word[1] != 0);
	memory = tenon_operate(TENON_OP_INSPECT, SLOT_INSPECTOR, TENON_INSPECT_MEMORY, 0, 0, 0);
	CHECK(memory.status == TENON_OK);
	log_info("bench: boot_to_user %llu instructions",
		 (unsigned long long)(start.word[0] * 1000 / (start.word[1] / 1000000)));
	log_info("bench: boot_to_line %llu instructions", (unsigned long long)printed_ns);
	log_info("bench: memory_in_use %llu bytes",
		 (unsigned long long)(memory.word[2] + memory.word[3] + memory.word[4]));
	(void)power_end(0); /* does not come back when it succeeds */
}
