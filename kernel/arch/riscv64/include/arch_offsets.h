/* SPDX-License-Identifier: MIT
 * Byte offsets into struct arch_context and struct arch_cpu for the assembly;
 * context.c asserts that they agree with the C declarations.
 */
#ifndef RISCV64_ARCH_OFFSETS_H
#define RISCV64_ARCH_OFFSETS_H

#define CONTEXT_WORD    0  /* a0..a7 */
#define CONTEXT_CONTROL 64 /* t0, t1, t2, t3 */
#define CONTEXT_PC      96
#define CONTEXT_RA      104
#define CONTEXT_SP      112
#define CONTEXT_TP      120
#define CONTEXT_S0      128
#define CONTEXT_CPU     136
#define CONTEXT_GP      144
#define CONTEXT_SAVED   152 /* s1..s11 */
#define CONTEXT_SCRATCH 240 /* t4, t5, t6 */
#define CONTEXT_FP      264 /* f0..f31, fcsr */
#define CONTEXT_SIZE    528

#define CPU_STACK_TOP 528
#define CPU_ENTERED   536

#endif
