/* SPDX-License-Identifier: MIT
 * The fake machine's devices: an IOMMU before the requesters of segment 0, none before those of segment 1, and no others.
 * A message's address says nothing, its data which message it is.
 */
#include <host.h>
#include <string.h>

#define MESSAGE_ADDRESS UINT64_C(0xfee00000)
#define KNOWN           16u

static struct unit {
	struct arch_space *space; /* NULL: free */
	uint32_t requester;
	bool faulted;
	uint64_t fault_address;
	struct known {
		uint64_t address, physical;
		unsigned rights; /* 0: no entry */
	} known[KNOWN];
	unsigned next;
} units[HOST_REQUESTERS];

static struct {
	bool bound;
	uint32_t requester;
} messages[HOST_MESSAGES];

static struct unit *unit_of(uint32_t requester)
{
	for (unsigned i = 0; i < HOST_REQUESTERS; i++) {
		if (units[i].space != NULL && units[i].requester == requester)
			return &units[i];
	}
	return NULL;
}

void host_devices_reset(void)
{
	memset(units, 0, sizeof(units));
	memset(messages, 0, sizeof(messages));
}

void arch_io_init(const struct tenon_boot_info *info)
{
	(void)info;
}

void arch_io_space_init(struct arch_space *space, physical_t page)
{
	arch_space_init(space, page);
}

enum tenon_status arch_io_attach(struct arch_space *space, uint32_t requester)
{
	CHECK(host_locks != 0 && unit_of(requester) == NULL);
	if (requester >> 16 > 1)
		return TENON_BAD_ARGUMENT;
	if (requester >> 16 == 1)
		return TENON_UNSUPPORTED;
	for (unsigned i = 0; i < HOST_REQUESTERS; i++) {
		CHECK(units[i].space != space);
		if (units[i].space == NULL) {
			units[i] = (struct unit){.space = space, .requester = requester};
			return TENON_OK;
		}
	}
	return TENON_BAD_ARGUMENT;
}

void arch_io_detach(struct arch_space *space, uint32_t requester)
{
	struct unit *unit = unit_of(requester);
	CHECK(host_locks != 0 && unit != NULL && unit->space == space);
	*unit = (struct unit){.space = NULL};
}

void arch_io_flush(const struct arch_space *space, uint32_t requester, uint64_t address, uint64_t size)
{
	struct unit *unit = unit_of(requester);
	CHECK(unit != NULL && unit->space == space);
	for (unsigned i = 0; i < KNOWN; i++) {
		if (size == 0 || unit->known[i].address - address < size)
			unit->known[i].rights = 0;
	}
}

struct arch_message arch_message_bind(uint32_t number, uint32_t requester, struct arch_space *space,
				      bool translated, unsigned cpu)
{
	uint32_t n = number - HOST_LINES;
	const struct unit *unit = unit_of(requester);
	CHECK(number >= HOST_LINES && n < HOST_MESSAGES);
	CHECK(unit == NULL ? !translated : translated && unit->space == space);
	messages[n].bound = true;
	messages[n].requester = requester;
	arch_interrupt_route(number, cpu);
	return (struct arch_message){MESSAGE_ADDRESS, n};
}

bool host_message(uint32_t requester, uint64_t address, uint32_t data)
{
	if (address != MESSAGE_ADDRESS || data >= HOST_MESSAGES || !messages[data].bound ||
	    messages[data].requester != requester)
		return false;
	host_line(HOST_LINES + data);
	return true;
}

static void learn(struct unit *unit, uint64_t page, uint64_t physical, unsigned rights)
{
	unit->known[unit->next++ % KNOWN] = (struct known){page, physical, rights};
}

bool host_dma(uint32_t requester, uint64_t address, unsigned rights, physical_t *physical)
{
	struct unit *unit = unit_of(requester);
	uint64_t inside = address % TENON_PAGE_SIZE, page = address - inside;
	unsigned found = 0;
	if (unit == NULL)
		return false;
	for (unsigned i = 0; i < KNOWN; i++) {
		const struct known *known = &unit->known[i];
		if (known->rights != 0 && known->address == page && (known->rights & rights) == rights) {
			physical->value = known->physical + inside;
			return true;
		}
	}
	if (arch_space_lookup(unit->space, page, physical, &found) && (found & rights) == rights) {
		learn(unit, page, physical->value, found);
		physical->value += inside;
		return true;
	}
	unit->faulted = true;
	unit->fault_address = address;
	return false;
}

uint32_t host_stale_requester(void)
{
	for (unsigned i = 0; i < HOST_REQUESTERS * KNOWN; i++) {
		const struct unit *unit = &units[i / KNOWN];
		const struct known *known = &unit->known[i % KNOWN];
		physical_t physical = {0};
		unsigned rights = 0;
		if (unit->space != NULL && known->rights != 0 &&
		    (!arch_space_lookup(unit->space, known->address, &physical, &rights) ||
		     physical.value != known->physical || rights != known->rights))
			return unit->requester;
	}
	return 0;
}

bool host_faults_due(void)
{
	for (unsigned i = 0; i < HOST_REQUESTERS; i++) {
		if (units[i].space != NULL && units[i].faulted)
			return true;
	}
	return false;
}

void host_faults_take(struct cpu *cpu)
{
	for (unsigned i = 0; i < HOST_REQUESTERS; i++) {
		if (units[i].space == NULL || !units[i].faulted)
			continue;
		units[i].faulted = false;
		core_device_fault(cpu, units[i].requester, units[i].fault_address);
	}
}
