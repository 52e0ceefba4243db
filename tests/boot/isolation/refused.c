/* SPDX-License-Identifier: MIT
 * Asks the kernel for what it must refuse, and checks that it is refused with
 * the right status and that nothing changed: the clock still answers after each.
 */
#include "component.h"

#include <tenon/boot.h>

static unsigned checks, wrong;

static void expect(enum tenon_status status, enum tenon_status right, const char *what)
{
	checks++;
	if (status == right && tenon_clock_ns(tenon_component.clock) != 0)
		return;
	wrong++;
	log_error("%s: %s instead of %s", what, tenon_status_name(status), tenon_status_name(right));
}

static enum tenon_status operate(enum tenon_operation operation, tenon_handle_t handle, uint64_t a,
				 uint64_t b, uint64_t c)
{
	return (enum tenon_status)tenon_operate(operation, handle, a, b, c, 0).status;
}

static void try_handles(void)
{
	tenon_handle_t clock = tenon_component.clock;
	expect(operate(TENON_OP_CLOCK_READ, 0, 0, 0, 0), TENON_BAD_HANDLE, "handle 0");
	expect(operate(TENON_OP_CLOCK_READ, tenon_handle(0xffffff, 0), 0, 0, 0), TENON_BAD_HANDLE,
	       "a handle past the table");
	expect(operate(TENON_OP_CLOCK_READ, tenon_handle(tenon_handle_index(clock), 1), 0, 0, 0),
	       TENON_BAD_HANDLE, "a handle of another generation");
	expect(operate(TENON_OP_CLOCK_READ, UINT64_MAX >> TENON_OPERATION_BITS, 0, 0, 0), TENON_BAD_HANDLE,
	       "a handle of ones");
	expect(operate(TENON_OP_CLOCK_READ, tenon_component.thread, 0, 0, 0), TENON_BAD_TYPE,
	       "a thread as clock");
	expect(operate(TENON_OP_CALL, clock, 0, 0, 0), TENON_BAD_TYPE, "a call to a clock");
	expect(operate((enum tenon_operation)TENON_OPERATION_COUNT, clock, 0, 0, 0), TENON_BAD_OPERATION,
	       "an operation past the last");
	expect(operate((enum tenon_operation)255, clock, 0, 0, 0), TENON_BAD_OPERATION, "operation 255");
	expect(operate(TENON_OP_PLATFORM_POWER, clock, TENON_POWER_OFF, 0, 0), TENON_BAD_TYPE,
	       "power through a capability that is none for it");
	expect(operate(TENON_OP_THREAD_STOP, tenon_component.thread, 0, 0, 0), TENON_BAD_RIGHTS,
	       "to stop a thread without the right to");
	expect(operate(TENON_OP_CAP_DELETE, clock, 0, 0, 0), TENON_BAD_ARGUMENT, "to delete a static slot");
}

/* The first slot that can hold a copy; 0 when the table has none. */
static uint32_t free_slot(void)
{
	for (uint32_t index = 1; index < 256; index++) {
		struct tenon_ipc ipc =
		    tenon_operate(TENON_OP_CAP_COPY, tenon_component.clock, index, TENON_RIGHT_READ, 0, 0);
		if (ipc.status == TENON_OK) {
			expect(operate(TENON_OP_CAP_DELETE, ipc.word[0], 0, 0, 0), TENON_OK,
			       "to delete a copy");
			return index;
		}
	}
	return 0;
}

static void try_copies(void)
{
	uint32_t slot = free_slot();
	expect(slot != 0 ? TENON_OK : TENON_BUSY, TENON_OK, "a free slot");
	struct tenon_ipc ipc =
	    tenon_operate(TENON_OP_CAP_COPY, tenon_component.clock, slot, TENON_RIGHT_READ, 0, 0);
	expect((enum tenon_status)ipc.status, TENON_OK, "to copy");
	tenon_handle_t copy = ipc.word[0];
	expect(operate(TENON_OP_CLOCK_READ, copy, 0, 0, 0), TENON_OK, "to use the copy");
	expect(operate(TENON_OP_CAP_COPY, tenon_component.clock, slot, TENON_RIGHTS_ALL, 0), TENON_OCCUPIED,
	       "to copy onto an occupied slot");
	expect(operate(TENON_OP_CAP_DELETE, copy, 0, 0, 0), TENON_OK, "to delete the copy");
	expect(operate(TENON_OP_CLOCK_READ, copy, 0, 0, 0), TENON_BAD_HANDLE, "a stale handle");
	expect(operate(TENON_OP_CAP_DELETE, copy, 0, 0, 0), TENON_BAD_HANDLE, "to delete twice");

	ipc = tenon_operate(TENON_OP_CAP_COPY, tenon_component.clock, slot, 0, 0, 0);
	expect((enum tenon_status)ipc.status, TENON_OK, "to copy without rights");
	tenon_handle_t weak = ipc.word[0];
	expect(weak != copy ? TENON_OK : TENON_BUSY, TENON_OK, "a new generation");
	expect(operate(TENON_OP_CLOCK_READ, copy, 0, 0, 0), TENON_BAD_HANDLE,
	       "a stale handle to a slot in use again");
	expect(operate(TENON_OP_CLOCK_READ, weak, 0, 0, 0), TENON_BAD_RIGHTS, "too few rights");
	uint32_t next = slot + 1;
	ipc = tenon_operate(TENON_OP_CAP_COPY, weak, next, TENON_RIGHTS_ALL, 0, 0);
	if (ipc.status == TENON_OK)
		expect(operate(TENON_OP_CLOCK_READ, ipc.word[0], 0, 0, 0), TENON_BAD_RIGHTS,
		       "rights do not come back by copying");
	expect(operate(TENON_OP_CAP_COPY, tenon_component.clock, 0xffffff, TENON_RIGHTS_ALL, 0),
	       TENON_BAD_ARGUMENT, "to copy past the table");
}

static void try_buffers(void)
{
	tenon_handle_t thread = tenon_component.thread;
	static _Alignas(4096) uint8_t page[4096];
	uint64_t here = (uint64_t)page;
	expect(operate(TENON_OP_THREAD_BUFFER, thread, here + 8, 0, 0), TENON_BAD_ARGUMENT,
	       "an unaligned buffer");
	expect(operate(TENON_OP_THREAD_BUFFER, thread, 0x700000000, 0, 0), TENON_BAD_ADDRESS,
	       "an unmapped buffer");
	expect(operate(TENON_OP_THREAD_BUFFER, thread, TENON_KERNEL_BASE, 0, 0), TENON_BAD_ADDRESS,
	       "a buffer in the kernel");
	expect(operate(TENON_OP_THREAD_BUFFER, thread, (uint64_t)&component_start & ~UINT64_C(4095), 0, 0),
	       TENON_BAD_ADDRESS, "a buffer in code");
	expect(operate(TENON_OP_THREAD_BUFFER, thread, 0x0000800000000000, 0, 0), TENON_BAD_ADDRESS,
	       "a buffer at an address that no page table can name");
	expect(operate(TENON_OP_THREAD_BUFFER, thread, here, 0, 0), TENON_OK,
	       "a buffer of the component's own");
	expect(operate(TENON_OP_THREAD_BUFFER, thread, TENON_AREA_BUFFER, 0, 0), TENON_OK,
	       "the buffer as it was");
}

/* A tag is data like any other: a length past the end, or bits that mean nothing, are refused before anything is sent. */
static void try_tags(void)
{
	struct tenon_ipc ipc = {.word = {0}};
	ipc.tag = TENON_TAG_LENGTH_MASK;
	expect(tenon_call(SLOT_POWER, TENON_NEVER, &ipc), TENON_BAD_ARGUMENT, "a message of 65,535 bytes");
	ipc.tag = TENON_MESSAGE_MAX_BYTES + 1;
	expect(tenon_call(SLOT_POWER, TENON_NEVER, &ipc), TENON_BAD_ARGUMENT, "a message of 4,097 bytes");
	ipc.tag = tenon_tag(0xdeadbeef, 0);
	expect(tenon_call(SLOT_POWER, TENON_NEVER, &ipc), TENON_OK,
	       "an operation that the server does not know");
	expect((enum tenon_status)(tenon_tag_label(ipc.tag) == POWER_MALFORMED ? TENON_OK : TENON_BUSY),
	       TENON_OK, "is answered as malformed");
}

void component_start(void)
{
	try_handles();
	try_copies();
	try_buffers();
	try_tags();
	log_info("refused: %u checks, %u wrong", checks, wrong);
}
