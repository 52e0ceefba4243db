/* SPDX-License-Identifier: MIT
 * The end of the kernel: one line on the console, then a restart.
 */
#include <core/core.h>

char *text_append(char *at, const char *end, const char *text)
{
	while (*text != 0 && end - at > 1)
		*at++ = *text++;
	*at = 0;
	return at;
}

char *text_number(char *at, const char *end, uint64_t value, unsigned base)
{
	char digits[24];
	char *digit = digits + sizeof(digits) - 1;
	*digit = 0;
	do {
		*--digit = "0123456789abcdef"[value % base];
		value /= base;
	} while (value != 0);
	return text_append(at, end, digit);
}

noreturn void core_bug(const struct bug *bug)
{
	core_panic(bug->file, bug->line, bug->condition);
}

noreturn void core_panic_values(const char *file, unsigned line, const char *what,
				const struct core_value *values, unsigned count)
{
	char text[160];
	const char *end = text + sizeof(text);
	char *at = text_append(text, end, what);
	for (unsigned i = 0; i < count; i++) {
		at = text_append(at, end, values[i].name);
		at = text_number(text_append(at, end, " 0x"), end, values[i].value, 16);
	}
	core_panic(file, line, text);
}

noreturn void core_panic(const char *file, unsigned line, const char *what)
{
	char text[CORE_PANIC_TEXT];
	const char *end = text + sizeof(text);
	char *at = text_append(text, end, "tenon: the kernel stops: ");
	at = text_append(at, end, file);
	if (line != 0) {
		at = text_append(at, end, ":");
		at = text_number(at, end, line, 10);
	}
	at = text_append(at, end, ": ");
	at = text_append(at, end, what);
	text_append(at, end, "\n");
	retained_keep(text);
	arch_panic_write(text);
	arch_restart();
}
