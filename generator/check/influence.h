/* SPDX-License-Identifier: MIT
 * What may influence what: a graph over the instances and the devices of a model, and the search in it.
 *
 * An edge is one way in which a component, doing whatever it can, changes what another one sees; its kind says which.
 * docs/decisions/0020-assertions.md has the list with the reason for each, and what is left out.
 * Owner: graph and searches live in the arena that they were made in; a graph is only read.
 */
#ifndef TENON_GENERATOR_INFLUENCE_H
#define TENON_GENERATOR_INFLUENCE_H

#include "../model/model.h"
#include "../read/names.h"

enum influence_kind {
	INFLUENCE_CALL,      /* client -> server */
	INFLUENCE_ANSWER,    /* server -> client */
	INFLUENCE_LOAN,      /* server -> client, whose memory it writes */
	INFLUENCE_EVENT,     /* server -> client */
	INFLUENCE_SHARED,    /* who writes a region -> who else has it mapped */
	INFLUENCE_FAULT,     /* everybody -> supervisor */
	INFLUENCE_SUPERVISE, /* supervisor -> everybody */
	INFLUENCE_DRIVE,     /* driver -> device */
	INFLUENCE_REGISTERS, /* device -> driver */
	INFLUENCE_PAGE,    /* driver -> another device, whose registers lie in a page that it has; and back */
	INFLUENCE_DMA,     /* device -> everything, and everything -> device */
	INFLUENCE_MAPPED,  /* device -> who has memory that an IOMMU lets it reach; and back */
	INFLUENCE_MESSAGE, /* device -> whose interrupts it may signal */
	INFLUENCE_BUS,     /* bus -> driver of a function, and the function; function -> bus */
	INFLUENCE_PLATFORM,  /* who may stop the machine -> everything */
	INFLUENCE_INSPECTOR, /* everything -> who has the inspector */
	INFLUENCE_PASSED     /* who may be handed a capability -> whom it leads to; and back */
};

/* One step of a path. Nodes: instances as in the model, then the devices of the board. */
struct influence_step {
	uint32_t from, to;
	enum influence_kind kind;
	bool writes;   /* memory or registers, with its own hands */
	bool channels; /* SHARED: what it writes is its side of channels */
	const struct connection *connection;
	const char *what; /* name of the event, region, operation; path of the other device */
	struct place place;
	uint32_t next; /* of the same `from`; UINT32_MAX: none */
};

struct influence {
	const struct model *model;
	struct arena *arena;
	uint32_t nodes;
	struct names names; /* of instances -> their `number` */
	uint32_t *number;   /* i at i */
	struct influence_step *step;
	uint32_t steps, room;
	uint32_t *first, *last; /* of each node, in `step` */
	bool *reaches_all;      /* nodes with PLATFORM or DMA */
	uint32_t *sees_all;     /* nodes with INSPECTOR or DMA, each once */
	uint32_t watchers;
};

/* For who builds the graph. */
void influence_add(struct influence *graph, struct influence_step step);
void influence_watches(struct influence *graph, uint32_t node);
/* The connection through which one may hand on a capability to a holder; where the holder is described if there is none. */
struct place influence_passed_place(const struct influence *graph, uint32_t holder, uint32_t from);
/* Adds what capabilities that are handed on make possible. */
void influence_pass(struct influence *graph);

/* Devices, with what leads to them and from them. */
void influence_add_devices(struct influence *graph);
/* May a device that is driven read and write all memory? */
bool influence_is_free(const struct influence *graph, const struct device *device);

struct influence *influence_make(const struct model *model, struct arena *arena);

static inline uint32_t influence_device(const struct influence *graph, const struct device *device)
{
	return graph->model->instances + (uint32_t)(device - graph->model->board->device);
}

/* What a node is called: an instance's name, a device's path. */
const char *influence_name(const struct influence *graph, uint32_t node);
/* Where a node is described: its instance, or what its driver says of it. */
struct place influence_place(const struct influence *graph, uint32_t node);
/* The step in the user's names. */
const char *influence_text(const struct influence *graph, const struct influence_step *step);

/* All that some nodes reach, nearest first, and how. Filters are reached, and nothing goes on behind them. */
struct influence_reach {
	uint32_t *order; /* nodes; the sources first */
	uint32_t count, sources;
	const struct influence_step *
	    *by; /* for each node: the last step to it; NULL: source, or not reached */
	bool *reached;
};

/* `from` and `filter` have an entry for each node; filter may be NULL. Time: nodes and steps. */
struct influence_reach *influence_search(const struct influence *graph, const bool *from, const bool *filter);
/* The first of `to` that is reached; UINT32_MAX: none. */
uint32_t influence_nearest(const struct influence_reach *reach, const bool *to);
/* The steps to a node that is reached, the first one first; returns how many. */
uint32_t influence_path(const struct influence *graph, const struct influence_reach *reach, uint32_t node,
			const struct influence_step ***path);
/* A single step from `from` to `to` that writes; NULL: none. */
const struct influence_step *influence_write(const struct influence *graph, const bool *from, const bool *to);

#endif
