/* SPDX-License-Identifier: MIT
 * At each start: looks at its pool, makes processes that hold copies of what it has and of each other's, has them compute
 * for ever, tells the judge, and falls.
 */
#include "component.h"

#include "../objects/puppet.h"
#include "../support/settled.h"

#define PROCESSES  3u
#define COPIES     100u
#define SLOT_CODE  SLOT_FREE
#define SLOT_FRAME (SLOT_FREE + 1)
#define SLOT_COPY  (SLOT_FREE + 2)
#define SLOT_FIRST (SLOT_COPY + COPIES)

static struct tenon_process process[PROCESSES];
static tenon_handle_t code;
static uint32_t wrong;

static void expect(enum tenon_status status, const char *what)
{
	if (status == TENON_OK)
		return;
	wrong++;
	log_error("wrong: %s: %s", what, tenon_status_name(status));
}

static uint64_t pool_free(void)
{
	/* What is on its way back is waited for by who asks for more than there is. */
	if (tenon_pool_make(SLOT_POOL, TENON_TYPE_FRAME, SLOT_FRAME, UINT64_C(1) << 30, NULL) !=
	    TENON_NO_MEMORY)
		expect(TENON_BAD_ARGUMENT, "more than there is");
	return settled_free(SLOT_POOL);
}

static void make(unsigned number)
{
	const struct tenon_process_segment segment = puppet_segment(&code);
	/* Copies of its static capabilities, too, and of a process' own endpoint. */
	const struct tenon_process_capability capability[] = {
	    {.handle = SLOT_POOL, .slot = 4, .rights = TENON_RIGHTS_ALL},
	    {.handle = SLOT_TABLE, .slot = 5, .rights = TENON_RIGHTS_ALL},
	    {.handle = SLOT_VERDICT, .slot = 6, .rights = TENON_RIGHT_INVOKE},
	    {.handle = process[0].endpoint, .slot = 7, .rights = TENON_RIGHT_INVOKE},
	};
	struct tenon_process_plan plan = puppet_plan(SLOT_POOL, SLOT_SPACE, &segment);
	struct tenon_ipc ipc;

	plan.pool_bytes = UINT64_C(256) << 10;
	plan.stack_bytes = TENON_PAGE_SIZE;
	plan.table_slots = 16;
	plan.capability = capability;
	plan.capabilities = number == 0 ? 3 : 4;
	plan.affinity = number == 1 ? 1 : UINT64_MAX;
	plan.slots = tenon_process_slots(&plan);
	plan.slot = SLOT_FIRST + number * plan.slots;
	expect(tenon_process_create(&plan, &process[number]), "a process");
	expect(puppet_ask(process[number].endpoint, PUPPET_ECHO, 1, 0, &ipc), "a call");
	expect(puppet_tell(process[number].endpoint, PUPPET_COUNT, PUPPET_STACK - TENON_PAGE_SIZE, 0),
	       "told to compute");
}

void component_start(void)
{
	const uint64_t free = pool_free();
	tenon_handle_t frame = 0;
	bool falls = false;

	expect(puppet_code(SLOT_POOL, SLOT_SPACE, TENON_AREA_OWN, SLOT_CODE, &code), "code");
	for (unsigned i = 0; i < PROCESSES; i++)
		make(i);
	expect(tenon_pool_make(SLOT_POOL, TENON_TYPE_FRAME, SLOT_FRAME, TENON_PAGE_SIZE, &frame), "a frame");
	for (unsigned i = 0; i < COPIES; i++)
		expect(tenon_cap_copy(frame, 0, SLOT_COPY + i, TENON_RIGHTS_ALL, 0, &frame),
		       "a copy of a copy");
	expect(tenon_frame_map(frame, SLOT_SPACE, TENON_AREA_OWN, TENON_RIGHT_READ, TENON_CACHE_NORMAL),
	       "mapped by the last");
	if (verdict_tell(free, wrong, &falls) == VERDICT_OK && falls)
		*(volatile uint32_t *)(uintptr_t)8 = 0;
}
