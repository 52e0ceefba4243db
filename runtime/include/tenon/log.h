/* SPDX-License-Identifier: MIT
 * Log lines of a component.
 *
 * A line is formatted into a bounded buffer on the stack (longer is cut) and
 * sent by one call to `log`. It never fails and never blocks for long: without
 * a log it goes nowhere, a log that does not answer costs at most
 * TENON_LOG_PATIENCE_NS for each line. Levels below the instance's `log:` key are
 * dropped before they are formatted.
 */
#ifndef TENON_LOG_H
#define TENON_LOG_H

#include <stdint.h>

#define TENON_LOG_TEXT        160u                 /* bytes of one line, without its end */
#define TENON_LOG_PATIENCE_NS UINT64_C(1000000000) /* longer than the log's with the serial line */

/* In the order of `enum log_level` of interfaces/log.yaml. */
enum tenon_log_level { TENON_LOG_DEBUG, TENON_LOG_INFO, TENON_LOG_WARNING, TENON_LOG_ERROR };

/* Formats as <tenon/print.h> says. No end of line in the text. */
void tenon_log(enum tenon_log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_debug(...)   tenon_log(TENON_LOG_DEBUG, __VA_ARGS__)
#define log_info(...)    tenon_log(TENON_LOG_INFO, __VA_ARGS__)
#define log_warning(...) tenon_log(TENON_LOG_WARNING, __VA_ARGS__)
#define log_error(...)   tenon_log(TENON_LOG_ERROR, __VA_ARGS__)

#endif
