/* SPDX-License-Identifier: MIT
 * `caps`: what an instance holds, read from the kernel's own table.
 */
#include "commands.h"
#include "inspect.h"
#include "say.h"

static const char *type_name(uint64_t type)
{
	static const char *const name[TENON_TYPE_COUNT] = {
#define TYPE(name, text, doc) text,
#include <tenon/names.def>
	};

	return type < TENON_TYPE_COUNT ? name[type] : "?";
}

/* "rw-i---": read, write, execute, invoke, receive, grant, manage. */
static void rights_text(uint64_t rights, char text[8])
{
	static const char letter[] = "rwxiagm";

	for (unsigned i = 0; i < 7; i++) {
		text[i] = (rights >> i & 1) != 0 ? letter[i] : '-';
	}
	text[7] = 0;
}

static void say_slot(uint64_t index, const struct tenon_ipc *slot)
{
	char rights[8], peer[65];
	uint32_t generation = (uint32_t)slot->word[4];

	rights_text(slot->word[1], rights);
	inspect_name(slot->word[5], peer);
	say("%8llu  %-12s %s %10llx %6llu  %s\n",
	    (unsigned long long)tenon_handle((uint32_t)index, generation), type_name(slot->word[0]), rights,
	    (unsigned long long)slot->word[2], (unsigned long long)slot->word[3], peer);
}

static bool find_thread(const char *name, struct tenon_ipc *thread)
{
	for (uint64_t i = 0; inspect(TENON_INSPECT_THREAD, i, 0, thread); i++) {
		char own[65];

		inspect_name(i, own);
		if (strcmp(own, name) == 0) {
			return true;
		}
	}
	return false;
}

void command_caps(const struct words *words)
{
	struct tenon_ipc thread, table, slot;

	if (!find_thread(words->word[1], &thread)) {
		say("no instance is called %s; `components` lists them\n", words->word[1]);
		return;
	}
	if (!inspect(TENON_INSPECT_TABLE, thread.word[7], 0, &table)) {
		say("the kernel does not say\n");
		return;
	}
	say("%8s  %-12s %-7s %10s %6s  %s\n", "HANDLE", "TYPE", "RIGHTS", "BADGE", "OBJECT", "OF");
	for (uint64_t i = 0; i < table.word[0]; i++) {
		if (inspect(TENON_INSPECT_SLOT, thread.word[7], i, &slot) &&
		    slot.word[0] != TENON_TYPE_NONE) {
			say_slot(i, &slot);
		}
	}
	say("%u of %u slots from the description; rights: read write execute invoke accept grant manage\n",
	    (unsigned)table.word[1], (unsigned)table.word[0]);
}
