/*
 * SPDX-License-Identifier: MIT
 *
 * Address spaces: four-level page tables. The kernel half is one set of tables,
 * shared by all spaces through the upper 256 entries of each root, which never
 * change after space_init(): so a kernel mapping made later is seen by all.
 *
 * Where the CPU tags its TLB (PCID), each space has an identifier of its own while
 * they last, and a switch keeps the TLB. Identifier 0 belongs to the kernel's root
 * and to all other spaces: a switch to one of those flushes what it left.
 *
 * No user page lies at or above USER_LIMIT: entry.S relies on it for SYSRET.
 */
#include <arch_entry.h>
#include "../common/identifiers.h"
#include "../common/page_tables.h"

#define ROOT_HALF     256
#define DEVICE_WINDOW (UINT64_C(1) << 30)

static _Alignas(TENON_PAGE_SIZE) uint64_t kernel_root[512];
static _Alignas(TENON_PAGE_SIZE) uint64_t device_directory[512];
static uint64_t device_used; /* bytes of the window handed out */

physical_t arch_image_physical(const void *pointer)
{
	return (physical_t){(uint64_t)pointer - TENON_KERNEL_BASE + boot_info->kernel_physical};
}

BOOT void space_init(void)
{
	const uint64_t *loader = arch_direct((physical_t){boot_info->root_table});

	identifiers_init(feature_has_pcid() ? CR3_PCID : 0);
	for (unsigned i = ROOT_HALF; i < 512; i++)
		kernel_root[i] = loader[i];
	*entry_at(kernel_root, ENTRY_ROOT_LEVEL, TENON_DEVICE_BASE) =
	    arch_image_physical(device_directory).value | ENTRY_PRESENT | ENTRY_WRITE | ENTRY_USED;
	kernel_half_keep(kernel_root);
}

uint64_t space_kernel_root(void)
{
	return arch_image_physical(kernel_root).value;
}

void arch_space_init(struct arch_space *space, physical_t page)
{
	unsigned identifier = identifier_take();

	kernel_half_copy(arch_direct(page));
	space->cr3 = page.value | identifier | (identifier != 0 ? CR3_NOFLUSH : 0);
}

uint64_t arch_boot_forget(void)
{
	return page_tables_forget_boot(kernel_root);
}

void arch_space_leave(void)
{
	cr3_write(space_kernel_root());
}

/*
 * Intel SDM 3A, 4.10.4. INVLPG works on the current identifier only. What identifier 0 left is flushed by the next switch
 * to it. A CPU without INVPCID flushes by loading a root with the identifier; the kernel's, for the space may be going.
 */
void arch_tlb_invalidate(const struct arch_space *space, uint64_t address, uint64_t size)
{
	uint64_t current = cr3_read();
	uint64_t identifier = space_identifier(space);
	bool here = (current & ENTRY_ADDRESS) == (space->cr3 & ENTRY_ADDRESS);

	if (here && size != 0) {
		__asm__ volatile("invlpg (%0)" ::"r"(address) : "memory");
	} else if (here && identifier == 0) {
		cr3_write(current);
	} else if (identifier != 0 && feature_has_invpcid()) {
		const struct {
			uint64_t identifier, address;
		} what = {identifier, address};

		__asm__ volatile("invpcid %0, %1" ::"m"(what),
				 "r"(size == 0 ? INVPCID_SPACE : INVPCID_ADDRESS)
				 : "memory");
	} else if (identifier != 0) {
		cr3_write(space_kernel_root() | identifier);
		cr3_write(current | CR3_NOFLUSH);
	}
}

/* Intel SDM 3A, 4.10.4.1: a change of CR4.PGE takes the entries of all identifiers. */
void arch_tlb_forget(void)
{
	uint64_t cr4 = cr4_read();

	cr4_write(cr4 & ~(uint64_t)CR4_PGE);
	cr4_write(cr4);
}

/* ---- the kernel's own window --------------------------------------------------------------- */

static BOOT physical_t take_boot_page(void *argument)
{
	(void)argument;
	return boot_page();
}

static BOOT bool window_map(uint64_t address, uint64_t physical, uint64_t size, uint64_t attributes)
{
	struct page_run run = {.address = address,
			       .physical = physical,
			       .size = size,
			       .attributes = attributes | ENTRY_PRESENT | ENTRY_WRITE | ENTRY_USED |
					     ENTRY_GLOBAL | ENTRY_NX,
			       .take_page = take_boot_page};

	return page_tables_map(kernel_root, &run) == TENON_OK;
}

BOOT volatile void *arch_device_map(physical_t physical, uint64_t size)
{
	uint64_t offset = physical.value & (TENON_PAGE_SIZE - 1);
	uint64_t address = TENON_DEVICE_BASE + device_used;
	uint64_t bytes;

	if (size == 0 || size > DEVICE_WINDOW - 2 * TENON_PAGE_SIZE)
		return NULL;
	bytes = (size + offset + TENON_PAGE_SIZE - 1) & ~(uint64_t)(TENON_PAGE_SIZE - 1);
	if (bytes > DEVICE_WINDOW - device_used)
		return NULL;
	device_used += bytes;
	if (!window_map(address, physical.value - offset, bytes, ENTRY_UNCACHED))
		return NULL;
	return (volatile void *)(address + offset);
}

BOOT uint64_t space_stack_map(unsigned pages)
{
	uint64_t address = TENON_DEVICE_BASE + device_used + TENON_PAGE_SIZE;

	device_used += (pages + 1) * TENON_PAGE_SIZE;
	for (unsigned i = 0; i < pages; i++) {
		if (device_used > DEVICE_WINDOW ||
		    !window_map(address, boot_page().value, TENON_PAGE_SIZE, 0))
			core_panic(__FILE__, __LINE__, "no room for a kernel stack");
		address += TENON_PAGE_SIZE;
	}
	return address;
}
