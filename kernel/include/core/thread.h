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
#include <core/space.h>

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
	struct pool *pool;   /* constant; NULL: made at boot, or part of a thread */
	uint32_t requests;   /* messages in flight that mean it; its memory waits for them */
	uint64_t slice_left; /* of the quantum; 0: it is over */
	uint64_t budget;     /* 0: no limit */
	uint64_t period;
	uint64_t left;      /* of the budget in this period */
	uint64_t replenish; /* when the next period begins */
	uint64_t debt;      /* what servers used beyond it; the next replenishment pays it */
	uint64_t consumed;
	uint64_t stopped; /* when it last ran */
	uint32_t overruns;
	uint32_t serial;             /* how often its owner took it back: what was lent before is over */
	uint8_t flags;               /* TENON_SCHEDULING_* */
	uint8_t level;               /* of feedback; 0 is the most interactive */
	struct thread *thread;       /* whose own it is; NULL: bound to none */
	struct thread *user;         /* another thread that goes on with it when it runs next (its `on`) */
	struct scheduling *debtor;   /* who pays for what is used of this one: its server overran */
	struct scheduling *creditor; /* the other direction */
	struct timer timer;          /* linked exactly while `thread` is DEPLETED */
};

/* What a thread refers to, as capabilities in slots of its own: children of those that were shown. */
enum embedded {
	EMBEDDED_SPACE = 0, /* the thread stops with it */
	EMBEDDED_TABLE,     /* the thread stops with it */
	EMBEDDED_FAULT,     /* endpoint */
	EMBEDDED_BUFFER,    /* frame */
	EMBEDDED_SET,       /* in which it receives */
	EMBEDDED_SCHEDULING,
	EMBEDDED_TRANSIT, /* arrived with a message, not yet in the table */
	EMBEDDED_MAKING,  /* memory that POOL_MAKE is still clearing; `badge`: bytes done. An owner. */
	EMBEDDED_COUNT
};

enum inbox_operation {
	INBOX_WAKE = 0,
	INBOX_START,
	INBOX_STOP,
	INBOX_READ,
	INBOX_FAULT, /* it faults on the way home */
	INBOX_SCHEDULE,
	INBOX_MOVED, /* the second half of SCHEDULE, at the new home */
	INBOX_SCHEDULING_SET,
	INBOX_RETIRE,  /* its own: goes on telling those whose calls it had */
	INBOX_RELEASE, /* take `victim` from the target; the requester then makes its system call again */
	INBOX_FILL     /* put the requester's TRANSIT capability into `fill_table` */
};

#define PUT_BACK (UINT64_C(1) << 63)

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
	bool transit;                /* TRANSIT holds what arrived with a message, or found no place */
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
	struct thread *target;     /* of START, STOP, READ, SCHEDULE, RELEASE */
	struct scheduling *wanted; /* of SCHEDULE, SCHEDULING_SET */
	struct slot *victim;       /* of RELEASE; the context's of SCHEDULE. It answers to this handle: */
	uint64_t victim_handle;
	struct thread *
	    stoppers; /* requests that wait until this WAKING or MANAGING thread is home; linked by inbox_next */

	uint32_t requests;  /* messages in flight to this thread as their target; its memory waits for them */
	uint64_t continued; /* control word 0 of a long system call that is made again; 0: none */
	uint64_t making_done;        /* bytes of MAKING that are clear */
	struct captable *fill_table; /* of FILL, and where: */
	uint64_t fill_index;
	uint64_t put_back; /* PUT_BACK where TRANSIT is FILL's, with the handle that a MOVE has emptied */
	uint8_t
	    called_with; /* rights of the capability called: GRANT, RECEIVE say whether capabilities travel */
	uint32_t accept; /* where in its table the next capability of a message goes; 0: nowhere */
	bool retiring;   /* stopped, and not all are told whose calls it had */
	bool dead;       /* ended: its memory waits for a grace round */
	struct pool *pool; /* constant; NULL: made at boot */
	struct slot embedded[EMBEDDED_COUNT];
};

/* How a step of a long operation went. */
enum progress {
	PROGRESS_FINISHED = 0, /* there is nothing left to do */
	PROGRESS_AGAIN,        /* something was done: go on */
	PROGRESS_LATER,        /* somebody else is in the way: serve interrupts, then go on */
	PROGRESS_ROUND,        /* a grace round of this CPU has to end first */
	PROGRESS_ASKED         /* the thread waits for another CPU, and then goes on */
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

/* The same out of line: where its length counts more than its speed. */
void thread_tell(struct thread *thread, enum tenon_status status);

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
/* A cleared thread object becomes a stopped thread at home on `home`. `pool` NULL: made at boot. */
void thread_init(struct thread *thread, struct cpu *home, unsigned priority, struct pool *pool, void *state);
/* Empties one of the thread's own slots, on its home CPU, and undoes what it stood for. The thread does not run. */
void embedded_drop(struct cpu *cpu, struct thread *thread, enum embedded n);
/* Takes the capability in the thread's TRANSIT slot into a table; on failure it stays. */
MUST_USE enum tenon_status transit_place(struct thread *thread, struct captable *table, uint64_t index,
					 uint64_t *handle);
/* The thread's message brings its TRANSIT capability into `fill_table`, at home on another CPU. */
void thread_fill(struct cpu *cpu, struct thread *thread, struct cpu *home);
/* Takes a thread of this CPU, which is neither STOPPED nor MANAGING, off what it does; its state is the caller's to set.
 * False: it is WAKING. */
bool thread_take_off(struct cpu *cpu, struct thread *thread);
/* Stops a thread of this CPU. False: it is WAKING; then it stops when its message arrives, which does not depend on it. */
bool thread_stop(struct cpu *cpu, struct thread *thread);
/* Takes what one of a thread's own slots refers to, or the thread itself, on its home CPU. */
enum progress thread_release(struct cpu *cpu, struct thread *target, struct slot *victim, uint64_t handle);
/* Sends `requester` to the home CPU of `target`, to take `victim` there; its system call is made again afterwards. */
void thread_ask(struct cpu *cpu, struct thread *requester, struct thread *target, struct slot *victim);
/* Waits for the grace round of this CPU; its answer is there, or its system call is made again. */
void thread_await_grace(struct cpu *cpu, struct thread *thread);
/* Kernel pointer to a message buffer at a user address. */
enum tenon_status thread_buffer_find(const struct thread *thread, uint64_t address, uint8_t **buffer);

#endif
