/* SPDX-License-Identifier: MIT
 * The numbers of a system: kernel objects, slots, badges, bits of
 * notifications, addresses. The one place where they are chosen; compose
 * prints them into glue, layout into tables, so both agree.
 *
 * All follows from the order of the user's files. Objects of a kind are
 * numbered over the instances in order. In a table the slots run: own thread,
 * receive set, reply objects, clock, platform, inspector, interrupts, I/O
 * ports, events of the provided ports (client by client), wake-ups of their
 * channels, endpoints of the used ports, wake-ups of their channels, heartbeat, for the supervisor each member's thread, endpoint,
 * heartbeat and table, where there is a pool: pool, own space, own table, the
 * registers of the device; of a driver of a PCI function: own endpoint, own I/O space; of the bus: the ranges of its
 * bridge, and for each driver its space, I/O space and interrupts.
 * I/O spaces are numbered behind the spaces of the instances.
 * Static slots have generation 0, so a handle is its slot.
 *
 * Badge of a call: (provided port + 1) << 16 | client. Badge of a fault:
 * NUMBERS_FAULT_PORT << 16 | member.
 * Signals of an instance: its interrupts, its heartbeat, the events of its
 * used ports in order, the wake-ups of the channels of each connection (used
 * ports, then provided ones), and for the supervisor the beats of the members;
 * 64 to a notification.
 */
#ifndef TENON_GENERATOR_NUMBERS_H
#define TENON_GENERATOR_NUMBERS_H

#include "../model/model.h"

#define NUMBERS_NONE       UINT32_MAX
#define NUMBERS_FAULT_PORT 0xffffu
#define NUMBERS_BITS       64u /* of a notification */

struct slot {
	uint32_t index;
	uint8_t type, rights; /* abi.h */
	uint32_t object;      /* among those of its type */
	uint64_t badge;
	const char *name;   /* the C name of the handle: SLOT_… */
	const char *what;   /* for people: "calls log.log" */
	struct place place; /* what in the YAML asked for it */
};

struct numbered {
	const struct instance *instance;
	const struct slot *slot;
	uint32_t slots;
	uint32_t table_size; /* a power of two */
	uint32_t member;     /* in the supervisor's directory; NUMBERS_NONE for the supervisor itself */

	/* Objects; thread, space, table and receive set have the instance's index. */
	uint32_t endpoint; /* NUMBERS_NONE: it serves nobody */
	uint32_t reply, replies;
	uint32_t notification, notifications;
	uint32_t interrupt, port_range; /* first of its device */
	uint32_t pool;                  /* NUMBERS_NONE: it has none */
	uint32_t register_pool; /* first of those over its device's registers, one for each range in memory */
	uint32_t register_pools;
	uint32_t io_space; /* NUMBERS_NONE: its device has none */
	uint32_t
	    bridge_pool; /* first of those over the ranges of the bridge, but for I/O ports on a machine that has them */
	uint32_t bridge_pools;
	bool function; /* it drives a PCI function */

	/* Slots; 0 where there is none. */
	uint32_t reply_slot, clock_slot, platform_slot, inspector_slot, interrupt_slot;
	uint32_t *range_slot;       /* for each register range: I/O ports */
	uint32_t *event_slot;       /* for each provided port: the first client's first event */
	uint32_t *use_slot;         /* for each used port: the first server's endpoint */
	uint32_t *served_wake_slot; /* for each provided port with channels: the first client's */
	uint32_t *used_wake_slot;   /* for each used port with channels: the first server's */
	uint32_t heartbeat_slot;
	uint32_t *watch_slot;                      /* supervisor: for each member, its heartbeat */
	uint32_t *thread_slot, *endpoint_slot;     /* supervisor: for each member */
	uint32_t *table_slot;                      /* supervisor: for each member that it may restart */
	uint32_t endpoint_own_slot, io_space_slot; /* driver of a function */
	uint32_t *bridge_slot;                     /* bus: for each range of its bridge */
	uint32_t *client_space_slot, *client_io_slot, *client_interrupt_slot; /* bus: for each driver */

	/* Bits of its notifications, counted over all of them; NUMBERS_NONE where there is none. */
	uint32_t bits;
	uint32_t heartbeat_bit;
	uint32_t *event_bit;       /* for each used port: the first server's first signal */
	uint32_t *served_wake_bit; /* for each provided port with channels: the first client's */
	uint32_t *used_wake_bit;   /* for each used port with channels: the first server's */
	uint32_t *beat_bit;        /* supervisor: for each member */

	/* Addresses. */
	uint64_t *range_address;   /* for each register range, of its first byte; 0 for I/O ports */
	uint64_t **served_address; /* for each provided port: [client * shareds + shared] */
	uint64_t **used_address;   /* for each used port: [server * shareds + shared] */
	uint64_t ***
	    passed_address; /* for each provided port and client: of each pool that comes with the connection, where
				     * its device has it, or without one this instance */
	uint64_t dma_address; /* 0: it has no such memory */
	bool has_buffer;
	bool has_later; /* some operation that it serves, or a fault, is answered later */
};

struct numbers {
	const struct model *model;
	struct arena *arena;
	struct numbered *instance; /* as in the model */
	uint32_t endpoints, replies, notifications, interrupts, port_ranges, pools, members, spaces;
};

/* Lives in the model's arena. */
struct numbers *numbers_make(const struct model *model);

static inline const struct numbered *numbers_of(const struct numbers *numbers,
						const struct instance *instance)
{
	return &numbers->instance[instance->index];
}

/* The instance that is member `member` of the supervisor's directory. */
const struct instance *numbers_member(const struct numbers *numbers, uint32_t member);

/* The connection of the instance's port `log` of interface `log`, or NULL. */
const struct connection *instance_log(const struct instance *instance);
/* Can it be a pool of kind DEVICE? */
static inline bool range_is_pool(const struct register_range *range)
{
	return !range->ports && !range->window && !range->firmware;
}

/* Does it stand in memory? I/O ports of the bus do on machines that have none of their own. */
bool bridge_is_mapped(const struct model *model, const struct bridge_range *range);
/* Clients of the bus are the drivers of functions, by their number there; NULL: the system has no bus. */
const struct provided *bus_clients(const struct model *model);
/* The connection of a driver of a PCI function with the bus; NULL: it drives none. */
const struct connection *instance_bus(const struct instance *instance);
bool instance_has_clock(const struct instance *instance);
bool port_is_called(const struct port *port); /* is there more to it than events and memory? */
bool instance_is_watched(const struct instance *instance);

/* The part of numbers_make() that gives an instance its slots, once all objects have their numbers: slots.c. */
void number_slots(struct numbers *numbers, struct numbered *own);

/* Where something stands in the YAML, as printed. */
const char *cite(const struct numbers *numbers, struct place place);

#endif
