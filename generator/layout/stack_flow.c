/* SPDX-License-Identifier: MIT
 * The ways through one function, with the depth of the stack at each
 * instruction.
 *
 * Ways that meet keep what they agree on of the registers; where they
 * disagree about the stack pointer the function has no bound. Each place that
 * is jumped to is walked again until nothing changes there, and values only
 * get less, so the walk ends.
 */
#include <stdlib.h>
#include <string.h>

#include "../read/arena.h"
#include "stack_walk.h"

#define NESTING_MAX 2000u /* calls that are followed inside one another; those below come later */

static unsigned nesting;

bool walk_problem(struct walk *walk, enum stack_problem problem, uint64_t address)
{
	if (walk->function->problem == STACK_KNOWN) {
		walk->function->problem = problem;
		walk->function->problem_at = address;
	}
	return false;
}

static int64_t *depth_of(struct walk *walk)
{
	struct value *pointer = &walk->now.of[walk->code->machine->stack_pointer];

	return pointer->kind == VALUE_STACK ? &pointer->value : NULL;
}

/* ---- places ----------------------------------------------------------------------------------- */

/* The stack pointer of two ways that meet: of a frame that is declared the deeper one. */
static bool agree(const struct walk *walk, struct value *before, bool *changed)
{
	const struct value now = walk->now.of[walk->code->machine->stack_pointer];

	if (value_same(*before, now))
		return true;
	if (!walk->function->declared_frame)
		return false;
	if (now.value < before->value) {
		*before = now;
		*changed = true;
	}
	return true;
}

/* Adds a way that leads there. */
bool walk_go(struct walk *walk, uint64_t address)
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
	if (!agree(walk, &place->registers.of[walk->code->machine->stack_pointer], &changed))
		return walk_problem(walk, STACK_GROWS, address);
	for (uint32_t i = 0; i < CODE_REGISTERS; i++) {
		if (i != walk->code->machine->stack_pointer && place->registers.of[i].kind != VALUE_ANY &&
		    !value_same(place->registers.of[i], walk->now.of[i])) {
			place->registers.of[i] = (struct value){.kind = VALUE_ANY};
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
		if (function->call[i].site != site || function->call[i].callee != callee)
			continue;
		if (depth > function->call[i].depth)
			function->call[i].depth = depth;
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
		return walk_problem(walk, STACK_UNBALANCED, site);
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
		return walk_problem(walk, STACK_UNBALANCED, site);
	add_call(walk, site, (uint64_t)-entry, NULL);
	if (for_good)
		walk->function->returns = walk->jumps_away = true;
	return true;
}

static bool jump(struct walk *walk, uint64_t site, uint64_t target)
{
	bool returns;

	/* To its own beginning with nothing on the stack may also be a loop: the same either way. */
	return walk_inside(walk, target) ? walk_go(walk, target) : call(walk, site, target, true, &returns);
}

/* ---- one instruction -------------------------------------------------------------------------- */

static struct value aim(const struct walk *walk, const struct code_step *step)
{
	if (step->by == CODE_UNKNOWN)
		return step->table
			   ? (struct value){.kind = VALUE_TABLE, .width = 8, .value = (int64_t)step->table}
			   : (struct value){.kind = VALUE_ANY};
	return value_add(walk->now.of[step->by], value_constant(step->displacement));
}

/* Goes on in a piece of the function. */
static bool enter(struct walk *walk, const struct code_step *step, uint64_t target, uint64_t *next)
{
	const bool for_good = step->flow == CODE_JUMP || step->flow == CODE_JUMP_BY;
	const struct piece piece = {.back = *next, .link = step->link, .for_good = for_good};

	if (!piece_enter(walk, target, piece, next))
		return false;
	deepen(walk, *depth_of(walk));
	return true;
}

/* A call by name; the next instruction is `next`. */
static bool flow_call(struct walk *walk, const struct code_step *step, uint64_t address, uint64_t target,
		      uint64_t *next)
{
	bool returns;

	if (piece_is(walk->code, step, target))
		return enter(walk, step, target, next);
	if (!call(walk, address, target, false, &returns))
		return false;
	value_forget(walk);
	return returns;
}

static bool flow_call_by(struct walk *walk, const struct code_step *step, uint64_t address, uint64_t *next)
{
	const struct value by = aim(walk, step);

	if (by.kind == VALUE_CONSTANT)
		return flow_call(walk, step, address, (uint64_t)by.value, next);
	if (step->link != 0)
		return walk_problem(walk, STACK_PIECE, address);
	if (!call_pointer(walk, address, false))
		return false;
	value_forget(walk);
	return true;
}

/* Where the jump is the last of a piece that was called, it is a call whose return is that of the piece. */
static bool flow_jump(struct walk *walk, const struct code_step *step, uint64_t address, uint64_t target,
		      uint64_t *next)
{
	if (piece_is(walk->code, step, target))
		return enter(walk, step, target, next);
	if (walk->pieces != 0 && walk_inside(walk, target))
		return walk_problem(walk, STACK_PIECE, address);
	if (piece_leave(walk, 0, next))
		return flow_call(walk, step, address, target, next);
	(void)jump(walk, address, target); /* a failure is kept in the function */
	return false;
}

static bool flow_jump_by(struct walk *walk, const struct code_step *step, uint64_t address, uint64_t *next)
{
	const struct value by = aim(walk, step);

	if (by.kind == VALUE_CONSTANT)
		return flow_jump(walk, step, address, (uint64_t)by.value, next);
	if (jump_is_table(walk, by)) {
		(void)(walk->pieces == 0 ? jump_by_table(walk, address, by)
					 : walk_problem(walk, STACK_PIECE, address));
		return false;
	}
	if (!piece_leave(walk, 0, next)) {
		(void)call_pointer(walk, address, true);
		return false;
	}
	if (!call_pointer(walk, address, false))
		return false;
	value_forget(walk);
	return true;
}

/* Sets where control is next, which is behind the instruction before. False: nowhere from here. */
static bool flow(struct walk *walk, const struct code_step *step, uint64_t address, uint64_t *next)
{
	switch ((enum code_flow)step->flow) {
	case CODE_NEXT:
		return true;
	case CODE_SYSCALL:
		value_forget(walk);
		return true;
	case CODE_BRANCH:
		return walk->pieces == 0 ? jump(walk, address, step->target)
					 : walk_problem(walk, STACK_PIECE, address);
	case CODE_JUMP:
		return flow_jump(walk, step, address, step->target, next);
	case CODE_CALL:
		return flow_call(walk, step, address, step->target, next);
	case CODE_CALL_BY:
		return flow_call_by(walk, step, address, next);
	case CODE_JUMP_BY:
		return flow_jump_by(walk, step, address, next);
	case CODE_RETURN:
		if (piece_leave(walk, step->link, next))
			return true;
		walk->function->returns = true;
		if (*depth_of(walk) != 0 && !walk->function->declared_frame)
			(void)walk_problem(walk, STACK_UNBALANCED, address);
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

	if (base.kind == VALUE_STACK && base.value + step->displacement < *depth)
		deepen(walk, step->indexed ? *depth - RED_ZONE : base.value + step->displacement);
}

/* After the writes: where is the stack pointer now? */
static bool settle(struct walk *walk, const struct code_step *step, uint64_t address)
{
	const uint64_t declared = walk->function->declared_frame;
	struct value *pointer = &walk->now.of[walk->code->machine->stack_pointer];

	if (pointer->kind != VALUE_STACK && declared)
		*pointer = (struct value){.kind = VALUE_STACK, .value = -(int64_t)declared};
	if (pointer->kind != VALUE_STACK && walk->function->leaves)
		return false; /* it ends here: there is no problem */
	if (pointer->kind != VALUE_STACK || pointer->value < -(INT64_C(1) << 40)) {
		bool by_a_value = false;

		for (unsigned i = 0; i < step->writes; i++)
			by_a_value |= step->write[i].to == walk->code->machine->stack_pointer &&
				      step->write[i].how != CODE_LOST && step->write[i].how != CODE_LOAD;
		return walk_problem(walk, by_a_value ? STACK_VARIABLE : STACK_LOST, address);
	}
	if (declared && pointer->value < -(int64_t)declared)
		pointer->value = -(int64_t)declared;
	deepen(walk, pointer->value);
	return true;
}

/* One instruction; sets where control is next. */
static bool walk_one(struct walk *walk, uint64_t at, uint64_t *next)
{
	struct code_step step;
	uint64_t size;
	const uint8_t *bytes = stack_bytes(walk->code->elf, at, ELF_EXECUTE, &size);

	if (!bytes || !walk->code->machine->decode(bytes, size, at, &step))
		return walk_problem(walk, STACK_UNDECODED, at);
	*next = at + step.size;
	if (step.below)
		note_access(walk, &step);
	for (unsigned i = 0; i < step.writes; i++)
		value_apply(walk, &step.write[i]);
	return settle(walk, &step, at) && flow(walk, &step, at, next);
}

/* From one place until control leaves, or comes to a place that was walked with the same values. */
static void walk_from(struct walk *walk, uint64_t address)
{
	uint64_t at = address;

	walk->pieces = 0;
	do {
		if (walk->pieces == 0 && !walk_inside(walk, at)) { /* falls into the function behind */
			(void)jump(walk, at, at);
			return;
		}
		if (walk->pieces == 0 && at != address && walk_was_seen(walk, at)) {
			(void)walk_go(walk, at);
			return;
		}
	} while (walk_one(walk, at, &at));
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
	walk.now.of[CODE_ZERO] = value_constant(0);
	walk.now.of[code->machine->stack_pointer] = (struct value){.kind = VALUE_STACK};
	(void)walk_go(&walk, function->address); /* the first way there meets no other */
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
		jump_check_tables(&walk);
	free(walk.seen);
	free(walk.index);
	nesting--;
	function->state = STACK_DONE;
}
