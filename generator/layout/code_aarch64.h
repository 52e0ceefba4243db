/* SPDX-License-Identifier: MIT
 * The decoder of A64, between its files. Arm Architecture Reference Manual for
 * A-profile, chapter C4: Top level A64 encodings.
 */
#ifndef TENON_GENERATOR_CODE_AARCH64_H
#define TENON_GENERATOR_CODE_AARCH64_H

#include "code.h"

/* Register 31 as an operand is zero, or nowhere. */
static inline uint32_t a64_source(uint32_t number)
{
	return number == 31 ? CODE_ZERO : number;
}

static inline void a64_lose(struct code_step *step, uint32_t to)
{
	if (to != 31)
		code_lose(step, to);
}

static inline uint32_t a64_bits(uint32_t word, unsigned from, unsigned count)
{
	return word >> from & ((1u << count) - 1);
}

/* Loads and stores; false: not known. */
bool a64_memory(uint32_t word, struct code_step *step);

#endif
