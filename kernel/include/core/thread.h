/* SPDX-License-Identifier: MIT
 * Threads and what they run on.
 *
 * A thread has a home CPU for life. Who may change its state:
 *   STOPPED, READY, RUNNING, MANAGING   the home CPU
 *   CALLING, AWAITING_REPLY, RECEIVING, FAULTED   whoever holds the lock of `blocked_on`
 *   WAKING   whoever took it out of `blocked_on`, until its inbox message reaches the home CPU
 * `context` belongs to the CPU that may change the state.
 */
#ifndef CORE_THREAD_H
#define CORE_THREAD_H

#include <core/captable.h>
#include <core/list.h>
#include <core/loan.h>
#include <core/receive_set.h>

/* States beyond enum tenon_thread_state, shown as READY from outside. */
enum thread_state {
	THREAD_WAKING = 16, /* unblocked, on its way to its home CPU's run queue */
	THREAD_MANAGING     /* waits for another CPU to start, stop or read a thread */
};

/* A place in a CPU's timer queue; that CPU only. */
struct timer {
	struct timer *up, *down[2];
	uint64_t deadline;                            /* ticks */
	enum { TIMER_THREAD, TIMER_SCHEDULING } kind; /* constant: what it is a part of */
};

/* What a thread may use of a CPU. A call on the same CPU runs the server on its caller's. The next issue adds budgets. */
struct scheduling {
	uint64_t slice_left; /* ticks of the quantum that are left */
};

struct space {
	struct arch_space arch;
	const char *name;
	uint64_t memory_bytes; /* of its own regions */
	uint64_t table_bytes;  /* of its page tables */
	uint32_t index;
};

enum inbox_operation { INBOX_WAKE = 0, INBOX_START, INBOX_STOP, INBOX_READ, INBOX_FAULT };

struct thread {
	/* What every call touches. */
	_Alignas(64) struct slot *slots;
	uint32_t slot_mask;
	uint32_t timed;                 /* `timer` is in the home CPU's queue. Home CPU only. */
	struct arch_space *space;       /* constant: of `memory` */
	struct cpu *home;               /* constant */
	struct receive_set *blocked_on; /* of the last wait; written by the home CPU */
	struct reply *reply;            /* AWAITING_REPLY: who holds it */
	uint64_t cpu_ticks;             /* consumed; while it runs, minus its start: negative */
	uint8_t state;                  /* enum tenon_thread_state, enum thread_state */
	uint8_t priority;               /* constant */
	union {
		struct {
			bool faulted;    /* its message is the fault record, and an answer resumes it */
			bool loan_fault; /* when its call ends it faults: memory that it lent was not there */
		};
		uint16_t unusual; /* either of them */
	};
	bool dying;                  /* stopped while MANAGING; STOPPED once its request came back */
	uint8_t *buffer;             /* direct map; NULL: none */
	uint64_t badge;              /* CALLING: of the call */
	struct endpoint *endpoint;   /* CALLING: where to */
	struct list link;            /* in a run queue or in receive_set.callers */
	uint64_t receive_control;    /* the last REPLY_RECEIVE through static slots: control word 0, */
	uint64_t receive_handle;     /* the reply object's handle, */
	struct reply *receive_reply; /* and what they name */

	struct arch_context context;

	struct timer timer; /* the deadline of what it waits for */
	struct scheduling scheduling;
	struct core_fault fault; /* last fault since the start */
	struct loan loan[TENON_MESSAGE_LOANS];
	uint64_t loan_fault_address; /* valid with loan_fault */
	struct endpoint *fault_endpoint;
	uint64_t fault_badge;
	struct receive_set *sets; /* constant list: where it is the server */
	struct captable *table;
	struct space *memory;
	const char *name;
	uint64_t buffer_address; /* as the table says, for each start */
	uint32_t starts;
	uint32_t index;
	uint32_t table_index;

	/* Inbox message: a thread's own, so there is always room. In flight at most once. */
	struct thread *inbox_next;
	enum inbox_operation inbox_operation;
	struct thread *target; /* of START, STOP, READ */
	struct thread *
	    stoppers; /* requests that wait until this WAKING or MANAGING thread is home; linked by inbox_next */
};

/* Answers a system call of a thread: status, and everything else zero. */
static inline void thread_answer(struct thread *thread, enum tenon_status status)
{
	arch_control_set(&thread->context, 0, (uint64_t)status);
	arch_control_set(&thread->context, 1, 0);
	arch_control_set(&thread->context, 2, 0);
	arch_control_set(&thread->context, 3, 0);
	arch_words_move(&thread->context, &thread->context, 0);
}

/* State as others may see it; a snapshot for a thread of another CPU. */
enum tenon_thread_state thread_visible_state(const struct thread *thread);
/* CPU time so far, in nanoseconds. */
uint64_t thread_cpu_ns(const struct thread *thread);

/* A thread in state WAKING goes on: into the run queue here, or to its home CPU's inbox. */
void thread_wake(struct cpu *cpu, struct thread *thread);
/* The inbox delivered a message. */
void thread_inbox(struct cpu *cpu, struct thread *message);
/* It calls its fault endpoint: the thread that runs on this CPU, or one that is on its way to run. */
void thread_fault(struct cpu *cpu, struct thread *thread, const struct core_fault *fault);
/* Its deadline passed. */
void thread_timeout(struct cpu *cpu, struct thread *thread);
/* Makes a stopped thread ready to run from `entry`, with its capability table as described. */
void thread_prepare(struct thread *thread, uint64_t entry, uint64_t stack_top, uint64_t argument);
/* Kernel pointer to a message buffer at a user address. */
enum tenon_status thread_buffer_find(const struct thread *thread, uint64_t address, uint8_t **buffer);

#endif
