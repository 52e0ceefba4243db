/* SPDX-License-Identifier: MIT
 * The end of what only boot runs: see page_tables.h.
 */
#include <arch/arch.h>
#include <arch_entry.h>
#include <core/check.h>
#include "page_tables.h"

/* The linker script's, on page boundaries: the loader maps the segment in pages, for it is smaller than 2 MiB. */
extern const char boot_begin[], boot_end[];

COLD uint64_t page_tables_forget_boot(uint64_t *root)
{
	uint64_t end = (uintptr_t)boot_end;

	for (uint64_t address = (uintptr_t)boot_begin; address < end; address += TENON_PAGE_SIZE) {
		uint64_t *table = root;

		for (unsigned level = ENTRY_ROOT_LEVEL; level > 0; level--) {
			uint64_t entry = *entry_at(table, level, address);

			CHECK(entry_is_table(entry, level));
			table = arch_direct(entry_physical(entry));
		}
		*entry_at(table, 0, address) = 0;
	}
	entries_written();
	arch_tlb_forget();
	return end - (uintptr_t)boot_begin;
}
