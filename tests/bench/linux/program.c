/* SPDX-License-Identifier: MIT
 * See program.h.
 */
#include "program.h"

#include <stddef.h>

void *memset(void *to, int value, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		((volatile uint8_t *)to)[i] = (uint8_t)value;
	}
	return to;
}

void say(const char *text)
{
	size_t length = 0;

	while (text[length] != '\0') {
		length++;
	}
	(void)CALL3(SYS_WRITE, 1, text, length);
}

void say_number(unsigned long value)
{
	char digits[24], *at = digits + sizeof digits - 1;

	*at = '\0';
	do {
		*--at = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	say(at);
}

_Noreturn void stop(void)
{
	for (
	    ;
	    ;) { /* LINUX_REBOOT_CMD_POWER_OFF; where nothing powers off, the machine restarts, which ends it too */
		(void)CALL4(SYS_REBOOT, 0xfee1dead, 672274793, 0x4321fedc, 0);
		(void)CALL4(SYS_REBOOT, 0xfee1dead, 672274793, 0x01234567, 0);
	}
}

long must(long result, const char *what)
{
	if (result < 0) {
		say("failed: ");
		say(what);
		say(" with ");
		say_number((unsigned long)-result);
		say("\n");
		stop();
	}
	return result;
}
