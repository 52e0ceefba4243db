/* SPDX-License-Identifier: MIT
 * The architecture contract: every function that generic code may call, and
 * every entry through which an architecture calls generic code. Each of
 * kernel/arch/{x86_64,aarch64,riscv64,host} implements all of it; generic code
 * never asks which machine it is on.
 *
 * Each architecture brings `kernel/arch/<name>/include/arch_types.h` with
 *   struct arch_context   a thread's saved user registers (and FPU state)
 *   struct arch_space     an address space's root table and bookkeeping
 * and `arch_inline.h` with the functions marked [inline] below, as static inline.
 *
 * Interrupts are masked whenever kernel code runs, except inside arch_idle().
 * The kernel never reads or writes user addresses: message buffers are reached
 * through the direct map.
 */
#ifndef ARCH_ARCH_H
#define ARCH_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>
#include <tenon/abi.h>

typedef struct {
	uint64_t value;
} physical_t; /* a physical address; kept apart from pointers and user addresses */

#include <arch_types.h>

/* Runs before the first user instruction only: core_start() takes it out of the kernel's mapping (arch_boot_forget()). Who
 * calls it is BOOT too; tests/tree/kernel_text looks. In kernel/boot a pragma says it for all of a file. */
#define BOOT __attribute__((section(".boot")))

struct cpu; /* core: per-CPU state; `struct cpu` starts with `struct arch_cpu arch` (arch_types.h) */
struct thread;
struct tenon_boot_info;

/* ---- contexts ------------------------------------------------------------------------------ */

/* Registers of a thread that starts at `entry` with the stack pointer and first argument given; all else zero. */
void arch_context_init(struct arch_context *context, uint64_t entry, uint64_t stack_top, uint64_t argument);

/* [inline] Control words (0..3) and message words (0..7) of a thread that is in the kernel by a system call or not running. */
/* static inline uint64_t arch_control(const struct arch_context *, unsigned n); */
/* static inline void arch_control_set(struct arch_context *, unsigned n, uint64_t value); */
/* static inline uint64_t arch_word(const struct arch_context *, unsigned n); */
/* static inline void arch_word_set(struct arch_context *, unsigned n, uint64_t value); */
/* [inline] Copies the eight message words; words at and past `bytes` become zero. 0 <= bytes. */
/* static inline void arch_words_move(struct arch_context *to, const struct arch_context *from, unsigned bytes); */

/* The thread makes the same system call again when it runs next: its pc goes back onto the instruction. */
void arch_context_restart(struct arch_context *context);

/*
 * Bytes behind struct arch_context that a thread's FPU and vector state needs on this machine (AVX, SVE, RVV at the width
 * found), known before the first thread is made, the same for ever; the memory need not be cleared. `state` is that memory,
 * 64-byte aligned: arch_context_attach() is called once, before arch_context_init().
 */
size_t arch_context_state_bytes(void);
void arch_context_attach(struct arch_context *context, void *state);
/*
 * User mode of this thread may read the CPU's time and cycle counters from now on (CNTVCT_EL0 and CNTPCT_EL0; cycle, time
 * and instret; RDTSC). Before the thread is started first; stays.
 */
void arch_context_counters(struct arch_context *context);

/* User pc, sp, frame pointer and return address of a thread that is not running. */
uint64_t arch_context_pc(const struct arch_context *context);
uint64_t arch_context_sp(const struct arch_context *context);
uint64_t arch_context_frame(const struct arch_context *context);
uint64_t arch_context_return(const struct arch_context *context);

/* The FPU state of a context that will run no more on this CPU (thread stopped): forget it, if this CPU holds it live. */
void arch_context_fini(struct arch_context *context);

/*
 * The context is to run on another CPU from now on: whatever of it is live in the registers of `cpu`, which is the one that
 * calls, goes to memory, and `cpu` forgets it. May be called for a context of which nothing is live. Afterwards the context
 * may be handed on, with at least release order; a CPU resumes it after arch_context_switch() to it.
 */
void arch_context_release(struct cpu *cpu, struct arch_context *context);

/*
 * [inline] The context to which this CPU returns next. `struct arch_cpu` keeps the pointer for the entry assembly and may
 * close the FPU here when another context's state is live in it (lazy switching is the architecture's own affair).
 */
/* static inline void arch_context_switch(struct cpu *cpu, struct arch_context *to); */

/*
 * [inline] What core_syscall() may return for the calling thread's context when that thread kept the CPU all the time: the
 * entry then restores only what the call may have changed.
 */
/* static inline struct arch_context *arch_context_undisturbed(struct arch_context *context); */

/* ---- address spaces ------------------------------------------------------------------------ */

/* Makes an empty user half. `page` is a zeroed page that becomes the root table. */
void arch_space_init(struct arch_space *space, physical_t page);

/*
 * Maps `size` bytes; uses 2 MiB and 1 GiB leaves where address, physical and size allow.
 * Takes zeroed pages for tables from `take_page(argument)`, whose value 0 means that none is left:
 * then returns TENON_NO_MEMORY with what was mapped so far left in place (tables that were made stay for the next try;
 * of a single leaf nothing is mapped then).
 * rights: TENON_RIGHT_*; cache: enum tenon_cache. An address already mapped, outside the user half or not page-aligned:
 * TENON_BAD_ADDRESS; so is a leaf of 2 MiB or 1 GiB where smaller ones have been, for tables stay until the space goes.
 * No right, WRITE with EXECUTE, or EXECUTE of what is not TENON_CACHE_NORMAL: TENON_BAD_ARGUMENT. TENON_CACHE_TAGGED where
 * the machine has no memory tags: TENON_UNSUPPORTED. Tags of cleared pages are zero.
 */
enum tenon_status arch_space_map(struct arch_space *space, uint64_t address, physical_t physical,
				 uint64_t size, unsigned rights, unsigned cache,
				 physical_t (*take_page)(void *), void *argument);

/* Physical address and rights behind a user address; false where nothing is mapped. */
bool arch_space_lookup(const struct arch_space *space, uint64_t address, physical_t *physical,
		       unsigned *rights);

/*
 * The leaf of exactly `size` bytes at `address` if it maps `physical`: gives it other rights (the rest stays), or takes it
 * away with rights 0. False, with nothing done, if no such leaf is there. Does not touch any TLB.
 */
bool arch_space_change(struct arch_space *space, uint64_t address, physical_t physical, uint64_t size,
		       unsigned rights);
/* Bytes of the largest leaf of this machine, 2 MiB or 1 GiB: what is larger is mapped in several, which arch_space_change()
 * does not take for one. */
uint64_t arch_space_leaf_limit(void);
/* Size in bytes of the leaf that maps `address`; 0: none. */
uint64_t arch_space_leaf(const struct arch_space *space, uint64_t address);

/*
 * Gives back at most `budget` table pages, more than none, through give_page(argument, page), the root last; fewer where
 * large tables had to be looked through. True: all are back, and the identifier (ASID, PCID) may be another space's.
 * Before the first call: no CPU has the space as its user half (arch_space_leave()), and arch_tlb_invalidate(space, 0, 0)
 * has happened on each CPU where it ran.
 */
bool arch_space_fini(struct arch_space *space, unsigned budget, void (*give_page)(void *, physical_t),
		     void *argument);

/*
 * Forgets what the TLB knows of one leaf (`size` 0: of the whole space). On this CPU, or on all where the machine can
 * broadcast it (ARCH_TLB_BROADCASTS, a constant of arch_types.h): then it has happened everywhere on return.
 */
void arch_tlb_invalidate(const struct arch_space *space, uint64_t address, uint64_t size);
/* Forgets what this CPU's TLB knows of all spaces. */
void arch_tlb_forget(void);

/*
 * Makes an empty one this CPU's user half, until the next arch_space_switch(). A CPU keeps the half of the thread that ran
 * last while it idles: each CPU that may have a space that is to go calls this, or switches, before arch_space_fini().
 */
void arch_space_leave(void);

/* [inline] Makes it the current CPU's user half. */
/* static inline void arch_space_switch(struct arch_space *space); */

/* [inline] Kernel pointer to physical memory (RAM only), and back. */
/* static inline void *arch_direct(physical_t physical); */
/* static inline physical_t arch_physical(const void *direct); */
/* Physical address of a pointer into the kernel's own image. */
physical_t arch_image_physical(const void *pointer);

/*
 * Takes the code that only boot runs (BOOT) out of the kernel's mapping, for this CPU at once, for another when it calls
 * arch_tlb_forget(). Returns its bytes, whole pages, which nobody uses now; the direct map still has them, read-only.
 */
uint64_t arch_boot_forget(void);
/* Kernel mapping of device registers, uncached, for drivers of kernel/dev; NULL when the window is used up. Boot only. */
volatile void *arch_device_map(physical_t physical, uint64_t size);
/* Zeroed page for the kernel's own page tables during boot, provided by kernel/boot. Stops the machine when none is left. */
physical_t boot_page(void);

/*
 * [inline] Copies what the machine copies faster than word by word; returns how many bytes from the start that was, a
 * multiple of eight. Both sides are aligned to eight bytes and do not overlap.
 */
/* static inline size_t arch_copy_blocks(void *to, const void *from, size_t bytes); */
/* [inline] Clears whole pages with the machine's fast instruction. */
/* static inline void arch_clear_pages(void *direct, size_t bytes); */
/*
 * What the caches hold of it goes to memory and leaves them: once, before RAM is mapped other than TENON_CACHE_NORMAL. Some
 * 300 instructions for each page.
 */
void arch_flush_pages(const void *direct, size_t bytes);
/* After writing instructions through the direct map, before they are mapped: every CPU that runs will fetch what was written. */
void arch_sync_instructions(const void *direct, size_t bytes);

/* ---- interrupts ---------------------------------------------------------------------------- */

/* Sets up the controller once, on the boot CPU, and then each CPU's own part. */
void arch_interrupts_init(const struct tenon_boot_info *info);
void arch_interrupts_init_cpu(struct cpu *cpu);
/* Is this a line that a component may have? Checked at boot for every table entry. */
bool arch_interrupt_valid(uint32_t number);
/* Programs trigger mode (TENON_INTERRUPT_*), routes to `cpu` and unmasks. */
void arch_interrupt_enable(uint32_t number, uint32_t flags, unsigned cpu);
/* An enabled line goes to another CPU from now on, masked or not as before. On the CPU to which it went; what arrived
 * there meanwhile is still pending there. */
void arch_interrupt_route(uint32_t number, unsigned cpu);
void arch_interrupt_mask(uint32_t number);
void arch_interrupt_unmask(uint32_t number);
/* Number of interrupt lines: core keeps one pointer for each. Message interrupts have the numbers from there on, and are never
 * masked: arch_interrupt_valid(), arch_interrupt_enable() with TENON_INTERRUPT_MESSAGE and arch_interrupt_route() know them. */
uint32_t arch_interrupt_count(void);

/* ---- devices ------------------------------------------------------------------------------- */

/* Boot, after arch_interrupts_init(): finds the IOMMU, behind which from here on all requesters reach nothing. Stops the machine
 * where it, or DMA, is of a kind that the kernel cannot handle. */
void arch_io_init(const struct tenon_boot_info *info);
/* Boot: an empty I/O space, which an IOMMU walks; `page` as for arch_space_init(). It takes more from boot_page(). Mapping,
 * changing and looking up are the same as in other spaces. */
void arch_io_space_init(struct arch_space *space, physical_t page);
/*
 * The requester uses the space from now on, and the IOMMU knows nothing of it from before. Neither is in use. UNSUPPORTED: no
 * IOMMU stands before it, which uses physical addresses, and nothing was done. BAD_ARGUMENT: no such requester can be. This
 * and the four below: by one CPU at a time.
 */
enum tenon_status arch_io_attach(struct arch_space *space, uint32_t requester);
/* An attached requester reaches nothing from now on, and none of its attempts is reported. */
void arch_io_detach(struct arch_space *space, uint32_t requester);
/* The IOMMU forgets what it knows of one leaf. Of an attached requester. */
void arch_io_flush(const struct arch_space *space, uint32_t requester, uint64_t address, uint64_t size);
struct arch_message {
	uint64_t address;
	uint32_t data; /* written there */
};
/* What `requester` writes to signal a message interrupt, which arrives at `cpu`. Whoever was to signal it before cannot any
 * more, where the machine can tell. `space`: its own; `translated`: that is where the address is looked up, otherwise it is
 * physical. */
struct arch_message arch_message_bind(uint32_t number, uint32_t requester, struct arch_space *space,
				      bool translated, unsigned cpu);

/* ---- time ---------------------------------------------------------------------------------- */

/* [inline] The machine's monotonic counter, the same on every CPU. */
/* static inline uint64_t arch_ticks(void); */
uint64_t arch_ticks_per_second(void);
/* One-shot timer interrupt of this CPU at or after `ticks`; UINT64_MAX: none. */
void arch_timer_set(uint64_t ticks);

/* ---- CPUs ---------------------------------------------------------------------------------- */

/* [inline] This CPU's structure. */
/* static inline struct cpu *arch_cpu(void); */
/* Boot: makes what another CPU needs before its first arch_cpu_start(), such as its kernel stack. */
void arch_cpu_prepare(unsigned index, struct cpu *cpu);
/* Starts CPU `index` of the boot information: it runs core_boot_secondary(cpu) on its own kernel stack with its vectors
 * set. False if the firmware refuses. Does not wait. */
bool arch_cpu_start(unsigned index, struct cpu *cpu);
/* Makes `cpu` call cpu_kicked() soon. */
void arch_cpu_kick(struct cpu *cpu);
/* Waits with interrupts open until at least one was handled (its core_… entry has run), then returns with them masked. */
void arch_idle(void);
/* This CPU leaves the machine (PSCI CPU_OFF, SBI hart_stop, INIT) until arch_cpu_start() of another CPU; what is pending
 * for it is handled first. Its `struct cpu` may be given to arch_cpu_start() again once arch_cpu_is_off() says so. */
noreturn void arch_cpu_off(struct cpu *cpu);
bool arch_cpu_is_off(struct cpu *cpu);
/* [inline] A pause in a spinning loop. */
/* static inline void arch_relax(void); */

/* ---- machine ------------------------------------------------------------------------------- */

noreturn void arch_power_off(void);
noreturn void arch_restart(void);
/* x86 I/O ports (ARCH_PORTS, a constant of arch_types.h); elsewhere TENON_UNSUPPORTED, in a file of its own. width: 1, 2, 4, checked by the caller. */
enum tenon_status arch_port_read(uint16_t port, unsigned width, uint32_t *value);
enum tenon_status arch_port_write(uint16_t port, unsigned width, uint32_t value);
/* Polled output for the one line that a stopping kernel prints. */
void arch_panic_write(const char *text);

/* ---- what an architecture calls ------------------------------------------------------------- */

/*
 * Entry assembly saves the user registers into cpu->current->context, switches to the CPU's kernel stack and calls
 * one of these. Each returns the context to resume (that of cpu->current, which may be another thread by now, with its
 * address space already switched); the assembly restores it and returns to user mode. When nothing is ready they
 * loop in arch_idle() before they return. core_syscall() may return arch_context_undisturbed() of it.
 *
 * Where a calling convention of C passes arguments in all the message registers, an architecture may build core/straight.c
 * and jump into that with CALL and REPLY_RECEIVE, the words still in their registers; see there.
 */
struct arch_context *core_syscall(struct cpu *cpu);

struct core_fault {
	enum tenon_fault kind;
	uint64_t address;  /* faulting address, or 0 */
	uint64_t syndrome; /* ESR, scause, error code: printed, never interpreted by generic code */
};
struct arch_context *core_fault(struct cpu *cpu, const struct core_fault *fault);

/* An interrupt taken in user mode: the entry first handles what is pending by calling the three functions below in any
 * number, then core_resume() for the context to go on with. Inside arch_idle() only the three are called. */
void core_interrupt(struct cpu *cpu, uint32_t number);
/* The IOMMU stopped a requester that wanted to read or write there. */
void core_device_fault(struct cpu *cpu, uint32_t requester, uint64_t address);
void core_timer(struct cpu *cpu);
void core_kicked(struct cpu *cpu);
struct arch_context *core_resume(struct cpu *cpu);

/* Boot: the entry assembly of the boot CPU sets a stack and calls arch_boot(), which sets up vectors and this CPU's state;
 * then core_boot() has run, and core_start() returns the first user context for the entry assembly to resume. A secondary CPU
 * calls core_boot_secondary() the same way. */
void core_boot(const struct tenon_boot_info *info, struct cpu *cpu);
struct arch_context *core_start(struct cpu *cpu);
struct arch_context *core_boot_secondary(struct cpu *cpu);
struct cpu *core_cpu(unsigned index); /* storage of CPU `index`, valid before core_boot() */

/* A fault in kernel mode, or a CHECK that failed: prints one line through arch_panic_write(), keeps it in the retained
 * page, restarts the machine. */
noreturn void core_panic(const char *file, unsigned line, const char *what);
/* The same with values behind `what`, in hexadecimal and each with its name; `count` of them. */
struct core_value {
	const char *name;
	uint64_t value;
};
noreturn void core_panic_values(const char *file, unsigned line, const char *what,
				const struct core_value *values, unsigned count);

#endif
