/* SPDX-License-Identifier: MIT
 * See support.h.
 */
#include <stdlib.h>
#include <string.h>

#include "support.h"

struct ram firmware_ram[2 * TENON_BOOT_RANGES + 2];
unsigned firmware_rams;
const void *firmware_acpi;
jmp_buf refusal_point;
const char *refusal;

/* The loader's own symbols are constants; here they are a place to write to. */
__asm__(".data\n.balign 4096\n.globl kernel_elf\nkernel_elf: .skip 65536\n.globl "
	"kernel_elf_end\nkernel_elf_end:\n.text\n");

/* Nothing is handed over to. */
noreturn void handover(uint64_t entry, uint64_t info, uint64_t root);
noreturn void handover(uint64_t entry, uint64_t info, uint64_t root)
{
	(void)entry;
	(void)info;
	(void)root;
	abort();
}

uint8_t *kernel_elf_bytes(void)
{
	return (uint8_t *)(uintptr_t)kernel_elf;
}

noreturn void refuse(const char *format, ...)
{
	refusal = format;
	longjmp(refusal_point, 1);
}

uint64_t firmware_allocate(uint64_t size, uint64_t alignment, uint64_t limit)
{
	(void)size;
	(void)alignment;
	(void)limit;
	return 0;
}

uint64_t firmware_rsdp(void)
{
	return (uint64_t)(uintptr_t)firmware_acpi;
}

void firmware_memory(void)
{
	for (unsigned i = 0; i < firmware_rams; i++)
		memory_add(firmware_ram[i].base, firmware_ram[i].size, firmware_ram[i].kind);
}
