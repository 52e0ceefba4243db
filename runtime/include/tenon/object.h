/* SPDX-License-Identifier: MIT
 * Objects at run time: one function for each operation that makes, hands on or
 * takes back. What each needs and refuses is in docs/kernel.md.
 */
#ifndef TENON_OBJECT_H
#define TENON_OBJECT_H

#include <tenon/ipc.h>

/*
 * `table` needs MANAGE. Revokes what was derived from its static slots and empties all others, so that whoever starts
 * with it again finds it as described. TENON_UNSUPPORTED: this kernel does so by itself at the start of a thread.
 */
TENON_INLINE enum tenon_status tenon_table_reset(tenon_handle_t table)
{
	return (enum tenon_status)tenon_operate(TENON_OP_TABLE_RESET, table, 0, 0, 0, 0).status;
}

#endif
