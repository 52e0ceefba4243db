/* SPDX-License-Identifier: MIT
 * The system-call interface: what a component and the kernel agree on.
 *
 * This header is the one place for operation numbers, statuses, rights, object
 * types and the layout of tags and handles. The kernel, the runtime and the
 * generator include it; nothing in it depends on an architecture.
 *
 * Every system call is an invocation: an operation on a handle, a tag, two
 * further control words and eight message words, all in registers.
 *
 *             operation|handle  tag   deadline  reply   words 0..7
 *   in        control 0         1     2         3
 *   out       status            tag   badge     source  words 0..7
 *
 *   AArch64   x8                x9    x10       x11     x0..x7            svc #0
 *   RISC-V    t0                t1    t2        t3      a0..a7            ecall
 *   x86_64    rax               rdx   rbx       r10     rdi rsi r8 r9
 *                                                       r12 r13 r14 r15   syscall
 *
 * A system call keeps the callee-saved registers of the C calling convention
 * that carry no result, the stack pointer and (x86_64) rbp; every other
 * general register comes back as zero or as a result. Message words past the
 * length of the received message come back as zero; going in, words past the
 * length in the tag mean nothing, whatever the operation.
 */
#ifndef TENON_ABI_H
#define TENON_ABI_H

#ifndef __ASSEMBLER__
#include <stdint.h>
#endif

/* Control word 0 of a call: the operation in bits 0..7, the handle above. */
#define TENON_OPERATION_BITS 8

/* A handle: slot index in bits 0..23, generation in bits 24..55. Handle 0 is never valid. */
#define TENON_HANDLE_INDEX_BITS      24
#define TENON_HANDLE_GENERATION_BITS 32

#define TENON_PAGE_SIZE              4096u
#define TENON_MESSAGE_WORDS          8u  /* message words that travel in registers */
#define TENON_MESSAGE_REGISTER_BYTES 64u /* the same in bytes */
#define TENON_MESSAGE_MAX_BYTES      4096u /* the longest message; byte i >= 64 stands at byte i of the buffer */
#define TENON_NEVER                  UINT64_MAX  /* deadline: wait without end */
#define TENON_NOW                    UINT64_C(0) /* deadline: do not wait at all */

/*
 * Tag: message length in bytes in bits 0..15 (0..4096), what travels beside the
 * message in bits 16..31, label in bits 32..63. The label of a call is the
 * operation code of the interface; the label of a reply is the interface's status.
 */
#define TENON_TAG_LABEL_SHIFT 32
#define TENON_TAG_LENGTH_MASK UINT64_C(0xffff)
#define TENON_TAG_COPY        UINT64_C(0x10000) /* a copy of tenon_extras.capability travels, or was placed */
#define TENON_TAG_MOVE        UINT64_C(0x20000) /* the capability itself travels, and leaves the sender */
#define TENON_TAG_LOANS_SHIFT 18 /* two bits: how many of tenon_extras.loan are lent; CALL only */
#define TENON_TAG_LOANS_MASK  UINT64_C(0xc0000)
#define TENON_MESSAGE_LOANS   3u

/*
 * The first 64 bytes of the message buffer describe what travels beside the message; the message itself never uses them.
 * Read once by the kernel when the tag asks for it. With COPY or MOVE the receiver finds the new handle in `capability`.
 * A capability travels through an endpoint's capability with GRANT, and back in the answer where it has RECEIVE. It arrives in
 * the slot that the receiver named by CAP_ACCEPT; if that is none or occupied the message arrives without it, the tag of
 * the arrived message has neither bit, and the sender keeps it.
 */
#define TENON_LOAN_RIGHTS_SHIFT 56 /* TENON_RIGHT_READ, TENON_RIGHT_WRITE above the byte count */
#define TENON_LOAN_PASSED       (UINT64_C(1) << 63) /* `address` is an offset into a loan that the sender holds: */
#define TENON_LOAN_INDEX_SHIFT  54 /* which loan (two bits), of the call in the reply object */
#define TENON_LOAN_REPLY_SHIFT  40 /* in this slot (14 bits) */
#define TENON_LOAN_BYTES_MASK   ((UINT64_C(1) << 40) - 1)
#ifndef __ASSEMBLER__
struct tenon_extras {
	uint64_t capability;
	uint64_t reserved;
	struct {
		uint64_t address;
		uint64_t bytes; /* and above them rights and, where it is passed on, index and reply slot */
	} loan[TENON_MESSAGE_LOANS];
};
#endif

/* Operations: what each does stands beside its name in operations.def. */
enum tenon_operation {
#define OPERATION(name, function, type, rights) TENON_OP_##name,
#include <tenon/operations.def>
#undef OPERATION
	TENON_OPERATION_COUNT
};

/* What a system call answers in control word 0; meanings stand in names.def, also those of types and faults. */
enum tenon_status {
#define STATUS(name, text, doc) TENON_##name,
#include <tenon/names.def>
	TENON_STATUS_COUNT
};

/* Rights of a capability. Copies only narrow them. */
#define TENON_RIGHT_READ    0x01u /* looking at it; mapping a frame so that it can be read */
#define TENON_RIGHT_WRITE   0x02u /* changing what is in it; taking from a pool; mapping a frame writable */
#define TENON_RIGHT_EXECUTE 0x04u /* mapping a frame executable */
#define TENON_RIGHT_INVOKE  0x08u /* calling, signalling, acknowledging */
#define TENON_RIGHT_RECEIVE 0x10u /* receiving in a set; of an endpoint: capabilities in answers */
#define TENON_RIGHT_GRANT   0x20u /* sending capabilities in messages */
#define TENON_RIGHT_MANAGE  0x40u /* deciding over it: starting, stopping, state, power, other badges */
#define TENON_RIGHTS_ALL    0x7fu

enum tenon_type {
#define TYPE(name, text, doc) TENON_TYPE_##name,
#include <tenon/names.def>
	TENON_TYPE_COUNT
};

/* What a receive returned, in control word 3 (`source`). */
#define TENON_SOURCE_CALL   0u /* a call: tag, badge and words are the caller's */
#define TENON_SOURCE_SIGNAL 1u /* a notification: badge is its source number, word 0 its bits, now cleared */
#define TENON_SOURCE_CANCELLED                                                                               \
	2u /* a caller whose call was received and not answered died or timed out:
                                     badge is its badge, word 0 the index of the reply object's slot; reported once */

#define TENON_SOURCE_SEND 3u /* as CALL, but nobody waits for an answer: the reply object stays free */

/* Objects that a system call works on at once; what takes longer goes in bounded steps with interrupts between. */
enum tenon_cache {
	TENON_CACHE_NORMAL = 0,
	TENON_CACHE_DEVICE,
	TENON_CACHE_UNCACHED,
	TENON_CACHE_TAGGED, /* normal, and accesses are checked against memory tags (Arm MTE); elsewhere UNSUPPORTED */
	TENON_CACHE_COUNT
};
/* Who writes and reads on the bus: of a PCI function segment, bus, and device and function (8 bits). */
#define TENON_REQUESTER(segment, bus, function)                                                              \
	((uint32_t)(segment) << 16 | (uint32_t)(bus) << 8 | (function))

enum tenon_memory_kind { TENON_MEMORY_RAM = 0, TENON_MEMORY_SLOW, TENON_MEMORY_DEVICE };

enum tenon_band {
	TENON_BAND_REAL_TIME = 0, /* fixed priority, round robin by quantum */
	TENON_BAND_TIME_SHARING   /* five levels of feedback within the priority */
};
#define TENON_SCHEDULING_FAULT 1u /* an overrun is a fault of the thread; else it waits for the next period */

enum tenon_power { TENON_POWER_OFF = 0, TENON_POWER_RESTART = 1 };

enum tenon_endpoint_state { TENON_ENDPOINT_OPEN = 0, TENON_ENDPOINT_DOWN = 1, TENON_ENDPOINT_CLOSED = 2 };

enum tenon_thread_state {
	TENON_THREAD_STOPPED = 0,
	TENON_THREAD_READY,
	TENON_THREAD_RUNNING,
	TENON_THREAD_CALLING, /* queued at an endpoint */
	TENON_THREAD_AWAITING_REPLY,
	TENON_THREAD_RECEIVING,
	TENON_THREAD_FAULTED /* its fault message waits for, or is with, the supervisor */
};

/*
 * A fault travels to the thread's fault endpoint as a call with label
 * TENON_LABEL_FAULT, the badge of that endpoint's capability, and the words:
 * kind, pc, address, sp, frame pointer, return address, arch syndrome. A reply
 * with label 0 resumes the thread at its pc; one that is never answered leaves
 * it FAULTED until THREAD_STOP.
 */
#define TENON_LABEL_FAULT 0xffffffffu
enum tenon_fault {
#define FAULT(name, text, doc) TENON_FAULT_##name,
#include <tenon/names.def>
	TENON_FAULT_COUNT
};

/* What INSPECT tells. A name comes as up to 64 bytes in words 0..7, zero-filled. Index past the end: BAD_ARGUMENT. */
enum tenon_inspect {
	TENON_INSPECT_COUNTS = 0, /* -> threads, tables, spaces, CPUs, regions, mappings */
	TENON_INSPECT_THREAD, /* index -> state, priority, CPU, CPU ns, space, restarts (starts - 1), fault kind, table */
	TENON_INSPECT_THREAD_NAME, /* index -> name */
	TENON_INSPECT_TABLE,       /* index -> number of slots, number of static slots */
	TENON_INSPECT_SLOT, /* index, slot -> type, rights, badge, object id, generation, index of the thread that
	                               receives there or that it is; 2^32 - 1 for none */
	TENON_INSPECT_MEMORY, /* -> bytes of RAM, bytes free, bytes of kernel image, bytes of kernel objects and page
	                               tables, bytes of component memory */
	TENON_INSPECT_SPACE, /* index -> bytes mapped of its own memory, bytes of its page tables */
	TENON_INSPECT_MAPPING, /* index, n -> address, size, rights, region index, region kind, NUMA node; n past the
	                               end: BAD_ARGUMENT */
	TENON_INSPECT_CPU,  /* index -> on or off, idle ns, NUMA node */
	TENON_INSPECT_START /* -> ticks from kernel entry to the first user instruction, ticks per second */
};

#ifndef __ASSEMBLER__
typedef uint64_t tenon_handle_t;

static inline uint64_t tenon_tag(uint32_t label, uint32_t length)
{
	return ((uint64_t)label << TENON_TAG_LABEL_SHIFT) | length;
}

static inline uint32_t tenon_tag_label(uint64_t tag)
{
	return (uint32_t)(tag >> TENON_TAG_LABEL_SHIFT);
}

static inline uint32_t tenon_tag_length(uint64_t tag)
{
	return (uint32_t)(tag & TENON_TAG_LENGTH_MASK);
}

static inline uint32_t tenon_handle_index(tenon_handle_t handle)
{
	return (uint32_t)(handle & ((UINT64_C(1) << TENON_HANDLE_INDEX_BITS) - 1));
}

static inline uint32_t tenon_handle_generation(tenon_handle_t handle)
{
	return (uint32_t)(handle >> TENON_HANDLE_INDEX_BITS);
}

static inline tenon_handle_t tenon_handle(uint32_t index, uint32_t generation)
{
	return ((uint64_t)generation << TENON_HANDLE_INDEX_BITS) | index;
}
#endif

#endif
