/* SPDX-License-Identifier: MIT
 * See dev/spare_pages.h. They are linked by their first words.
 */
#include <arch_inline.h>
#include <dev/spare_pages.h>

static physical_t first;

BOOT void spare_page_add(void)
{
	physical_t page = boot_page();

	*(uint64_t *)arch_direct(page) = first.value;
	first = page;
}

physical_t spare_page_take(void)
{
	physical_t page = first;

	if (page.value != 0) {
		uint64_t *next = arch_direct(page);
		first.value = *next;
		*next = 0;
	}
	return page;
}
