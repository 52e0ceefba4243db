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
 *   x86_64    rax               rbx   r14       r15     rdi rsi rdx r10
 *                                                       r8 r9 r12 r13     syscall
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
#define TENON_TAG_COPY        UINT64_C(0x10000) /* a copy of tenon_extras.capability travels; arrived: it was placed */
#define TENON_TAG_MOVE        UINT64_C(0x20000) /* the capability itself travels, and leaves the sender */
#define TENON_TAG_LOANS_SHIFT 18                /* two bits: how many of tenon_extras.loan are lent; CALL only */
#define TENON_TAG_LOANS_MASK  UINT64_C(0xc0000)
#define TENON_MESSAGE_LOANS   3u

/*
 * The first 64 bytes of the message buffer describe what travels beside the message; the message itself never uses them.
 * Read once by the kernel when the tag asks for it. With COPY or MOVE the receiver finds the new handle in `capability`.
 * A capability travels through an endpoint's capability with GRANT, and back in the answer to such a call. It arrives in
 * the slot that the receiver named by CAP_ACCEPT; if that is none or occupied the message arrives without it, the tag of
 * the arrived message has neither bit, and the sender keeps it.
 */
#define TENON_LOAN_RIGHTS_SHIFT 56                    /* TENON_RIGHT_READ, TENON_RIGHT_WRITE above the byte count */
#define TENON_LOAN_PASSED       (UINT64_C(1) << 63)   /* `address` is an offset into a loan that the sender holds: */
#define TENON_LOAN_INDEX_SHIFT  54                    /* which loan (two bits), of the call in the reply object */
#define TENON_LOAN_REPLY_SHIFT  40                    /* in this slot (14 bits) */
#define TENON_LOAN_BYTES_MASK   ((UINT64_C(1) << 40) - 1)
#ifndef __ASSEMBLER__
struct tenon_extras {
	uint64_t capability;
	uint64_t reserved;
	struct {
		uint64_t address;
		uint64_t bytes; /* | rights << TENON_LOAN_RIGHTS_SHIFT, and where it is passed on: PASSED, index, reply slot */
	} loan[TENON_MESSAGE_LOANS];
};
#endif

/* Operations. The handle's object type stands in brackets. */
enum tenon_operation {
	TENON_OP_NULL = 0, /* [none] does nothing; for measuring */
	TENON_OP_CALL,     /* [endpoint, INVOKE] send, then wait for the reply until the deadline */
	TENON_OP_RECEIVE,  /* [receive set, RECEIVE] control 3: handle of the free reply object to fill, or 0
	                               to take signals only */
	TENON_OP_REPLY_RECEIVE, /* [receive set, RECEIVE] answers through the reply object in control 3, then
	                               receives with the same reply object; one that holds no caller is only received with */
	TENON_OP_REPLY,         /* [reply] answers; does not wait */
	TENON_OP_SIGNAL,        /* [notification, INVOKE] ORs the capability's badge into the notification */
	TENON_OP_YIELD,         /* [none] to the end of the own priority's queue */
	TENON_OP_CAP_COPY, /* [any] words: destination slot index, rights mask, badge or 0 to keep; control 3: handle of
	                               the destination table (WRITE), 0: the caller's own -> word 0: handle there */
	TENON_OP_CAP_DELETE, /* [any] empties the slot and advances its generation; only slots above the static ones. The
	                               owner's capability takes every copy and the object with it */
	TENON_OP_INTERRUPT_ACK, /* [interrupt, INVOKE] the line may signal again */
	TENON_OP_CLOCK_READ, /* [clock, READ] -> word 0: nanoseconds since kernel entry, word 1: ticks, word 2: ticks per second */
	TENON_OP_PLATFORM_POWER, /* [platform, MANAGE] word 0: enum tenon_power */
	TENON_OP_PORT_READ,      /* [ports, READ] words: offset, width 1/2/4 -> word 0 */
	TENON_OP_PORT_WRITE,     /* [ports, WRITE] words: offset, width 1/2/4, value */
	TENON_OP_THREAD_START, /* [thread, MANAGE] words: entry, stack top, argument; the thread must be stopped */
	TENON_OP_THREAD_STOP, /* [thread, MANAGE] takes it off whatever it does, on whichever CPU; its receive set
	                               goes down: calls already received answer RESTARTED */
	TENON_OP_THREAD_READ, /* [thread, READ] -> words: state, pc, sp, frame pointer, fault kind, fault address, CPU ns */
	TENON_OP_THREAD_BUFFER, /* [thread, WRITE, the caller's own] word 0: address of the new message buffer page */
	TENON_OP_ENDPOINT_STATE, /* [endpoint, MANAGE] word 0: enum tenon_endpoint_state */
	TENON_OP_INSPECT, /* [inspector, READ] words: enum tenon_inspect, index, second index -> words */
	TENON_OP_SEND,    /* [endpoint, INVOKE] as CALL, but the sender goes on once the server has taken the message */
	TENON_OP_CAP_MOVE,   /* [any] as CAP_COPY, with the same rights and badge; the source slot is empty then */
	TENON_OP_CAP_REVOKE, /* [any] removes every capability derived from this one, and the objects they own */
	TENON_OP_CAP_READ,   /* [any] -> words: type, rights, badge, bytes of a frame, address where it is mapped */
	TENON_OP_CAP_ACCEPT, /* [none] word 0: slot of the own table for the next capability in a message, 0: none */
	TENON_OP_POOL_MAKE,  /* [pool, WRITE] words: enum tenon_type, destination slot in the own table, size: bytes of a
	                               frame (4 KiB, 2 MiB, 1 GiB) or pool, slots of a table -> word 0: handle */
	TENON_OP_POOL_READ,  /* [pool, READ] -> words: bytes, bytes free, NUMA node, enum tenon_memory_kind */
	TENON_OP_SET_MAKE,   /* [receive set, MANAGE] words: endpoint, notification or reply; destination slot in the own
	                               table; source number of a notification -> word 0: handle */
	TENON_OP_FRAME_MAP,  /* [frame] words: address, rights, enum tenon_cache; control 3: handle of the space (WRITE) */
	TENON_OP_FRAME_UNMAP,   /* [frame] takes it out of the space where this capability mapped it */
	TENON_OP_FRAME_PROTECT, /* [frame] word 0: rights of the mapping from now on */
	TENON_OP_SPACE_QUERY, /* [space, READ] word 0: address -> words: rights (0: not mapped), bytes of the page */
	TENON_OP_TABLE_GROW,  /* [table, MANAGE] word 0: handle of the pool (WRITE) that pays: doubles the slots -> word 0:
	                               number of slots; the first slot of the new half is not usable */
	TENON_OP_TABLE_RESET, /* [table, MANAGE] revokes what was derived from its static slots, empties the others */
	TENON_OP_THREAD_BIND, /* [thread, MANAGE; stopped] words: handles of space (WRITE), table (WRITE), fault endpoint
	                               (INVOKE, 0: none), frame of the message buffer (READ, WRITE; 0: none) */
	TENON_OP_THREAD_SCHEDULE, /* [thread, MANAGE] words: priority, not above the caller's own; enum tenon_band;
	                               affinity mask of CPUs; control 3: scheduling context to bind (WRITE), 0: its own */
	TENON_OP_SCHEDULING_SET,  /* [scheduling context, WRITE] words: budget ns, period ns, flags TENON_SCHEDULING_* */
	TENON_OP_SCHEDULING_READ, /* [scheduling context, READ] -> words: budget ns left, ns consumed, overruns, debt ns */
	TENON_OP_LOAN_READ,  /* [reply] words: loan index, offset in the loan, own address, bytes, bytes done so far (0)
	                               -> word 4: bytes copied. May be interrupted: it goes on by itself */
	TENON_OP_LOAN_WRITE, /* [reply] the same from own memory into the loan */
	TENON_OP_PLATFORM_CPU, /* [platform, MANAGE] words: CPU, 1: on, 0: off (its threads move where their affinity lets them) */
	TENON_OPERATION_COUNT
};

/* What a system call answers in control word 0. */
enum tenon_status {
	TENON_OK = 0,
	TENON_BAD_HANDLE,    /* no capability in that slot, or its generation has passed */
	TENON_BAD_TYPE,      /* the capability is of another object type */
	TENON_BAD_RIGHTS,    /* the capability lacks a right that the operation needs */
	TENON_BAD_ARGUMENT,  /* a word is out of its range */
	TENON_BAD_OPERATION, /* no such operation */
	TENON_BAD_ADDRESS,   /* an address is not mapped as it needs to be */
	TENON_TIMED_OUT,     /* the deadline passed; nothing is left behind on the other side */
	TENON_WOULD_BLOCK,   /* deadline NOW and nothing there */
	TENON_RESTARTED,     /* the server died with this call in its hands */
	TENON_GONE,          /* the endpoint is closed */
	TENON_CANCELLED,     /* REPLY: the caller is no longer waiting */
	TENON_BUSY,          /* the object is in a state that forbids this now */
	TENON_OCCUPIED,      /* the destination slot is not empty */
	TENON_TRUNCATED,     /* a message longer than 64 bytes met a thread without a message buffer */
	TENON_UNSUPPORTED,   /* this machine has no such feature */
	TENON_NO_MEMORY,     /* the pool has no run of memory of this size left */
	TENON_BAD_LOAN,      /* no such loan, out of its range, without the right, or its memory is not mapped so */
	TENON_LOAN_ENDED,    /* the lender no longer waits; what was copied so far is in word 4 */
	TENON_STATUS_COUNT
};

/* Rights of a capability. Copies only narrow them. */
#define TENON_RIGHT_READ    0x01u
#define TENON_RIGHT_WRITE   0x02u
#define TENON_RIGHT_EXECUTE 0x04u
#define TENON_RIGHT_INVOKE  0x08u /* call, signal, acknowledge */
#define TENON_RIGHT_RECEIVE 0x10u
#define TENON_RIGHT_GRANT   0x20u
#define TENON_RIGHT_MANAGE  0x40u
#define TENON_RIGHTS_ALL    0x7fu

enum tenon_type {
	TENON_TYPE_NONE = 0,
	TENON_TYPE_POOL,
	TENON_TYPE_FRAME,
	TENON_TYPE_SPACE,
	TENON_TYPE_TABLE,
	TENON_TYPE_THREAD,
	TENON_TYPE_SCHEDULING,
	TENON_TYPE_ENDPOINT,
	TENON_TYPE_NOTIFICATION,
	TENON_TYPE_RECEIVE_SET,
	TENON_TYPE_REPLY,
	TENON_TYPE_INTERRUPT,
	TENON_TYPE_PORTS,
	TENON_TYPE_CLOCK,
	TENON_TYPE_PLATFORM,
	TENON_TYPE_INSPECTOR,
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
enum tenon_cache { TENON_CACHE_NORMAL = 0, TENON_CACHE_DEVICE, TENON_CACHE_UNCACHED };
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
	TENON_FAULT_NONE = 0,
	TENON_FAULT_READ, /* load from an address that is not readable */
	TENON_FAULT_WRITE,
	TENON_FAULT_EXECUTE,
	TENON_FAULT_INSTRUCTION, /* undefined or privileged instruction */
	TENON_FAULT_ALIGNMENT,
	TENON_FAULT_ARITHMETIC,
	TENON_FAULT_BREAKPOINT,
	TENON_FAULT_OTHER,
	TENON_FAULT_BUDGET, /* its scheduling context is used up, and asks for a fault then */
	TENON_FAULT_LOAN,   /* memory that it lent is not mapped as it said; address: where */
	TENON_FAULT_TAG,    /* memory tag check (MTE) */
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
	TENON_INSPECT_MAPPING, /* index, n -> address, size, rights, region index, region kind; n past the end: BAD_ARGUMENT */
	TENON_INSPECT_CPU,  /* index -> on or off, idle ns */
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
