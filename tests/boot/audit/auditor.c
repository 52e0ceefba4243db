/* SPDX-License-Identifier: MIT
 * Prints every capability and every mapping that the kernel holds, one a line,
 * for comparison with what the description says:
 *
 *   slot TABLE INDEX TYPE RIGHTS BADGE OBJECT GENERATION
 *   mapping SPACE ADDRESS SIZE RIGHTS
 *   thread NAME PRIORITY TABLE SPACE
 */
#include "component.h"

#include "../support/quiet.h"

#define INSPECTOR SLOT_INSPECTOR
#define WAIT_NS   UINT64_C(50000000)

static struct tenon_ipc inspect(enum tenon_inspect what, uint64_t index, uint64_t second)
{
	return tenon_operate(TENON_OP_INSPECT, INSPECTOR, (uint64_t)what, index, second, 0);
}

static void print_threads(uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		struct tenon_ipc name = inspect(TENON_INSPECT_THREAD_NAME, i, 0);
		struct tenon_ipc thread = inspect(TENON_INSPECT_THREAD, i, 0);
		CHECK(name.status == TENON_OK && thread.status == TENON_OK);
		name.word[7] &= UINT64_MAX >> 8; /* a name of 64 bytes has no zero of its own */
		log_info("thread %s %llu %llu %llu", (const char *)name.word,
			 (unsigned long long)thread.word[1], (unsigned long long)thread.word[7],
			 (unsigned long long)thread.word[4]);
	}
}

static void print_tables(uint64_t count)
{
	for (uint64_t table = 0; table < count; table++) {
		struct tenon_ipc size = inspect(TENON_INSPECT_TABLE, table, 0);
		CHECK(size.status == TENON_OK);
		for (uint64_t slot = 0; slot < size.word[0]; slot++) {
			struct tenon_ipc held = inspect(TENON_INSPECT_SLOT, table, slot);
			CHECK(held.status == TENON_OK);
			if (held.word[0] == TENON_TYPE_NONE)
				continue;
			log_info("slot %llu %llu %llu %llu %llu %llu %llu", (unsigned long long)table,
				 (unsigned long long)slot, (unsigned long long)held.word[0],
				 (unsigned long long)held.word[1], (unsigned long long)held.word[2],
				 (unsigned long long)held.word[3], (unsigned long long)held.word[4]);
		}
	}
}

static void print_mappings(uint64_t spaces)
{
	for (uint64_t space = 0; space < spaces; space++) {
		for (uint64_t n = 0;; n++) {
			struct tenon_ipc mapping = inspect(TENON_INSPECT_MAPPING, space, n);
			if (mapping.status != TENON_OK)
				break;
			log_info("mapping %llu %llu %llu %llu", (unsigned long long)space,
				 (unsigned long long)mapping.word[0], (unsigned long long)mapping.word[1],
				 (unsigned long long)mapping.word[2]);
		}
	}
}

void component_start(void)
{
	audit_at(clock_ns() + WAIT_NS);
}

void audit(void)
{
	struct tenon_ipc counts = inspect(TENON_INSPECT_COUNTS, 0, 0);
	CHECK(counts.status == TENON_OK);
	if (!all_quiet()) {
		audit_at(clock_ns() + WAIT_NS);
		return;
	}
	print_threads(counts.word[0]);
	print_tables(counts.word[1]);
	print_mappings(counts.word[2]);
	log_info("audit: done");
	(void)power_end(0); /* does not come back when it succeeds */
}
