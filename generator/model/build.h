/* SPDX-License-Identifier: MIT
 * Building a model: what the files of this folder share. Each resolver reads
 * its description, reports everything that it finds, and leaves what it could
 * not resolve as NULL; model_compose stops between the phases when anything
 * was reported.
 */
#ifndef TENON_GENERATOR_BUILD_H
#define TENON_GENERATOR_BUILD_H

#include "model.h"
#include "../read/names.h"
#include "../read/report.h"
#include "../read/value.h"

struct input {
	struct input *next;
	const char *path;
};

/* An instance while it is resolved, with what was written of it. */
struct draft {
	struct instance *instance;
	const struct value *entry;
	struct component *component;         /* NULL: refused, or a driver that is still to be found */
	const struct interface *driver;      /* `driver:`, once it is known */
	const struct connection **connected; /* = instance->connected */
	bool *refused;             /* used ports whose wire was refused: they are open for a known reason */
	struct provided *provided; /* = instance->provided */
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
	    instance_names;                 /* -> struct …; failed ones as `failed` */
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
	uint32_t connections;
	struct candidate *candidate; /* once asked for */
	uint32_t candidates;
	bool candidates_read, tree_refused;
	bool wire_refused; /* whose port it was to connect is not known */
	bool incomplete; /* the component of an instance is missing: what it provides or uses is not known */
};

/* An interface whose file is being read, and the one that asked for it. */
struct reading_file {
	const struct reading_file *outer;
	const char *name;
};

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

/* An interface or component by name, read when first asked for. NULL where refused; reported once. */
const struct interface *build_interface(struct build *build, struct name name);
struct component *build_component(struct build *build, struct name name);
const struct interface *interface_read(struct build *build, const struct value *value,
				       const struct source *source);
/* `value` is a component, or an instance that describes one in place. */
struct component *component_read(struct build *build, const struct value *value, struct name name,
				 const struct source *source);
/* Refuses what is too small in the `memory` mapping of a component or instance; NULL: none is written. */
/* What `pool` of a `memory` says; `fallback` where it is absent. */
struct pool memory_pool(const struct value *memory, struct pool fallback);
void memory_check(struct build *build, const struct value *memory, const char *name);
bool parameter_resolve(struct build *build, const struct value *value, struct parameter *parameter);
bool parameter_decode(struct report *report, const struct parameter *parameter, const struct value *value,
		      const char *what, struct parameter_value *result);

struct board *board_read(struct build *build, struct name name);
bool devicetree_read(struct build *build, struct board *board, const char *path);
/* The path that an alias, or "stdout", stands for; any other name itself. */
const char *devicetree_alias(struct build *build, const char *name);
/* A device by path, alias or name; NULL where there is none. */
struct device *board_find(struct build *build, struct board *board, const char *name);

/* The phases of model_compose, in order. */
void system_read(struct build *build);         /* the file, its board, the components of its instances */
void drivers_resolve(struct build *build);     /* `driver:` and `device:` */
void instances_resolve(struct build *build);   /* parameters, quotas, log level, CPU */
void connections_resolve(struct build *build); /* `connect:`, and what connects by itself */
void supervision_resolve(struct build *build); /* `supervise:` */

void ports_add_log(struct build *build);
/* All components of the search path, by what their files say; unreadable ones are left out. */
void candidates_read(struct build *build);
struct draft *draft_find(struct build *build, struct name name);

/* The numbers of an element type; bool included. False where `name` is none. */
bool type_builtin(const char *name, enum type_kind *kind);

#endif
