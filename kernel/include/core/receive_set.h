/* SPDX-License-Identifier: MIT
 * Receive sets, and what hangs on them: endpoints, reply objects, notifications.
 *
 * One spinlock per set guards everything in this file that is not marked constant, and the `state` of every thread that
 * is queued at, received by, or waiting in the set. No other lock is taken while it is held; threads may be woken under it.
 *
 * Each object has cache lines of its own: pairs on different CPUs share none.
 */
#ifndef CORE_RECEIVE_SET_H
#define CORE_RECEIVE_SET_H

#include <core/check.h>
#include <core/list.h>
#include <core/spinlock.h>

/* What the server learns about before any call: a notification with bits, or a reply object whose caller is gone. */
struct ready {
	struct list link; /* in receive_set.ready */
	enum { READY_NOTIFICATION, READY_CANCELLED } kind;
};

struct receive_set {
	_Alignas(64) struct spinlock lock;
	uint32_t
	    pending; /* queued callers + ready items + endpoints that are down: 0 lets a reply switch straight back */
	struct thread *waiter; /* the server, while it waits here */
	struct reply *armed;   /* the free reply object it waits with; NULL: it takes signals only */
	struct thread *server; /* the one thread that receives here; NULL: the first that does becomes it */
	struct list callers;   /* threads in state CALLING, first come first served */
	struct list ready;
	bool took_ready;            /* the last receive took something ready */
	bool dead;                  /* ended */
	uint16_t parts[2];          /* endpoints and reply objects made at run time */
	struct endpoint *endpoints; /* list */
	struct reply *replies;      /* list */
	struct receive_set *next;   /* next set of the same server; its home CPU's */
	struct pool *pool;          /* constant; NULL: made at boot */
};

struct endpoint {
	_Alignas(64) struct receive_set *set; /* constant */
	uint32_t state;                       /* enum tenon_endpoint_state */
	bool dead;                            /* ended: stays closed */
	uint32_t unseen;                      /* closed: callers of the set that are not yet looked at */
	struct endpoint *next, **link;
};

struct reply {
	_Alignas(64) struct thread *caller; /* whose call was received with it and is not answered yet */
	struct receive_set *set;            /* constant */
	uint64_t badge;                     /* of that call */
	const struct scheduling *lender;    /* what the call lent: for comparison only. NULL: nothing */
	uint32_t lender_serial;             /* of `lender` then */
	uint64_t serial;                    /* calls with loans that it has held */
	uint32_t slot;                      /* index under which the server armed it */
	uint8_t rights;         /* of the capability called: with RECEIVE the answer may carry one */
	bool dead;              /* ended: never armed again */
	struct ready cancelled; /* linked: the caller went away, the server has not heard of it */
	struct reply *next, **link;
};

struct notification {
	_Alignas(64) struct ready ready; /* linked exactly when bits != 0 and nobody took them */
	uint64_t bits;
	uint64_t source;         /* constant */
	struct receive_set *set; /* constant */
	bool dead;               /* ended: signals go nowhere */
};

/* Proof that the set's lock is held. */
struct held {
	struct receive_set *set;
};

static inline struct held set_lock(struct receive_set *set)
{
	spin_lock(&set->lock);
	return (struct held){set};
}

static inline void set_unlock(struct held held)
{
	spin_unlock(&held.set->lock);
}

void receive_set_init(struct receive_set *set, struct thread *server);
void endpoint_init(struct endpoint *endpoint, struct receive_set *set);
void reply_init(struct reply *reply, struct receive_set *set);
void notification_init(struct notification *notification, struct receive_set *set, uint64_t source);

/* ORs `bits` in and wakes the server if it waits. Takes the set's lock. */
void notification_signal(struct cpu *cpu, struct notification *notification, uint64_t bits);

/*
 * `caller`, whose message stands in its context (or in its fault record), calls. Takes the lock; leaves the caller
 * blocked, or running with its answer if it could not be sent. Does not switch.
 */
void endpoint_call(struct cpu *cpu, struct thread *caller, struct endpoint *endpoint, uint64_t badge,
		   uint64_t deadline);
/* False: callers of a closed endpoint, or for an open one, are left for the next step. */
MUST_USE bool endpoint_set_state(struct cpu *cpu, struct endpoint *endpoint, enum tenon_endpoint_state state);
/* The endpoint is to end: closed for good, its callers turned away. False: not yet all. */
MUST_USE bool endpoint_close(struct cpu *cpu, struct endpoint *endpoint);

/* The server receives under the lock: takes what is there, or blocks until the deadline. Drops the lock. */
void receive_set_receive(struct cpu *cpu, struct thread *server, struct held held, struct reply *reply,
			 uint64_t deadline);
/* The server died: calls in its hands answer RESTARTED, its endpoints go down. Takes the lock. Tells a few callers; false:
 * there are more. */
MUST_USE bool receive_set_down(struct cpu *cpu, struct receive_set *set);
/* A set that ends, or its endpoint that closes: callers looked at in one step, and told. */
#define SET_STEP 16u
/* Endpoints, and reply objects, of a set made at run time: each step may look at all of them. */
#define SET_PARTS 256u

/* Takes a blocked thread out of whatever it waits in; the other side stays consistent. State becomes WAKING. */
void receive_set_unblock(struct cpu *cpu, struct held held, struct thread *thread);

/* Takes a part out of its set's list; under the lock. */
void endpoint_leave(struct endpoint *endpoint);
void reply_leave(struct reply *reply);
/* Objects that end: nobody finds them any more. Each takes the set's lock. */
void endpoint_end(struct endpoint *endpoint);
void reply_end(struct cpu *cpu, struct reply *reply);
void notification_end(struct notification *notification);
void receive_set_end(struct receive_set *set);
/* The server leaves its set, on its home CPU: it receives there no more, and stops waiting with GONE. */
void receive_set_leave(struct cpu *cpu, struct receive_set *set);

/* Answers the caller in `reply`, which must hold one, with the server's message. */
void reply_answer(struct cpu *cpu, struct held held, struct reply *reply, struct thread *server,
		  uint64_t tag);
/* The caller is gone: remember it for the server, or tell it now if it waits. */
void reply_cancel(struct cpu *cpu, struct held held, struct reply *reply);

/* The caller gets no answer of the server's: `status`, or stays FAULTED if its message was a fault. It is in no queue. */
void caller_release(struct cpu *cpu, struct thread *caller, enum tenon_status status);
/* The server died with this call in its hands. */
void reply_abandon(struct cpu *cpu, struct held held, struct reply *reply);
/*
 * The caller's message into the server's context, the caller into `reply`; one that only sends goes on instead. False,
 * with nothing done, if the server has no buffer for it.
 */
MUST_USE bool endpoint_deliver(struct cpu *cpu, struct held held, struct thread *caller,
			       struct thread *server, struct reply *reply);

/* Is the tag valid, and has the sender a buffer if the length needs one? */
MUST_USE enum tenon_status message_check(const struct thread *sender, uint64_t tag);
/* Copies a message: registers, and past 64 bytes between the two buffers. Both threads have what the length needs. */
void message_move(struct thread *to, const struct thread *from, unsigned bytes);

#endif
