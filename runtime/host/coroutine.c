/* SPDX-License-Identifier: MIT
 * Stacks. The sanitizers are told of each switch. A stack that is given up is
 * used again, with what it held unpoisoned.
 *
 * State: which one runs, the test's stack, and what went wrong elsewhere.
 */
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "host.h"

#define STACK_BYTES (256u * 1024)
#define GUARD_BYTES 4096u

static ucontext_t test_context;
static void *test_fake_stack;
static const void *test_stack;
static size_t test_stack_bytes;
static struct coroutine *current;
static void *free_stack[64];
static unsigned free_stacks;
static char failed[1024];

static void *stack_get(void)
{
	char *memory;

	if (free_stacks != 0)
		return free_stack[--free_stacks];
	memory =
	    mmap(NULL, GUARD_BYTES + STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED || mprotect(memory, GUARD_BYTES, PROT_NONE) != 0) {
		perror("a stack");
		abort();
	}
	return memory + GUARD_BYTES;
}

static void start(unsigned high, unsigned low)
{
	struct coroutine *self = (struct coroutine *)((uintptr_t)high << 32 | low);

	__sanitizer_finish_switch_fiber(NULL, &test_stack, &test_stack_bytes);
	self->entry(self->argument);
	abort();
}

void coroutine_create(struct coroutine *coroutine, void (*entry)(void *argument), void *argument)
{
	coroutine->entry = entry;
	coroutine->argument = argument;
	coroutine->stack = stack_get();
	coroutine->fake_stack = NULL;
	getcontext(&coroutine->context);
	coroutine->context.uc_stack.ss_sp = coroutine->stack;
	coroutine->context.uc_stack.ss_size = STACK_BYTES;
	coroutine->context.uc_link = NULL;
	makecontext(&coroutine->context, (void (*)(void))start, 2, (unsigned)((uintptr_t)coroutine >> 32),
		    (unsigned)(uintptr_t)coroutine);
}

void coroutine_destroy(struct coroutine *coroutine)
{
	if (coroutine->stack == NULL)
		return;
	__asan_unpoison_memory_region(coroutine->stack, STACK_BYTES);
	if (free_stacks < sizeof free_stack / sizeof free_stack[0])
		free_stack[free_stacks++] = coroutine->stack;
	coroutine->stack = NULL;
}

void coroutine_switch(struct coroutine *coroutine)
{
	current = coroutine;
	__sanitizer_start_switch_fiber(&test_fake_stack, coroutine->stack, STACK_BYTES);
	swapcontext(&test_context, &coroutine->context);
	__sanitizer_finish_switch_fiber(test_fake_stack, NULL, NULL);
	current = NULL;
	if (failed[0] != '\0') {
		char text[sizeof failed];

		snprintf(text, sizeof text, "%s", failed);
		failed[0] = '\0';
		test_fail("%s", text);
	}
}

void coroutine_yield(void)
{
	struct coroutine *self = current;

	__sanitizer_start_switch_fiber(&self->fake_stack, test_stack, test_stack_bytes);
	swapcontext(&self->context, &test_context);
	__sanitizer_finish_switch_fiber(self->fake_stack, &test_stack, &test_stack_bytes);
}

struct coroutine *coroutine_current(void)
{
	return current;
}

void failure(const char *format, ...)
{
	char text[sizeof failed];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	if (current == NULL)
		test_fail("%s", text);
	snprintf(failed, sizeof failed, "%s", text);
	coroutine_yield();
	abort();
}
