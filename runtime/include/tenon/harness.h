/* SPDX-License-Identifier: MIT
 * A server's generated glue in a host program that libFuzzer drives: what the
 * generated harness says of the instance, and what it calls. The kernel of
 * that program is runtime/harness.c. Nothing of this is in a component.
 */
#ifndef TENON_HARNESS_H
#define TENON_HARNESS_H

#include <stdbool.h>
#include <tenon/component.h>

/* A part of a message that is as long as a number of the fixed part says. */
struct harness_tail {
	uint32_t offset; /* of the number */
	uint32_t most;   /* what the interface allows */
	uint32_t unit;   /* bytes of one */
	uint32_t align;
};

struct harness_operation {
	const char *name; /* "port.operation" */
	uint32_t port;    /* as in a badge */
	uint32_t clients; /* connections */
	uint32_t label, fixed_size;
	const struct harness_tail *tail;
	uint32_t tails;
	bool is_sent; /* never answered */
};

/* Memory that the component shares. */
struct harness_region {
	uint64_t address;
	uint64_t size;
	bool peer_writes;
};

/* A channel; those of one connection stand together. */
struct harness_channel {
	const char *name;          /* "port.channel" */
	uint32_t connection;       /* which of them; also how many before */
	uint64_t sender, receiver; /* where their parts are */
	uint32_t entry_bytes, entries;
	uint32_t notification, bit; /* that wakes the component */
	bool to_component;
};

struct harness {
	const struct harness_region *region;
	uint32_t regions;
	const struct harness_channel *channel;
	uint32_t channels;
	void (*again)(void); /* what the loop does before it waits, or NULL */
	const struct harness_operation *operation;
	uint32_t operations;
	uint32_t notifications, replies;
	void (*start)(void); /* the loop; it is left when it first receives */
	void (*serve)(struct tenon_ipc *call);
	void (*take)(struct tenon_ipc *signal); /* or a cancelled call */
	bool (*can_call)(void);                 /* is there a reply object that a call could occupy? */
};
extern const struct harness harness;

/* ---- between the parts of the kernel: the input, and the other ends of channels (harness_peer.c) ---- */
uint8_t harness_byte(void); /* zero behind the end */
uint32_t harness_word(void);
void harness_peers_clear(void); /* before the component starts */
void harness_peers_start(void);
void harness_act_as_peer(void);

/* ---- for the generated handlers ---- */
void harness_reached(uint32_t operation);
/* Reads each byte: the sanitizers see what is not there. */
void harness_use(const void *bytes, size_t size);
/* A number of the input, 0 to `most`. */
uint32_t harness_number(uint32_t most);
void harness_fill(void *bytes, size_t size);
/* A capability that the handler has now: it was brought, and at times goes at once. */
void harness_take(uint64_t capability);

#endif
