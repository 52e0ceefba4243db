/* SPDX-License-Identifier: MIT
 * The bound of each instance's stack against the stack that the description
 * gives it. Instances with the same code are judged once.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../read/arena.h"
#include "../read/report.h"
#include "place.h"

#define LINKS_SHOWN 12u

static bool same_segment(const struct elf_segment *a, const struct elf_segment *b)
{
	return a->address == b->address && a->flags == b->flags && a->file_size == b->file_size &&
	       ((a->flags & ELF_WRITE) != 0 || memcmp(a->bytes, b->bytes, a->file_size) == 0);
}

/* Is all that a bound is made from the same? Written data takes part by its relocations only. */
static bool same_code(const struct elf *a, const struct elf *b)
{
	if (a->entry != b->entry || a->segments != b->segments || a->symbols != b->symbols ||
	    a->references != b->references || a->calls_size != b->calls_size)
		return false;
	for (uint32_t i = 0; i < a->segments; i++) {
		if (!same_segment(&a->segment[i], &b->segment[i]))
			return false;
	}
	for (uint32_t i = 0; i < a->symbols; i++) {
		if (a->symbol[i].address != b->symbol[i].address ||
		    strcmp(a->symbol[i].name, b->symbol[i].name) != 0)
			return false;
	}
	for (uint32_t i = 0; i < a->references; i++) {
		if (a->reference[i].target != b->reference[i].target ||
		    a->reference[i].location != b->reference[i].location)
			return false;
	}
	return a->calls_size == 0 || memcmp(a->calls, b->calls, a->calls_size) == 0;
}

/* FNV-1a over the code, so that only what is likely equal is compared. */
static uint64_t digest(const struct elf *elf)
{
	uint64_t value = UINT64_C(0xcbf29ce484222325);

	for (uint32_t i = 0; i < elf->segments; i++) {
		const struct elf_segment *segment = &elf->segment[i];

		for (uint64_t at = 0; (segment->flags & ELF_EXECUTE) != 0 && at < segment->file_size; at++)
			value = (value ^ segment->bytes[at]) * UINT64_C(0x100000001b3);
	}
	return value;
}

struct judged {
	uint64_t digest;
	uint32_t instance;
};

static int compare_judged(const void *left, const void *right)
{
	const struct judged *a = left, *b = right;

	if (a->digest != b->digest)
		return a->digest < b->digest ? -1 : 1;
	return a->instance < b->instance ? -1 : 1;
}

/* The results of all instances, in the order of their code. */
static void judge_all(struct layout *layout)
{
	const uint32_t count = layout->model->instances;
	struct judged *order = ARENA_ARRAY(layout->arena, struct judged, count);

	for (uint32_t i = 0; i < count; i++)
		order[i] = (struct judged){.digest = digest(&layout->instance[i].elf), .instance = i};
	qsort(order, count, sizeof *order, compare_judged);
	for (uint32_t i = 0; i < count; i++) {
		struct placed *placed = &layout->instance[order[i].instance];
		bool known = false;

		for (uint32_t k = i; !known && k-- > 0 && order[k].digest == order[i].digest;) {
			known = same_code(&placed->elf, &layout->instance[order[k].instance].elf);
			if (known)
				placed->stack = layout->instance[order[k].instance].stack;
		}
		if (!known)
			stack_of(&placed->elf, layout->model->board->architecture, layout->arena,
				 &placed->stack);
	}
}

static void help_with_pointers(const struct stack_result *stack, struct complaint *complaint)
{
	if (stack->problem == STACK_UNDECLARED)
		complaint_help(complaint,
			       "say in the notes of the library what it may lead to: TENON_STACK_LEADS(%s, "
			       "function) of <tenon/stack.h>",
			       stack->function);
	else if (stack->problem == STACK_BAD_NOTE || (stack->problem == STACK_RECURSION && stack->kind))
		complaint_help(complaint,
			       "say what such a pointer may lead to: TENON_STACK_CALLED(%s, function) of "
			       "<tenon/stack.h>, or TENON_STACK_NEVER(%s)",
			       stack->kind, stack->kind);
	else if (stack->problem == STACK_RECURSION && stack->guess)
		complaint_help(complaint,
			       "nothing is said of the pointers that %s calls, so any function whose address "
			       "is taken may be meant: TENON_STACK_CALLS(kind) beside the call, "
			       "TENON_STACK_CALLED(kind, function) for each that it may lead to",
			       stack->guess);
}

static void refuse_unbounded(const struct layout *layout, const struct instance *instance)
{
	const struct stack_result *stack = &layout->instance[instance->index].stack;
	struct text what = {0};
	struct complaint *complaint;

	stack_say(stack, &what);
	complaint = report_error(layout->request->report, RULE_STACK_UNBOUNDED, instance->stack_place,
				 "the stack of %s has no bound: %s", instance->name.text, what.data);
	text_fini(&what);
	help_with_pointers(stack, complaint);
	if (stack->problem == STACK_RECURSION)
		complaint_help(complaint, "say in one of them how often it is called inside itself: "
					  "TENON_STACK_RECURSION(times) of <tenon/stack.h>");
	else if (stack->problem == STACK_VARIABLE)
		complaint_help(complaint,
			       "say in it how large its frame can become: TENON_STACK_FRAME(bytes) of "
			       "<tenon/stack.h>");
}

static void refuse_too_deep(const struct layout *layout, const struct instance *instance)
{
	const struct stack_result *stack = &layout->instance[instance->index].stack;
	struct complaint *complaint =
	    report_error(layout->request->report, RULE_STACK_TOO_DEEP, instance->stack_place,
			 "%s can need %" PRIu64 " bytes of stack and has %" PRIu64, instance->name.text,
			 stack->bytes, instance->stack);
	struct text chain = {0};

	complaint_allowed(complaint, "memory: {stack: %" PRIu64 " KiB} and more",
			  page_up(stack->bytes) / 1024);
	for (uint32_t i = 0; i < stack->links; i++) {
		if (stack->links > LINKS_SHOWN && i == LINKS_SHOWN / 2) {
			i = stack->links - LINKS_SHOWN / 2;
			text_add(&chain, " -> ...");
		}
		text_add(&chain, "%s%s %" PRIu64, i ? " -> " : "", stack->chain[i].name,
			 stack->chain[i].bytes);
	}
	complaint_help(complaint, "the deepest calls, with bytes: %s", chain.data);
	text_fini(&chain);
}

bool stack_check(struct layout *layout)
{
	bool good = true;

	judge_all(layout);
	for (uint32_t i = 0; i < layout->model->instances; i++) {
		const struct instance *instance = &layout->model->instance[i];
		const struct stack_result *stack = &layout->instance[i].stack;

		if (stack->problem != STACK_KNOWN)
			refuse_unbounded(layout, instance);
		else if (stack->bytes > instance->stack)
			refuse_too_deep(layout, instance);
		good = good && stack->problem == STACK_KNOWN && stack->bytes <= instance->stack;
	}
	return good;
}

/* ---- the report ------------------------------------------------------------------------------- */

uint64_t stack_bound(const struct layout *layout, const struct instance *instance)
{
	const struct stack_result *stack = &layout->instance[instance->index].stack;

	return stack->open ? instance->stack : stack->bytes;
}

void stack_text(const struct layout *layout, const struct instance *instance, struct text *out)
{
	const struct stack_result *stack = &layout->instance[instance->index].stack;

	text_add(out, "  stack: at most %" PRIu64 " of %" PRIu64 " bytes  (%s)\n",
		 stack_bound(layout, instance), instance->stack,
		 cite(layout->numbers, instance->stack_place));
	if (stack->open)
		text_add(out, "    declared to have no bound\n");
	for (uint32_t i = 0; i < stack->links; i++)
		text_add(out, "    %6" PRIu64 "  %s%s\n", stack->chain[i].bytes, stack->chain[i].name,
			 stack->chain[i].through ? ", through a pointer" : "");
	if (stack->guessed)
		text_add(out, "    calls through pointers for which nothing is declared:");
	for (uint32_t i = 0; i < stack->guessed; i++)
		text_add(out, "%s %s", i ? "," : "", stack->guess_of[i]);
	if (stack->guessed)
		text_add(out, "\n");
}

void stack_json(const struct layout *layout, const struct instance *instance, struct text *out)
{
	const struct stack_result *stack = &layout->instance[instance->index].stack;

	text_add(out,
		 "   \"stack\": {\"bound\": %" PRIu64 ", \"open\": %s, \"undeclared\": %u, \"place\": \"",
		 stack_bound(layout, instance), stack->open ? "true" : "false", stack->guessed);
	text_quoted(out, cite(layout->numbers, instance->stack_place));
	text_add(out, "\", \"chain\": [");
	for (uint32_t i = 0; i < stack->links; i++) {
		text_add(out, "%s\n    {\"function\": \"", i ? "," : "");
		text_quoted(out, stack->chain[i].name);
		text_add(out, "\", \"bytes\": %" PRIu64 ", \"through_pointer\": %s}", stack->chain[i].bytes,
			 stack->chain[i].through ? "true" : "false");
	}
	text_add(out, "]},\n");
}
