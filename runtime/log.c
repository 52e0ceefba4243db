/* SPDX-License-Identifier: MIT
 * Log lines: formatted here, sent by the glue's stub of the `log` port.
 * State: none; the line is on the stack.
 */
#include <stdarg.h>
#include <tenon/component.h>
#include <tenon/log.h>
#include <tenon/print.h>
#include <tenon/stack.h>

/* What the glue sets log_send to. */
TENON_STACK_LEADS(tenon_log, glue_send_log);

static uint64_t deadline(void)
{
	if (tenon_component.clock == 0) {
		return TENON_NEVER;
	}
	return tenon_clock_ns(tenon_component.clock) + TENON_LOG_PATIENCE_NS;
}

/* Not linked into an instance that has no log: its glue has one that does nothing. */
void tenon_log(enum tenon_log_level level, const char *format, ...)
{
	char text[TENON_LOG_TEXT + 1];
	va_list list;

	if (tenon_component.log_send == NULL || (uint32_t)level < tenon_component.log_level) {
		return;
	}
	va_start(list, format);
	(void)tenon_print_list(text, sizeof text, format, list); /* a long line is cut, as the header says */
	va_end(list);
	tenon_component.log_send(deadline(), (uint32_t)level, text);
}
