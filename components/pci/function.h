/* SPDX-License-Identifier: MIT
 * Functions as they were found: what their configuration space says, checked
 * once when it is read and believed afterwards.
 *
 * Owner: tree.c keeps all of them, in the order in which they are met on the
 * way down, so that what lies behind a bridge follows the bridge.
 */
#ifndef PCI_FUNCTION_H
#define PCI_FUNCTION_H

#include <stdbool.h>
#include <stdint.h>

#define FUNCTION_BARS        6u
#define FUNCTION_BRIDGE_BARS 2u
#define FUNCTION_NONE        UINT32_MAX
#define FUNCTION_PAGE        UINT64_C(4096)

/* Behind which of a bridge's two ranges something lies. */
enum function_range { FUNCTION_LOW, FUNCTION_HIGH, FUNCTION_RANGES };

/* A base address register of memory; of I/O ports none is kept. */
struct function_bar {
	uint64_t bytes;   /* a power of two; 0: there is none */
	uint64_t address; /* on the bus; 0: it has no place */
	bool is_wide;     /* of 64 bits: the next register is its upper half */
	bool prefetchable;
};

struct function_messages {
	uint32_t capability; /* offset of MSI-X, or else of MSI; 0: it has none */
	bool is_table;       /* MSI-X */
	bool is_wide;        /* of MSI: its address has 64 bits */
	uint32_t vectors;
	uint32_t table_bar, pending_bar;
	uint64_t table, pending; /* bytes from the beginning of their registers */
	uint64_t pending_bytes;
};

/* What a bridge passes on. */
struct function_window {
	uint64_t base, bytes; /* of no bytes: nothing */
	uint64_t alignment;
};

struct function {
	uint32_t requester;
	uint32_t parent;   /* the bridge before it; FUNCTION_NONE: on the first bus */
	uint64_t id;       /* as in struct bus_match: vendor, device, subsystem vendor, subsystem */
	uint32_t class;    /* 24 bits */
	uint32_t revision; /* 8 bits */
	bool is_bridge;
	bool is_wide_bridge;             /* its prefetchable window has 64 bits */
	uint32_t secondary, subordinate; /* of a bridge */
	struct function_window window[FUNCTION_RANGES];
	struct function_bar bar[FUNCTION_BARS];
	struct function_messages messages;
	uint32_t express, power; /* offsets of these capabilities; 0: none */
	bool is_broken;          /* its registers contradict themselves: no driver gets it */
};

/*
 * Reads all but the buses of what stands at `requester`. False: nobody does. Its memory, ports, interrupt line and bus
 * mastering are off afterwards; but bridges to the CPU or to ISA stay as the firmware left them, for they carry what is
 * not found by enumeration.
 */
bool function_probe(struct function *function, uint32_t requester);
/* The capabilities; part of function_probe(). */
void function_read_capabilities(struct function *function);
/* Writes bar->address of base address register `index`. */
void function_set_bar(const struct function *function, uint32_t index);

/* Does the page at `offset` of base address register `bar` hold messages' table or pending bits? */
bool function_page_is_messages(const struct function *function, uint32_t bar, uint64_t offset);
/* Is there a page of it that a driver may have? */
bool function_bar_is_mappable(const struct function *function, uint32_t bar);

/* Changes bits of the command register. */
void function_command(const struct function *function, uint32_t clear, uint32_t set);

#endif
