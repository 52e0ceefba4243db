/* SPDX-License-Identifier: MIT
 * APLIC in message mode. A level source sends its message when its line rises,
 * once; so unmasking asks the APLIC to look at the line again (4.9.2: a write of
 * setipnum makes a level source pending only while its line is asserted).
 * Where messages go the firmware has set and locked (mmsiaddrcfg).
 */
#include <dev/aplic.h>
#include <tenon/tables.h>

enum {
	DOMAINCFG = 0x0000,
	SOURCECFG = 0x0004, /* of source 1 */
	CLRIE = 0x1f00,
	SETIPNUM = 0x1cdc,
	SETIENUM = 0x1edc,
	CLRIENUM = 0x1fdc,
	TARGET = 0x3004 /* of source 1 */
};

#define DOMAINCFG_IE (1u << 8)
#define DOMAINCFG_DM (1u << 2) /* deliver as messages */

enum { MODE_INACTIVE = 0, MODE_RISING = 4, MODE_FALLING = 5, MODE_HIGH = 6, MODE_LOW = 7 };

#define TARGET_HART_SHIFT 18

static volatile uint8_t *registers;

static volatile uint32_t *aplic_register(uint32_t offset)
{
	return (volatile uint32_t *)(registers + offset);
}

BOOT void aplic_init(physical_t base, uint64_t size, uint32_t sources)
{
	registers = arch_device_map(base, size);
	if (registers == NULL)
		core_panic("aplic.c", __LINE__, "no room to map the APLIC");
	*aplic_register(DOMAINCFG) = 0;
	for (uint32_t i = 0; i <= sources / 32; ++i)
		*aplic_register(CLRIE + 4 * i) = UINT32_MAX;
	for (uint32_t source = 1; source <= sources; ++source)
		*aplic_register(SOURCECFG + 4 * (source - 1)) = MODE_INACTIVE;
	*aplic_register(DOMAINCFG) = DOMAINCFG_IE | DOMAINCFG_DM;
}

void aplic_route(uint32_t source, uint32_t hart, uint32_t identity)
{
	*aplic_register(TARGET + 4 * (source - 1)) = hart << TARGET_HART_SHIFT | identity;
}

void aplic_enable(uint32_t source, uint32_t flags, uint32_t hart, uint32_t identity)
{
	uint32_t mode = flags & TENON_INTERRUPT_EDGE ? MODE_RISING : MODE_HIGH;

	if (flags & TENON_INTERRUPT_LOW)
		++mode; /* the falling and low modes follow the rising and high ones */
	*aplic_register(SOURCECFG + 4 * (source - 1)) = mode;
	aplic_route(source, hart, identity);
	*aplic_register(SETIENUM) = source;
	if ((flags & TENON_INTERRUPT_EDGE) == 0)
		*aplic_register(SETIPNUM) = source;
}

void aplic_mask(uint32_t source)
{
	*aplic_register(CLRIENUM) = source;
}

void aplic_unmask(uint32_t source)
{
	uint32_t mode = *aplic_register(SOURCECFG + 4 * (source - 1));

	*aplic_register(SETIENUM) = source;
	if (mode >= MODE_HIGH)
		*aplic_register(SETIPNUM) = source;
}
