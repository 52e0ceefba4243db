/* SPDX-License-Identifier: MIT
 * Threads of other components, for their supervisor.
 */
#ifndef TENON_THREAD_H
#define TENON_THREAD_H

#include <tenon/ipc.h>

/* Registers and state of a thread, as TENON_OP_THREAD_READ gives them. */
struct tenon_thread_view {
	enum tenon_thread_state state;
	uint64_t pc, sp, frame;
	enum tenon_fault fault;
	uint64_t fault_address;
	uint64_t cpu_ns;
};

/* The record {caller's frame pointer, return address} of a frame stands at frame pointer + this. */
extern const int64_t tenon_frame_record;
/* The address in a return register or such a record, where it may be signed. Does not ask whether the signature is right. */
uint64_t tenon_return_address(uint64_t word);

/* Starts a stopped thread with all other registers zero. TENON_BUSY: it is not stopped. */
TENON_INLINE enum tenon_status tenon_thread_start(tenon_handle_t thread, uint64_t entry, uint64_t stack_top,
						  uint64_t argument)
{
	return (enum tenon_status)tenon_operate(TENON_OP_THREAD_START, thread, entry, stack_top, argument, 0)
	    .status;
}

/* Takes a thread off whatever it does; calls in its hands answer TENON_RESTARTED. Returns when it is off its CPU. */
TENON_INLINE enum tenon_status tenon_thread_stop(tenon_handle_t thread)
{
	return (enum tenon_status)tenon_operate(TENON_OP_THREAD_STOP, thread, 0, 0, 0, 0).status;
}

/* `view` is unchanged on failure. */
TENON_INLINE enum tenon_status tenon_thread_read(tenon_handle_t thread, struct tenon_thread_view *view)
{
	struct tenon_ipc ipc = tenon_operate(TENON_OP_THREAD_READ, thread, 0, 0, 0, 0);

	if (ipc.status == TENON_OK) {
		*view = (struct tenon_thread_view){
		    .state = (enum tenon_thread_state)ipc.word[0],
		    .pc = ipc.word[1],
		    .sp = ipc.word[2],
		    .frame = ipc.word[3],
		    .fault = (enum tenon_fault)ipc.word[4],
		    .fault_address = ipc.word[5],
		    .cpu_ns = ipc.word[6],
		};
	}
	return (enum tenon_status)ipc.status;
}

/* What callers of an endpoint meet while nobody receives there: they queue (OPEN, DOWN) or get TENON_GONE (CLOSED). */
TENON_INLINE enum tenon_status tenon_endpoint_state(tenon_handle_t endpoint, enum tenon_endpoint_state state)
{
	return (enum tenon_status)tenon_operate(TENON_OP_ENDPOINT_STATE, endpoint, (uint64_t)state, 0, 0, 0)
	    .status;
}

#endif
