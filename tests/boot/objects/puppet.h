/* SPDX-License-Identifier: MIT
 * The program of a process that does what its maker says. One function, which fits in 2 KiB and refers to nothing outside
 * itself, so that its bytes run at any address. A component that includes this file has a copy in its own code.
 *
 * It serves: a request says by its label what to do, and the answer has the same label. Bits 0 to 31 of its argument are a
 * number that comes back in answers, bits 32 to 63 the slot of its set, 0 for TENON_PROCESS_SLOT_SET; the slot behind it
 * has the reply object.
 */
#ifndef PUPPET_H
#define PUPPET_H

#include <tenon/process.h>
#include <tenon/thread.h>

#define PUPPET_BYTES 2048u /* of code, aligned so that they lie on one page */

/* Where a puppet's memory stands; what lies between is free for experiments. */
#define PUPPET_CODE   UINT64_C(0x10000000)
#define PUPPET_STACK  UINT64_C(0x10010000) /* the top */
#define PUPPET_BUFFER ((uint64_t)TENON_AREA_BUFFER)
#define PUPPET_SPARE  UINT64_C(0x20000000)

enum puppet_request {
	PUPPET_ECHO = 1, /* answers word 0 plus its argument, and in word 1 what the last READ found */
	PUPPET_READ,     /* 8 bytes at word 0 */
	PUPPET_WRITE,    /* word 1 to word 0 */
	PUPPET_JUMP,     /* to word 0 */
	PUPPET_GIVE,     /* its capability of handle word 0 with the answer; word 1: TENON_TAG_COPY or MOVE */
	PUPPET_COUNT,    /* adds one to what stands at word 0, for ever */
	PUPPET_TRAP, /* a system call: control, tag, second object, deadline, then four words; the answer has the
	                    status in word 0, the tag in word 1, the badge in word 2, and then words 0 to 3 */
};

/* Compares so that the compiler does not make a table of jumps, which would lie outside. */
TENON_INLINE bool puppet_is(uint64_t label, enum puppet_request request)
{
	__asm__ volatile("" : "+r"(label));
	return label == (uint64_t)request;
}

__attribute__((used, noinline, aligned(PUPPET_BYTES), section(".text.puppet"))) static void puppet_main(
    uint64_t argument)
{
	const uint64_t set = argument >> 32 != 0 ? argument >> 32 : TENON_PROCESS_SLOT_SET;
	struct tenon_ipc ipc;
	uint64_t last = 0;

	(void)tenon_receive(set, set + 1, TENON_NEVER, &ipc);
	for (;;) {
		const uint64_t label = tenon_tag_label(ipc.tag);
		uint64_t beside = 0;

		if (puppet_is(label, PUPPET_READ)) {
			last = *(volatile uint64_t *)(uintptr_t)ipc.word[0];
		} else if (puppet_is(label, PUPPET_WRITE)) {
			*(volatile uint64_t *)(uintptr_t)ipc.word[0] = ipc.word[1];
		} else if (puppet_is(label, PUPPET_JUMP)) {
			((void (*)(void))(uintptr_t)ipc.word[0])();
		} else if (puppet_is(label, PUPPET_GIVE)) {
			*(volatile uint64_t *)PUPPET_BUFFER = ipc.word[0];
			beside = ipc.word[1];
		} else if (puppet_is(label, PUPPET_COUNT)) {
			for (;;)
				(*(volatile uint64_t *)(uintptr_t)ipc.word[0])++;
		} else if (puppet_is(label, PUPPET_TRAP)) {
			ipc.control = ipc.word[0];
			ipc.tag = ipc.word[1];
			ipc.reply = ipc.word[2];
			ipc.deadline = ipc.word[3];
			ipc.word[0] = ipc.word[4];
			ipc.word[1] = ipc.word[5];
			ipc.word[2] = ipc.word[6];
			ipc.word[3] = ipc.word[7];
			tenon_trap(&ipc);
			ipc.word[6] = ipc.word[3];
			ipc.word[5] = ipc.word[2];
			ipc.word[4] = ipc.word[1];
			ipc.word[3] = ipc.word[0];
			ipc.word[2] = ipc.badge;
			ipc.word[1] = ipc.tag;
			ipc.word[0] = ipc.status;
		}
		if (puppet_is(label, PUPPET_ECHO) || puppet_is(label, PUPPET_READ)) {
			ipc.word[0] += argument & UINT32_MAX;
			ipc.word[1] = last;
		}
		ipc.tag = tenon_tag((uint32_t)label, 64) | beside;
		(void)tenon_reply_receive(set, set + 1, TENON_NEVER, &ipc);
	}
}

/*
 * The frame that puppets' code is mapped from, made in `slot` of the caller's table; all puppets share it. `space` is the
 * caller's own, `window` an address where it has nothing.
 */
static inline enum tenon_status puppet_code(tenon_handle_t pool, tenon_handle_t space, uint64_t window,
					    uint32_t slot, tenon_handle_t *code)
{
	const uint8_t *from = (const uint8_t *)(uintptr_t)puppet_main;
	volatile uint8_t *to = (volatile uint8_t *)(uintptr_t)window;
	enum tenon_status status = tenon_pool_make(pool, TENON_TYPE_FRAME, slot, TENON_PAGE_SIZE, code);

	if (status == TENON_OK)
		status = tenon_frame_map(*code, space, window, TENON_RIGHT_READ | TENON_RIGHT_WRITE,
					 TENON_CACHE_NORMAL);
	for (unsigned i = 0; status == TENON_OK && i < PUPPET_BYTES; i++)
		to[i] = from[i];
	return status == TENON_OK ? tenon_frame_unmap(*code) : status;
}

/* The segment with the code: `code` must live as long as the segment. */
static inline struct tenon_process_segment puppet_segment(const tenon_handle_t *code)
{
	return (struct tenon_process_segment){.address = PUPPET_CODE,
					      .size = TENON_PAGE_SIZE,
					      .rights = TENON_RIGHT_READ | TENON_RIGHT_EXECUTE,
					      .frames = code};
}

/* The plan of a process of it, made from `pool` through TENON_AREA_OWN of `space`; slots and size of its pool are missing. */
static inline struct tenon_process_plan puppet_plan(tenon_handle_t pool, tenon_handle_t space,
						    const struct tenon_process_segment *segment)
{
	return (struct tenon_process_plan){.pool = pool,
					   .space = space,
					   .window = TENON_AREA_OWN,
					   .segment = segment,
					   .segments = 1,
					   .stack_top = PUPPET_STACK,
					   .stack_bytes = 2 * TENON_PAGE_SIZE,
					   .entry = PUPPET_CODE,
					   .table_slots = 8,
					   .serves = true,
					   .priority = 20,
					   .affinity = UINT64_MAX};
}

/* A request with up to two words; the answer in `ipc`. */
static inline enum tenon_status puppet_ask(tenon_handle_t endpoint, enum puppet_request request,
					   uint64_t word0, uint64_t word1, struct tenon_ipc *ipc)
{
	ipc->tag = tenon_tag((uint32_t)request, 16);
	ipc->word[0] = word0;
	ipc->word[1] = word1;
	return tenon_call(endpoint, TENON_NEVER, ipc);
}

/* The same without waiting for an answer: for what it does not survive. */
static inline enum tenon_status puppet_tell(tenon_handle_t endpoint, enum puppet_request request,
					    uint64_t word0, uint64_t word1)
{
	struct tenon_ipc ipc;

	ipc.tag = tenon_tag((uint32_t)request, 16);
	ipc.word[0] = word0;
	ipc.word[1] = word1;
	return tenon_send(endpoint, TENON_NEVER, &ipc);
}

/* Has it make a system call; what that answered, TENON_STATUS_COUNT where the puppet could not be asked. */
static inline enum tenon_status puppet_trap(tenon_handle_t endpoint, enum tenon_operation operation,
					    tenon_handle_t handle, uint64_t tag, uint64_t second,
					    const uint64_t word[4], struct tenon_ipc *ipc)
{
	ipc->tag = tenon_tag(PUPPET_TRAP, 64);
	ipc->word[0] = tenon_control(operation, handle);
	ipc->word[1] = tag;
	ipc->word[2] = second;
	ipc->word[3] = TENON_NEVER;
	for (unsigned i = 0; i < 4; i++)
		ipc->word[4 + i] = word[i];
	if (tenon_call(endpoint, TENON_NEVER, ipc) != TENON_OK)
		return TENON_STATUS_COUNT;
	return (enum tenon_status)ipc->word[0];
}

#endif
