/* SPDX-License-Identifier: MIT
 * What the component with `role: bus` knows of the functions that it is to find and of the bridge that it looks behind. The
 * generator writes both as tables into its component.h:
 *
 *   extern const struct bus_function bus_function[BUS_FUNCTIONS];   one for each connection of its port: the index is the
 *                                                                   client's number there
 *   extern const struct bus_range bus_range[BUS_RANGES];            of the bridge, in the order of the board's description
 *
 * The configuration space (ECAM, PCI Express Base 7.2.2) is register range 0 of the bridge: device_registers(0). It begins
 * at bus 0; BUS_LAST is the last bus that it describes.
 */
#ifndef TENON_BUS_H
#define TENON_BUS_H

#include <stdbool.h>
#include <stdint.h>
#include <tenon/ipc.h>

/* A function fits where both hold: (identity & id_mask) == id and (its class & class_mask) == class. */
struct bus_match {
	uint64_t id, id_mask;       /* vendor, device << 16, subsystem vendor << 32, subsystem << 48 */
	uint32_t class, class_mask; /* base class << 16, subclass << 8, programming interface */
};

/* A run of the driver's addresses, aligned to 2 MiB, for what of one base address register it may reach: frames of 2 MiB where
 * `bytes` is a multiple of that, else frames of 4 KiB. */
struct bus_window {
	uint64_t address; /* in the driver's space */
	uint64_t bytes;
};

#define BUS_ANYWHERE UINT32_MAX

/*
 * A function with a driver. Its base address registers that are memory, but for those that hold nothing beside an MSI-X
 * table or its pending bits, fill the windows in their order.
 */
struct bus_function {
	const char *instance; /* the driver */
	const char *place;    /* "system.yaml:12", its entry */
	const char *device;   /* its name in the board's description */
	uint32_t at; /* bus << 8, device << 3, function; BUS_ANYWHERE: the first that fits and nobody has */
	struct bus_match match;
	uint32_t windows, interrupts;
	const struct bus_window *window;
	tenon_handle_t space;    /* the driver's (WRITE), for its windows */
	tenon_handle_t io_space; /* MANAGE: what its device sees of memory; 0: it needs none */
	tenon_handle_t
	    interrupt; /* MANAGE: the first of its message interrupts, the others follow; 0: none */
};

enum bus_range_kind {
	BUS_PORTS,    /* I/O ports, which no driver is given */
	BUS_MEMORY,   /* below 4 GiB on the bus */
	BUS_MEMORY_64 /* anywhere */
};

/* What the bridge passes on: `bytes` from address `base` of the bus stand in the pool of kind DEVICE from its first byte on. */
struct bus_range {
	enum bus_range_kind kind;
	bool prefetchable;
	uint64_t base, bytes;
	tenon_handle_t pool; /* 0: of BUS_PORTS on a machine that has ports of its own */
};

#endif
