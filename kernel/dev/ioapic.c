/*
 * SPDX-License-Identifier: MIT
 *
 * The I/O APICs. Each is reached through an index and a data register, so one
 * lock, taken last of all locks, covers them; CPUs mask and unmask at any time.
 * Specification: Intel 82093AA.
 */
#include <dev/ioapic.h>
#include <dev/vtd.h>
#include <x86.h>

#define IOAPIC_SIZE 0x20u
#define IOAPIC_DATA 4u /* in words from the index register */

#define IOAPIC_VERSION 0x01u
#define IOAPIC_LINE    0x10u /* two words a line */

#define LINE_MASKED 0x10000u
#define LINE_LEVEL  0x08000u
#define LINE_LOW    0x02000u
/* Of the upper word, where interrupts are remapped (Intel VT-d 5.1.5.1). */
#define LINE_REMAPPED        0x10000u
#define LINE_INTERRUPT_SHIFT 17

/* Flags of a MADT interrupt source override: ACPI 6.5, 5.2.12.5. */
#define MADT_POLARITY      0x3u
#define MADT_POLARITY_LOW  0x3u
#define MADT_TRIGGER       0xcu
#define MADT_TRIGGER_LEVEL 0xcu

#define ISA_COUNT 16u

struct ioapic {
	volatile uint32_t *page;
	uint32_t first, count; /* global system interrupts */
	uint32_t requester;    /* what it is to the IOMMU */
};

static struct ioapic ioapics[TENON_BOOT_IOAPICS];
static unsigned ioapic_count;
static uint32_t line_count;
static uint32_t line_low[VECTOR_LINES]; /* lower word of each line, by number */
static const struct tenon_boot_x86_64 *madt;
static bool locked;

static void lock(void)
{
	while (__atomic_test_and_set(&locked, __ATOMIC_ACQUIRE))
		arch_relax();
}

static void unlock(void)
{
	__atomic_clear(&locked, __ATOMIC_RELEASE);
}

static uint32_t ioapic_read(const struct ioapic *ioapic, uint32_t reg)
{
	ioapic->page[0] = reg;
	return ioapic->page[IOAPIC_DATA];
}

static void ioapic_write(const struct ioapic *ioapic, uint32_t reg, uint32_t value)
{
	ioapic->page[0] = reg;
	ioapic->page[IOAPIC_DATA] = value;
}

BOOT void ioapic_init(const struct tenon_boot_info *info)
{
	madt = &info->x86_64;
	for (unsigned i = 0; i < madt->ioapic_count && i < TENON_BOOT_IOAPICS; i++) {
		struct ioapic *ioapic = &ioapics[ioapic_count];

		ioapic->page = arch_device_map((physical_t){madt->ioapic[i].base}, IOAPIC_SIZE);
		if (ioapic->page == NULL)
			core_panic(__FILE__, __LINE__, "an I/O APIC cannot be mapped");
		ioapic->first = madt->ioapic[i].first_gsi;
		ioapic->requester = madt->ioapic[i].requester;
		ioapic->count = (ioapic_read(ioapic, IOAPIC_VERSION) >> 16 & 0xff) + 1;
		for (uint32_t line = 0; line < ioapic->count; line++)
			ioapic_write(ioapic, IOAPIC_LINE + 2 * line, LINE_MASKED);
		if (ioapic->first < VECTOR_LINES && ioapic->first + ioapic->count > line_count)
			line_count = ioapic->first + ioapic->count;
		ioapic_count++;
	}
	if (line_count > VECTOR_LINES)
		line_count = VECTOR_LINES;
}

uint32_t ioapic_line_count(void)
{
	return line_count;
}

/* The override of ISA interrupt `isa`, or -1. */
static int override_of(uint32_t isa)
{
	for (unsigned i = 0; i < madt->override_count && i < TENON_BOOT_OVERRIDES; i++)
		if (madt->override[i].isa == isa)
			return (int)i;
	return -1;
}

static bool taken_by_override(uint32_t gsi)
{
	for (unsigned i = 0; i < madt->override_count && i < TENON_BOOT_OVERRIDES; i++)
		if (madt->override[i].gsi == gsi)
			return true;
	return false;
}

static uint32_t gsi_of(uint32_t number)
{
	int found = number < ISA_COUNT ? override_of(number) : -1;

	return found < 0 ? number : madt->override[found].gsi;
}

static const struct ioapic *ioapic_of(uint32_t gsi)
{
	for (unsigned i = 0; i < ioapic_count; i++)
		if (gsi >= ioapics[i].first && gsi - ioapics[i].first < ioapics[i].count)
			return &ioapics[i];
	return NULL;
}

bool ioapic_line_valid(uint32_t number)
{
	if (number >= line_count || ioapic_of(gsi_of(number)) == NULL)
		return false;
	return (number < ISA_COUNT && override_of(number) >= 0) || !taken_by_override(number);
}

static uint32_t isa_mode(uint32_t number)
{
	int found = override_of(number);
	uint32_t mode = 0;

	if (found < 0)
		return 0;
	if ((madt->override[found].flags & MADT_POLARITY) == MADT_POLARITY_LOW)
		mode |= LINE_LOW;
	if ((madt->override[found].flags & MADT_TRIGGER) == MADT_TRIGGER_LEVEL)
		mode |= LINE_LEVEL;
	return mode;
}

static void line_write(uint32_t number, uint32_t low)
{
	uint32_t gsi = gsi_of(number);
	const struct ioapic *ioapic = ioapic_of(gsi);

	line_low[number] = low;
	ioapic_write(ioapic, IOAPIC_LINE + 2 * (gsi - ioapic->first), low);
}

void ioapic_line_enable(uint32_t number, uint32_t flags, uint8_t vector, uint32_t apic_id)
{
	uint32_t gsi = gsi_of(number);
	const struct ioapic *ioapic = ioapic_of(gsi);
	uint32_t mode = isa_mode(number);

	if (number >= ISA_COUNT)
		mode = (flags & TENON_INTERRUPT_EDGE ? 0 : LINE_LEVEL) |
		       (flags & TENON_INTERRUPT_LOW ? LINE_LOW : 0);
	if (vtd_remaps())
		vtd_interrupt_bind(number, ioapic->requester, vector, (mode & LINE_LEVEL) != 0, apic_id);
	lock();
	ioapic_write(ioapic, IOAPIC_LINE + 2 * (gsi - ioapic->first) + 1,
		     vtd_remaps() ? number << LINE_INTERRUPT_SHIFT | LINE_REMAPPED : apic_id << 24);
	line_write(number, mode | vector);
	unlock();
}

void ioapic_line_route(uint32_t number, uint32_t apic_id)
{
	uint32_t gsi = gsi_of(number);
	const struct ioapic *ioapic = ioapic_of(gsi);

	if (vtd_remaps()) {
		vtd_interrupt_route(number, apic_id);
		return;
	}
	lock();
	ioapic_write(ioapic, IOAPIC_LINE + 2 * (gsi - ioapic->first) + 1, apic_id << 24);
	unlock();
}

static void line_mask_set(uint32_t number, uint32_t mask)
{
	lock();
	if (line_low[number] & LINE_LEVEL)
		line_write(number, (line_low[number] & ~LINE_MASKED) | mask);
	unlock();
}

void ioapic_line_mask(uint32_t number)
{
	line_mask_set(number, LINE_MASKED);
}

void ioapic_line_unmask(uint32_t number)
{
	line_mask_set(number, 0);
}
