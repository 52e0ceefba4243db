/* SPDX-License-Identifier: MIT
 * See program.h. The arguments are a parameter of the component's; the judge hears of the end.
 */
#include "program.h"

#include "component.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define WORDS_MAX 32

static char words[256];
static char *arguments[WORDS_MAX + 1];
static jmp_buf end;
static volatile int ended_with;

noreturn void program_exit(int status)
{
	ended_with = status;
	longjmp(end, 1);
}

void component_start(void)
{
	int count = 1;

	arguments[0] = COMPONENT_NAME;
	memcpy(words, PARAMETER_ARGUMENTS, strlen(PARAMETER_ARGUMENTS) + 1);
	for (char *word = strtok(words, " "); word != NULL && count < WORDS_MAX; word = strtok(NULL, " ")) {
		arguments[count++] = word;
	}
	if (setjmp(end) == 0) {
		program_exit(program_main(count, arguments));
	}
	fflush(NULL);
	sync();
	log_info("ended with %d", ended_with);
	CHECK(runs_ended((uint32_t)ended_with) == RUNS_OK);
}
