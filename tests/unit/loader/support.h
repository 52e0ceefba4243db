/* SPDX-License-Identifier: MIT
 * A firmware made of variables, and refusals that come back to the test.
 */
#ifndef LOADER_SUPPORT_H
#define LOADER_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <loader.h>

struct ram {
	uint64_t base, size;
	uint32_t kind;
};
extern struct ram firmware_ram[2 * TENON_BOOT_RANGES + 2];
extern unsigned firmware_rams;
extern const void *firmware_acpi;

#define KERNEL_ELF_ROOM 65536u
uint8_t *kernel_elf_bytes(void); /* the room where the loader expects the kernel ELF */

extern jmp_buf refusal_point;
extern const char *refusal; /* the format of the last refusal */

/* Runs a statement that must be refused with a message that has TEXT in it. */
#define assert_refused(statement, text)                                                                      \
	do {                                                                                                 \
		refusal = NULL;                                                                              \
		if (setjmp(refusal_point) == 0) {                                                            \
			statement;                                                                           \
			fail_msg("not refused: %s", #statement);                                             \
		}                                                                                            \
		assert_non_null(strstr(refusal, text));                                                      \
	} while (0)

#endif
