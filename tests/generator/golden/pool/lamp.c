/* SPDX-License-Identifier: MIT
 * A driver with a pool: it maps its device's registers itself, past the caches.
 */
#include "component.h"
#include <tenon/object.h>

void component_start(void)
{
	tenon_handle_t frame;

	if (tenon_frame_of_registers(SLOT_REGISTERS_0, SLOT_FREE, TENON_PAGE_SIZE, 0, &frame) == TENON_OK)
		(void)tenon_frame_map(frame, SLOT_SPACE, 0x100000000, TENON_RIGHT_READ, TENON_CACHE_DEVICE);
}
