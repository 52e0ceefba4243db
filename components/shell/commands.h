/* SPDX-License-Identifier: MIT
 * The commands: each has a name, what it takes, and what it does.
 */
#ifndef COMMANDS_H
#define COMMANDS_H

#include <stdint.h>
#include "words.h"

struct command {
	const char *name;
	const char *arguments; /* for help: "[NAME]" */
	const char *help;
	uint32_t least, most; /* words after the name */
	void (*run)(const struct words *words);
};

/* Runs a line; says what is wrong with one that is no command. */
void command_run(const char *line);
/* Ends the run with a status. Comes back only when nobody here can do that. */
void command_end(uint32_t status);

/* Implemented in files of their own. */
void command_components(const struct words *words);
void command_memory(const struct words *words);
void command_caps(const struct words *words);

#endif
