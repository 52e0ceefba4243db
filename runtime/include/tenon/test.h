/* SPDX-License-Identifier: MIT
 * Testing a component on the host. The test is the component's kernel: the
 * component runs on a stack of its own until it waits, and only while the test
 * lets it, so a test has no races. Time stands still unless the test moves it.
 *
 * What depends on the component is generated beside this: clients that call it
 * (clients.h), and in place of its servers mocks that answer what the test says
 * (mocks.h). A test file includes "test.h", which has all three.
 *
 * Before each test the component's memory is as the image has it, nothing is
 * queued, and the clock shows one second. The component starts when the test
 * first does something to it, or with test_start(). A test fails where an
 * assertion of cmocka does, where the component calls what no mock was told to
 * answer, fails a CHECK, or ends with answers left that nobody asked for.
 */
#ifndef TENON_TEST_H
#define TENON_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tenon/abi.h>

/* A test: TEST(greets) { … }. Tests of a program run in the order of its files and lines. */
#define TEST(name)                                                                                           \
	static void test_##name(void **state);                                                               \
	__attribute__((constructor)) static void register_##name(void)                                       \
	{                                                                                                    \
		test_register(#name, test_##name);                                                           \
	}                                                                                                    \
	static void test_##name(__attribute__((unused)) void **state)

void test_register(const char *name, void (*function)(void **state));
/* Ends the test as failed. */
_Noreturn void test_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- the component ---- */

/* component_start(), and then all there is to do. */
void test_start(void);
/*
 * A new life after a death: its memory is as the image has it, and it starts. Calls in its hands end with RESTARTED, so
 * stubs of clients repeat those that may be repeated; those that it had not received wait for it.
 */
void test_restart(void);
/* The component must have failed a CHECK (or so since the test began); its text, for a comparison. It is then dead. */
const char *test_panic(void);
/* From now on a failed CHECK of the component fails no test. */
void test_expect_panic(void);
/* Asks for a heartbeat: false where none came, for the component is stuck, dead, or has none. */
bool test_heartbeat(void);
/* Does it wait for a call, signal or time-out? Not while a mock has not answered it. */
bool test_waits(void);

/* ---- time ---- */

uint64_t test_now_ns(void);
/* Moves the clock; the component's time-outs and deadlines come when it gets there, each at its time. */
void test_advance_ns(uint64_t by_ns);
void test_advance_ms(uint64_t by_ms);
/*
 * What the servers of channels do as soon as the component signals one, before it goes on: as those do that are more urgent than it
 * is. `serve` takes entries and sends others; it may do nothing else to the component. NULL: nothing.
 */
void test_serve_at_once(void (*serve)(void));

/* ---- a call that a client has begun ---- */

struct test_call;
bool test_answered(const struct test_call *call);
/* The client stops waiting: its deadline passed (its stub says TIMED_OUT), and the component hears of it. */
void test_call_times_out(struct test_call *call);
/* The client dies, with all that it called. Their calls have no end then. */
void test_client_dies(uint32_t client);
/* The same, and it is there again: it begins new sessions of its channels. */
void test_client_restarts(uint32_t client);

/* ---- what a mock answers ---- */

/*
 * An answer that a mock was told to give. Each is given once, in order, at once; these change that and return it.
 * Delayed: so long after the call. Held: not before test_release(). Always: to all calls that come, and it need not be used.
 */
struct test_answer;
struct test_answer *test_delay_ns(struct test_answer *answer, uint64_t by_ns);
struct test_answer *test_delay_ms(struct test_answer *answer, uint64_t by_ms);
struct test_answer *test_hold(struct test_answer *answer);
struct test_answer *test_always(struct test_answer *answer);
struct test_answer *test_times(struct test_answer *answer, uint32_t times);
void test_release(struct test_answer *answer);

/* ---- capabilities ---- */

/*
 * A capability that clients hand over and mocks answer with, as one that they all hold. What the component sends them
 * becomes such a handle, too. Objects do nothing here; only their signals are counted, if they are notifications.
 */
tenon_handle_t test_capability(enum tenon_type type, uint32_t rights);
/* TENON_TYPE_NONE, 0: it was taken back or deleted, or there never was one. */
enum tenon_type test_capability_type(tenon_handle_t handle);
uint32_t test_capability_rights(tenon_handle_t handle);
/* Both lead to one object; a slot of the component's (SLOT_…) may be one of them. */
bool test_capability_same(tenon_handle_t handle, tenon_handle_t other);
/* How often the component signalled that notification since this was last asked. */
uint32_t test_capability_signals(tenon_handle_t handle);
/* All copies are taken back, that of the component, too. The second gives up this one, and where it is an owner, the object. */
void test_capability_revoke(tenon_handle_t handle);
void test_capability_delete(tenon_handle_t handle);
/* How many the component has beyond what the description gave it. */
uint32_t test_capabilities_held(void);
/* The component has one in that slot from now on, as if it had made it: for an answer of test_kernel(). */
tenon_handle_t test_component_capability(uint32_t slot, enum tenon_type type, uint32_t rights);

/* ---- the device of a driver ---- */

/* What its registers are; NULL: memory that keeps what is written. `context` is given on. Widths in bytes. */
struct test_device {
	uint64_t (*read)(void *context, uint32_t range, uint32_t offset, uint32_t bytes);
	void (*write)(void *context, uint32_t range, uint32_t offset, uint32_t bytes, uint64_t value);
	void *context;
};
void test_device(const struct test_device *device);
/* The device raises its interrupt; it comes again only once the component acknowledged it. */
void test_interrupt(uint32_t index);

/* ---- a supervisor ---- */

struct supervision_directory;
struct supervision_fault;
/* What it knows of its members, in memory of the test. */
void test_directory(const struct supervision_directory *directory);
/* A member faults: a call that is never answered. Its thread is stopped, then test_call_times_out() ends it. */
struct test_call *test_fault(uint32_t member, const struct supervision_fault *fault);
/* A member says that it lives. */
void test_beat(uint32_t member);

/* ---- other system calls ---- */

struct tenon_ipc;
/*
 * Answers what has no fake here (objects made at run time, inspection): sets status and words of `ipc` and returns true;
 * false: not this one. An operation that nobody answers fails the test.
 */
void test_kernel(bool (*answer)(struct tenon_ipc *ipc, uint32_t operation, uint32_t slot));

#endif
