/* SPDX-License-Identifier: MIT
 * Lines that a person types, and what the shell says and does about each. The kernel's answers are a system of two
 * instances that stands here.
 */
#include "typing.h"

#define INSTANCES 2u
#define SLOTS     4u

char shown[1u << 16];
static size_t shown_size;
static bool kernel_is_silent;

static enum console_status show(const struct mock_console_write_call *call)
{
	assert_true(shown_size + call->text_size < sizeof shown);
	memcpy(shown + shown_size, call->text, call->text_size);
	shown_size += call->text_size;
	shown[shown_size] = '\0';
	return CONSOLE_OK;
}

/* ---- the kernel ---- */

static const char *const name[INSTANCES] = {"log", "a_long_way.to.an.instance"};

static void say_name(struct tenon_ipc *ipc, uint64_t index)
{
	memset(ipc->word, 0, sizeof ipc->word);
	memcpy(ipc->word, name[index], strlen(name[index]));
}

static bool inspects(struct tenon_ipc *ipc, uint64_t what, uint64_t index, uint64_t second)
{
	switch (what) {
	case TENON_INSPECT_THREAD:
		*ipc = (struct tenon_ipc){
		    .word = {TENON_THREAD_RECEIVING, 100 + index, index, 1500000, index, 3, 0, index}};
		return index < INSTANCES;
	case TENON_INSPECT_THREAD_NAME:
		if (index < INSTANCES)
			say_name(ipc, index);
		return index < INSTANCES;
	case TENON_INSPECT_TABLE:
		*ipc = (struct tenon_ipc){.word = {SLOTS, 3}};
		return true;
	case TENON_INSPECT_SLOT:
		*ipc = (struct tenon_ipc){.word = {second == 2 ? TENON_TYPE_NONE : TENON_TYPE_ENDPOINT,
						   TENON_RIGHT_INVOKE, 0x10001, 7, 0, 1}};
		return second < SLOTS;
	case TENON_INSPECT_MEMORY:
		*ipc = (struct tenon_ipc){
		    .word = {256u << 20, 200u << 20, 1u << 20, 2u << 20, UINT64_C(3) << 20}};
		return true;
	case TENON_INSPECT_SPACE:
		*ipc = (struct tenon_ipc){.word = {40960, 8192}};
		return true;
	default:
		return false;
	}
}

static bool kernel(struct tenon_ipc *ipc, uint32_t operation, uint32_t slot)
{
	const uint64_t what = ipc->word[0], index = ipc->word[1], second = ipc->word[2];

	if (operation != TENON_OP_INSPECT || slot != SLOT_INSPECTOR)
		return false;
	ipc->status = !kernel_is_silent && inspects(ipc, what, index, second) ? TENON_OK : TENON_BAD_ARGUMENT;
	return true;
}

/* ---- typing ---- */

void begin(void)
{
	shown_size = 0;
	shown[0] = '\0';
	kernel_is_silent = false;
	test_kernel(kernel);
	test_always(mock_console_write_does(show));
}

const char *type(const char *line)
{
	begin();
	mock_console_read_line_answers(line);
	test_hold(mock_console_read_line_answers(""));
	test_start();
	test_advance_ms(1);
	assert_string_equal(mock_console_read_line_call(0)->prompt, "tenon> ");
	assert_int_equal(mock_console_read_line_calls(), 2);
	return shown;
}

TEST(waits_for_a_line_as_long_as_it_takes)
{
	begin();
	test_hold(mock_console_read_line_answers(""));
	test_start();
	test_advance_ms(3600000);
	assert_int_equal(mock_console_read_line_calls(), 1);
	assert_string_equal(shown, "");
}

TEST(an_empty_line_is_nothing)
{
	assert_string_equal(type("   "), "");
}

TEST(help_lists_the_commands)
{
	assert_non_null(strstr(type("help"), "poweroff   [STATUS]"));
}

TEST(a_command_that_is_not_one_has_a_nearest)
{
	assert_string_equal(type("hlep"), "hlep is no command; did you mean help?\n");
}

TEST(a_command_that_is_far_from_all)
{
	assert_string_equal(type("frobnicate all"), "frobnicate is no command; `help` lists them\n");
}

TEST(arguments_are_counted)
{
	assert_string_equal(type("caps"), "usage: caps NAME\n");
}

TEST(echo_says_its_words)
{
	assert_string_equal(type("echo  a   b c "), "a b c\n");
}

TEST(echo_keeps_blanks_that_are_quoted)
{
	assert_string_equal(type("echo 'a   b' \"c\""), "a   b c\n");
}

TEST(an_open_quotation_mark_is_refused)
{
	assert_string_equal(type("echo it's"), "a quotation mark is not closed\n");
}

TEST(uptime_is_the_clock)
{
	assert_string_equal(type("uptime"), "up for 1.000000 s\n");
}

TEST(date_is_that_of_the_clock_of_the_day)
{
	mock_calendar_read_answers(UINT64_C(1709251198999999999));
	assert_string_equal(type("date"), "2024-02-29 23:59:58 UTC\n");
}

TEST(the_last_date)
{
	mock_calendar_read_answers(UINT64_MAX);
	assert_string_equal(type("date"), "2554-07-21 23:34:33 UTC\n");
}

TEST(a_clock_that_is_not_set)
{
	mock_calendar_read_fails(CALENDAR_UNSET);
	assert_string_equal(type("date"), "date: unset\n");
}

TEST(components_are_those_that_the_kernel_tells)
{
	const char *text = type("components");

	assert_non_null(strstr(text,
			       "\nlog                       waiting   100   0       0.001500     40 KiB "
			       "       3\n"));
	assert_non_null(strstr(text, "\na_long_way.to.an.instance waiting   101   1"));
}

TEST(memory_is_what_the_kernel_tells)
{
	const char *text = type("memory");

	assert_non_null(strstr(text, "RAM                        262144 KiB\n"));
	assert_non_null(strstr(text, "components                   3072 KiB\n"));
}

TEST(caps_shows_what_is_there)
{
	const char *text = type("caps log");

	assert_non_null(
	    strstr(text, "       1  endpoint     ---i---      10001      7  a_long_way.to.an.instance\n"));
	assert_null(strstr(text, "       2  "));
	assert_non_null(strstr(text, "3 of 4 slots from the description"));
}

TEST(caps_of_nobody)
{
	assert_string_equal(type("caps nobody"), "no instance is called nobody; `components` lists them\n");
}

TEST(a_kernel_that_does_not_say)
{
	begin();
	kernel_is_silent = true;
	mock_console_read_line_answers("memory");
	test_hold(mock_console_read_line_answers(""));
	test_start();
	test_advance_ms(1);
	assert_string_equal(shown, "the kernel does not say\n");
}

/* ---- the log, faults, restarts, the end ---- */

TEST(log_shows_lines_until_there_are_no_more)
{
	mock_log_read_answers(4, 1234567000, LOG_LEVEL_WARNING, "timer", "it is late");
	mock_log_read_answers(9, 2000000000, LOG_LEVEL_INFO, "timer", "it is not");
	mock_log_read_fails(LOG_NO_MORE);
	assert_string_equal(type("log timer"), "[   1.234567] warn  timer: it is late\n"
					       "[   2.000000] info  timer: it is not\n");
	assert_string_equal(mock_log_read_call(0)->wanted, "timer");
	assert_int_equal(mock_log_read_call(1)->after, 4);
	assert_int_equal(mock_log_read_call(2)->after, 9);
}

TEST(log_of_nobody)
{
	mock_log_read_fails(LOG_UNKNOWN_SENDER);
	assert_string_equal(type("log nobody"), "nobody called nobody has a log\n");
}

TEST(a_log_that_is_gone_is_said)
{
	mock_log_read_fails(LOG_GONE);
	assert_string_equal(type("log"), "log: gone\n");
}

TEST(a_fault_is_asked_for_by_its_name)
{
	mock_crasher_fault_fails(CRASHER_RESTARTED);
	assert_string_equal(type("fault write_code"), "write_code: restarted\n");
	assert_int_equal(mock_crasher_fault_call(0)->kind, CRASHER_KIND_WRITE_CODE);
}

TEST(a_fault_that_was_not_stopped_is_said)
{
	mock_crasher_fault_answers();
	assert_string_equal(type("fault check"), "check: was not stopped\n");
}

TEST(faults_are_listed)
{
	const char *text = type("fault ?");

	assert_non_null(strstr(text, "? is none of the faults: read_null write_null"));
	assert_non_null(strstr(text, " hang\n"));
}

TEST(restart_says_what_came_of_it)
{
	mock_supervisor_restart_answers();
	assert_string_equal(type("restart timer"), "timer: restarted\n");
	assert_string_equal(mock_supervisor_restart_call(0)->instance, "timer");
}

TEST(restart_of_nobody)
{
	mock_supervisor_restart_fails(SUPERVISOR_UNKNOWN_INSTANCE);
	assert_string_equal(type("restart nobody"),
			    "no instance is called nobody; `components` lists them\n");
}

TEST(restart_of_who_cannot_be)
{
	mock_supervisor_restart_fails(SUPERVISOR_NOT_RESTARTABLE);
	assert_non_null(strstr(type("restart log"), "log is not under `supervise`"));
}

TEST(a_supervisor_that_is_gone_is_said)
{
	mock_supervisor_restart_fails(SUPERVISOR_GONE);
	assert_string_equal(type("restart log"), "log: gone\n");
}

TEST(poweroff_has_a_status)
{
	mock_files_sync_all_answers();
	mock_power_end_fails(POWER_GONE); /* it does not come back where it succeeds */
	assert_string_equal(type("poweroff 7"), "power: gone\n");
	assert_true(mock_files_sync_all_call(0)->settle);
	assert_int_equal(mock_power_end_call(0)->exit_status, 7);
}

TEST(poweroff_says_what_was_not_written_and_goes_on)
{
	mock_files_sync_all_fails(FILES_IO);
	mock_power_end_fails(POWER_GONE);
	assert_string_equal(type("poweroff"),
			    "files: io: not all that was written may be on its medium\npower: gone\n");
}

TEST(poweroff_with_what_is_no_status)
{
	assert_string_equal(type("poweroff 256"), "256 is no status from 0 to 255\n");
}

TEST(reboot_asks_for_it)
{
	mock_files_sync_all_answers();
	mock_power_restart_fails(POWER_GONE);
	assert_string_equal(type("reboot"), "power: gone\n");
}

TEST(the_end_of_the_input_is_the_end)
{
	begin();
	mock_console_read_line_fails(CONSOLE_END_OF_INPUT);
	test_hold(mock_console_read_line_answers(""));
	mock_files_sync_all_answers();
	mock_power_end_fails(POWER_GONE);
	test_start();
	test_advance_ms(1);
	assert_int_equal(mock_power_end_call(0)->exit_status, 0);
	assert_string_equal(shown, "power: gone\n");
}

TEST(a_console_that_does_not_answer_is_asked_again_after_a_while)
{
	begin();
	mock_console_read_line_fails(CONSOLE_MALFORMED);
	mock_console_read_line_answers("echo here");
	test_hold(mock_console_read_line_answers(""));
	test_start();
	test_advance_ms(99);
	assert_int_equal(mock_console_read_line_calls(), 1);
	test_advance_ms(1);
	assert_string_equal(shown, "here\n");
}

TEST(a_console_that_starts_anew_is_asked_again)
{
	begin();
	test_hold(mock_console_read_line_answers(""));
	test_start();
	test_advance_ms(1);
	mock_console_read_line_answers("echo again");
	test_hold(mock_console_read_line_answers(""));
	mock_console_server_restart();
	test_advance_ms(1);
	assert_string_equal(shown, "again\n");
}
