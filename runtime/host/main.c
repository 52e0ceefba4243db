/* SPDX-License-Identifier: MIT
 * A component's tests as one program of cmocka. Each test begins with a new
 * machine. What fails without an assertion in the test's own code is reported
 * at the line of the test that led there, as far as its stack says.
 *
 * State: the tests, and which one runs.
 */
#include <execinfo.h>
#include <sanitizer/common_interface_defs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "host.h"

#define TESTS_MAX  4096u
#define FRAMES_MAX 64

static struct CMUnitTest tests[TESTS_MAX];
static void (*function[TESTS_MAX])(void **state);
static uint32_t count;
static const char *running;

/* Faults are the sanitizer's, not cmocka's, whose handler would jump off a component's stack. What the test is given up
 * with is no leak. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0:detect_stack_use_after_return=0:handle_segv=2:handle_sigbus=2:handle_sigfpe=2:"
	       "handle_sigill=2:handle_abort=2";
}

static void run(void **state)
{
	const size_t number = (size_t)(uintptr_t)*state;

	running = tests[number].name;
	clients_reset();
	component_reset();
	signals_reset();
	time_reset();
	memory_reset();
	given_reset();
	device_reset();
	capabilities_reset();
	mocks_reset();
	clients_open();
	function[number](state);
	answers_finish();
}

void test_register(const char *name, void (*test)(void **state))
{
	if (count == TESTS_MAX)
		abort();
	function[count] = test;
	tests[count] =
	    (struct CMUnitTest){.name = name, .test_func = run, .initial_state = (void *)(uintptr_t)count};
	count++;
}

/* The frame nearest to the top that is neither ours nor generated: "FILE:LINE". */
static bool find_line(char place[512])
{
	static const char *const ours[] = {"/runtime/host/",   "/runtime/channel.c:", "/runtime/pool.c:",
					   "/runtime/room.c:", "/runtime/session.c:", "/clients.c:",
					   "/mocks.c:",        "/component.c:",       ".glue.c:"};
	void *frame[FRAMES_MAX];
	const int frames = backtrace(frame, FRAMES_MAX);

	for (int i = 0; i < frames; i++) {
		bool is_ours = false;

		__sanitizer_symbolize_pc((char *)frame[i] - 1, "%s:%l", place, 512);
		for (size_t k = 0; k < sizeof ours / sizeof ours[0]; k++)
			is_ours = is_ours || strstr(place, ours[k]) != NULL;
		if (!is_ours && place[0] == '/' && strstr(place, ".c:") != NULL)
			return true;
	}
	return false;
}

void test_fail(const char *format, ...)
{
	char place[512], text[4096], *colon;
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	if (find_line(place) && (colon = strrchr(place, ':')) != NULL) {
		*colon = '\0';
		_assert_true(0, text, place, atoi(colon + 1));
	}
	_assert_true(0, text, running, 0); /* it was at its end */
	abort();
}

static void on_death(void)
{
	if (running != NULL)
		fprintf(stderr, "\nthe program ended in the test %s\n", running);
}

int main(void)
{
	__sanitizer_set_death_callback(on_death);
	memory_init();
	peers_init();
	if (count == 0) {
		fprintf(stderr, "no test: a file of tests has TEST(name) { … }\n");
		return 2;
	}
	return _cmocka_run_group_tests(test_component.name, tests, count, NULL, NULL) == 0 ? 0 : 1;
}
