/* SPDX-License-Identifier: MIT
 * The deepest chain of calls. Functions that call one another in a circle are
 * found with Tarjan's algorithm (R. Tarjan, Depth-First Search and Linear Graph
 * Algorithms, 1972), which also yields callees before their callers. A circle
 * has a bound only where it is declared how often it may be gone round.
 */
#include <string.h>

#include "../read/arena.h"
#include "stack_code.h"

struct search {
	struct stack_code *code;
	struct stack_result *result;
	struct stack_function *stack; /* functions whose circle is not complete */
	uint32_t count;
};

/* Every callee of a function: those it names, then those its pointers may lead to. */
struct callees {
	const struct stack_function *function;
	uint32_t call, pointed;
};

static bool next_callee(struct callees *at, const struct stack_call **call, struct stack_function **callee)
{
	const struct stack_function *function = at->function;

	for (; at->call < function->calls; at->call++, at->pointed = 0) {
		*call = &function->call[at->call];
		if ((*call)->callee && at->pointed == 0) {
			at->pointed = 1;
			*callee = (*call)->callee;
			return true;
		}
		if (!(*call)->callee && at->pointed < function->pointeds) {
			*callee = function->pointed[at->pointed++];
			return true;
		}
	}
	return false;
}

static void blame(struct stack_result *result, enum stack_problem problem,
		  const struct stack_function *function, uint64_t address)
{
	if (result->problem != STACK_KNOWN)
		return;
	result->problem = problem;
	result->function = function->name;
	result->address = address;
}

/* ---- circles ---------------------------------------------------------------------------------- */

/* Looks for a way from `at` back to `first` that meets no declared function; writes it into the result. */
static bool find_circle(struct search *search, struct stack_function *first, struct stack_function *at,
			uint32_t links)
{
	struct callees callees = {.function = at};
	const struct stack_call *call;
	struct stack_function *callee;

	if (at->declared_recursion || at->open || at->looked_for == first)
		return false;
	at->looked_for = first;
	while (next_callee(&callees, &call, &callee)) {
		if (callee->circle != first->circle ||
		    (callee != first && !find_circle(search, first, callee, links + 1)))
			continue;
		if (callee == first) {
			search->result->chain =
			    ARENA_ARRAY(search->code->arena, struct stack_link, links + 1);
			search->result->links = links + 1;
		}
		if (call->callee == NULL && at->guessed) {
			search->result->guess = at->name;
			search->result->kind = at->kind;
		}
		((struct stack_link *)search->result->chain)[links] = (struct stack_link){
		    .name = at->name, .bytes = call->depth, .through = call->callee == NULL};
		return true;
	}
	return false;
}

/* Bytes of one round at most, and of the last call out of it. */
static void add_member(struct stack_function *member, const struct stack_function *circle, uint64_t *round,
		       uint64_t *last)
{
	struct callees callees = {.function = member};
	const struct stack_call *call;
	struct stack_function *callee;
	uint64_t most = 0;

	if (member->frame > *last)
		*last = member->frame;
	while (next_callee(&callees, &call, &callee)) {
		if (callee->circle == circle && call->depth > most)
			most = call->depth;
		if (callee->circle != circle && call->depth + callee->bytes > *last)
			*last = call->depth + callee->bytes;
	}
	*round += most;
}

/* `members`: linked by `below`, the last one is `circle`. */
static void add_circle(struct search *search, struct stack_function *members, struct stack_function *circle)
{
	const bool alone = members == circle;
	uint64_t times = 0, round = 0, last = 0;

	for (struct stack_function *member = members;; member = member->below) {
		if (search->result->problem == STACK_KNOWN && find_circle(search, member, member, 0)) {
			blame(search->result, STACK_RECURSION, member, member->address);
			return;
		}
		if (member == circle)
			break;
	}
	for (struct stack_function *member = members;; member = member->below) {
		times += member->declared_recursion;
		add_member(member, circle, &round, &last);
		if (member == circle)
			break;
	}
	/* Alone: the first call is one of them. Else others of the circle may come before the first and after the last. */
	times = !alone ? times + 1 : times ? times - 1 : 0;
	for (struct stack_function *member = members;; member = member->below) {
		member->bytes = times * round + last;
		if (member == circle)
			break;
	}
}

/* ---- the deepest way -------------------------------------------------------------------------- */

static bool calls_itself(const struct stack_function *function)
{
	struct callees callees = {.function = function};
	const struct stack_call *call;
	struct stack_function *callee;

	while (next_callee(&callees, &call, &callee)) {
		if (callee == function)
			return true;
	}
	return false;
}

static void add_function(struct stack_function *function)
{
	struct callees callees = {.function = function};
	const struct stack_call *call;
	struct stack_function *callee;

	function->bytes = function->frame;
	while (next_callee(&callees, &call, &callee)) {
		if (call->depth + callee->bytes > function->bytes) {
			function->bytes = call->depth + callee->bytes;
			function->deepest = call;
			function->next = callee;
		}
	}
}

/* `function` is the first of its circle: takes the circle off the stack and adds it up. */
static void finish(struct search *search, struct stack_function *function)
{
	struct stack_function *members = search->stack;

	search->stack = function->below;
	for (struct stack_function *member = members;; member = member->below) {
		member->circle = function;
		if (member == function)
			break;
	}
	if (members == function && !calls_itself(function))
		add_function(function);
	else
		add_circle(search, members, function);
}

static void visit(struct search *search, struct stack_function *function)
{
	struct callees callees = {.function = function};
	const struct stack_call *call;
	struct stack_function *callee;

	function->order = function->low = ++search->count;
	function->below = search->stack;
	search->stack = function;
	search->result->open |= function->open;
	if (function->problem != STACK_KNOWN && !function->open)
		blame(search->result, function->problem, function, function->problem_at);
	if (function->guessed)
		search->result->guess_of[search->result->guessed++] = function->name;
	while (next_callee(&callees, &call, &callee)) {
		if (!callee->order) {
			visit(search, callee);
			if (callee->low < function->low)
				function->low = callee->low;
		} else if (!callee->circle && callee->order < function->low) {
			function->low = callee->order;
		}
	}
	if (function->low == function->order)
		finish(search, function);
}

static void write_chain(struct search *search, const struct stack_function *root)
{
	struct stack_link *chain = ARENA_ARRAY(search->code->arena, struct stack_link, search->count);
	uint32_t links = 0;
	bool through = false;

	/* Callees come before their callers, so the chain ends; a circle ends it. */
	for (const struct stack_function *at = root; at; at = at->next) {
		chain[links++] = (struct stack_link){
		    .name = at->name, .bytes = at->next ? at->deepest->depth : at->bytes, .through = through};
		through = at->deepest && at->deepest->callee == NULL;
	}
	search->result->chain = chain;
	search->result->links = links;
}

void stack_add_up(struct stack_code *code, struct stack_function *root, struct stack_result *result)
{
	struct search search = {.code = code, .result = result};

	result->guess_of = ARENA_ARRAY(code->arena, const char *, code->functions);
	visit(&search, root);
	result->functions = search.count;
	if (result->open) /* it has no bound, so none has to be found */
		result->problem = STACK_KNOWN;
	if (result->problem != STACK_KNOWN)
		return;
	result->bytes = root->bytes;
	write_chain(&search, root);
}
