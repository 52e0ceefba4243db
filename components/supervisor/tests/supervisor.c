/* SPDX-License-Identifier: MIT
 * Faults, hangs, restarts and the end of the run, over a directory of four members that stands here. The kernel is a list
 * of what the supervisor asked of it.
 */
#include "test.h"

#include <tenon/supervision.h>
#include <tenon/thread.h>

enum member { SERIAL, TIMER, SHELL, GREETER, MEMBERS };

#define THREAD    1000u /* handles of a member's objects: these and its number */
#define ENDPOINT  2000u
#define TABLE     3000u
#define HEARTBEAT 3500u
#define TEXT      0x200000u
#define PAINT     0x5a5a5a0000000000u
#define ASKED_MAX 64u

/* Everything at an offset from the directory's first byte. */
static struct {
	struct supervision_directory head;
	struct supervision_member member[MEMBERS];
	struct supervision_segment segment[2];
	struct supervision_symbol symbol[2];
	uint32_t dependent[2];
	char name[MEMBERS][16], component[16], place[32], policy[32], none[8], function[2][16];
} image;
#define AT(part) ((uint32_t)((const char *)&image.part - (const char *)&image))

static _Alignas(8) uint8_t data[64], stack[2 * TENON_PAGE_SIZE];
static const uint8_t pristine[16] = "as it was built";
static struct {
	uint32_t operation, slot;
	uint64_t word;
} asked[ASKED_MAX];
static uint32_t askings;
static tenon_handle_t heartbeat;
static uint32_t busy;

static void describe_member(enum member number, const char *name)
{
	strcpy(image.name[number], name);
	image.member[number] =
	    (struct supervision_member){.name = AT(name[number]),
					.place = AT(place),
					.component = AT(component),
					.policy_place = AT(none),
					.thread = THREAD + number,
					.endpoint = number == SHELL ? 0 : ENDPOINT + number,
					.stack_top = TENON_AREA_STACK,
					.stack_bottom = TENON_AREA_STACK - sizeof stack,
					.text = TEXT,
					.text_end = TEXT + 0x1000,
					.symbols = 2,
					.symbol = AT(symbol)};
}

static void make_restartable(struct supervision_member *member)
{
	member->policy_place = AT(policy);
	member->restart = SUPERVISION_ON_FAULT;
	member->capabilities = TABLE + TIMER;
	member->drives_function = 1;
	member->entry = TEXT;
	member->segments = 2;
	member->segment = AT(segment);
	member->dependents = 2;
	member->dependent = AT(dependent);
	image.segment[0] = (struct supervision_segment){.window = (uintptr_t)data,
							.size = sizeof data,
							.image = (uintptr_t)pristine,
							.image_size = sizeof pristine,
							.address = 0x300000};
	image.segment[1] = (struct supervision_segment){.window = (uintptr_t)stack,
							.size = sizeof stack,
							.address = TENON_AREA_STACK - sizeof stack,
							.paint = PAINT};
}

/* ---- the kernel ---- */

static bool kernel(struct tenon_ipc *ipc, uint32_t operation, uint32_t slot)
{
	switch (operation) {
	case TENON_OP_THREAD_START:
	case TENON_OP_THREAD_STOP:
	case TENON_OP_TABLE_RESET:
	case TENON_OP_ENDPOINT_STATE:
		break;
	case TENON_OP_THREAD_READ:
		*ipc = (struct tenon_ipc){.word = {TENON_THREAD_RUNNING, TEXT + 0x14}};
		ipc->status = TENON_OK;
		return true;
	case TENON_OP_PLATFORM_POWER:
		assert_int_equal(slot, SLOT_PLATFORM);
		break;
	default:
		return false;
	}
	assert_true(askings < ASKED_MAX);
	asked[askings].operation = operation;
	asked[askings].slot = slot;
	asked[askings++].word = ipc->word[0];
	ipc->status = TENON_OK;
	if (operation == TENON_OP_THREAD_START && busy != 0) {
		busy--;
		ipc->status = TENON_BUSY;
	}
	if (operation == TENON_OP_PLATFORM_POWER)
		ipc->status =
		    TENON_BAD_RIGHTS; /* the machine of a test does not end, so the supervisor does */
	return true;
}

static uint32_t times(uint32_t operation, uint32_t slot)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < askings; i++)
		count += asked[i].operation == operation && asked[i].slot == slot ? 1 : 0;
	return count;
}

/* ---- a run ---- */

static struct supervision_member *begin(void)
{
	memset(&image, 0, sizeof image);
	image.head = (struct supervision_directory){
	    .magic = TENON_SUPERVISION_MAGIC, .size = sizeof image, .members = MEMBERS, .member = AT(member)};
	strcpy(image.component, "queue");
	strcpy(image.place, "system.yaml:12");
	strcpy(image.policy, "system.yaml:40");
	strcpy(image.function[0], "main");
	strcpy(image.function[1], "read_at");
	image.symbol[0] = (struct supervision_symbol){.address = TEXT, .name = AT(function[0])};
	image.symbol[1] = (struct supervision_symbol){.address = TEXT + 0x10, .name = AT(function[1])};
	image.dependent[0] = SHELL;
	image.dependent[1] = GREETER;
	describe_member(SERIAL, "serial");
	describe_member(TIMER, "timer");
	describe_member(SHELL, "shell");
	describe_member(GREETER, "greeter");
	image.member[SERIAL].serves_supervisor = 1;
	make_restartable(&image.member[TIMER]);
	askings = 0;
	busy = 0;
	memset(data, 0xff, sizeof data);
	memset(stack, 0xff, sizeof stack);
	test_directory(&image.head);
	test_kernel(kernel);
	test_always(mock_devices_quiesce_answers());
	return &image.member[TIMER];
}

/* The member reads at null in read_at(). The kernel gives the call up when its thread is stopped. */
static void fault(enum member member)
{
	const struct supervision_fault seen = {.kind = TENON_FAULT_READ, .pc = TEXT + 0x14, .address = 8};

	test_call_times_out(test_fault(member, &seen));
}

static bool said(const char *text)
{
	for (uint32_t i = 0; i < mock_log_write_calls(); i++) {
		if (strstr(mock_log_write_call(i)->text, text) != NULL)
			return true;
	}
	return false;
}

static enum supervisor_state state_of(enum member member, uint32_t *restarts)
{
	enum supervisor_state seen;
	uint32_t last;

	assert_int_equal(client_supervisor_status(0, image.name[member], &seen, restarts, &last),
			 SUPERVISOR_OK);
	return seen;
}

/* ---- restarts ---- */

TEST(a_fault_is_reported_and_the_member_made_anew)
{
	uint32_t restarts;

	begin();
	for (size_t i = 0; i < sizeof stack / 8; i++) /* the lower half was never used */
		((uint64_t *)(void *)stack)[i] = i < TENON_PAGE_SIZE / 8 ? PAINT : 0x1111;
	fault(TIMER);
	assert_true(said("timer: a read of 0x8 (null), which it may not"));
	assert_true(said("component queue, system.yaml:12"));
	assert_true(said("at 0x200014 read_at+0x4"));
	assert_true(said("restarted, system.yaml:40"));
	assert_memory_equal(data, pristine, sizeof pristine);
	assert_int_equal(data[sizeof pristine], 0);
	assert_int_equal(*(uint64_t *)(void *)stack, PAINT);
	assert_int_equal(stack[TENON_PAGE_SIZE], 0);
	assert_int_equal(times(TENON_OP_THREAD_STOP, THREAD + TIMER), 1);
	assert_int_equal(times(TENON_OP_TABLE_RESET, TABLE + TIMER), 1);
	assert_int_equal(times(TENON_OP_ENDPOINT_STATE, ENDPOINT + TIMER), 1);
	assert_int_equal(asked[askings - 1].operation, TENON_OP_THREAD_START);
	assert_string_equal(mock_devices_quiesce_call(0)->instance, "timer");
	assert_int_equal(state_of(TIMER, &restarts), SUPERVISOR_STATE_RUNNING);
	assert_int_equal(restarts, 1);
}

TEST(a_thread_that_is_busy_is_started_when_it_is_not)
{
	begin();
	busy = 3;
	fault(TIMER);
	assert_int_equal(times(TENON_OP_THREAD_START, THREAD + TIMER), 4);
}

TEST(who_is_not_supervised_is_halted)
{
	uint32_t restarts;

	begin();
	fault(GREETER);
	assert_true(said("  halted"));
	assert_int_equal(state_of(GREETER, &restarts), SUPERVISOR_STATE_HALTED);
	assert_int_equal(times(TENON_OP_THREAD_START, THREAD + GREETER), 0);
	assert_int_equal(times(TENON_OP_ENDPOINT_STATE, ENDPOINT + GREETER), 1);
	assert_int_equal(mock_devices_quiesce_calls(), 0); /* it drives no function */
	assert_int_equal(client_supervisor_restart(0, "greeter"), SUPERVISOR_NOT_RESTARTABLE);
}

TEST(after_so_many_restarts_those_that_use_it_are_halted_too)
{
	struct supervision_member *timer = begin();
	uint32_t restarts;

	timer->at_most = 2;
	timer->window_ns = UINT64_C(60000000000);
	timer->then = SUPERVISION_HALT_DEPENDENTS;
	fault(TIMER);
	fault(TIMER);
	assert_int_equal(state_of(TIMER, &restarts), SUPERVISOR_STATE_RUNNING);
	askings = 0;
	fault(TIMER);
	assert_true(said("2 restarts in 1 min are used up"));
	assert_true(said("halted too: greeter"));
	assert_int_equal(state_of(TIMER, &restarts), SUPERVISOR_STATE_HALTED);
	assert_int_equal(state_of(SHELL, &restarts), SUPERVISOR_STATE_HALTED);
	assert_int_equal(asked[0].slot, THREAD + GREETER); /* the furthest away first */
	assert_int_equal(times(TENON_OP_THREAD_START, THREAD + TIMER), 0);
}

TEST(restarts_that_are_long_ago_do_not_count)
{
	struct supervision_member *timer = begin();
	uint32_t restarts;

	timer->at_most = 1;
	timer->window_ns = UINT64_C(1000000000);
	for (uint32_t i = 0; i < 5; i++) {
		fault(TIMER);
		test_advance_ms(1001);
	}
	assert_int_equal(state_of(TIMER, &restarts), SUPERVISOR_STATE_RUNNING);
	assert_int_equal(restarts, 5);
}

TEST(a_back_off_is_waited_for)
{
	struct supervision_member *timer = begin();
	uint32_t restarts;

	timer->back_off_ns = UINT64_C(20000000);
	fault(TIMER);
	assert_true(said("restarts in 20 ms, system.yaml:40"));
	assert_int_equal(state_of(TIMER, &restarts), SUPERVISOR_STATE_WAITING);
	test_advance_ms(19);
	assert_int_equal(times(TENON_OP_THREAD_START, THREAD + TIMER), 0);
	test_advance_ms(1);
	assert_int_equal(times(TENON_OP_THREAD_START, THREAD + TIMER), 1);
	assert_int_equal(state_of(TIMER, &restarts), SUPERVISOR_STATE_RUNNING);
}

TEST(a_restart_on_request)
{
	uint32_t restarts;

	begin();
	assert_int_equal(client_supervisor_restart(2, "timer"), SUPERVISOR_OK);
	assert_int_equal(state_of(TIMER, &restarts), SUPERVISOR_STATE_RUNNING);
	assert_int_equal(restarts, 1);
	assert_int_equal(client_supervisor_restart(2, "nobody"), SUPERVISOR_UNKNOWN_INSTANCE);
	assert_int_equal(mock_log_write_calls(), 0);
}

/* ---- hangs ---- */

static struct supervision_member *watch(void)
{
	struct supervision_member *serial;

	begin();
	serial = &image.member[SERIAL];
	heartbeat = test_component_capability(HEARTBEAT, TENON_TYPE_NOTIFICATION, TENON_RIGHT_INVOKE);
	*serial = image.member[TIMER];
	serial->name = AT(name[SERIAL]);
	serial->thread = THREAD + SERIAL;
	serial->heartbeat = heartbeat;
	serial->restart = SUPERVISION_ON_HANG;
	serial->within_ns = UINT64_C(500000000);
	return serial;
}

TEST(who_answers_its_heartbeat_goes_on)
{
	uint32_t restarts;

	watch();
	test_start();
	for (uint32_t i = 0; i < 20; i++) {
		test_advance_ms(500);
		if (test_capability_signals(heartbeat) != 0)
			test_beat(SERIAL);
	}
	assert_int_equal(state_of(SERIAL, &restarts), SUPERVISOR_STATE_RUNNING);
	assert_int_equal(restarts, 0);
}

TEST(who_does_not_is_reported_and_made_anew)
{
	uint32_t restarts;

	watch();
	test_start();
	test_advance_ms(500);
	assert_int_equal(test_capability_signals(heartbeat), 1);
	test_advance_ms(499);
	assert_int_equal(askings, 0);
	test_advance_ms(1);
	assert_true(said("serial: hangs, no sign of life for 500 ms"));
	assert_true(said("at 0x200014 read_at+0x4"));
	assert_int_equal(state_of(SERIAL, &restarts), SUPERVISOR_STATE_RUNNING);
	assert_int_equal(restarts, 1);
}

/* ---- reports ---- */

TEST(without_a_log_the_serial_line_has_the_report)
{
	begin();
	test_times(mock_log_write_fails(LOG_GONE), 1);
	test_always(mock_serial_write_answers());
	fault(GREETER);
	assert_int_equal(mock_log_write_calls(), 1); /* it is not asked again for this report */
	assert_int_equal(strncmp((const char *)mock_serial_write_call(0)->data,
				 "supervisor: greeter: a read of 0x8 (null), which it may not\r\n", 60),
			 0);
}

TEST(a_log_that_does_not_answer_is_not_waited_for_long)
{
	uint32_t restarts;

	begin();
	test_times(mock_log_write_fails(LOG_TIMED_OUT), 1);
	test_always(mock_serial_write_answers());
	(void)test_fault(TIMER, &(const struct supervision_fault){.kind = TENON_FAULT_OTHER});
	test_advance_ms(100);
	assert_int_equal(state_of(TIMER, &restarts), SUPERVISOR_STATE_RUNNING);
}

TEST(a_device_that_cannot_be_stopped_is_said)
{
	begin();
	mock_devices_server_gone();
	fault(TIMER);
	assert_true(said("its device could not be stopped"));
}

TEST(every_kind_of_fault_has_its_words)
{
	static const struct {
		struct supervision_fault fault;
		const char *words;
	} table[] = {
	    {{.kind = TENON_FAULT_WRITE, .address = TEXT + 1}, "a write to 0x200001 (its code)"},
	    {{.kind = TENON_FAULT_EXECUTE, .address = TENON_AREA_STACK - 8},
	     "an instruction fetch from 0x3fffffff8 (its stack)"},
	    {{.kind = TENON_FAULT_WRITE, .address = TENON_AREA_STACK - sizeof stack - 8},
	     "the stack overflowed"},
	    {{.kind = TENON_FAULT_READ, .address = TENON_AREA_END}, "(the kernel's half)"},
	    {{.kind = TENON_FAULT_INSTRUCTION}, "an undefined or privileged instruction"},
	    {{.kind = TENON_FAULT_BREAKPOINT}, "a breakpoint: it stopped itself"},
	    {{.kind = TENON_FAULT_ALIGNMENT, .address = 3}, "an unaligned access to 0x3"},
	    {{.kind = TENON_FAULT_LOAN, .address = 0x5000}, "what it lent at 0x5000 is not there as it said"},
	    {{.kind = TENON_FAULT_TAG, .address = 0x5000}, "with a wrong tag"},
	    {{.kind = 1234}, "greeter: fault 1234"},
	};

	begin();
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		test_call_times_out(test_fault(GREETER, &table[i].fault));
		assert_true(said(table[i].words));
	}
}

/* ---- the end ---- */

static void expect_end(enum tenon_power how)
{
	const uint32_t last = askings - 1;

	assert_int_equal(asked[last].operation, TENON_OP_PLATFORM_POWER);
	assert_int_equal(asked[last].word, how);
	assert_true(times(TENON_OP_THREAD_STOP, THREAD + TIMER) >= 1);
	assert_true(times(TENON_OP_THREAD_STOP, THREAD + SHELL) >= 1);
	assert_int_equal(times(TENON_OP_THREAD_STOP, THREAD + SERIAL), 0); /* it prints the last line */
	assert_non_null(strstr(test_panic(), "refusal"));
}

TEST(the_end_is_the_last_line)
{
	begin();
	test_expect_panic();
	mock_log_read_fails(LOG_NO_MORE);
	mock_serial_write_answers();
	mock_serial_drain_answers();
	(void)client_power_end_begin(1, 3);
	assert_memory_equal(mock_serial_write_call(0)->data, "tenon: end 3\r\n", 14);
	expect_end(TENON_POWER_OFF);
}

TEST(the_machine_restarts_when_that_is_the_policy)
{
	struct supervision_member *timer = begin();

	timer->restart = 0;
	timer->then = SUPERVISION_RESTART_MACHINE;
	test_expect_panic();
	mock_log_read_fails(LOG_NO_MORE);
	mock_serial_write_answers();
	mock_serial_drain_answers();
	(void)test_fault(TIMER, &(const struct supervision_fault){.kind = TENON_FAULT_OTHER});
	assert_true(said("the machine restarts, system.yaml:40"));
	expect_end(TENON_POWER_RESTART);
}

TEST(the_end_does_not_wait_for_those_that_do_not_print)
{
	begin();
	test_expect_panic();
	mock_log_read_fails(LOG_TIMED_OUT);
	mock_serial_write_fails(SERIAL_TIMED_OUT);
	mock_serial_drain_fails(SERIAL_TIMED_OUT);
	(void)client_power_restart_begin(1);
	test_advance_ms(3000);
	expect_end(TENON_POWER_RESTART);
}
