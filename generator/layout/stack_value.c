/* SPDX-License-Identifier: MIT
 * What is known of a register: a constant, the stack pointer at the entry of
 * the function plus a distance, something read through a constant (a table of
 * jumps), or nothing.
 */
#include "stack_walk.h"

struct value value_constant(int64_t value)
{
	return (struct value){.kind = VALUE_CONSTANT, .value = value};
}

static int64_t plus(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

struct value value_add(struct value a, struct value b)
{
	if (a.kind == VALUE_CONSTANT && b.kind != VALUE_CONSTANT)
		return value_add(b, a);
	if (b.kind == VALUE_CONSTANT && (a.kind == VALUE_CONSTANT || a.kind == VALUE_STACK))
		return (struct value){.kind = a.kind, .value = plus(a.value, b.value)};
	if (b.kind == VALUE_CONSTANT && b.value == 0)
		return a;
	/* A constant and something: the entry of a table; or its content added to where it counts from. */
	if (b.kind == VALUE_CONSTANT)
		return (struct value){.kind = VALUE_TABLE, .width = a.width, .value = b.value};
	return (struct value){.kind = VALUE_ANY};
}

static struct value subtract(struct value a, struct value b)
{
	if (b.kind == VALUE_CONSTANT)
		return value_add(a, value_constant(plus(0, (int64_t)(0 - (uint64_t)b.value))));
	return (struct value){.kind = VALUE_ANY};
}

bool value_same(struct value a, struct value b)
{
	return a.kind == b.kind && a.width == b.width && a.value == b.value;
}

/* The stack pointer is rounded down: at entry its last four bits are known, the others may be the worst. */
static struct value mask(const struct walk *walk, struct value a, int64_t by)
{
	const int64_t align = (int64_t)(~(uint64_t)by + 1);
	const int64_t entry = (int64_t)walk->code->machine->call_bytes;
	int64_t down;

	if (a.kind == VALUE_CONSTANT)
		return value_constant(a.value & by);
	if (a.kind != VALUE_STACK || align <= 0 || (align & (align - 1)) != 0)
		return (struct value){.kind = VALUE_ANY};
	down = a.value - entry;
	down = align > 16 ? down - (down & 15) - (align - 16) : down & by;
	return (struct value){.kind = VALUE_STACK, .value = down + entry};
}

static struct value loaded(const struct walk *walk, const struct code_write *write, struct value at)
{
	uint64_t size;

	if ((at.kind == VALUE_CONSTANT || at.kind == VALUE_TABLE) &&
	    stack_bytes(walk->code->elf, (uint64_t)at.value, ELF_READ, &size))
		return (struct value){.kind = VALUE_TABLE, .width = write->width, .value = at.value};
	return (struct value){.kind = VALUE_ANY};
}

void value_apply(struct walk *walk, const struct code_write *write)
{
	struct registers *now = &walk->now;
	const struct value from = now->of[write->from], other = now->of[write->other];
	const struct value sum = value_add(value_add(from, other), value_constant(write->value));
	struct value result = {.kind = VALUE_ANY};

	switch ((enum code_how)write->how) {
	case CODE_ADD:
		result = sum;
		break;
	case CODE_ADD_WORD:
		if (sum.kind == VALUE_CONSTANT)
			result = value_constant((int32_t)sum.value);
		break;
	case CODE_SHIFT:
		if (from.kind == VALUE_CONSTANT)
			result = value_constant((int64_t)((uint64_t)from.value << (write->value & 63)));
		break;
	case CODE_SUBTRACT:
		result = subtract(from, other);
		break;
	case CODE_AND:
		result = mask(walk, from, write->value);
		break;
	case CODE_LOAD:
		result = loaded(walk, write, sum);
		break;
	case CODE_LOST:
		break;
	}
	now->of[write->to] = result;
}

void value_forget(struct walk *walk)
{
	for (uint32_t i = 0; i < 32; i++) {
		if (!(walk->code->machine->kept >> i & 1))
			walk->now.of[i] = (struct value){.kind = VALUE_ANY};
	}
}
