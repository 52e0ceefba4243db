/* SPDX-License-Identifier: MIT
 * The ways through one function, with the depth of the stack at each
 * instruction.
 *
 * Registers hold values of a small kind: a constant, the stack pointer at
 * entry plus a distance, something read through a constant (a table of
 * jumps), or anything. Ways that meet keep what they agree on; where they
 * disagree about the stack pointer the function has no bound. Each place that
 * is jumped to is walked again until nothing changes there, and values only
 * get less, so the walk ends.
 */
#include <stdlib.h>
#include <string.h>

#include "../read/arena.h"
#include "stack_code.h"

#define NESTING_MAX 2000u /* calls that are followed inside one another; those below come later */

enum kind {
	ANY,
	CONSTANT,
	STACK, /* the stack pointer at entry + value */
	TABLE /* from memory, or an address, at the constant `value` and something; `width` bytes were read */
};

struct value {
	uint8_t kind, width;
	int64_t value;
};

struct registers {
	struct value of[CODE_REGISTERS];
};

/* A place that is jumped to. */
struct place_seen {
	uint64_t address;
	struct registers registers;
	bool waiting;
};

struct walk {
	struct stack_code *code;
	struct stack_function *function;
	struct place_seen *seen; /* as found */
	uint32_t seens, room, waiting;
	int32_t *index;  /* of seen by (address - function) / least_size; -1: none */
	bool jumps_away; /* through a pointer */
	struct registers now;
};

static unsigned nesting;

static bool problem(struct walk *walk, enum stack_problem problem, uint64_t address)
{
	if (walk->function->problem == STACK_KNOWN) {
		walk->function->problem = problem;
		walk->function->problem_at = address;
	}
	return false;
}

/* ---- values ----------------------------------------------------------------------------------- */

static struct value constant(int64_t value)
{
	return (struct value){.kind = CONSTANT, .value = value};
}

static int64_t plus(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

static struct value add(struct value a, struct value b)
{
	if (a.kind == CONSTANT && b.kind != CONSTANT)
		return add(b, a);
	if (b.kind == CONSTANT && (a.kind == CONSTANT || a.kind == STACK))
		return (struct value){.kind = a.kind, .value = plus(a.value, b.value)};
	if (b.kind == CONSTANT && b.value == 0)
		return a;
	/* A constant and something: the entry of a table; or its content added to where it counts from. */
	if (b.kind == CONSTANT)
		return (struct value){.kind = TABLE, .width = a.width, .value = b.value};
	return (struct value){.kind = ANY};
}

static struct value subtract(struct value a, struct value b)
{
	if (b.kind == CONSTANT)
		return add(a, constant(plus(0, (int64_t)(0 - (uint64_t)b.value))));
	return (struct value){.kind = ANY};
}

/* The stack pointer is rounded down: at entry its last four bits are known, the others may be the worst. */
static struct value mask(const struct walk *walk, struct value a, int64_t by)
{
	const int64_t align = (int64_t)(~(uint64_t)by + 1);
	const int64_t entry = (int64_t)walk->code->machine->call_bytes;
	int64_t down;

	if (a.kind == CONSTANT)
		return constant(a.value & by);
	if (a.kind != STACK || align <= 0 || (align & (align - 1)) != 0)
		return (struct value){.kind = ANY};
	down = a.value - entry;
	down = align > 16 ? down - (down & 15) - (align - 16) : down & by;
	return (struct value){.kind = STACK, .value = down + entry};
}

static struct value loaded(const struct walk *walk, const struct code_write *write, struct value at)
{
	uint64_t size;

	if ((at.kind == CONSTANT || at.kind == TABLE) &&
	    stack_bytes(walk->code->elf, (uint64_t)at.value, ELF_READ, &size))
		return (struct value){.kind = TABLE, .width = write->width, .value = at.value};
	return (struct value){.kind = ANY};
}

static void apply(struct walk *walk, const struct code_write *write)
{
	struct registers *now = &walk->now;
	const struct value from = now->of[write->from], other = now->of[write->other];
	const struct value sum = add(add(from, other), constant(write->value));
	struct value result = {.kind = ANY};

	switch ((enum code_how)write->how) {
	case CODE_ADD:
		result = sum;
		break;
	case CODE_ADD_WORD:
		if (sum.kind == CONSTANT)
			result = constant((int32_t)sum.value);
		break;
	case CODE_SHIFT:
		if (from.kind == CONSTANT)
			result = constant((int64_t)((uint64_t)from.value << (write->value & 63)));
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

static void forget(struct walk *walk)
{
	for (uint32_t i = 0; i < 32; i++) {
		if (!(walk->code->machine->kept >> i & 1))
			walk->now.of[i] = (struct value){.kind = ANY};
	}
}

static int64_t *depth_of(struct walk *walk)
{
	struct value *pointer = &walk->now.of[walk->code->machine->stack_pointer];

	return pointer->kind == STACK ? &pointer->value : NULL;
}

/* ---- places ----------------------------------------------------------------------------------- */

static bool inside(const struct walk *walk, uint64_t address)
{
	return address >= walk->function->address && address < walk->function->end;
}

static bool same(struct value a, struct value b)
{
	return a.kind == b.kind && a.width == b.width && a.value == b.value;
}

/* Adds a way that leads there. */
static bool go(struct walk *walk, uint64_t address)
{
	const uint64_t slot = (address - walk->function->address) / walk->code->machine->least_size;
	struct place_seen *place;
	bool changed = false;

	if (walk->index[slot] < 0) {
		if (walk->seens == walk->room) {
			const uint32_t room = walk->room ? 2 * walk->room : 32;
			struct place_seen *more = realloc(walk->seen, room * sizeof *more);

			if (more == NULL)
				abort();
			walk->seen = more;
			walk->room = room;
		}
		walk->index[slot] = (int32_t)walk->seens;
		walk->seen[walk->seens++] =
		    (struct place_seen){.address = address, .registers = walk->now, .waiting = true};
		walk->waiting++;
		return true;
	}
	place = &walk->seen[walk->index[slot]];
	if (!same(place->registers.of[walk->code->machine->stack_pointer],
		  walk->now.of[walk->code->machine->stack_pointer]))
		return problem(walk, STACK_GROWS, address);
	for (uint32_t i = 0; i < CODE_REGISTERS; i++) {
		if (place->registers.of[i].kind != ANY && !same(place->registers.of[i], walk->now.of[i])) {
			place->registers.of[i] = (struct value){.kind = ANY};
			changed = true;
		}
	}
	if (changed && !place->waiting) {
		place->waiting = true;
		walk->waiting++;
	}
	return true;
}

static void deepen(struct walk *walk, int64_t offset)
{
	if (offset < 0 && (uint64_t)-offset > walk->function->frame)
		walk->function->frame = (uint64_t)-offset;
}

/* ---- calls ------------------------------------------------------------------------------------ */

static void add_call(struct walk *walk, uint64_t site, uint64_t depth, struct stack_function *callee)
{
	struct stack_function *function = walk->function;

	for (uint32_t i = 0; i < function->calls; i++) {
		if (function->call[i].site == site)
			return; /* walked once more */
	}
	if (function->calls == function->call_room) {
		const uint32_t room = function->call_room ? 2 * function->call_room : 8;
		struct stack_call *more = ARENA_ARRAY(walk->code->arena, struct stack_call, room);

		if (function->calls)
			memcpy(more, function->call, function->calls * sizeof *more);
		function->call = more;
		function->call_room = room;
	}
	function->call[function->calls++] =
	    (struct stack_call){.site = site, .depth = depth, .callee = callee};
}

/* Calls what stands there, or goes there for good. Sets whether it comes back. */
static bool call(struct walk *walk, uint64_t site, uint64_t target, bool for_good, bool *returns)
{
	struct stack_function *callee = stack_function_at(walk->code, target);
	const int64_t *depth = depth_of(walk);
	const int64_t entry = *depth - (for_good ? 0 : walk->code->machine->call_bytes);

	if (entry > 0)
		return problem(walk, STACK_UNBALANCED, site);
	if (!callee) { /* what is not code cannot be executed: it faults there */
		deepen(walk, entry);
		*returns = false;
		return true;
	}
	add_call(walk, site, (uint64_t)-entry, callee);
	if (callee->state == STACK_NEW && nesting < NESTING_MAX)
		stack_follow(walk->code, callee);
	*returns = callee->state != STACK_DONE || callee->returns || callee->problem != STACK_KNOWN;
	if (for_good && *returns)
		walk->function->returns = true;
	return true;
}

static bool call_pointer(struct walk *walk, uint64_t site, bool for_good)
{
	const int64_t entry = *depth_of(walk) - (for_good ? 0 : walk->code->machine->call_bytes);

	if (entry > 0)
		return problem(walk, STACK_UNBALANCED, site);
	add_call(walk, site, (uint64_t)-entry, NULL);
	if (for_good)
		walk->function->returns = walk->jumps_away = true;
	return true;
}

static bool jump(struct walk *walk, uint64_t site, uint64_t target)
{
	bool returns;

	/* To its own beginning with nothing on the stack may also be a loop: the same either way. */
	return inside(walk, target) ? go(walk, target) : call(walk, site, target, true, &returns);
}

/* ---- tables of jumps -------------------------------------------------------------------------- */

static uint64_t word_at(const struct walk *walk, uint64_t address, unsigned width)
{
	uint64_t size, word = 0;
	const uint8_t *bytes = stack_bytes(walk->code->elf, address, ELF_READ, &size);

	if (bytes && size >= width && width <= sizeof word)
		memcpy(&word, bytes, width);
	return word;
}

/* Does what stands at `base` lead into the function, and not to its beginning? */
static bool leads_inside(const struct walk *walk, uint64_t base, unsigned width)
{
	const uint64_t word = word_at(walk, base, width);
	const uint64_t target =
	    width == 4 && !inside(walk, word) ? base + (uint64_t)code_signed(word, 32) : word;

	return width >= 4 && target != walk->function->address && inside(walk, target);
}

/* An address in the function and something that was added to it, or what was read from a table of such addresses. */
static bool is_table(const struct walk *walk, struct value by)
{
	return by.kind == TABLE &&
	       (leads_inside(walk, (uint64_t)by.value, by.width) ||
		(inside(walk, (uint64_t)by.value) && (uint64_t)by.value != walk->function->address));
}

static uint32_t first_reference(const struct elf *elf, uint64_t location)
{
	uint32_t low = 0, high = elf->references;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (elf->reference[middle].location < location)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Did the linker write the word there? Where it kept no relocations any word may be an entry. */
static bool is_entry(const struct elf *elf, uint64_t location)
{
	const uint32_t first = first_reference(elf, location);

	return !elf->has_references ||
	       (first < elf->references && elf->reference[first].location == location &&
		!elf->reference[first].code);
}

/* The entries of a table: those that follow one another and lead into the function. */
static bool go_by_entries(struct walk *walk, uint64_t base, unsigned width, uint32_t *found)
{
	for (uint64_t at = base; is_entry(walk->code->elf, at); at += width) {
		const uint64_t word = word_at(walk, at, width);
		const uint64_t target = inside(walk, word) ? word : base + (uint64_t)code_signed(word, 32);

		if (!inside(walk, target))
			break;
		if (!go(walk, target))
			return false;
		(*found)++;
	}
	return true;
}

/* Does the mark of a target of jumps (bti j, bti jc of AArch64) stand there? */
static bool is_marked(const struct walk *walk, uint64_t at)
{
	uint64_t size;
	const uint8_t *bytes = stack_bytes(walk->code->elf, at, ELF_EXECUTE, &size);
	const uint32_t word = size >= 4 ? (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
					      (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24
					: 0;

	return word == 0xd503249f || word == 0xd50324df;
}

/* Tables of distances have no relocations; AArch64 marks what they lead to. */
static bool go_by_marks(struct walk *walk, uint32_t *found)
{
	for (uint64_t at = walk->function->address; at < walk->function->end; at += 4) {
		if (!is_marked(walk, at))
			continue;
		if (!go(walk, at))
			return false;
		(*found)++;
	}
	return true;
}

static bool was_seen(const struct walk *walk, uint64_t address)
{
	return walk->index[(address - walk->function->address) / walk->code->machine->least_size] >= 0;
}

/* A function that jumps through pointers elsewhere: is there a place in it that tables lead to and no way was found to? */
static void check_tables(struct walk *walk)
{
	const struct stack_function *function = walk->function;
	const struct elf *elf = walk->code->elf;

	for (uint64_t at = function->address; walk->code->machine == &code_aarch64 && at < function->end;
	     at += 4) {
		if (is_marked(walk, at) && !was_seen(walk, at))
			(void)problem(walk, STACK_TABLE, at);
	}
	for (uint32_t i = 0; i < elf->references; i++) {
		const uint64_t target = elf->reference[i].target;

		if (!elf->reference[i].code && inside(walk, target) && target != function->address &&
		    !was_seen(walk, target))
			(void)problem(walk, STACK_TABLE, target);
	}
}

static bool jump_table(struct walk *walk, uint64_t site, struct value by)
{
	uint32_t found = 0;

	if (walk->code->machine == &code_aarch64 ? !go_by_marks(walk, &found)
						 : !go_by_entries(walk, (uint64_t)by.value, by.width, &found))
		return false;
	return found != 0 || problem(walk, STACK_TABLE, site);
}

/* ---- one instruction -------------------------------------------------------------------------- */

static struct value aim(const struct walk *walk, const struct code_step *step)
{
	if (step->by == CODE_UNKNOWN)
		return step->table ? (struct value){.kind = TABLE, .width = 8, .value = (int64_t)step->table}
				   : (struct value){.kind = ANY};
	return add(walk->now.of[step->by], constant(step->displacement));
}

/* False: nothing behind it is reached. */
static bool flow(struct walk *walk, const struct code_step *step, uint64_t address)
{
	const uint64_t target = step->target;
	struct value by = {.kind = ANY};
	bool returns = true;

	switch ((enum code_flow)step->flow) {
	case CODE_NEXT:
		return true;
	case CODE_SYSCALL:
		forget(walk);
		return true;
	case CODE_BRANCH:
		return jump(walk, address, target);
	case CODE_JUMP:
		(void)jump(walk, address, target); /* a failure is kept in the function */
		return false;
	case CODE_CALL:
		if (!call(walk, address, target, false, &returns))
			return false;
		forget(walk);
		return returns;
	case CODE_CALL_BY:
		by = aim(walk, step);
		if (by.kind == CONSTANT ? !call(walk, address, (uint64_t)by.value, false, &returns)
					: !call_pointer(walk, address, false))
			return false;
		forget(walk);
		return returns;
	case CODE_JUMP_BY:
		by = aim(walk, step);
		if (is_table(walk, by))
			(void)jump_table(walk, address, by);
		else if (by.kind == CONSTANT)
			(void)jump(walk, address, (uint64_t)by.value);
		else
			(void)call_pointer(walk, address, true);
		return false;
	case CODE_RETURN:
		walk->function->returns = true;
		if (*depth_of(walk) != 0 && !walk->function->declared_frame)
			(void)problem(walk, STACK_UNBALANCED, address);
		return false;
	case CODE_TRAP:
		return false;
	}
	return false;
}

/* An access below the stack pointer, as the ABI of x86_64 lets functions that call nothing do (its red zone). */
#define RED_ZONE 128
static void note_access(struct walk *walk, const struct code_step *step)
{
	const struct value base = walk->now.of[step->base];
	const int64_t *depth = depth_of(walk);

	if (base.kind == STACK && base.value + step->displacement < *depth)
		deepen(walk, step->indexed ? *depth - RED_ZONE : base.value + step->displacement);
}

/* After the writes: where is the stack pointer now? */
static bool settle(struct walk *walk, const struct code_step *step, uint64_t address)
{
	const uint64_t declared = walk->function->declared_frame;
	struct value *pointer = &walk->now.of[walk->code->machine->stack_pointer];

	if (pointer->kind != STACK && declared)
		*pointer = (struct value){.kind = STACK, .value = -(int64_t)declared};
	if (pointer->kind != STACK || pointer->value < -(INT64_C(1) << 40)) {
		bool by_a_value = false;

		for (unsigned i = 0; i < step->writes; i++)
			by_a_value |= step->write[i].to == walk->code->machine->stack_pointer &&
				      step->write[i].how != CODE_LOST && step->write[i].how != CODE_LOAD;
		return problem(walk, by_a_value ? STACK_VARIABLE : STACK_LOST, address);
	}
	if (declared && pointer->value < -(int64_t)declared)
		pointer->value = -(int64_t)declared;
	deepen(walk, pointer->value);
	return true;
}

/* From one place until control leaves, or comes to a place that was walked with the same values. */
static void walk_from(struct walk *walk, uint64_t address)
{
	const struct code_machine *machine = walk->code->machine;
	uint64_t at = address;

	for (;;) {
		struct code_step step;
		uint64_t size;
		const uint8_t *bytes = stack_bytes(walk->code->elf, at, ELF_EXECUTE, &size);

		if (!inside(walk, at)) { /* falls into the function behind */
			(void)jump(walk, at, at);
			return;
		}
		if (at != address && walk->index[(at - walk->function->address) / machine->least_size] >= 0) {
			(void)go(walk, at);
			return;
		}
		if (!bytes || !machine->decode(bytes, size, at, &step)) {
			(void)problem(walk, STACK_UNDECODED, at);
			return;
		}
		if (step.below)
			note_access(walk, &step);
		for (unsigned i = 0; i < step.writes; i++)
			apply(walk, &step.write[i]);
		if (!settle(walk, &step, at) || !flow(walk, &step, at))
			return;
		at += step.size;
	}
}

void stack_follow(struct stack_code *code, struct stack_function *function)
{
	const uint64_t slots = (function->end - function->address) / code->machine->least_size + 1;
	struct walk walk = {.code = code, .function = function};

	function->state = STACK_OPEN;
	nesting++;
	walk.index = malloc(slots * sizeof *walk.index);
	if (!walk.index)
		abort();
	memset(walk.index, 0xff, slots * sizeof *walk.index);
	walk.now.of[CODE_ZERO] = constant(0);
	walk.now.of[code->machine->stack_pointer] = (struct value){.kind = STACK};
	(void)go(&walk, function->address); /* the first way there meets no other */
	while (walk.waiting && function->problem == STACK_KNOWN) {
		for (uint32_t i = 0; i < walk.seens && function->problem == STACK_KNOWN; i++) {
			if (!walk.seen[i].waiting)
				continue;
			walk.seen[i].waiting = false;
			walk.waiting--;
			walk.now = walk.seen[i].registers;
			walk_from(&walk, walk.seen[i].address);
		}
	}
	if (walk.jumps_away)
		check_tables(&walk);
	free(walk.seen);
	free(walk.index);
	nesting--;
	function->state = STACK_DONE;
}
