/* SPDX-License-Identifier: MIT
 * Makes frames from its pool and maps them: they lie where the pool does, as the page tables and the firmware's map say.
 */
#include "component.h"
#include <tenon/object.h>

#define HERE   UINT64_C(0x3000000000)
#define ACCESS (TENON_RIGHT_READ | TENON_RIGHT_WRITE)

static unsigned wrong;

static void map(const struct tenon_pool_view *pool, uint32_t slot, uint64_t size, uint64_t address)
{
	tenon_handle_t frame;
	struct tenon_ipc found;

	if (tenon_pool_make(SLOT_POOL, TENON_TYPE_FRAME, slot, size, &frame) != TENON_OK ||
	    tenon_frame_map(frame, SLOT_SPACE, address, ACCESS, TENON_CACHE_NORMAL) != TENON_OK) {
		wrong++;
		return;
	}
	((volatile uint64_t *)address)[size / 8 - 1] = 1;
	found = tenon_operate(TENON_OP_SPACE_QUERY, SLOT_SPACE, address + size - 1, 0, 0, 0);
	if (found.status != TENON_OK || found.word[0] != ACCESS || found.word[1] != size ||
	    found.word[2] != pool->node || found.word[3] != (uint64_t)pool->kind)
		wrong++;
}

void component_start(void)
{
	struct tenon_pool_view pool;

	if (tenon_pool_read(SLOT_POOL, &pool) != TENON_OK)
		wrong++;
	map(&pool, SLOT_FREE, TENON_PAGE_SIZE, HERE);
	map(&pool, SLOT_FREE + 1, UINT64_C(0x200000), HERE + UINT64_C(0x200000));
	log_info("pool in node %u of kind %u, 2 frames there, %u wrong", (unsigned)pool.node,
		 (unsigned)pool.kind, wrong);
}
