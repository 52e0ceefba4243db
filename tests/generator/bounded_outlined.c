/* SPDX-License-Identifier: MIT
 * Programs for run_bound whose functions have so much in common that -Oz moves pieces of them out. The comments are as in
 * bounded.c.
 */
#include "bounded.h"

static volatile int a, b, c, d, e, f, g;

#define COMMON                                                                                               \
	a = value;                                                                                           \
	b = value + 3;                                                                                       \
	c = value * 5;                                                                                       \
	d = value ^ 77;                                                                                      \
	e = value + now;                                                                                     \
	f = a + b;                                                                                           \
	g = c + d

#define TWIN(name, size, callee)                                                                             \
	APART name(int value)                                                                                \
	{                                                                                                    \
		KEEP(size);                                                                                  \
		COMMON;                                                                                      \
		kept[1] = (char)callee(value + size);                                                        \
		COMMON;                                                                                      \
		return callee(kept[2]) + kept[1] + now;                                                      \
	}

TWIN(first, 40, leaf)
TWIN(second, 40, leaf)
TWIN(third, 40, leaf)
TWIN(fourth, 600, third)
TWIN(fifth, 600, third)
TWIN(sixth, 600, third)

/* stack: case_outlined -> fourth -> third -> leaf */
int case_outlined(void)
{
	return first(now) + second(now) + fourth(now) + fifth(now) + sixth(now);
}

#define LAST(name)                                                                                           \
	APART name(int value)                                                                                \
	{                                                                                                    \
		KEEP(100);                                                                                   \
		COMMON;                                                                                      \
		kept[3] = (char)now;                                                                         \
		COMMON;                                                                                      \
		return leaf(kept[value & 3] + a + b + c);                                                    \
	}

LAST(seventh)
LAST(eighth)
LAST(ninth)

/* stack: at least case_outlined_last -> ninth */
int case_outlined_last(void)
{
	return seventh(now) + eighth(now) + ninth(now);
}

/* ---- by hand: pieces that are jumped to, that go on elsewhere, that have branches ---- */

#if defined __x86_64__
#define PUSH     "sub $48, %rsp\n\t"
#define POP      "add $48, %rsp\n\t"
#define TO(name) "jmp " name "\n\t"
#define BY(name) "call " name "\n\t"
#define BACK     "ret\n\t"
#define BRANCH   "jz 1f\n1:\t"
#elif defined __aarch64__
#define PUSH     "sub sp, sp, #48\n\t"
#define POP      "add sp, sp, #48\n\t"
#define TO(name) "b " name "\n\t"
#define BY(name) "bl " name "\n\t"
#define BACK     "ret\n\t"
#define BRANCH   "cbz x0, 1f\n1:\t"
#else
#define PUSH     "addi sp, sp, -48\n\t"
#define POP      "addi sp, sp, 48\n\t"
#define TO(name) "j " name "\n\t"
#define BY(name) "jal t0, " name "\n\t"
#define BACK     "jr t0\n\t"
#define BRANCH   "beqz a0, 1f\n1:\t"
#endif
#if defined __riscv
#define END "ret\n\t" /* of the function */
#else
#define END BACK
#endif
#define ASSEMBLY(name, code)                                                                                 \
	int name(void);                                                                                      \
	__asm__(".section .text." #name ",\"ax\",@progbits\n\t.type " #name ", @function\n" #name            \
		":\n\t" code ".size " #name ", . - " #name "\n\t.text")

ASSEMBLY(OUTLINED_FUNCTION_80, POP END);
ASSEMBLY(jumps_into, PUSH PUSH POP TO("OUTLINED_FUNCTION_80"));

/* stack: case_jumps_into -> jumps_into[96] */
int case_jumps_into(void)
{
	return jumps_into() + now;
}

APART wide_away(int value)
{
	KEEP(400);
	return kept[0];
}

int far_away(void);
int far_away(void)
{
	return wide_away(now);
}

#ifndef __riscv /* there a piece cannot go on elsewhere: it keeps its return address in t0 */
ASSEMBLY(OUTLINED_FUNCTION_81, TO("far_away"));
ASSEMBLY(calls_onward, PUSH BY("OUTLINED_FUNCTION_81") POP END);
#else
ASSEMBLY(calls_onward, PUSH "call far_away\n\t" POP END);
#endif

/* stack: case_calls_onward -> calls_onward[48] -> far_away => wide_away */
int case_calls_onward(void)
{
	return calls_onward() + now;
}

ASSEMBLY(OUTLINED_FUNCTION_82, BRANCH BACK);
ASSEMBLY(calls_branch, PUSH BY("OUTLINED_FUNCTION_82") POP END);

/* stack: refused: calls_branch has a piece that the compiler moved elsewhere, with branches in it */
int case_branch_in_a_piece(void)
{
	return calls_branch() + now;
}

ASSEMBLY(OUTLINED_FUNCTION_83, PUSH BACK);
ASSEMBLY(leaves_one_in_a_piece, BY("OUTLINED_FUNCTION_83") END);

/* stack: refused: leaves_one_in_a_piece returns with another stack pointer */
int case_piece_out_of_balance(void)
{
	return leaves_one_in_a_piece() + now;
}
