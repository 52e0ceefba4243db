/* SPDX-License-Identifier: MIT
 * Everything of the generic kernel: the objects made at boot, and one function per system call.
 */
#ifndef CORE_CORE_H
#define CORE_CORE_H

#include <core/cpu.h>
#include <core/memory.h>
#include <tenon/tables.h>

struct interrupt {
	struct notification *notification;
	uint64_t bits;
	uint32_t number, flags;
	uint32_t cpu; /* where the line comes in */
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
	physical_t *region_base; /* where each region lies */
	uint32_t line_count;
	uint32_t cpu_count; /* CPUs of the machine; those that run are `online` */
	uint32_t boot_cpu;
	uint32_t booted; /* set when other CPUs may schedule */
	void *retained;  /* the retained page, NULL: none */
	struct cpu *cpu[TENON_BOOT_CPUS];
	uint64_t entry_ticks; /* time zero */
	uint64_t start_ticks; /* from kernel entry to the first user instruction */
	uint64_t ram_bytes, free_bytes, image_bytes, object_bytes, component_bytes;
};
extern struct core core;

/* ---- clock ---- */
void clock_init(uint64_t entry_ticks);
uint64_t clock_ns(uint64_t ticks); /* a span of ticks in nanoseconds */
uint64_t clock_ticks(uint64_t ns); /* and back, rounded up */
uint64_t clock_deadline(
    uint64_t deadline_ns); /* nanoseconds since kernel entry -> ticks; NEVER stays UINT64_MAX */

/* Is it RAM of the firmware's map, and so in the direct map? */
bool memory_is_ram(physical_t physical);

/* ---- system calls: each decodes, then acts, and leaves the answer in the caller's context ---- */
/* What the straight paths of syscall.c leave of CALL and REPLY_RECEIVE. */
struct arch_context *call_slow(struct cpu *cpu, struct thread *thread);
struct arch_context *reply_receive_slow(struct cpu *cpu, struct thread *thread);

typedef void syscall_function(struct cpu *cpu, struct thread *thread, uint64_t control0);
syscall_function syscall_receive, syscall_reply, syscall_signal, syscall_cap_copy, syscall_cap_delete,
    syscall_interrupt_ack, syscall_clock_read, syscall_platform_power, syscall_platform_cpu,
    syscall_port_read, syscall_port_write, syscall_thread_start, syscall_thread_stop, syscall_thread_read,
    syscall_thread_buffer, syscall_endpoint_state, syscall_inspect, syscall_loan_read, syscall_loan_write,
    syscall_send, syscall_thread_schedule, syscall_scheduling_set, syscall_scheduling_read;

/* The object of a system call, or NULL with the refusal already answered. */
struct slot *syscall_object(struct thread *thread, uint64_t control0, enum tenon_type type, unsigned rights);

/* Leaves a stopping kernel's line for the next boot, where RAM outlives the restart. */
void retained_keep(const char *text);
#define CORE_PANIC_TEXT 256u

/* A number as decimal or hexadecimal text, for the line that a stopping kernel prints. Returns the end. */
char *text_append(char *at, const char *end, const char *text);
char *text_number(char *at, const char *end, uint64_t value, unsigned base);

#endif
