/* SPDX-License-Identifier: MIT
 * Where the frame pointer of this architecture's calling convention finds the
 * record {frame pointer of the caller, return address}; and that address
 * without its signature (pointer authentication), which is in its upper bits.
 */
#include <tenon/thread.h>

const int64_t tenon_frame_record = 0;

/* XPACLRI, a hint: nothing where the CPU signs nothing. */
uint64_t tenon_return_address(uint64_t word)
{
	register uint64_t x30 __asm__("x30") = word;

	__asm__("hint #7" : "+r"(x30));
	return x30;
}
