/* SPDX-License-Identifier: MIT
 * System calls out of line, and the names of their statuses. No state.
 */
#include <tenon/ipc.h>

void tenon_invoke(struct tenon_ipc *ipc)
{
	tenon_trap(ipc);
}

const char *tenon_status_name(enum tenon_status status)
{
	static const char *const name[TENON_STATUS_COUNT] = {
#define STATUS(name, text, doc) text,
#include <tenon/names.def>
	};

	return (unsigned)status < TENON_STATUS_COUNT ? name[status] : "unknown status";
}
