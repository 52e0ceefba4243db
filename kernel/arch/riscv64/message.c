/* SPDX-License-Identifier: MIT
 * Message interrupts of devices: each has an identity of all IMSIC files, and a page of its own in the I/O space of its
 * device, at the end of user addresses, behind which is the file of the CPU where it arrives. Behind that page a device finds
 * all identities of that CPU: it may signal what another device should, and nothing worse. The core's lock for devices guards
 * it all.
 */
#include <arch_entry.h>
#include <core/check.h>
#include <dev/imsic.h>
#include <dev/spare_pages.h>
#include <tenon/tables.h>
#include "../common/page_tables.h"
#include "riscv64.h"

#define MESSAGES (TENON_MESSAGE_AREA / TENON_PAGE_SIZE)

static struct {
	struct arch_space *space; /* NULL: none yet, or one that is not translated */
	uint32_t requester, cpu;
} bound[MESSAGES];

static uint64_t page_of(uint32_t identity)
{
	return USER_LIMIT - TENON_MESSAGE_AREA + identity * (uint64_t)TENON_PAGE_SIZE;
}

static physical_t no_page(void *unused)
{
	(void)unused;
	return (physical_t){0};
}

static void unbind(uint32_t identity)
{
	struct arch_space *space = bound[identity].space;

	if (space == NULL)
		return;
	CHECK(
	    arch_space_change(space, page_of(identity), imsic_file(bound[identity].cpu), TENON_PAGE_SIZE, 0));
	arch_io_flush(space, bound[identity].requester, page_of(identity), TENON_PAGE_SIZE);
}

struct arch_message message_bind(uint32_t identity, uint32_t requester, struct arch_space *space,
				 unsigned cpu)
{
	uint64_t address = page_of(identity);

	unbind(identity);
	bound[identity].space = space;
	bound[identity].requester = requester;
	bound[identity].cpu = cpu;
	if (space == NULL)
		return (struct arch_message){imsic_file(cpu).value, identity};
	CHECK(arch_space_map(space, address, imsic_file(cpu), TENON_PAGE_SIZE,
			     TENON_RIGHT_READ | TENON_RIGHT_WRITE, TENON_CACHE_NORMAL, no_page,
			     NULL) == TENON_OK);
	arch_io_flush(space, requester, address, TENON_PAGE_SIZE);
	return (struct arch_message){address, identity};
}

void message_route(uint32_t identity, unsigned cpu)
{
	(void)message_bind(identity, bound[identity].requester, bound[identity].space, cpu);
}

static BOOT physical_t take_boot_page(void *unused)
{
	(void)unused;
	return boot_page();
}

BOOT void arch_io_space_init(struct arch_space *space, physical_t page)
{
	const physical_t nowhere = {0};

	space->satp = page.value >> 12;
	spare_page_add(); /* of device contexts */
	/* The tables for messages. */
	CHECK(arch_space_map(space, page_of(0), nowhere, TENON_PAGE_SIZE, TENON_RIGHT_READ,
			     TENON_CACHE_NORMAL, take_boot_page, NULL) == TENON_OK);
	CHECK(arch_space_change(space, page_of(0), nowhere, TENON_PAGE_SIZE, 0));
}
