/* SPDX-License-Identifier: MIT
 * Threads and what they run on.
 *
 * A thread has a home CPU, which migration.c changes. Who may change its state:
 *   STOPPED, READY, RUNNING, MANAGING, DEPLETED   the home CPU
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
	THREAD_MANAGING,    /* waits for another CPU to start, stop, read or schedule a thread */
	THREAD_DEPLETED     /* its scheduling context is used up; waits for the next period */
};

/* A place in a CPU's timer queue; that CPU only. */
struct timer {
	struct timer *up, *down[2];
	uint64_t deadline;                            /* ticks */
	enum { TIMER_THREAD, TIMER_SCHEDULING } kind; /* constant: what it is a part of */
};

/*
 * What a thread may use of a CPU: a quantum among its equals, and perhaps a budget for each period. A call on the same CPU
 * runs the server on its caller's. All of it belongs to the home CPU of `thread`. Times in ticks.
 */
struct scheduling {
	uint64_t slice_left; /* of the quantum; 0: it is over */
	uint64_t budget;     /* 0: no limit */
	uint64_t period;
	uint64_t left;      /* of the budget in this period */
	uint64_t replenish; /* when the next period begins */
	uint64_t debt;      /* what servers used beyond it; the next replenishment pays it */
	uint64_t consumed;
	uint64_t stopped; /* when it last ran */
	uint32_t overruns;
	uint8_t flags;               /* TENON_SCHEDULING_* */
	uint8_t level;               /* of feedback; 0 is the most interactive */
	struct thread *thread;       /* whose own it is; NULL: bound to none */
	struct thread *user;         /* another thread that goes on with it when it runs next (its `on`) */
	struct scheduling *debtor;   /* who pays for what is used of this one: its server overran */
	struct scheduling *creditor; /* the other direction */
	struct timer timer;          /* linked exactly while `thread` is DEPLETED */
};

struct space {
	struct arch_space arch;
	uint64_t cpus; /* mask of those on which it has had threads; atomic */
	const char *name;
	uint64_t memory_bytes; /* of its own regions */
	uint64_t table_bytes;  /* of its page tables */
	uint32_t index;
};

enum inbox_operation {
	INBOX_WAKE = 0,
	INBOX_START,
	INBOX_STOP,
	INBOX_READ,
	INBOX_FAULT, /* it faults on the way home */
	INBOX_SCHEDULE,
	INBOX_MOVED, /* the second half of SCHEDULE, at the new home */
	INBOX_SCHEDULING_SET
};

struct thread {
	/* What every call touches. */
	_Alignas(64) struct slot *slots;
	uint32_t slot_mask;
	uint32_t timed;                 /* `timer` is in the home CPU's queue. Home CPU only. */
	struct arch_space *space;       /* constant: of `memory` */
	struct cpu *home;               /* changed there; of a blocked thread, under the lock of blocked_on */
	struct receive_set *blocked_on; /* of the last wait; written by the home CPU */
	struct reply *reply;            /* AWAITING_REPLY: who holds it */
	uint64_t cpu_ticks;             /* consumed; while it runs, minus its start: negative */
	uint8_t state;                  /* enum tenon_thread_state, enum thread_state */
	uint8_t priority;               /* changed at home */
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

	struct timer timer;            /* the deadline of what it waits for */
	struct scheduling *scheduling; /* its own: bound, or the reserve */
	struct scheduling
	    *on; /* not running: what it goes on with: its own, or lent, then `on->user` is this */
	struct scheduling reserve; /* small and its own from start to end */
	uint64_t queued_ticks;     /* READY: since when */
	uint64_t affinity;         /* mask of CPUs */
	bool deadline_follows;   /* it moved; its deadline, still in `timer`, is on the way to the new home */
	uint8_t band;            /* enum tenon_band */
	uint8_t level;           /* READY: in which queue of its priority */
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
	struct thread *target;     /* of START, STOP, READ, SCHEDULE */
	struct scheduling *wanted; /* of SCHEDULE, SCHEDULING_SET */
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

/* Its home, which is this CPU only if it stays so while this CPU is in the kernel. */
static inline struct cpu *thread_home(const struct thread *thread)
{
	return __atomic_load_n(&thread->home, __ATOMIC_ACQUIRE);
}

/* The requester waits for the home CPU of `target` to do what it asks; its own message carries the question. */
void thread_request(struct cpu *cpu, struct thread *requester, struct thread *target,
		    enum inbox_operation operation);
/* On its home CPU: does what SCHEDULE asks in the words of the requester, except moving it: where it belongs now. */
enum tenon_status thread_schedule(struct cpu *cpu, struct thread *thread, const struct thread *requester,
				  struct cpu **to);
/* From its home CPU to another, whatever it does. With `deadline_follows` set then, thread_moved() has to run there. */
void thread_move(struct cpu *cpu, struct thread *thread, struct cpu *to);
void thread_moved(struct cpu *cpu, struct thread *thread);

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
