/* SPDX-License-Identifier: MIT
 * The start of a component with `libc: musl`: the C library first, then the generated loop.
 *
 * musl finds its thread's storage through a program header and takes its page size from an auxiliary vector, as on
 * Linux; both are made here of what the linker script says. After that `tenon_component_main` is like main(): it
 * never returns.
 */
#include <elf.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <tenon/component.h>
#include "libc.h"

extern const char tenon_tls_image[], tenon_tls_image_end[], tenon_tls_end[]; /* component.ld */

int __libc_start_main(int (*main)(int, char **, char **), int count, char **arguments, void (*none_1)(void),
		      void (*none_2)(void), void (*none_3)(void));

static Elf64_Phdr program_header;
static struct {
	char *arguments[2];   /* the name, and the end */
	char *environment[1]; /* the end */
	size_t auxiliary[12];
} stack;
_Static_assert(offsetof(__typeof__(stack), auxiliary) == 3 * sizeof(char *),
	       "one behind the other, as musl walks it");

static char name[64];

static int libc_main(int count, char **arguments, char **environment)
{
	(void)count;
	(void)arguments;
	(void)environment;
	tenon_component_loop();
}

noreturn void tenon_component_main(void)
{
	for (size_t i = 0; i < sizeof name - 1 && tenon_component.name[i] != '\0'; i++)
		name[i] = tenon_component.name[i];
	/* Room for an image of thread-local variables would have to be mapped, on AArch64 even for none. */
	program_header =
	    (Elf64_Phdr){.p_type = (uintptr_t)tenon_tls_end == (uintptr_t)tenon_tls_image ? PT_NULL : PT_TLS,
			 .p_vaddr = (uintptr_t)tenon_tls_image,
			 .p_filesz = (size_t)(tenon_tls_image_end - tenon_tls_image),
			 .p_memsz = (size_t)(tenon_tls_end - tenon_tls_image),
			 .p_align = 64};
	stack.arguments[0] = name;
	stack.auxiliary[0] = AT_PHDR;
	stack.auxiliary[1] = (size_t)&program_header;
	stack.auxiliary[2] = AT_PHNUM;
	stack.auxiliary[3] = 1;
	stack.auxiliary[4] = AT_PHENT;
	stack.auxiliary[5] = sizeof program_header;
	stack.auxiliary[6] = AT_PAGESZ;
	stack.auxiliary[7] = TENON_PAGE_SIZE;
	stack.auxiliary[8] = AT_RANDOM; /* only for the stack protector, which nobody is compiled with */
	stack.auxiliary[9] = (size_t)name;
	exit(__libc_start_main(libc_main, 1, stack.arguments, NULL, NULL, NULL));
}
