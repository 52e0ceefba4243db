/* SPDX-License-Identifier: MIT
 * Building a model: what the files of this folder share. Each resolver reads
 * its description, reports everything that it finds, and leaves what it could
 * not resolve as NULL; model_compose stops between the phases when anything
 * was reported.
 */
#ifndef TENON_GENERATOR_BUILD_H
#define TENON_GENERATOR_BUILD_H

#include "model.h"
#include "../read/disk.h"
#include "../read/names.h"
#include "../read/report.h"
#include "../read/value.h"

struct input {
	struct input *next;
	const char *path;
};

/* A composite as its file describes it: its face is a component without code. */
struct composite {
	const struct component *face; /* ports and parameters; NULL: refused */
	const struct value *value;
	const struct source *source;
	struct names in_place; /* the components that its instances describe in place */
};

/* What a wire leads to: a provided port of a member, or a used port of the group around (`group`). */
struct end {
	struct member *member;
	struct group *group;
	uint32_t port;
};

/* What a wire says of its connection; NULL where it says nothing. */
struct terms {
	const struct value *limits, *with, *pools, *channels;
};

/* Where a used port of a member leads to, or inside a group one that the group provides. An array leads on in `next`. */
struct link {
	struct link *next;
	struct end to;
	struct place place;
	struct terms terms;
	bool made, automatic;
	bool followed; /* its connections are made */
	bool refused;  /* its wire was refused: it is open for a known reason */
};

/* What has a name in a group: an instance of a component, or of a composite. */
struct member {
	struct member *next; /* of its group, in the order of the file; counted ones stand together */
	struct group *scope;
	struct name name;   /* in its group */
	const char *path;   /* in the system, "front.store" */
	const char *family; /* the name as written: without the number of counted ones */
	const struct value *entry;
	bool patched;        /* an overlay changes it */
	bool composite;      /* it is an instance of one, though that may have been refused */
	struct draft *draft; /* once all are known; NULL: a composite */
	struct group *group; /* NULL: a component */
	struct link *used;   /* one for each port that it uses */
};

/* What a name in a group stands for: one member, or counted ones. */
struct family {
	struct member *first; /* NULL: removed by an overlay, or refused */
	struct member **each; /* counted: `count` of them */
	uint32_t count;
	bool counted;
	struct place place;
};

/* The system itself, or a composite in use: instances that see each other. */
struct group {
	struct group *next;          /* of all, in the order of the file, outer ones first */
	struct group *outer;         /* NULL: the system */
	struct member *self;         /* in the outer one */
	struct composite *composite; /* NULL: the system */
	const struct source *source;
	const struct use *use;         /* NULL: the system */
	const struct value *value;     /* components, connect, supervise */
	const struct value **argument; /* one for each parameter of the composite, NULL: refused */
	struct member *first, *last;
	struct names names;  /* -> struct family */
	struct names offers; /* interface -> struct offer, in connections.c */
	struct link *inside; /* one for each port that it provides */
};

/* An instance while it is resolved, with what was written of it. */
struct draft {
	struct instance *instance;
	struct member *member;
	const struct value *entry;
	struct component *component;    /* NULL: refused, or a driver that is still to be found */
	const struct interface *driver; /* `driver:`, once it is known */
	struct used *used;              /* = instance->used */
	struct provided *provided;      /* = instance->provided */
};

/* A component of the search path that is a driver, as far as its file says. */
struct candidate {
	const char *name;
	const struct value *provides,
	    *compatible; /* maps and lists of the file; compatible NULL: no driver */
};

struct build {
	struct arena *arena;
	struct report *report;
	const struct request *request;
	struct source_base base;
	struct model *model;
	struct names interface_names, component_names,
	    composite_names;              /* -> struct …; failed ones as `failed` */
	struct names symbols;             /* names of instances in C -> struct member */
	struct group *group, *last_group; /* the system first */
	uint32_t groups;
	uint32_t members;                   /* instances of components that were found so far */
	uint32_t opened;                    /* the same, with those of composites */
	struct overlays *overlays;          /* those that are laid on the system; in overlay.c */
	const struct interface **interface; /* those read, in order, grown by build_push */
	uint32_t interfaces;
	const struct reading_file *reading; /* interfaces being read, innermost first */
	struct component **component;
	uint32_t components;
	struct input *input, *last_input;
	uint32_t inputs;
	struct board *board; /* NULL where it was refused */
	const void *tree;    /* the device tree, checked; NULL: none was read */
	const struct value *system_value;
	struct draft *draft; /* one for each instance */
	struct instance *instance;
	uint32_t instances;
	struct connection *connection;
	uint32_t connections, connection_room;
	struct supervision *supervision; /* room for one of each instance */
	uint32_t supervisions;
	struct schedule *schedule; /* room for one of each instance */
	uint32_t schedules;
	struct candidate *candidate; /* once asked for */
	uint32_t candidates;
	bool candidates_read, tree_refused;
	bool wire_refused;           /* whose port it was to connect is not known */
	const struct port *bus_port; /* of model->bus that drivers are connected with; NULL: none */
	bool incomplete; /* the component of an instance is missing: what it provides or uses is not known */
};

/* An interface whose file is being read, and the one that asked for it. */
struct reading_file {
	const struct reading_file *outer;
	const char *name;
};

const char *working_folder(struct arena *arena); /* absolute, or NULL */

/* A file, noted as an input; NULL and a report where it cannot be read. */
const struct source *build_source(struct build *build, const char *path, struct report *report);
/* Reads a file on the model's list of inputs; NULL and a report where it cannot be read or has the wrong form. */
const struct value *build_read(struct build *build, const char *path, const struct shape *shape,
			       struct report *report, const struct source **source);

/*
 * Finds `pattern` ("components/%s/component.yaml") for a name: first beside the
 * system file, then in the tree. NULL where there is none.
 */
const char *build_find(struct build *build, const char *folder, const char *name, const char *suffix);
/* Tries each name of that folder as the nearest. */
void build_nearest(struct build *build, const char *folder, const char *suffix, struct nearest *nearest);
/* All names of that folder, sorted, without doubles; ends with NULL. */
const char **build_list(struct build *build, const char *folder, const char *suffix);

/* The file of the composite that a name stands for; NULL where it is a component, or nothing. */
const char *build_find_composite(struct build *build, const char *name);

/* An interface or component by name, read when first asked for. NULL where refused; reported once. */
const struct interface *build_interface(struct build *build, struct name name);
struct component *build_component(struct build *build, struct name name);
/* The composite in that file, read when first asked for. Its face is NULL where it was refused; reported once. */
struct composite *build_composite(struct build *build, struct name name, const char *path);
/* The ports and parameters of a composite; NULL where refused. */
struct component *component_face(struct build *build, const struct value *value, struct name name,
				 const struct source *source);
const struct interface *interface_read(struct build *build, const struct value *value,
				       const struct source *source);
/* `value` is a component, or an instance that describes one in place. */
struct component *component_read(struct build *build, const struct value *value, struct name name,
				 const struct source *source);
/* Its `passes`, once its ports are known. */
/* `files:` of a component and its instance. */
void initial_read(struct build *build, const struct draft *draft);
void passes_read(struct build *build, const struct value *passes, const struct value *reads,
		 struct component *component);
/* Refuses what is too small in the `memory` mapping of a component or instance; NULL: none is written. */
/* What `pool` of a `memory` says; `fallback` where it is absent. */
struct pool memory_pool(const struct value *memory, struct pool fallback);
void memory_check(struct build *build, const struct value *memory, const char *name);
/* The values of a component's parameters that an instance gets; `entry` is what was written of it. */
const struct parameter_value *parameters_set(struct build *build, const struct component *component,
					     const struct value *entry, struct name instance);
/* The values of the parameters of a connection's two ports, of what its wire says; `what` names it for messages. */
void parameters_connect(struct build *build, struct connection *connection);
/* Refuses a second value of a parameter that is unique among the connections of its port. */
void parameters_check_unique(struct build *build);
bool parameter_resolve(struct build *build, const struct value *value, struct parameter *parameter);
bool parameter_decode(struct report *report, const struct parameter *parameter, const struct value *value,
		      const char *what, struct parameter_value *result);

struct board *board_read(struct build *build, struct name name);
/* ---- pci: functions ---- */
bool pci_is_name(const char *text); /* or looks as if it was meant to be one */
__attribute__((warn_unused_result)) bool pci_name_parse(const char *text, struct pci_name *name);
/* The same, with a refusal of what is none. */
__attribute__((warn_unused_result)) bool pci_name_read(struct build *build, const char *text,
						       struct place place, struct pci_name *name);
/* How exactly `compatible` says what the function is, 0 the most; UINT32_MAX: it is another one. */
uint32_t pci_position(const struct device *function, const char *compatible);
/* Takes an entry of the board's devices, whose names stand in the device already; false: it is no function. */
bool pci_read_function(struct build *build, const struct value *value, struct device *function);
/* The host bridge's windows, as the board file or `ranges` of the device tree say. */
void pci_read_bridge(struct build *build, const struct value *value, struct device *bridge);
/* Its driver is known: so are its registers and interrupts. */
void pci_hold(struct build *build, struct device *function, const struct device_class *class);
/* ---- bus: who gives functions to their drivers ---- */
void ports_add_bus(struct build *build); /* a port of each driver of functions; before connections_resolve */
void bus_check(struct build *build);     /* who is connected with it; after connections_resolve */

bool devicetree_read(struct build *build, struct board *board, const char *path);
/* The path that an alias, or "stdout", stands for; any other name itself. */
const char *devicetree_alias(struct build *build, const char *name);
/* A device by path, alias or name; NULL where there is none. */
struct device *board_find(struct build *build, struct board *board, const char *name);

/* The phases of model_compose, in order. */
void system_read(struct build *build);     /* the file, its board, composites, components of its instances */
void drivers_resolve(struct build *build); /* `driver:` and `device:` */
void instances_resolve(struct build *build);   /* parameters, quotas, log level, CPU */
void connections_resolve(struct build *build); /* `connect:`, and what connects by itself */
void supervision_resolve(struct build *build); /* `supervise:` */
void schedules_resolve(struct build *build);   /* `schedule:`, after the connections */
void passes_resolve(struct build *build);      /* pools that go on with connections */
void capabilities_count(struct build *build);  /* what messages may bring to each instance */

void ports_add_log(struct build *build);
/* All components of the search path, by what their files say; unreadable ones are left out. */
void candidates_read(struct build *build);
/* The interface of an entry of `provides`. */
const char *provided_interface(const struct value *port);

/* Opens the system as a group, and every composite in it. */
void groups_expand(struct build *build);
/*
 * The entry of an instance where each "$label" in `with`, or in place of a number that may be one, is replaced; it may be
 * the same entry. `number` is that of a counted instance, else -1. Refused values become NULL.
 */
const struct value *arguments_substitute(struct build *build, const struct group *group,
					 const struct value *entry, int64_t number);
/* The same for the `with` of a wire. */
const struct value *arguments_substitute_with(struct build *build, const struct group *group,
					      const struct value *with);
/* The component of a draft, from its entry. */
void draft_read(struct build *build, struct draft *draft);
/* The ports of a member; NULL where its component is not known. */
const struct component *member_face(const struct member *member);
/* What a name in a group stands for, or a path into its composites; NULL after a refusal. */
const struct family *group_find(struct build *build, struct group *group, struct name name);

/* The overlays of the system for this board and the chosen variants; reported where there is none. */
void overlays_read(struct build *build);
/* What the overlays make of the entry of an instance. */
const struct value *overlay_entry(struct build *build, const char *path, const struct value *entry,
				  bool *changed);
/* Do they leave it out? */
bool overlay_removes(struct build *build, const char *path);
/* The next instance that they add, or NULL. To be asked for when all others are expanded, and expanded then itself. */
const struct entry *overlay_added(struct build *build);
/* Refuses what changes or removes an instance that there is none of. When all are expanded. */
void overlays_check(struct build *build);
/* The system's wires, and its entries in `section` (supervise, schedule), as they change them. */
const struct value *overlay_wires(struct build *build, const struct value *wires);
const struct value *overlay_entries(struct build *build, const char *section, const struct value *entries);
/* The system's assertions, and those that they add. */
const struct value *overlay_assertions(struct build *build, const struct value *asserted);

/* All statements of `assert`, in their places; NULL: none. */
const struct value *assertions_gather(struct build *build);

/* What is done with an entry of a section for each instance that it speaks of. */
struct section {
	const char *name;                       /* "supervise" */
	bool (*has)(const struct draft *draft); /* one already, from a nearer entry */
	void (*take)(struct build *build, const struct entry *entry, struct draft *draft);
};
/*
 * Takes the entries of the system, its overlays and its composites. An entry speaks of one instance, of counted
 * ones, or of all inside a composite: the nearer one counts.
 */
void entries_resolve(struct build *build, const struct section *section);

/* The numbers of an element type; bool included. False where `name` is none. */
bool type_builtin(const char *name, enum type_kind *kind);

#endif
