/* SPDX-License-Identifier: MIT
 * A machine whose IOMMU and message interrupts the kernel does not know: every requester uses physical addresses.
 */
#include <arch/arch.h>

BOOT void arch_io_init(const struct tenon_boot_info *info)
{
	(void)info;
}

BOOT void arch_io_space_init(struct arch_space *space, physical_t page)
{
	arch_space_init(space, page);
}

enum tenon_status arch_io_attach(struct arch_space *space, uint32_t requester)
{
	(void)space;
	(void)requester;
	return TENON_UNSUPPORTED;
}

void arch_io_detach(struct arch_space *space, uint32_t requester)
{
	(void)space;
	(void)requester;
}

void arch_io_flush(const struct arch_space *space, uint32_t requester, uint64_t address, uint64_t size)
{
	(void)space;
	(void)requester;
	(void)address;
	(void)size;
}

/* arch_interrupt_valid() knows none. */
struct arch_message arch_message_bind(uint32_t number, uint32_t requester, struct arch_space *space,
				      unsigned cpu)
{
	(void)number;
	(void)requester;
	(void)space;
	(void)cpu;
	return (struct arch_message){0, 0};
}
