/* SPDX-License-Identifier: MIT
 * Byte offsets into struct arch_context and struct arch_cpu for the assembly;
 * context.c asserts that they agree with the C declarations.
 */
#ifndef RISCV64_ARCH_OFFSETS_H
#define RISCV64_ARCH_OFFSETS_H

#define CONTEXT_WORD    0  /* a0..a7 */
#define CONTEXT_CONTROL 64 /* t0, t1, t2, t3 */
#define CONTEXT_PC      96
#define CONTEXT_RESTORE 104
#define CONTEXT_RA      112
#define CONTEXT_SP      120
#define CONTEXT_TP      128
#define CONTEXT_S0      136
#define CONTEXT_CPU     144
#define CONTEXT_GP      152
#define CONTEXT_SAVED   160 /* s1..s11 */
#define CONTEXT_SCRATCH 248 /* t4, t5, t6 */
#define CONTEXT_SIZE    288

#define CPU_STACK_TOP 288
#define CPU_ENTERED   296

/* A context's vector memory. */
#define VECTOR_FP        0 /* f0..f31 */
#define VECTOR_FCSR      256
#define VECTOR_START     264 /* vstart, vcsr, vl, vtype */
#define VECTOR_REGISTERS 320 /* v0..v31, where the CPU has them */

#endif
