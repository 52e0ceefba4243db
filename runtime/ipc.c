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
	    [TENON_OK] = "ok",
	    [TENON_BAD_HANDLE] = "bad handle",
	    [TENON_BAD_TYPE] = "bad type",
	    [TENON_BAD_RIGHTS] = "bad rights",
	    [TENON_BAD_ARGUMENT] = "bad argument",
	    [TENON_BAD_OPERATION] = "bad operation",
	    [TENON_BAD_ADDRESS] = "bad address",
	    [TENON_TIMED_OUT] = "timed out",
	    [TENON_WOULD_BLOCK] = "would block",
	    [TENON_RESTARTED] = "restarted",
	    [TENON_GONE] = "gone",
	    [TENON_CANCELLED] = "cancelled",
	    [TENON_BUSY] = "busy",
	    [TENON_OCCUPIED] = "occupied",
	    [TENON_TRUNCATED] = "truncated",
	    [TENON_UNSUPPORTED] = "unsupported",
	    [TENON_NO_MEMORY] = "no memory",
	    [TENON_BAD_LOAN] = "bad loan",
	    [TENON_LOAN_ENDED] = "loan ended",
	};

	return (unsigned)status < TENON_STATUS_COUNT ? name[status] : "unknown status";
}
