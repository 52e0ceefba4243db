/* SPDX-License-Identifier: MIT
 * Pages for musl's malloc, out of the component's heap (`memory: {heap: …}`): a bit for each page, first fit. malloc asks
 * for few and large runs, so a walk over the bits is cheap enough.
 */
#include <string.h>
#include <tenon/component.h>
#include "libc.h"

#define PAGES_MAX 65536u /* 256 MiB */

static uint8_t taken[PAGES_MAX / 8];

static size_t page_count(void)
{
	const size_t pages = tenon_component.heap_size / TENON_PAGE_SIZE;

	return pages < PAGES_MAX ? pages : PAGES_MAX;
}

static int is_taken(size_t page)
{
	return taken[page / 8] >> page % 8 & 1;
}

static void mark(size_t first, size_t count, int value)
{
	for (size_t page = first; page < first + count; page++) {
		const uint8_t bit = (uint8_t)(1u << page % 8);

		taken[page / 8] = (uint8_t)(value ? taken[page / 8] | bit : taken[page / 8] & ~bit);
	}
}

void *libc_pages_take(size_t bytes)
{
	const size_t pages = page_count();
	const size_t count = bytes / TENON_PAGE_SIZE + (bytes % TENON_PAGE_SIZE != 0);
	size_t run = 0;

	if (count == 0 || count > pages)
		return NULL;
	for (size_t page = 0; page < pages; page++) {
		run = is_taken(page) ? 0 : run + 1;
		if (run == count) {
			char *first = (char *)TENON_AREA_HEAP + (page + 1 - count) * TENON_PAGE_SIZE;

			mark(page + 1 - count, count, 1);
			return memset(first, 0, count * TENON_PAGE_SIZE);
		}
	}
	return NULL;
}

int libc_pages_give(void *first, size_t bytes)
{
	const uintptr_t at = (uintptr_t)first;
	const size_t count = bytes / TENON_PAGE_SIZE + (bytes % TENON_PAGE_SIZE != 0);
	size_t page;

	if (at % TENON_PAGE_SIZE != 0 || at < TENON_AREA_HEAP)
		return 0;
	page = (at - TENON_AREA_HEAP) / TENON_PAGE_SIZE;
	if (page >= page_count() || count > page_count() - page)
		return 0;
	mark(page, count, 0);
	return 1;
}
