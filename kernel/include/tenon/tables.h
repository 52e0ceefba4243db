/* SPDX-License-Identifier: MIT
 * The capability tables: what `tenon-gen layout` emits as C and boot code walks
 * once, before the first user instruction. Everything refers by index into the
 * array of its kind. The generator checked it all; boot code CHECKs, and stops
 * naming the entry.
 *
 * Each entry carries the place in the user's YAML that caused it, in a comment
 * of the generated file.
 */
#ifndef TENON_TABLES_H
#define TENON_TABLES_H

#include <stdint.h>
#include <tenon/abi.h>

enum tenon_region_kind {
	TENON_REGION_ZERO = 0, /* fresh zeroed RAM */
	TENON_REGION_COPY,  /* fresh RAM, its first image_size bytes copied from the image, the rest zero */
	TENON_REGION_IMAGE, /* pages of the image itself, mapped in place, never writable */
	TENON_REGION_DEVICE /* device registers at `physical` */
};

/* A run of memory. Size and image are page-aligned (image: 4 KiB aligned address inside the kernel's own image). */
struct tenon_region {
	const char *name;    /* "shell.data" */
	uint64_t size;       /* bytes, page multiple */
	const void *image;   /* COPY, IMAGE */
	uint64_t image_size; /* bytes; <= size */
	uint64_t physical;   /* DEVICE; TENON_PHYSICAL_ECAM */
	uint8_t kind;        /* enum tenon_region_kind */
	uint8_t cache;       /* enum tenon_cache */
	uint64_t paint;      /* ZERO: instead of zeros this and the page's number in each 8 bytes; 0: zeros */
};

/* As the first register of a DEVICE region or pool: PCI configuration space of segment 0, where the firmware's tables say that
 * it is (MCFG; boot_info.ecam). Where a device tree says it, the generator writes the address. */
#define TENON_PHYSICAL_ECAM UINT64_MAX

/* A stack is painted, so that what was never used is seen afterwards (host/tenon/stacks.py): 24 bits that stand for paint,
 * 20 for the instance, 20 for the page. */
#define TENON_PAINT(instance) (UINT64_C(0x5a17ac) << 40 | (uint64_t)(instance) << 20)

struct tenon_mapping {
	uint32_t space, region;
	uint64_t address;      /* user virtual, page-aligned */
	uint64_t offset, size; /* part of the region, page multiples */
	uint8_t rights;        /* TENON_RIGHT_READ|WRITE|EXECUTE, never W and X together */
	uint8_t cache;         /* TENON_CACHE_TAGGED, or 0: as the region says */
};

/* An I/O space has each mapping at the address at which the driver has it, none executable and none of registers; and no
 * thread. What INTERRUPT_MESSAGE needs in it boot code maps itself, in the last TENON_MESSAGE_AREA bytes of user addresses. */
struct tenon_space {
	const char *name;
	uint32_t device_of; /* the thread whose device uses it, an I/O space; TENON_NONE: CPUs use it */
};
#define TENON_MESSAGE_AREA UINT64_C(0x200000)

/*
 * Addresses of a space at which frames are mapped at run time: boot code makes all page tables that this takes. Where address
 * and size are multiples of 2 MiB, those are for frames of 2 MiB; otherwise for frames of 4 KiB. No mapping lies in the same
 * 2 MiB.
 */
struct tenon_window {
	uint32_t space;
	uint64_t address, size; /* page multiples, user virtual */
};

struct tenon_slot {
	uint32_t index; /* slot number, > 0, ascending */
	uint8_t type;   /* enum tenon_type */
	uint8_t rights;
	uint32_t object; /* index into the array of that type; 0 for clock, platform, inspector */
	uint64_t badge;
};

struct tenon_captable {
	const char *name;
	uint32_t slots; /* size of the table, a power of two */
	uint32_t used;  /* static slots, entries in `slot` */
	const struct tenon_slot *slot;
};

struct tenon_thread {
	const char *name; /* the instance */
	uint32_t space, table;
	uint64_t entry, stack_top, argument;
	uint64_t buffer;         /* user address of the message buffer page; 0: none */
	uint32_t priority;       /* 0..255, 255 the most urgent */
	uint32_t cpu;            /* home CPU; taken modulo the number of CPUs that started */
	uint32_t fault_endpoint; /* index, or TENON_NONE: the fault of this thread restarts the machine */
	uint64_t fault_badge;
	uint64_t budget_ns,
	    period_ns;    /* of its own context, within the bounds of SCHEDULING_SET; 0: no limit */
	uint8_t started;  /* 0: waits for THREAD_START */
	uint8_t counters; /* 1: it may read the CPU's counters */
	uint8_t band;     /* enum tenon_band */
};
#define TENON_NONE UINT32_MAX

struct tenon_receive_set {
	uint32_t thread;
};
struct tenon_endpoint {
	uint32_t receive_set;
};
struct tenon_notification {
	uint32_t receive_set;
	uint64_t source; /* what a receive gives as badge */
};
struct tenon_reply {
	uint32_t receive_set;
};

#define TENON_INTERRUPT_EDGE    1u
#define TENON_INTERRUPT_LOW     2u /* active low or falling */
#define TENON_INTERRUPT_MESSAGE 4u /* no line: a device writes a message, see INTERRUPT_MESSAGE; alone */
struct tenon_interrupt {
	uint32_t
	    number; /* GIC INTID, APLIC/PLIC source, I/O APIC GSI (ISA numbers are translated at boot); of a
	                    MESSAGE 0: boot code numbers them behind the lines */
	uint32_t flags;
	uint32_t notification;
	uint64_t bits; /* ORed into the notification */
};
struct tenon_ports {
	uint16_t first, count;
};

/* Memory that an instance makes objects from: contiguous, aligned to 2 MiB where it is that large. */
struct tenon_pool {
	const char *name;  /* the instance */
	uint64_t bytes;    /* page multiple; of RAM at least 64 KiB */
	uint64_t physical; /* DEVICE: page of the first register; TENON_PHYSICAL_ECAM */
	uint32_t node;     /* `placed`: the NUMA node */
	uint8_t placed;    /* 0: near the CPU of whose it is */
	uint8_t kinds; /* bit n: enum tenon_memory_kind n will do, DEVICE alone; 0: RAM, then slower memory */
};
#define TENON_KIND_BIT(kind) (1u << (kind))

struct tenon_tables {
	const char *system; /* name in system.yaml */
	const char *board;
	uint64_t memory_at_least; /* bytes, from the board */
	uint32_t regions, mappings, spaces, captables, threads, receive_sets, endpoints, notifications,
	    replies, interrupts, ports, pools, windows;
	const struct tenon_region *region;
	const struct tenon_mapping *mapping; /* grouped by space, ascending address */
	const struct tenon_space *space;
	const struct tenon_captable *captable;
	const struct tenon_thread *thread;
	const struct tenon_receive_set *receive_set;
	const struct tenon_endpoint *endpoint;
	const struct tenon_notification *notification;
	const struct tenon_reply *reply;
	const struct tenon_interrupt *interrupt;
	const struct tenon_ports *port;
	const struct tenon_pool *pool;
	const struct tenon_window *window;
};

extern const struct tenon_tables tenon_tables;

#endif
