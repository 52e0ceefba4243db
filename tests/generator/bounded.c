/* SPDX-License-Identifier: MIT
 * Programs for run_bound, each of which begins at a function case_NAME. The comment before it has its deepest chain:
 *
 *   a -> b     a calls b                       a ~> b   through a pointer
 *   a => b     a goes on as b for good         a[16]    a frame of 16 bytes, whatever the compiler says
 *   a*5        five calls of a inside one another
 *
 * or `refused:` and a part of the reason, `open`, or `at least` and a chain. Nothing runs this.
 */
#include "bounded.h"

/* ---- calls by name ---- */

APART fifth(int value)
{
	KEEP(400);
	return leaf(value) + kept[1];
}

APART fourth(int value)
{
	KEEP(32);
	return fifth(value) * fifth(value + 1) + leaf(value) + kept[1];
}

APART third(int value)
{
	return fourth(value) + fourth(value - 1);
}

APART second(int value)
{
	KEEP(8);
	return third(value) + kept[1];
}

APART first(int value)
{
	return second(value) + value;
}

/* stack: case_deep -> first -> second -> third -> fourth -> fifth -> leaf */
int case_deep(void)
{
	return first(now) + 1;
}

APART wide(int value)
{
	KEEP(1000);
	return leaf(value) + kept[1];
}

APART deep(int value)
{
	KEEP(800);
	return kept[1];
}

APART narrow(int value)
{
	return leaf(value) + deep(value) + leaf(value + 1);
}

/* stack: case_two -> narrow -> deep */
int case_two(void)
{
	return leaf(now) + narrow(now) + leaf(now);
}

/* stack: case_wide -> wide -> leaf */
int case_wide(void)
{
	return narrow(now) + wide(now) + narrow(now);
}

APART early(int value)
{
	if (value > 0)
		return value;
	return wide(value) + deep(value + 1) + now;
}

/* stack: case_early -> early -> wide -> leaf */
int case_early(void)
{
	return early(now) + now;
}

APART far(int value)
{
	KEEP(900);
	return leaf(value) + kept[0];
}

APART onward(int value)
{
	KEEP(500);
	__attribute__((musttail)) return far(value + kept[0]);
}

/* stack: case_tail -> onward => far -> leaf */
int case_tail(void)
{
	return onward(now) + now;
}

APART outgrown(int value)
{
	KEEP(2000);
	__attribute__((musttail)) return far(value + kept[0]);
}

/* stack: case_tail_of_a_larger_frame -> outgrown */
int case_tail_of_a_larger_frame(void)
{
	return outgrown(now) + now;
}

static __attribute__((noinline, noreturn)) void stop(int value)
{
	KEEP(700);
	for (;;)
		now = kept[value & 3];
}

APART checked(int value)
{
	KEEP(40);
	if (value < 0)
		stop(value);
	return leaf(value) + kept[0];
}

/* stack: case_no_return -> checked -> stop */
int case_no_return(void)
{
	return checked(now) + now;
}

APART arms(int value)
{
	switch (value) {
	case 0:
		return leaf(now) + now;
	case 1:
		return early(now) - now;
	case 2:
		return narrow(now) * now;
	case 3:
		return first(now) / (now | 1);
	case 4:
		return far(now) ^ now;
	case 5:
		return deep(now) & now;
	default:
		return value;
	}
}

/* stack: case_table_of_jumps -> arms -> early -> wide -> leaf */
int case_table_of_jumps(void)
{
	return arms(now) + now;
}

/* ---- frames ---- */

APART frame_5000(int value)
{
	KEEP(5000);
	return leaf(value) + kept[0];
}

APART frame_70000(int value)
{
	KEEP(70000);
	return frame_5000(value) + kept[0];
}

APART frame_3000000(int value)
{
	KEEP(3000000);
	return frame_70000(value) + kept[0];
}

/* stack: case_large -> frame_3000000 -> frame_70000 -> frame_5000 -> leaf */
int case_large(void)
{
	return frame_3000000(now) + now;
}

APART aligned(int value)
{
	_Alignas(64) volatile char kept[90];

	kept[value & 7] = (char)value;
	return leaf(value) + kept[0];
}

/* stack: at least case_aligned -> aligned -> leaf */
int case_aligned(void)
{
	return aligned(now) + now;
}

APART sum_of(int count, ...)
{
	__builtin_va_list list;
	int sum = leaf(count);

	__builtin_va_start(list, count);
	for (int i = 0; i < count; i++)
		sum += __builtin_va_arg(list, int);
	__builtin_va_end(list);
	return sum;
}

APART of_many(int a, int b, int c, int d, int e, int f, int g, int h, int i, int j)
{
	return leaf(a) + b * c - d * e + f * g - h * i + j * now;
}

/* stack: at least case_arguments -> of_many -> leaf */
int case_arguments(void)
{
	return sum_of(4, now, now, now, now) + of_many(now, now, 3, now, now, 6, now, now, now, now);
}

APART of_a_value(int value)
{
	volatile char *kept = __builtin_alloca((unsigned)value);

	kept[0] = (char)value;
	return leaf(value) + kept[0];
}

/* stack: refused: of_a_value has a frame whose size depends on a value */
int case_variable(void)
{
	return of_a_value(now) + now;
}

APART of_a_small_value(int value)
{
	volatile char *kept = __builtin_alloca((unsigned)value);

	TENON_STACK_FRAME(512);
	kept[0] = (char)value;
	return leaf(value) + kept[0];
}

/* stack: case_variable_declared -> of_a_small_value[512] -> leaf */
int case_variable_declared(void)
{
	return of_a_small_value(now) + now;
}

APART grows(int value)
{
	int sum = 0;

	for (int i = 0; i < value; i++) {
		volatile char *kept = __builtin_alloca(16);

		kept[0] = (char)i;
		sum += leaf(kept[0]);
	}
	return sum;
}

/* stack: refused: grows comes to one instruction with different amounts on the stack */
int case_grows(void)
{
	return grows(now) + now;
}

#if defined __x86_64__
#define PUSH "push %rax\n\t"
#define POP  "pop %rax\n\t"
#define LOOP "dec %ecx\n\tjnz 1b\n\t"
#define BACK "ret\n"
#define HEAD ""
#elif defined __aarch64__
#define PUSH "stp x0, x1, [sp, #-8]!\n\t"
#define POP  "ldp x0, x1, [sp], #8\n\t"
#define LOOP "cbnz x2, 1b\n\t"
#define BACK "ret\n"
#define HEAD "bti c\n\t"
#else
#define PUSH "addi sp, sp, -8\n\tsd a0, 0(sp)\n\t"
#define POP  "ld a0, 0(sp)\n\taddi sp, sp, 8\n\t"
#define LOOP "bnez a1, 1b\n\t"
#define BACK "ret\n"
#define HEAD ""
#endif
/* As the symbols of assembly often are: without a size. */
#define ASSEMBLY(name, code)                                                                                 \
	int name(void);                                                                                      \
	__asm__(".section .text." #name ",\"ax\",@progbits\n\t.type " #name ", @function\n" #name            \
		":\n\t" HEAD code ".text")

ASSEMBLY(pushes, PUSH PUSH "1:\t" PUSH POP LOOP POP POP BACK);
ASSEMBLY(pushes_again, "1:\t" PUSH LOOP POP BACK);
ASSEMBLY(leaves_one, PUSH BACK);

/* stack: case_push -> pushes[24] */
int case_push(void)
{
	return pushes() + now;
}

/* stack: refused: pushes_again comes to one instruction with different amounts on the stack */
int case_push_again(void)
{
	return pushes_again() + now;
}

/* stack: refused: leaves_one returns with another stack pointer */
int case_push_alone(void)
{
	return leaves_one() + now;
}
