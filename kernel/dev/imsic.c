/* SPDX-License-Identifier: MIT
 * IMSIC. A CPU reaches its own file through CSRs, the files of others, to send
 * to them, through one page each. All identities are open: what may arrive is
 * decided where messages are made.
 */
#include <arch/arch.h>
#include <arch_inline.h>
#include <dev/imsic.h>

enum { EIDELIVERY = 0x70, EITHRESHOLD = 0x72, EIE0 = 0xc0 };

static volatile uint32_t *file[TENON_BOOT_CPUS]; /* offset 0: seteipnum_le */
static uint32_t identity_count;
static physical_t first_file;
static uint32_t file_stride_bits;

physical_t imsic_file(uint32_t cpu)
{
	return (physical_t){first_file.value + ((uint64_t)cpu << file_stride_bits)};
}

BOOT void imsic_init(physical_t base, uint32_t stride_bits, uint32_t cpus, uint32_t identities)
{
	identity_count = identities;
	first_file = base;
	file_stride_bits = stride_bits;
	for (uint32_t i = 0; i < cpus; ++i) {
		file[i] = arch_device_map(imsic_file(i), TENON_PAGE_SIZE);
		if (file[i] == NULL)
			core_panic("imsic.c", __LINE__, "no room to map the IMSIC files");
	}
}

static void imsic_write(uint32_t select, uint64_t value)
{
	csr_write(CSR_SISELECT, select);
	csr_write(CSR_SIREG, value);
}

void imsic_init_cpu(void)
{
	for (uint32_t first = 0; first <= identity_count; first += 64)
		imsic_write(EIE0 + first / 32, UINT64_MAX); /* 64 bits each, in the even registers only */
	imsic_write(EITHRESHOLD, 0);
	imsic_write(EIDELIVERY, 1);
}

uint32_t imsic_claim(void)
{
	return (uint32_t)(csr_exchange(CSR_STOPEI, 0) >> 16);
}

void imsic_send(uint32_t cpu, uint32_t identity)
{
	__asm__ volatile("fence w, o" ::: "memory");
	*file[cpu] = identity;
}
