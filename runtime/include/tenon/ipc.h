/* SPDX-License-Identifier: MIT
 * System calls, inline.
 *
 * A system call moves twelve words in registers and nothing in memory (longer
 * messages stand in the message buffer). `tenon_trap` is always inlined, so a
 * `struct tenon_ipc` that does not escape never exists in memory: a field that
 * nobody set costs no instruction going in, one that nobody reads none coming
 * out. Which register carries what is decided in <tenon/abi.h> only.
 */
#ifndef TENON_IPC_H
#define TENON_IPC_H

#include <stdbool.h>
#include <stdint.h>
#include <tenon/abi.h>
#include <tenon/areas.h>
#if __has_include(<tenon/registers.h>)
#include <tenon/registers.h> /* runtime/arch; a program of the host has none */
#endif

#define TENON_INLINE static inline __attribute__((always_inline))

/* The registers of a system call, before and after. */
struct tenon_ipc {
	union {
		uint64_t control; /* in: operation and handle, see tenon_control() */
		uint64_t status;  /* out: enum tenon_status */
	};
	uint64_t tag;
	union {
		uint64_t deadline; /* in: absolute, ns of the kernel's clock, or TENON_NEVER, TENON_NOW */
		uint64_t badge;    /* out */
	};
	union {
		uint64_t reply;  /* in: handle of the reply object */
		uint64_t source; /* out: TENON_SOURCE_* */
	};
	uint64_t word[TENON_MESSAGE_WORDS];
};

TENON_INLINE uint64_t tenon_control(enum tenon_operation operation, tenon_handle_t handle)
{
	return handle << TENON_OPERATION_BITS | (uint64_t)operation;
}

#ifdef TENON_TRAP
TENON_INLINE void tenon_trap(struct tenon_ipc *ipc)
{
	register uint64_t c0 __asm__(TENON_REGISTER_C0) = ipc->control;
	register uint64_t c1 __asm__(TENON_REGISTER_C1) = ipc->tag;
	register uint64_t c2 __asm__(TENON_REGISTER_C2) = ipc->deadline;
	register uint64_t c3 __asm__(TENON_REGISTER_C3) = ipc->reply;
	register uint64_t w0 __asm__(TENON_REGISTER_W0) = ipc->word[0];
	register uint64_t w1 __asm__(TENON_REGISTER_W1) = ipc->word[1];
	register uint64_t w2 __asm__(TENON_REGISTER_W2) = ipc->word[2];
	register uint64_t w3 __asm__(TENON_REGISTER_W3) = ipc->word[3];
	register uint64_t w4 __asm__(TENON_REGISTER_W4) = ipc->word[4];
	register uint64_t w5 __asm__(TENON_REGISTER_W5) = ipc->word[5];
	register uint64_t w6 __asm__(TENON_REGISTER_W6) = ipc->word[6];
	register uint64_t w7 __asm__(TENON_REGISTER_W7) = ipc->word[7];

	__asm__ volatile(TENON_TRAP
			 : "+r"(c0), "+r"(c1), "+r"(c2), "+r"(c3), "+r"(w0), "+r"(w1), "+r"(w2), "+r"(w3),
			   "+r"(w4), "+r"(w5), "+r"(w6), "+r"(w7)
			 :
			 : TENON_TRAP_CLOBBERS);
	ipc->status = c0;
	ipc->tag = c1;
	ipc->badge = c2;
	ipc->source = c3;
	ipc->word[0] = w0;
	ipc->word[1] = w1;
	ipc->word[2] = w2;
	ipc->word[3] = w3;
	ipc->word[4] = w4;
	ipc->word[5] = w5;
	ipc->word[6] = w6;
	ipc->word[7] = w7;
}

/* The same with no words going in, for a tag of length zero: they need not even be fetched from where they stand. */
TENON_INLINE void tenon_trap_empty(struct tenon_ipc *ipc)
{
	register uint64_t c0 __asm__(TENON_REGISTER_C0) = ipc->control;
	register uint64_t c1 __asm__(TENON_REGISTER_C1) = ipc->tag;
	register uint64_t c2 __asm__(TENON_REGISTER_C2) = ipc->deadline;
	register uint64_t c3 __asm__(TENON_REGISTER_C3) = ipc->reply;
	register uint64_t w0 __asm__(TENON_REGISTER_W0);
	register uint64_t w1 __asm__(TENON_REGISTER_W1);
	register uint64_t w2 __asm__(TENON_REGISTER_W2);
	register uint64_t w3 __asm__(TENON_REGISTER_W3);
	register uint64_t w4 __asm__(TENON_REGISTER_W4);
	register uint64_t w5 __asm__(TENON_REGISTER_W5);
	register uint64_t w6 __asm__(TENON_REGISTER_W6);
	register uint64_t w7 __asm__(TENON_REGISTER_W7);

	__asm__ volatile(TENON_TRAP
			 : "+r"(c0), "+r"(c1), "+r"(c2), "+r"(c3), "=r"(w0), "=r"(w1), "=r"(w2), "=r"(w3),
			   "=r"(w4), "=r"(w5), "=r"(w6), "=r"(w7)
			 :
			 : TENON_TRAP_CLOBBERS);
	*ipc = (struct tenon_ipc){
	    .status = c0, .tag = c1, .badge = c2, .source = c3, .word = {w0, w1, w2, w3, w4, w5, w6, w7}};
}
#else
/* A host program that tests component code brings its own kernel. */
void tenon_trap(struct tenon_ipc *ipc);

TENON_INLINE void tenon_trap_empty(struct tenon_ipc *ipc)
{
	tenon_trap(ipc);
}
#endif

/* The same, out of line, with everything through memory: where size matters more than speed. */
void tenon_invoke(struct tenon_ipc *ipc);

/* What is mapped at an address that the generator chose: shared regions. */
TENON_INLINE void *tenon_region(uint64_t address)
{
#ifdef TENON_TRAP
	return (void *)(uintptr_t)address;
#else
	extern void *tenon_host_region(uint64_t address);
	return tenon_host_region(address);
#endif
}

/* Byte `i` of a message that is longer than 64 bytes stands at tenon_buffer()[i], for i >= 64. */
TENON_INLINE uint8_t *tenon_buffer(void)
{
#ifdef TENON_TRAP
	return (uint8_t *)TENON_AREA_BUFFER;
#else
	extern uint8_t tenon_host_buffer[TENON_MESSAGE_MAX_BYTES];
	return tenon_host_buffer;
#endif
}

/*
 * Calls `endpoint` and waits for the reply until the deadline. In: ipc->tag (length and label) and ipc->word; out: the
 * same from the reply. On any status but TENON_OK there was no reply, and tag and words mean nothing.
 */
TENON_INLINE enum tenon_status tenon_call(tenon_handle_t endpoint, uint64_t deadline, struct tenon_ipc *ipc)
{
	ipc->control = tenon_control(TENON_OP_CALL, endpoint);
	ipc->deadline = deadline;
	tenon_trap(ipc);
	return (enum tenon_status)ipc->status;
}

/*
 * As tenon_call(), but goes on once the server has taken the message, and gets no answer. On any status but TENON_OK the
 * server has not got it.
 */
TENON_INLINE enum tenon_status tenon_send(tenon_handle_t endpoint, uint64_t deadline, struct tenon_ipc *ipc)
{
	ipc->control = tenon_control(TENON_OP_SEND, endpoint);
	ipc->deadline = deadline;
	tenon_trap(ipc);
	return (enum tenon_status)ipc->status;
}

/*
 * Waits for a call or a signal. `reply` is the free reply object that a call will occupy; 0 takes signals only.
 * Out: tag, badge, source, words. TENON_TIMED_OUT or TENON_WOULD_BLOCK when nothing came.
 */
TENON_INLINE enum tenon_status tenon_receive(tenon_handle_t set, tenon_handle_t reply, uint64_t deadline,
					     struct tenon_ipc *ipc)
{
	ipc->control = tenon_control(TENON_OP_RECEIVE, set);
	ipc->tag = 0;
	ipc->deadline = deadline;
	ipc->reply = reply;
	tenon_trap(ipc);
	return (enum tenon_status)ipc->status;
}

/* Answers the caller that `reply` holds with ipc->tag and ipc->word, then receives as tenon_receive() does. */
TENON_INLINE enum tenon_status tenon_reply_receive(tenon_handle_t set, tenon_handle_t reply,
						   uint64_t deadline, struct tenon_ipc *ipc)
{
	ipc->control = tenon_control(TENON_OP_REPLY_RECEIVE, set);
	ipc->deadline = deadline;
	ipc->reply = reply;
	tenon_trap(ipc);
	return (enum tenon_status)ipc->status;
}

/* Answers without waiting. TENON_CANCELLED: the caller is no longer there. */
TENON_INLINE enum tenon_status tenon_reply(tenon_handle_t reply, struct tenon_ipc *ipc)
{
	ipc->control = tenon_control(TENON_OP_REPLY, reply);
	tenon_trap(ipc);
	return (enum tenon_status)ipc->status;
}

/*
 * An operation with up to four words in, and a second object in control 3; out: ipc->status and ipc->word. For all that
 * is not a message.
 */
TENON_INLINE struct tenon_ipc tenon_operate_with(enum tenon_operation operation, tenon_handle_t handle,
						 tenon_handle_t second, uint64_t word0, uint64_t word1,
						 uint64_t word2, uint64_t word3)
{
	struct tenon_ipc ipc;

	ipc.control = tenon_control(operation, handle);
	ipc.tag = tenon_tag(0, 32);
	ipc.reply = second;
	ipc.word[0] = word0;
	ipc.word[1] = word1;
	ipc.word[2] = word2;
	ipc.word[3] = word3;
	tenon_trap(&ipc);
	return ipc;
}

/* The same where there is no second object. */
TENON_INLINE struct tenon_ipc tenon_operate(enum tenon_operation operation, tenon_handle_t handle,
					    uint64_t word0, uint64_t word1, uint64_t word2, uint64_t word3)
{
	return tenon_operate_with(operation, handle, 0, word0, word1, word2, word3);
}

TENON_INLINE enum tenon_status tenon_signal(tenon_handle_t notification)
{
	struct tenon_ipc ipc;

	ipc.control = tenon_control(TENON_OP_SIGNAL, notification);
	tenon_trap(&ipc);
	return (enum tenon_status)ipc.status;
}

TENON_INLINE enum tenon_status tenon_interrupt_ack(tenon_handle_t interrupt)
{
	struct tenon_ipc ipc;

	ipc.control = tenon_control(TENON_OP_INTERRUPT_ACK, interrupt);
	tenon_trap(&ipc);
	return (enum tenon_status)ipc.status;
}

TENON_INLINE void tenon_yield(void)
{
	struct tenon_ipc ipc;

	ipc.control = tenon_control(TENON_OP_YIELD, 0);
	tenon_trap(&ipc);
}

/* Nanoseconds since the kernel started; 0 without a clock. */
TENON_INLINE uint64_t tenon_clock_ns(tenon_handle_t clock)
{
	struct tenon_ipc ipc;

	ipc.control = tenon_control(TENON_OP_CLOCK_READ, clock);
	tenon_trap(&ipc);
	return ipc.status == TENON_OK ? ipc.word[0] : 0;
}

/* I/O ports of x86: `width` is 1, 2 or 4. A refusal reads as all ones, as an absent device does. */
TENON_INLINE uint32_t tenon_port_read(tenon_handle_t ports, uint32_t offset, uint32_t width)
{
	struct tenon_ipc ipc = tenon_operate(TENON_OP_PORT_READ, ports, offset, width, 0, 0);

	return ipc.status == TENON_OK ? (uint32_t)ipc.word[0] : UINT32_MAX;
}

TENON_INLINE enum tenon_status tenon_port_write(tenon_handle_t ports, uint32_t offset, uint32_t width,
						uint32_t value)
{
	return (enum tenon_status)tenon_operate(TENON_OP_PORT_WRITE, ports, offset, width, value, 0).status;
}

/* "bad handle" and so on; never NULL. */
const char *tenon_status_name(enum tenon_status status);

#endif
