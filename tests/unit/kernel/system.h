/* SPDX-License-Identifier: MIT
 * The small system that the kernel tests boot, and short words to drive it.
 *
 * Threads (priority, CPU): server 100 on 0, a and b 50 on 0, c 60 on 1, store 120 on 1 (a second server), supervisor 200
 * on 0, low 10 on 1 and without a message buffer. The servers' and the supervisor's receive sets are 0, 1 and 2. Every
 * table has the same slots.
 */
#ifndef SYSTEM_H
#define SYSTEM_H

#include <host.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

enum { SERVER, A, B, C, STORE, SUPERVISOR, LOW, THREADS };
enum {
	POOLS = 2,
	SETS = 3,
	ENDPOINTS = 4,
	REPLIES = 5,
	NOTIFICATIONS = 3,
	MAPPINGS = 5 * THREADS + 1,
	IO_SPACE = THREADS
};

/* Slots; handles of generation 0 are the same numbers. */
enum {
	SLOT_ENDPOINT = 1, /* server, server's second (GRANT too), store, supervisor: INVOKE */
	SLOT_SET = SLOT_ENDPOINT + ENDPOINTS,     /* RECEIVE; the server's MANAGE too */
	SLOT_REPLY = SLOT_SET + SETS,             /* server's 0 and 1, store's 2, supervisor's 3 and 4 */
	SLOT_NOTIFICATION = SLOT_REPLY + REPLIES, /* INVOKE, badge 1 << thread */
	SLOT_THREAD = SLOT_NOTIFICATION + NOTIFICATIONS, /* READ, WRITE, MANAGE */
	SLOT_CLOCK = SLOT_THREAD + THREADS,
	SLOT_PLATFORM,
	SLOT_INSPECTOR,
	SLOT_INTERRUPT,                    /* line 40, notification 0, bits 0x100 */
	SLOT_PORTS,                        /* 0x3f8..0x3ff */
	SLOT_DOOR,                         /* the endpoints again: MANAGE */
	SLOT_WEAK = SLOT_DOOR + ENDPOINTS, /* the server's endpoint without INVOKE */
	SLOT_POOL,      /* of POOL_BYTES, the same in all tables: READ, WRITE, MANAGE, GRANT */
	SLOT_SPACE,     /* the own: READ, WRITE, MANAGE */
	SLOT_TABLE,     /* the own: READ, WRITE, MANAGE */
	SLOT_TABLE_A,   /* A's */
	SLOT_REGISTERS, /* a pool of kind DEVICE, REGISTERS_BYTES from REGISTERS: READ, WRITE */
	SLOT_IO, /* the I/O space of system_driver's device, in which its writable memory is: READ, WRITE, MANAGE */
	SLOT_MESSAGE, /* a message interrupt, notification 0, bits 0x200: INVOKE, MANAGE */
	SLOT_STATIC_END,
	SLOTS = 64
};

#define POOL_BYTES              (512u << 10)
#define REGISTERS               UINT64_C(0x101ff000)
#define REGISTERS_BYTES         UINT64_C(0x402000) /* a page, 4 MiB, a page */
#define CODE_ADDRESS            UINT64_C(0x200000)
#define STACK_ADDRESS           UINT64_C(0x3ffff0000)
#define BUFFER_ADDRESS          UINT64_C(0x500000000)
#define MEMORY_ADDRESS          UINT64_C(0x700000000)
#define MEMORY_WRITABLE         UINT64_C(0x5000) /* bytes there; then a page that is only readable; then none */
#define SOURCE(notification)    (1000u + (notification))
#define BADGE(endpoint, thread) (100u * ((endpoint) + 1) + (thread))
#define ALL_THREADS             ((1u << THREADS) - 1)
#define LINE                    40u

/* Whose device uses the I/O space; tests may change it before they boot. */
extern unsigned system_driver;
/* The tables, fresh at each call; tests may change them before they boot. */
struct tenon_tables *system_tables(unsigned started);
/* Boots with the threads of the set `started` ready; fails the test if that fails. */
void system_boot(unsigned cpus, unsigned started);

struct thread *thread_of(unsigned thread);
uint64_t status_of(unsigned thread);
uint64_t word_of(unsigned thread, unsigned n);
uint64_t control_of(unsigned thread, unsigned n);
unsigned state_of(unsigned thread); /* enum tenon_thread_state as seen from outside */
uint8_t *buffer_of(unsigned thread);
bool is_current(unsigned thread);

/* The thread, which must be running, makes a system call; every CPU then takes what is pending; invariants are checked. */
void act(unsigned thread, struct host_call call);
void settle(void);
void advance_ns(uint64_t ns);

struct host_call call_of(unsigned endpoint, uint64_t label, uint64_t word);
struct host_call call_until(unsigned endpoint, uint64_t label, uint64_t word, uint64_t deadline);
struct host_call receive_of(unsigned set, unsigned reply_slot); /* 0: signals only */
struct host_call reply_receive_of(unsigned set, unsigned reply_slot, uint64_t label, uint64_t word);
struct host_call reply_of(unsigned reply_slot, uint64_t label, uint64_t word);
struct host_call send_of(unsigned endpoint, uint64_t label, uint64_t word);
/* The call that `base` is, lending `count` loans: those that loan_put() put into the caller's buffer. */
struct host_call lending(struct host_call base, unsigned count);
void loan_put(unsigned thread, unsigned index, uint64_t address, uint64_t bytes, unsigned rights);
/* Loan `index` is `bytes` of the loan that the call in `reply_slot` brought as `outer`, from `offset`. */
void loan_pass_on(unsigned thread, unsigned index, unsigned reply_slot, unsigned outer, uint64_t offset,
		  uint64_t bytes, unsigned rights);
struct host_call loan_of(enum tenon_operation operation, unsigned reply_slot, unsigned index, uint64_t offset,
			 uint64_t own, uint64_t bytes);
/* The bytes behind MEMORY_ADDRESS of a thread; its pages are contiguous. */
uint8_t *memory_of(unsigned thread);
struct host_call signal_of(unsigned notification);
struct host_call stop_of(unsigned thread);
struct host_call start_of(unsigned thread);
struct host_call state_call(unsigned endpoint, unsigned state);
struct host_call simple_call(enum tenon_operation operation, tenon_handle_t handle, uint64_t word0,
			     uint64_t word1, uint64_t word2);

/* After the boot of all threads: the servers and the supervisor wait; a runs. */
void system_boot_waiting(unsigned cpus);

#endif
