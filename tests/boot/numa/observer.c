/* SPDX-License-Identifier: MIT
 * Compares the node of each page of own memory with the node of the CPU that its owner runs on.
 * When the others have made what they make.
 *
 *   node CPU NODE
 */
#include "component.h"

#include "../support/quiet.h"

#define LOOK_NS   UINT64_C(50000000)
#define KIND_ZERO 0u
#define KIND_COPY 1u

static unsigned mappings, wrong;

static struct tenon_ipc inspect(enum tenon_inspect what, uint64_t index, uint64_t second)
{
	return tenon_operate(TENON_OP_INSPECT, SLOT_INSPECTOR, (uint64_t)what, index, second, 0);
}

static void space_check(uint64_t space, uint64_t node)
{
	for (uint64_t n = 0;; n++) {
		struct tenon_ipc mapping = inspect(TENON_INSPECT_MAPPING, space, n);

		if (mapping.status != TENON_OK)
			return;
		if (mapping.word[4] != KIND_ZERO && mapping.word[4] != KIND_COPY)
			continue;
		mappings++;
		if (mapping.word[5] == node)
			continue;
		wrong++;
		log_error("wrong: space %llu, 0x%llx: node %llu instead of %llu", (unsigned long long)space,
			  (unsigned long long)mapping.word[0], (unsigned long long)mapping.word[5],
			  (unsigned long long)node);
	}
}

void component_start(void)
{
	look_at(clock_ns() + LOOK_NS);
}

void look(void)
{
	struct tenon_ipc counts = inspect(TENON_INSPECT_COUNTS, 0, 0);

	if (!all_quiet()) {
		look_at(clock_ns() + LOOK_NS);
		return;
	}
	for (uint64_t cpu = 0; cpu < counts.word[3]; cpu++)
		log_info("node %llu %llu", (unsigned long long)cpu,
			 (unsigned long long)inspect(TENON_INSPECT_CPU, cpu, 0).word[2]);
	for (uint64_t i = 0; i < counts.word[0]; i++) {
		struct tenon_ipc thread = inspect(TENON_INSPECT_THREAD, i, 0);

		space_check(thread.word[4], inspect(TENON_INSPECT_CPU, thread.word[2], 0).word[2]);
	}
	log_info("observer: %u mappings, %u wrong", mappings, wrong);
	(void)power_end(0); /* does not come back when it succeeds */
}
