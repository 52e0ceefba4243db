/* SPDX-License-Identifier: MIT
 * Loads and stores of A64: what is read into general registers, and what is
 * written back to a base.
 */
#include "code_aarch64.h"

static void write_back(struct code_step *step, uint32_t base, int64_t value)
{
	code_add(step, base, base, value);
}

static void pair(uint32_t word, struct code_step *step)
{
	const bool vector = a64_bits(word, 26, 1) != 0, reads = a64_bits(word, 22, 1) != 0;
	const uint32_t kind = a64_bits(word, 30, 2), mode = a64_bits(word, 23, 2);
	const unsigned scale = vector ? 4u << kind : kind == 2 ? 8 : kind == 1 && !reads ? 16 : 4;

	if (reads && !vector) {
		a64_lose(step, a64_bits(word, 0, 5));
		a64_lose(step, a64_bits(word, 10, 5));
	}
	if (mode == 1 || mode == 3)
		write_back(step, a64_bits(word, 5, 5),
			   code_signed(a64_bits(word, 15, 7), 7) * (int64_t)scale);
}

/* A single register: does the form read memory into a general one? */
static bool reads_general(uint32_t word)
{
	const bool prefetch = a64_bits(word, 30, 2) == 3 && a64_bits(word, 22, 2) == 2;

	return !a64_bits(word, 26, 1) && a64_bits(word, 22, 2) != 0 && !prefetch;
}

static void load(uint32_t word, struct code_step *step, uint32_t other, int64_t value)
{
	if (reads_general(word) && a64_bits(word, 0, 5) != 31)
		code_set(step, (struct code_write){.to = (uint8_t)a64_bits(word, 0, 5),
						   .how = CODE_LOAD,
						   .from = (uint8_t)a64_bits(word, 5, 5),
						   .other = (uint8_t)other,
						   .width = (uint8_t)(1u << a64_bits(word, 30, 2)),
						   .value = value});
}

static bool single(uint32_t word, struct code_step *step)
{
	const uint32_t base = a64_bits(word, 5, 5), mode = a64_bits(word, 10, 2);
	const int64_t value = code_signed(a64_bits(word, 12, 9), 9);

	if (a64_bits(word, 24, 1)) { /* unsigned offset */
		load(word, step, CODE_ZERO, (int64_t)a64_bits(word, 10, 12) << a64_bits(word, 30, 2));
		return true;
	}
	if (a64_bits(word, 21, 1)) {
		if (mode == 2) /* register offset */
			load(word, step, CODE_UNKNOWN, 0);
		else if (mode == 0) /* atomic */
			a64_lose(step, a64_bits(word, 0, 5));
		else { /* with authentication */
			a64_lose(step, a64_bits(word, 0, 5));
			if (mode == 3)
				code_lose(step, base);
		}
		return true;
	}
	load(word, step, CODE_ZERO, mode == 1 ? 0 : value);
	if (mode == 1 || mode == 3)
		write_back(step, base, value);
	return true;
}

/* Exclusive, ordered, compare and swap: both registers and their neighbours, of pairs. */
static void exclusive(uint32_t word, struct code_step *step)
{
	const uint32_t first = a64_bits(word, 0, 5), second = a64_bits(word, 16, 5);

	a64_lose(step, first);
	a64_lose(step, a64_bits(word, 10, 5));
	a64_lose(step, second);
	if (!a64_bits(word, 31, 1) && second < 30) /* CASP */
		a64_lose(step, second + 1);
}

/* Memory tags, and loads with acquire at an unscaled offset. */
static bool tags(uint32_t word, struct code_step *step)
{
	const uint32_t mode = a64_bits(word, 10, 2);

	if (!a64_bits(word, 21, 1)) {
		if (mode == 0 && reads_general(word))
			a64_lose(step, a64_bits(word, 0, 5));
		return mode == 0;
	}
	if (a64_bits(word, 30, 2) != 3)
		return false;
	if (mode == 0)
		a64_lose(step, a64_bits(word, 0, 5));
	else if (mode != 2)
		write_back(step, a64_bits(word, 5, 5), code_signed(a64_bits(word, 12, 9), 9) * 16);
	return true;
}

bool a64_memory(uint32_t word, struct code_step *step)
{
	const uint32_t kind = a64_bits(word, 28, 2);
	const bool vector = a64_bits(word, 26, 1) != 0;

	if (kind == 2) {
		pair(word, step);
		return true;
	}
	if (kind == 3)
		return single(word, step);
	if (kind == 0 && vector) { /* structures of vectors */
		if (a64_bits(word, 23, 1))
			code_lose(step, a64_bits(word, 5, 5));
		return a64_bits(word, 31, 1) == 0;
	}
	if (kind == 0) {
		if (a64_bits(word, 24, 1))
			return false;
		exclusive(word, step);
		return true;
	}
	if (a64_bits(word, 24, 1))
		return !vector && tags(word, step);
	if (!vector) /* literal */
		a64_lose(step, a64_bits(word, 0, 5));
	return true;
}
