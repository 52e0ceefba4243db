/* SPDX-License-Identifier: MIT
 * Programs for run_bound with what a library's notes say: of tables of functions, of what users hand over, of functions by
 * name, and of a library whose notes are complete. The comments are as in bounded.c.
 */
#define TENON_STACK_OF __start_of_library
#include "bounded.h"

#define OF_LIBRARY static __attribute__((noinline, section("of_library"))) int

TENON_STACK_LIBRARY(__stop_of_library);

APART deep(int value)
{
	KEEP(2000);
	return kept[1];
}

APART narrow(int value)
{
	KEEP(150);
	return kept[1];
}

APART wide(int value)
{
	KEEP(500);
	return kept[1];
}

int (*volatile pointer)(int);

/* ---- tables ---- */

struct manager {
	int (*open)(int), (*read)(int), (*close)(int);
};
static const struct manager flash = {.open = leaf, .read = narrow, .close = 0};
static const struct manager *volatile manager;

OF_LIBRARY by_manager(int value)
{
	return manager->read(value) + value;
}
TENON_STACK_CALLS_OF(by_manager, manager);
#undef TENON_STACK_OF
#define TENON_STACK_OF 0 /* from here on as in the code that uses a library */
TENON_STACK_TABLE(manager, flash);

/* What is taken elsewhere does not stand in the table. */
/* stack: case_table_of_functions -> by_manager ~> narrow */
int case_table_of_functions(void)
{
	pointer = wide;
	manager = &flash;
	return by_manager(now) + now;
}

static int (*const listed)(int) __attribute__((used, retain, section("listed_functions"))) = wide;

APART by_list(int value)
{
	TENON_STACK_CALLS(listed);
	return pointer(value) + value;
}
TENON_STACK_BETWEEN(listed, __start_listed_functions, __stop_listed_functions);

/* stack: case_functions_between -> by_list ~> wide */
int case_functions_between(void)
{
	pointer = listed;
	return by_list(now) + now;
}

/* ---- what users hand over ---- */

OF_LIBRARY own(int value)
{
	KEEP(900);
	return kept[0];
}

APART handed(int value)
{
	return pointer(value) + value;
}
TENON_STACK_CALLS_OF(handed, handed);
TENON_STACK_HANDED(handed);

/* Nothing is declared of the kind: any whose address is taken, but not what a library's notes keep for it. */
/* stack: case_handed -> handed ~> wide */
int case_handed(void)
{
	pointer = now ? wide : own;
	return handed(now) + now;
}

APART handed_some(int value)
{
	return pointer(value) + value;
}
TENON_STACK_CALLS_OF(handed_some, handed_some);
TENON_STACK_HANDED(handed_some);
TENON_STACK_CALLED(handed_some, narrow);

/* stack: case_handed_and_declared -> handed_some ~> narrow */
int case_handed_and_declared(void)
{
	pointer = now ? wide : narrow;
	return handed_some(now) + now;
}

/* ---- a library whose notes are complete ---- */

#undef TENON_STACK_OF
#define TENON_STACK_OF __start_of_library

OF_LIBRARY by_own(int value)
{
	return pointer(value) + value;
}
TENON_STACK_LEADS(by_own, own);
TENON_STACK_LEADS(by_own, deep); /* not of the library, so another function of that name is meant */

/* stack: case_library -> by_own ~> own */
int case_library(void)
{
	pointer = now ? own : deep;
	return by_own(now) + now;
}

OF_LIBRARY forgotten(int value)
{
	return pointer(value) + value;
}

/* stack: refused: forgotten calls through a pointer of which its library's notes say nothing */
int case_forgotten(void)
{
	pointer = narrow;
	return forgotten(now) + now;
}

APART counted(int value)
{
	KEEP(40);
	return value ? counted(value - 1) + kept[0] : leaf(value);
}
TENON_STACK_RECURSION_OF(counted, 5);

/* stack: refused: counted calls itself */
int case_name_of_another(void)
{
	pointer = own;
	return by_own(now) + counted(now);
}

/* ---- longjmp() ---- */

#if defined __x86_64__
#define LEAVE "push %rax\n\tmov 48(%rdi), %rsp\n\tjmp *56(%rdi)\n"
#elif defined __aarch64__
#define LEAVE "bti c\n\tsub sp, sp, #16\n\tldr x2, [x0, #104]\n\tmov sp, x2\n\tbr x30\n"
#else
#define LEAVE "addi sp, sp, -16\n\tld sp, 104(a0)\n\tjr a1\n"
#endif
_Noreturn void leave(void *);
__asm__(".section .text.leave,\"ax\",@progbits\n\t.type leave, @function\nleave:\n\t" LEAVE ".text");
#undef TENON_STACK_OF
#define TENON_STACK_OF 0
TENON_STACK_LEAVES_OF(leave);

APART leaves(int value)
{
	KEEP(200);
	if (kept[0])
		leave((void *)&now);
	return leaf(value) + kept[1];
}

/* stack: case_leaves -> leaves -> leaf */
int case_leaves(void)
{
	return leaves(now) + now;
}
