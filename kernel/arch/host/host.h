/* SPDX-License-Identifier: MIT
 * The fake machine as its driver sees it: a test, a random walk, a fuzzer or the explorer of interleavings.
 *
 * Each CPU is a coroutine. It runs kernel code until it is parked: in user mode, where its current thread waits for the
 * driver to say what it does, or in arch_idle(). Time stands still until the driver advances `host_ticks` (1 tick = 1 ns).
 */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include <core/core.h>

#define HOST_CPUS 4u

enum host_parked {
	HOST_RUNNING = 0, /* in kernel code: stands at a core_point(), or spins */
	HOST_USER,
	HOST_IDLE,
	HOST_STOPPED /* the machine was powered off, restarted or panicked on this CPU */
};

/* A system call as user code makes it. */
struct host_call {
	enum tenon_operation operation;
	tenon_handle_t handle;
	uint64_t tag, deadline, reply;
	uint64_t word[TENON_MESSAGE_WORDS];
};

/* ---- the machine ---- */
/* Boots `tables` on `cpus` CPUs; all run until they are parked. Everything of an earlier boot is forgotten. False: panic. */
MUST_USE bool host_boot(const struct tenon_tables *tables, unsigned cpus);
/* Page-aligned bytes inside the kernel's image, for regions of kind COPY and IMAGE; valid for all boots. */
void *host_image(size_t offset);
#define HOST_IMAGE_BYTES 16384u

/* ---- one step after the other: no interleaving ---- */
/* The current thread of a CPU in user mode makes a system call; the CPU runs until it is parked. */
void host_syscall(unsigned cpu, const struct host_call *call);
void host_fault(unsigned cpu, enum tenon_fault kind, uint64_t address);
/* CPUs take what is pending (kicks, timers, lines) until nothing is. */
void host_settle(void);
/* CPUs that were started boot. */
void host_power_settle(void);
void host_advance(uint64_t ticks);
/* An interrupt line rises; it arrives at the CPU it is routed to unless it is masked. */
void host_line(uint32_t number);

/* ---- devices.c: requesters, and an IOMMU before those of segment 0; it reports to the boot CPU ---- */
/* The requester reaches for `address` with these rights: where that is. False: it is stopped, which is reported if it was
 * attached. What the IOMMU has found once it knows until it is told to forget it. */
bool host_dma(uint32_t requester, uint64_t address, unsigned rights, physical_t *physical);
/* The requester writes a message. False: it is nobody's, or another's. */
bool host_message(uint32_t requester, uint64_t address, uint32_t data);
/* A translation that the IOMMU knows, and that is not in the page tables; 0: none. */
uint32_t host_stale_requester(void);
void host_devices_reset(void);
bool host_faults_due(void);
void host_faults_take(struct cpu *cpu);
#define HOST_REQUESTERS 4u /* attached at once */

/* ---- for the explorer ---- */
extern bool host_exploring; /* core_point() and arch_relax() park the CPU */
enum host_parked host_parked(unsigned cpu);
bool host_spinning(unsigned cpu); /* parked in arch_relax() since the last other step */
bool host_pending(unsigned cpu);  /* an interrupt, kick or timer waits for it, or a call that is made again */
bool host_interrupt_due(unsigned cpu);
/* Lets a CPU run to its next park. In user mode its thread makes `call`; without one it takes what is pending. */
void host_step(unsigned cpu, const struct host_call *call);

/* ---- what happened ---- */
extern enum host_end { HOST_ON = 0, HOST_POWERED_OFF, HOST_RESTARTED } host_end;
extern char host_panic[256];     /* the panic line, or "" */
extern uint32_t host_port_value; /* what I/O ports read, and the last value written */
bool host_masked(uint32_t number);
/* What each CPU's TLB forgot last, and how often it forgot anything; size 0: the whole space. */
extern struct host_forgotten {
	const struct arch_space *space;
	uint64_t address, size;
	unsigned times;
} host_forgotten[];
extern uint64_t host_flushed; /* bytes that left the caches since the boot */
/* Bytes cleared or flushed in this entry of the kernel, and the most in any; tests begin it anew. */
extern uint64_t host_swept, host_swept_most;

/* ---- the machine that the next boot finds; tests may change it ---- */
extern uint64_t host_leaf_limit; /* what arch_space_leaf_limit() says */
extern uint64_t host_far_bytes;  /* the end of RAM, so large, is node 1, which has no CPU */
/* host_ram, host_ram_size (arch_inline.h): memory of a test's own instead of a small array */

#define HOST_LINES    64u
#define HOST_MESSAGES 8u
extern unsigned host_locks; /* spinlocks that are taken */

/* ---- invariants.c ---- */
/* NULL if everything that docs/decisions/0001 says about the objects holds, else what does not. No CPU may be in the kernel. */
const char *host_invariants(void);

#endif
