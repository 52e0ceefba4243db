/* SPDX-License-Identifier: MIT
 * The device half of the contract: VT-d where the machine has it, and nothing otherwise.
 */
#include "x86.h"
#include <core/check.h>
#include <dev/vtd.h>

BOOT void arch_io_init(const struct tenon_boot_info *info)
{
	vtd_init(info);
}

BOOT void arch_io_space_init(struct arch_space *space, physical_t page)
{
	if (vtd_translates())
		vtd_space_init(space, page);
	else
		arch_space_init(space, page);
}

COLD enum tenon_status arch_io_attach(struct arch_space *space, uint32_t requester)
{
	return vtd_translates() ? vtd_attach(space, requester) : TENON_UNSUPPORTED;
}

void arch_io_detach(struct arch_space *space, uint32_t requester)
{
	(void)space;
	vtd_detach(requester);
}

void arch_io_flush(const struct arch_space *space, uint32_t requester, uint64_t address, uint64_t size)
{
	(void)requester;
	(void)address;
	(void)size;
	vtd_flush(space);
}
