/* SPDX-License-Identifier: MIT
 * The table of commands, and those that take a few lines.
 */
#include "commands.h"
#include "component.h"
#include "date.h"
#include "files.h"
#include "net.h"
#include "say.h"

#include <tenon/string.h>

#define COUNT_OF(array) ((uint32_t)(sizeof(array) / sizeof *(array)))
#define PATIENCE_NS     UINT64_C(30000000000) /* for what is on its way to the media */

static void help(const struct words *words);

static void uptime(const struct words *words)
{
	uint64_t us = clock_ns() / 1000;

	(void)words;
	say("up for %llu.%06u s\n", (unsigned long long)(us / 1000000), (unsigned)(us % 1000000));
}

static void date(const struct words *words)
{
	uint64_t time_ns = 0;
	enum calendar_status status;
	struct date now;

	(void)words;
	if (!calendar_connected()) {
		say("no clock of the day is connected\n");
		return;
	}
	status = calendar_read(&time_ns);
	if (status != CALENDAR_OK) {
		say("date: %s\n", calendar_status_name(status));
		return;
	}
	now = date_of(time_ns / 1000000000);
	say("%u-%02u-%02u %02u:%02u:%02u UTC\n", now.year, now.month, now.day, now.hour, now.minute,
	    now.second);
}

static void echo(const struct words *words)
{
	char text[256];

	words_join(words, 1, text);
	say("%s\n", text);
}

/* ---- log ------------------------------------------------------------------------------------- */

static void say_line(uint64_t time_ns, enum log_level level, const char *sender, const char *text)
{
	static const char *const level_name[] = {"debug", "info", "warn", "error"};
	uint64_t us = time_ns / 1000;

	say("[%4u.%06u] %-5s %s: ", (unsigned)(us / 1000000), (unsigned)(us % 1000000), level_name[level],
	    sender);
	say("%s\n", text);
}

static void log_lines(const struct words *words)
{
	const char *wanted = words->count > 1 ? words->word[1] : "";
	char sender[64], text[161];
	enum log_level level;
	enum log_status status;
	uint64_t after = 0, time_ns;

	while ((status = log_read(after, wanted, &after, &time_ns, &level, sender, text)) == LOG_OK) {
		say_line(time_ns, level, sender, text);
	}
	if (status == LOG_UNKNOWN_SENDER) {
		say("nobody called %s has a log\n", wanted);
	} else if (status != LOG_NO_MORE) {
		say("log: %s\n", log_status_name(status));
	}
}

/* ---- fault ----------------------------------------------------------------------------------- */

static const char *const kinds[] = {
    [CRASHER_KIND_READ_NULL] = "read_null",
    [CRASHER_KIND_WRITE_NULL] = "write_null",
    [CRASHER_KIND_EXECUTE_NULL] = "execute_null",
    [CRASHER_KIND_READ_KERNEL] = "read_kernel",
    [CRASHER_KIND_WRITE_KERNEL] = "write_kernel",
    [CRASHER_KIND_EXECUTE_KERNEL] = "execute_kernel",
    [CRASHER_KIND_PRIVILEGED] = "privileged",
    [CRASHER_KIND_UNDEFINED] = "undefined",
    [CRASHER_KIND_WRITE_CODE] = "write_code",
    [CRASHER_KIND_EXECUTE_DATA] = "execute_data",
    [CRASHER_KIND_OVERFLOW_STACK] = "overflow_stack",
    [CRASHER_KIND_CHECK] = "check",
    [CRASHER_KIND_HANG] = "hang",
};
#define KINDS (sizeof kinds / sizeof kinds[0])

static void fault(const struct words *words)
{
	for (uint32_t kind = 0; kind < KINDS; kind++) {
		if (strcmp(kinds[kind], words->word[1]) == 0) {
			enum crasher_status status = crasher_fault((enum crasher_kind)kind);

			say("%s: %s\n", kinds[kind],
			    status == CRASHER_OK ? "was not stopped" : crasher_status_name(status));
			return;
		}
	}
	say("%s is none of the faults:", words->word[1]);
	for (uint32_t kind = 0; kind < KINDS; kind++) {
		say(" %s", kinds[kind]);
	}
	say("\n");
}

/* ---- restart, poweroff, reboot --------------------------------------------------------------- */

static void restart(const struct words *words)
{
	const char *name = words->word[1];
	enum supervisor_status status = supervisor_restart(name);

	switch (status) {
	case SUPERVISOR_OK:
		say("%s: restarted\n", name);
		break;
	case SUPERVISOR_UNKNOWN_INSTANCE:
		say("no instance is called %s; `components` lists them\n", name);
		break;
	case SUPERVISOR_NOT_RESTARTABLE:
		say("%s is not under `supervise`, so the supervisor has no hold of its memory\n", name);
		break;
	default:
		say("%s: %s\n", name, supervisor_status_name(status));
		break;
	}
}

/* What was written is on the media before the run ends, also where others than this shell wrote it. */
static void settle(void)
{
	enum files_status status;

	if (!files_connected()) {
		return;
	}
	status = files_sync_all_until(clock_ns() + PATIENCE_NS, true);
	if (status != FILES_OK) {
		say("files: %s: not all that was written may be on its medium\n", files_status_name(status));
	}
}

void command_end(uint32_t status)
{
	settle();
	say_now();
	say("power: %s\n", power_status_name(power_end(status)));
}

static void poweroff(const struct words *words)
{
	uint32_t status = 0;

	if (words->count > 1 && !words_number(words->word[1], UINT8_MAX, &status)) {
		say("%s is no status from 0 to 255\n", words->word[1]);
		return;
	}
	command_end(status);
}

static void reboot(const struct words *words)
{
	(void)words;
	settle();
	say_now();
	say("power: %s\n", power_status_name(power_restart()));
}

/* ---- the table ------------------------------------------------------------------------------- */

static const struct command table[] = {
    {"help", "", "this list", 0, 0, help},
    {"components", "", "every instance: state, priority, CPU, CPU time, memory, restarts", 0, 0,
     command_components},
    {"memory", "", "where the memory went", 0, 0, command_memory},
    {"uptime", "", "time since the kernel started", 0, 0, uptime},
    {"date", "", "the time of day, in UTC", 0, 0, date},
    {"caps", "NAME", "what an instance holds", 1, 1, command_caps},
    {"log", "[NAME]", "the lines kept, of all or of one sender", 0, 1, log_lines},
    {"echo", "[TEXT]", "says it", 0, WORDS_MAX, echo},
    {"fault", "KIND", "makes the crasher misbehave; `fault ?` lists the kinds", 1, 1, fault},
    {"restart", "NAME", "makes an instance anew", 1, 1, restart},
    {"poweroff", "[STATUS]", "ends the run with a status from 0 to 255, or 0", 0, 1, poweroff},
    {"reboot", "", "restarts the machine", 0, 0, reboot},
};
#define COMMANDS COUNT_OF(table)

static const struct command on_files[] = {
    {"ls", "[-l] [PATH...]", "what is in a directory", 0, WORDS_MAX, command_ls},
    {"cd", "[DIRECTORY]", "from now on paths count from there", 0, 1, command_cd},
    {"pwd", "", "where paths count from", 0, 0, command_pwd},
    {"cat", "FILE...", "shows text", 1, WORDS_MAX, command_cat},
    {"hexdump", "FILE [OFFSET [BYTES]]", "shows bytes", 1, 3, command_hexdump},
    {"sha256", "PATH...", "hashes of files, and of all below directories", 1, WORDS_MAX, command_sha256},
    {"write", "[-a] FILE [TEXT]", "makes a file of a line, or adds one", 1, WORDS_MAX, command_write},
    {"cp", "[-r] FROM TO", "copies a file, or all below a directory", 2, 3, command_cp},
    {"mv", "FROM TO", "another name, or another directory", 2, 2, command_mv},
    {"rm", "[-r] PATH...", "removes files, or all below directories", 1, WORDS_MAX, command_rm},
    {"mkdir", "PATH...", "makes directories", 1, WORDS_MAX, command_mkdir},
    {"ln", "[-s] OLD NEW", "one more name, or a symbolic link", 2, 3, command_ln},
    {"touch", "FILE...", "makes files, or sets their times to now", 1, WORDS_MAX, command_touch},
    {"truncate", "FILE BYTES", "makes a file shorter or longer", 2, 2, command_truncate},
    {"df", "", "space of what is mounted", 0, 0, command_df},
    {"mount", "[[-r] FILE_SYSTEM DIRECTORY]", "what is mounted, or mounts", 0, 3, command_mount},
    {"umount", "DIRECTORY", "the other way", 1, 1, command_umount},
    {"sync", "", "waits until all is on the medium", 0, 0, command_sync},
};
#define COMMANDS_ON_FILES COUNT_OF(on_files)

static const struct command on_net[] = {
    {"ping", "[-4 | -6] [-c COUNT] [-i SECONDS] [-s BYTES] HOST", "asks for echoes", 1, 8, command_ping},
    {"nslookup", "NAME...", "the addresses of names", 1, WORDS_MAX, command_nslookup},
};

static const struct command on_net_and_files[] = {
    {"fetch", "URL [FILE]", "a file over HTTP", 1, 2, command_fetch},
    {"tftp", "get|put HOST FROM [TO]", "a file by TFTP", 3, 4, command_tftp},
};

static const struct command on_stack[] = {
    {"ifconfig", "", "the card, addresses, and counters of the stack", 0, 0, command_ifconfig},
    {"netstat", "", "connections and ports, of all clients of the stack", 0, 0, command_netstat},
};

struct part {
	const struct command *command;
	uint32_t count;
};

/* Commands on files are there where files are, and so on: elsewhere neither their code nor its stack is. */
static struct part part_at(uint32_t index)
{
	switch (index) {
	case 0:
		return (struct part){table, COMMANDS};
	case 1:
		return (struct part){on_files, files_connected() ? COMMANDS_ON_FILES : 0};
	case 2:
		return (struct part){on_net, net_connected() ? COUNT_OF(on_net) : 0};
	case 3:
		return (struct part){on_net_and_files,
				     net_connected() && files_connected() ? COUNT_OF(on_net_and_files) : 0};
	default:
		return (struct part){on_stack, stack_connected() ? COUNT_OF(on_stack) : 0};
	}
}
#define PARTS 5u

/* NULL: there are not so many. */
static const struct command *command_at(uint32_t index)
{
	for (uint32_t i = 0; i < PARTS; i++) {
		const struct part part = part_at(i);

		if (index < part.count) {
			return &part.command[index];
		}
		index -= part.count;
	}
	return NULL;
}

static void help(const struct words *words)
{
	const struct command *command;

	(void)words;
	for (uint32_t i = 0; (command = command_at(i)) != NULL; i++) {
		say("%-10s %-9s %s\n", command->name, command->arguments, command->help);
	}
}

static void say_unknown(const char *name)
{
	const struct command *command;
	const char *nearest = "";
	uint32_t distance = UINT32_MAX;

	for (uint32_t i = 0; (command = command_at(i)) != NULL; i++) {
		uint32_t own = words_distance(name, command->name);

		if (own < distance) {
			distance = own;
			nearest = command->name;
		}
	}
	say("%s is no command", name);
	if (distance <= 2) {
		say("; did you mean %s?\n", nearest);
	} else {
		say("; `help` lists them\n");
	}
}

void command_run(const char *line)
{
	static struct words words;
	const struct command *command;

	if (!words_cut(&words, line)) {
		say("a quotation mark is not closed\n");
	}
	if (words.count == 0) {
		return;
	}
	for (uint32_t i = 0; (command = command_at(i)) != NULL; i++) {
		if (strcmp(words.word[0], command->name) != 0) {
			continue;
		}
		if (words.count - 1 < command->least || words.count - 1 > command->most) {
			say("usage: %s %s\n", command->name, command->arguments);
		} else {
			command->run(&words);
		}
		return;
	}
	say_unknown(words.word[0]);
}
