/* SPDX-License-Identifier: MIT
 * Uses the C library where it needs an operating system, the thread's storage, floating point, and nothing; its
 * assembly by pointers and by jumps; and a library that calls what it is handed.
 */
#include "component.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <tenon/stack.h>

#include "store.h"

static _Thread_local int kept = 41, empty;
static unsigned wrong;
static void *volatile too_large; /* volatile: else the compiler need not ask malloc */

static void expect(bool holds, const char *what)
{
	if (holds)
		return;
	wrong++;
	fprintf(stderr, "wrong: %s\n", what);
}

static int compare(const void *a, const void *b)
{
	const int left = *(const int *)a, right = *(const int *)b;

	return (left > right) - (left < right);
}
TENON_STACK_CALLED(libc_compare, compare); /* qsort() and its like call nothing else here */

static void try_memory(void)
{
	char *first = malloc(100), *large = malloc(300000);

	expect(first != NULL && large != NULL, "malloc");
	if (!first || !large)
		return;
	memset(large, 0x5a, 300000);
	first = realloc(first, 5000);
	expect(first != NULL, "realloc");
	free(first);
	free(large);
	for (unsigned i = 0; i < 50; i++) {
		void *again = malloc(300000);

		expect(again != NULL, "memory that was freed comes back");
		free(again);
	}
	too_large = malloc(2000000);
	expect(too_large == NULL, "the heap has an end");
}

static void try_text(void)
{
	char text[100];
	int numbers[] = {5, -3, 9, 0};

	snprintf(text, sizeof text, "%.3f %Lg %s %05d", 2.0 / 3.0, 1.5L, "word", -42);
	expect(strcmp(text, "0.667 1.5 word -0042") == 0, "snprintf");
	expect(fabs(strtod("1e-3", NULL) - 0.001) < 1e-12 && sqrt(2.0) > 1.414, "floating point");
	qsort(numbers, 4, sizeof numbers[0], compare);
	expect(numbers[0] == -3 && numbers[3] == 9, "qsort");
}

static unsigned char blocks[4][STORE_BLOCK];

static int memory_read(unsigned block, unsigned char *data)
{
	memcpy(data, blocks[block % 4], STORE_BLOCK);
	return 0;
}

static int memory_write(unsigned block, const unsigned char *data)
{
	char text[32];

	snprintf(text, sizeof text, "block %u", block);
	memcpy(blocks[block % 4], data, STORE_BLOCK);
	return text[6] == '0' + (int)block ? 0 : 1;
}

static const struct store_device memory_device = {.read = memory_read, .write = memory_write};

/* The library's function calls through a struct store_device, and this is the only one. */
TENON_STACK_CALLS_OF(store_copy, store_device);
TENON_STACK_TABLE(store_device, memory_device);

static void try_store(void)
{
	blocks[1][7] = 42;
	expect(store_copy(&memory_device, 1, 3) == 0 && blocks[3][7] == 42, "a library's table");
}

static void *(*volatile copy)(void *, const void *, size_t) = memcpy;
static void *(*volatile fill)(void *, int, size_t) = memset;

static void try_pointers(void)
{
	char text[100];

	fill(text, 'x', sizeof text);
	copy(text, "word", 5);
	expect(strcmp(text, "word") == 0 && text[99] == 'x', "functions by pointer");
}

static void try_jumps(void)
{
	static jmp_buf plain;
	static sigjmp_buf with_mask;
	volatile int jumps = 0;

	if (setjmp(plain) < 3)
		longjmp(plain, ++jumps);
	if (sigsetjmp(with_mask, 1) < 5)
		siglongjmp(with_mask, ++jumps);
	expect(jumps == 5, "jumps");
}

void component_start(void)
{
	struct timespec time;

	try_memory();
	try_text();
	try_pointers();
	try_store();
	try_jumps();
	kept++;
	expect(kept == 42 && empty == 0, "storage of the thread");
	expect(clock_gettime(CLOCK_MONOTONIC, &time) == 0 && time.tv_nsec >= 0, "the time");
	expect(fopen("/none", "r") == NULL && errno == ENOSYS, "there are no files");
	printf("libc: %u wrong\n", wrong);
	(void)power_end(wrong == 0 ? 0 : 1); /* does not come back when it succeeds */
}
