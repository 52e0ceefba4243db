/* SPDX-License-Identifier: MIT
 * All registers of a thread at once, in assembly, so that no compiler stands
 * between the test and what the kernel left in them.
 */
#ifndef LEAK_REGISTERS_H
#define LEAK_REGISTERS_H

#include <stdint.h>

#define GENERAL_COUNT 32u

/*
 * Loads the general registers, makes a system call, and stores them again. What each must be then says general_rule:
 * k as before, r control word of the answer, w message word, z zero, . not looked at.
 */
void general_trap(uint64_t registers[GENERAL_COUNT]);
/* Loads them, counts down from `turns` in one of them, and stores the others: all must be as before. */
void general_spin(uint64_t registers[GENERAL_COUNT], uint64_t turns);
extern const char general_rule[GENERAL_COUNT + 1];
/* Indices of the registers with control words 0 (operation and handle) and 1 (tag). */
extern const unsigned general_operation, general_tag;

/* FPU and vector registers: VECTOR_HEAD bytes of control registers, then `vector_bytes()` of the others. */
#define VECTOR_HEAD 64u
#define VECTOR_MOST 8960u
void vector_put(const uint8_t *memory);
void vector_get(uint8_t *memory);
uint32_t vector_bytes(void);
/* Makes random bytes ones that the registers can hold. */
void vector_tame(uint8_t *memory);
/* What the head is in a thread that has not used them. */
void vector_head_fresh(uint8_t *memory);

#endif
