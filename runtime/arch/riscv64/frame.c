/* SPDX-License-Identifier: MIT
 * Where the frame pointer of this architecture's calling convention finds the
 * record {frame pointer of the caller, return address}.
 */
#include <tenon/thread.h>

const int64_t tenon_frame_record = -16;

uint64_t tenon_return_address(uint64_t word)
{
	return word;
}
