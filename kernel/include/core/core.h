/* SPDX-License-Identifier: MIT
 * Everything of the generic kernel: the objects made at boot, and one function per system call.
 */
#ifndef CORE_CORE_H
#define CORE_CORE_H

#include <core/cpu.h>
#include <core/memory.h>
#include <core/pool.h>
#include <tenon/tables.h>

struct interrupt {
	struct notification *notification;
	uint64_t bits;
	uint32_t number, flags;
	uint32_t cpu; /* where the line comes in */
	bool bound;   /* a message, and a requester may signal it */
};

struct ports {
	uint16_t first, count;
};

/* The objects by kind, in the order of the tables: made by boot code, never freed. */
struct core {
	const struct tenon_tables *tables;
	struct thread *threads;
	struct space *spaces;
	struct captable *captables;
	struct receive_set *receive_sets;
	struct endpoint *endpoints;
	struct reply *replies;
	struct notification *notifications;
	struct interrupt *interrupts;
	struct interrupt **lines; /* by interrupt number */
	struct ports *ports;
	struct pool **pools;
	physical_t *region_base; /* where each region lies */
	uint32_t line_count;     /* lines, and messages behind them */
	uint32_t device_faults;  /* I/O spaces with `accused` set */
	uint32_t cpu_count;      /* CPUs of the machine; those that run are `online` */
	uint32_t boot_cpu;
	uint32_t moving; /* index + 1 of the one CPU that is on its way in or out (power.c); 0: none */
	uint32_t booted; /* set when other CPUs may schedule */
	void *retained;  /* the retained page, NULL: none */
	struct cpu *cpu[TENON_BOOT_CPUS];
	uint64_t entry_ticks;  /* time zero */
	uint64_t ms_ticks;     /* of a millisecond */
	uint64_t start_ticks;  /* from kernel entry to the first user instruction */
	size_t thread_bytes;   /* of a thread object, its vector state included */
	uint32_t online_count; /* CPUs that run */
	uint64_t ram_bytes, free_bytes, image_bytes, object_bytes, component_bytes;
};
extern struct core core;

/* ---- clock ---- */
void clock_init(uint64_t entry_ticks);
uint64_t clock_ns(uint64_t ticks); /* a span of ticks in nanoseconds */
uint64_t clock_ticks(uint64_t ns); /* and back, rounded up */
uint64_t clock_deadline(
    uint64_t deadline_ns); /* nanoseconds since kernel entry -> ticks; NEVER stays UINT64_MAX */

/* Boot: `info` stays, and its ranges are whole pages. */
void memory_init(const struct tenon_boot_info *info);
/* Is it RAM of the firmware's map, and so in the direct map? */
bool memory_is_ram(physical_t physical);
/* Does it lie in a pool made at boot? */
bool memory_is_pooled(physical_t physical);
/* The NUMA node of RAM; and what a node's memory is: slow where it has no CPU. */
uint32_t memory_node(physical_t physical);
enum tenon_memory_kind memory_kind(uint32_t node);

/* ---- system calls: each decodes, then acts, and leaves the answer in the caller's context ---- */
/* What the straight paths of syscall.c leave of CALL and REPLY_RECEIVE. */
struct arch_context *call_slow(struct cpu *cpu, struct thread *thread);
struct arch_context *reply_receive_slow(struct cpu *cpu, struct thread *thread);

typedef void syscall_function(struct cpu *cpu, struct thread *thread, uint64_t control0);
syscall_function syscall_receive, syscall_reply, syscall_signal, syscall_cap_copy, syscall_cap_delete,
    syscall_interrupt_ack, syscall_clock_read, syscall_platform_power, syscall_platform_cpu,
    syscall_port_read, syscall_port_write, syscall_thread_start, syscall_thread_stop, syscall_thread_read,
    syscall_thread_buffer, syscall_endpoint_state, syscall_inspect, syscall_loan_read, syscall_loan_write,
    syscall_send, syscall_thread_schedule, syscall_scheduling_set, syscall_scheduling_read, syscall_cap_move,
    syscall_cap_revoke, syscall_cap_read, syscall_cap_accept, syscall_pool_make, syscall_pool_read,
    syscall_set_make, syscall_frame_map, syscall_frame_unmap, syscall_frame_protect, syscall_space_query,
    syscall_table_grow, syscall_table_reset, syscall_thread_bind, syscall_device_attach,
    syscall_interrupt_message;

/* The object of a system call, or NULL with the refusal already answered. */
struct slot *syscall_object(struct thread *thread, uint64_t control0, enum tenon_type type, unsigned rights);

/* The same in any part of the table, with the status; the refusal is answered already. */
MUST_USE enum tenon_status syscall_slot(struct thread *thread, uint64_t control0, enum tenon_type type,
					unsigned rights, struct slot **slot);

/* ---- what ends ---- */
/* One step of removing what descends from `root`, and then `root` itself if `self`. */
enum progress revoke_step(struct cpu *cpu, struct thread *requester, struct slot *root, uint64_t handle,
			  bool self);
/* Takes an owner without children out of the tree and ends its object. Under its family's lock, which it drops. */
void owner_end(struct cpu *cpu, struct slot *owner);
/* Cleared memory for a kernel object of any size from the pool behind `source`. BUSY: not all of it is clear yet, make the
 * system call again. */
MUST_USE enum tenon_status pool_take_cleared(struct thread *thread, struct slot *source, uint64_t handle,
					     uint64_t bytes, void **memory);
/* What a message brings beside its words: see transfer.c. Under the set's lock. Returns the tag that arrives. */
uint64_t transfer(struct cpu *cpu, struct thread *from, struct thread *to, uint64_t tag, bool granted);
/* At home: what arrived in TRANSIT with a message goes into the table, what FILL brought back to where it was. */
void transfer_finish(struct cpu *cpu, struct thread *thread);

/* ---- devices: see device.c ---- */
/* What the IOMMU knows of a leaf of an I/O space is forgotten. */
void device_forget_leaf(const struct space *space, uint64_t address, uint64_t size);
static inline void device_forget(const struct space *space, uint64_t address, uint64_t size)
{
	if (unlikely(space->device_of != NULL))
		device_forget_leaf(space, address, size);
}
/* Where the device of an I/O space finds what is at `address` of it. */
uint64_t device_address(const struct space *space, uint64_t address, physical_t physical);
/* Interrupts of a CPU that leaves go to the boot CPU. */
void device_interrupts_move(const struct cpu *from);
/* Threads of this CPU whose devices did what they may not fault now; or when they are here. */
void device_faults_serve(struct cpu *cpu);

/* ---- grace rounds: see grace.c ---- */
/* Memory that nobody can find any more goes back to its pool once no CPU can still be using it. */
void limbo_add(struct cpu *cpu, struct pool *pool, physical_t memory, uint64_t bytes,
	       const uint32_t *requests);
/* Keeps a pool from ending until the memory about to be given to the limbo has gone through it. */
void limbo_expect(struct pool *pool);
/* Is there room for what one step gives? If not, a round has to end first. */
static inline bool limbo_has_room(const struct cpu *cpu)
{
	/* A step gives back at most its object, two more parts, and 16 pages of tables. */
	return cpu->limbo_count + 20 <= LIMBO && cpu->flush_count + 2 <= FLUSHES;
}
/* In the next round, CPUs on which the space has had threads forget a leaf (`size` 0: all, and its root). `done` becomes
 * true when they have; may be NULL. */
void grace_flush(struct cpu *cpu, struct space *space, uint64_t address, uint64_t size, bool *done);
/* Have other CPUs taken mappings away that some TLB may still know? */
bool grace_flushes_elsewhere(const struct cpu *cpu);
/* Is there anything that waits for a round? */
bool grace_needed(const struct cpu *cpu);
/* What was gathered becomes a round, unless one is on its way. */
void grace_start(struct cpu *cpu);
/* Answers rounds of other CPUs, ends the own one. */
void grace_kicked(struct cpu *cpu);

/* Leaves a stopping kernel's line for the next boot, where RAM outlives the restart. */
void retained_keep(const char *text);
#define CORE_PANIC_TEXT 256u

/* A number as decimal or hexadecimal text, for the line that a stopping kernel prints. Returns the end. */
char *text_append(char *at, const char *end, const char *text);
char *text_number(char *at, const char *end, uint64_t value, unsigned base);

#endif
