/* SPDX-License-Identifier: MIT
 * system.yaml, and what it is made of besides components: composites, overlays.
 */
#include <stddef.h>
#include "shape.h"

static const struct shape board_list = {
    .kind = SHAPE_LIST, .says = "a list of boards", .of = &shape_identifier, .min = 1};

#define END "[A-Za-z0-9_]+[.][A-Za-z0-9_]+"
#define OWN "[A-Za-z0-9_]+([.][A-Za-z0-9_]+)?" /* a port of the composite itself has no instance */
static const struct shape wire = {.kind = SHAPE_TEXT,
				  .says = "a wire, such as shell.console -> serial.port",
				  .pattern = "^" END " *-> *" END " *$"};
static const struct shape inner_wire = {.kind = SHAPE_TEXT,
					.says = "a wire, such as shell.console -> serial.port",
					.pattern = "^" OWN " *-> *" OWN " *$"};
static const struct shape amount = {.kind = SHAPE_SCALAR, .says = "a count, or a size such as 64 KiB"};
static const struct shape wire_limits = {
    .kind = SHAPE_MAP, .says = "a mapping of limits to counts or sizes", .of = &amount, .names = "a limit"};
#define WIRE_LIMITS "What this connection may hold in its server, in place of what its interface says."
static const struct shape wire_value = {.kind = SHAPE_SCALAR, .says = "a value"};
static const struct shape wire_with = {.kind = SHAPE_MAP,
				       .says = "a mapping of parameters to values",
				       .of = &wire_value,
				       .names = "a parameter"};
#define WIRE_WITH "Parameters of this connection, those that its two ports have."
static const struct shape wire_pools = {.kind = SHAPE_MAP,
					.says = "a mapping of pools to numbers of buffers",
					.of = &shape_buffer_count,
					.names = "a pool"};
#define WIRE_POOLS "How many buffers pools of this connection have, in place of what its interface says."
static const struct shape wire_channels = {.kind = SHAPE_MAP,
					   .says = "a mapping of channels to powers of two",
					   .of = &shape_entry_count,
					   .names = "a channel"};
#define WIRE_CHANNELS                                                                                        \
	"How many entries channels of this connection hold, in place of what its interface says."
static const struct key wire_key[] = {
    {"wire", &wire, true, NULL, "INSTANCE.PORT -> INSTANCE.PORT, as it stands alone otherwise."},
    {"limits", &wire_limits, false, "{}", WIRE_LIMITS},
    {"pools", &wire_pools, false, "{}", WIRE_POOLS},
    {"channels", &wire_channels, false, "{}", WIRE_CHANNELS},
    {"with", &wire_with, false, "{}", WIRE_WITH},
    {0}};
static const struct key inner_wire_key[] = {
    {"wire", &inner_wire, true, NULL, "The wire, as it stands alone otherwise."},
    {"limits", &wire_limits, false, "{}", WIRE_LIMITS},
    {"pools", &wire_pools, false, "{}", WIRE_POOLS},
    {"channels", &wire_channels, false, "{}", WIRE_CHANNELS},
    {"with", &wire_with, false, "{}", WIRE_WITH},
    {0}};
#define WIRE_OBJECT "a wire, such as {wire: shell.files -> fat.files, limits: {open: 4}}"
static const struct shape wire_object = {
    .kind = SHAPE_OBJECT, .says = WIRE_OBJECT, .title = "Wire", .key = wire_key};
static const struct shape inner_wire_object = {
    .kind = SHAPE_OBJECT, .says = WIRE_OBJECT, .title = "Wire", .key = inner_wire_key};
#define WIRE "a wire, such as shell.console -> serial.port, or {wire: …, limits: {…}}"
static const struct shape any_wire = {
    .kind = SHAPE_EITHER, .says = WIRE, .scalar = &wire, .map = &wire_object};
static const struct shape any_inner_wire = {
    .kind = SHAPE_EITHER, .says = WIRE, .scalar = &inner_wire, .map = &inner_wire_object};
static const struct shape wires = {.kind = SHAPE_LIST, .says = "a list of wires", .of = &any_wire};
static const struct shape inner_wires = {
    .kind = SHAPE_LIST, .says = "a list of wires", .of = &any_inner_wire};

static const char *const restart_choice[] = {"on_fault", "on_hang", NULL};
static const struct shape restart = {
    .kind = SHAPE_CHOICES, .says = "on_fault or on_hang, or a list of both", .choice = restart_choice};
static const struct shape rate = {
    .kind = SHAPE_RATE, .says = "a limit, such as 5 per 1 min", .min = 1, .max = 1000000};
static const struct shape within = {.kind = SHAPE_TIME,
				    .says = "a time, such as 500 ms",
				    .min = UINT64_C(1000000),
				    .max = UINT64_C(3600000000000)};
static const char *const then_choice[] = {"halt", "halt_dependents", "restart_machine", NULL};
static const struct shape then = {
    .kind = SHAPE_CHOICE, .says = "halt, halt_dependents or restart_machine", .choice = then_choice};
static const struct key supervision_key[] = {
    {"restart", &restart, false, "[]", "When it is started anew: `on_fault`, `on_hang` or both."},
    {"within", &within, false, NULL, "With `on_hang`: it hangs when it does not answer for so long."},
    {"at_most", &rate, false, "without limit", "How many restarts in what time; after that `then`."},
    {"back_off", &shape_time, false, "0 ns", "Wait so long before a restart."},
    {"then", &then, false, "halt",
     "When it may not be started again: `halt` it, `halt_dependents` too, or `restart_machine`."},
    {0}};
static const struct shape supervision = {
    .kind = SHAPE_OBJECT, .says = "a supervision", .title = "Supervision", .key = supervision_key};
static const struct shape supervise = {.kind = SHAPE_MAP,
				       .says = "a mapping of instances",
				       .of = &supervision,
				       .names = "an instance",
				       .dotted = true};

static const struct shape labelled = {.kind = SHAPE_TEXT, .says = "the name of an instance"};
static const struct shape label = {.kind = SHAPE_LIST, .says = "a list of instances", .of = &labelled};
static const struct shape labels = {
    .kind = SHAPE_MAP, .says = "a mapping of labels", .of = &label, .names = "a label"};
static const struct shape statement = {
    .kind = SHAPE_TEXT, .says = "a statement, such as shell may not influence log except through console"};
static const struct shape statements = {.kind = SHAPE_LIST, .says = "a list of statements", .of = &statement};

static const struct shape overlay_list = {
    .kind = SHAPE_LIST, .says = "a list of overlays", .of = &shape_identifier};

static const struct key system_key[] = {
    {"system", &shape_identifier, true, NULL, "Its name."},
    {"doc", &shape_doc, false, NULL, "What it is for."},
    {"boards", &board_list, true, NULL, "Boards that it is built for."},
    {"components", &shape_instances, true, NULL,
     "Its instances, by name. An empty one is an instance of the component of its name."},
    {"connect", &wires, false, "[]",
     "Wires INSTANCE.PORT -> INSTANCE.PORT, from a used port to a provided one. A port whose interface has "
     "one "
     "provider connects by itself."},
    {"supervise", &supervise, false, "{}",
     "What happens when an instance faults or hangs. The name of a composite or of counted instances stands "
     "for all of them that have no entry of their own."},
    {"schedule", &shape_schedules, false, "{}",
     "What CPU time an instance has, and by when it is done. The name of a composite or of counted instances "
     "stands for each of them that has no entry of its own."},
    {"labels", &labels, false, "{}",
     "Names for several instances, composites or counted ones, to be used in `assert`."},
    {"assert", &statements, false, "[]",
     "What must hold of the system, whatever its components do: `A may not influence B`, `A may not "
     "influence B "
     "except through C`, `A cannot write to B`, `only A may hold X`, `A may not hold X`, `nobody may hold "
     "both X and "
     "Y`; with `holds` (`does not hold`) for `may hold`, of the tables as they are. A, B, C are instances, "
     "composites, "
     "labels, `component NAME`, `device D`, or a list `[A, B]`; X, Y are `device D`, `port INSTANCE.PORT`, "
     "`memory "
     "INSTANCE.PORT.REGION`, `pool INSTANCE`, `platform` or `inspector`."},
    {"overlays", &overlay_list, false, "[]",
     "Files overlays/NAME.yaml that change it for some boards, or as variants, in the order in which they "
     "are "
     "laid on it."},
    {0}};
const struct shape shape_system = {
    .kind = SHAPE_OBJECT, .says = "a system", .title = "System", .key = system_key};

static const struct key composite_key[] = {
    {"composite", &shape_identifier, true, NULL, "Its name, that of its folder."},
    {"doc", &shape_doc, true, NULL, "What it does."},
    {"provides", &shape_ports, false, "{}", "Ports that others may use, each with its interface."},
    {"uses", &shape_uses, false, "{}", "Ports that it calls, each with its interface."},
    {"parameters", &shape_parameters, false, "{}",
     "Values that its user sets in `with`; `$NAME` stands for one in the `with` of its instances."},
    {"components", &shape_instances, true, NULL, "Its instances, by name, of components and composites."},
    {"connect", &inner_wires, false, "[]",
     "Wires between its instances, INSTANCE.PORT -> INSTANCE.PORT, and with its own ports: PORT -> "
     "INSTANCE.PORT for one that it provides, INSTANCE.PORT -> PORT for one that it uses."},
    {"supervise", &supervise, false, "{}", "What happens when an instance faults or hangs."},
    {"schedule", &shape_schedules, false, "{}", "What CPU time an instance has, and by when it is done."},
    {"assert", &statements, false, "[]",
     "What must hold of it wherever it is used: statements as in a system, with the names of its own "
     "instances. `outside` stands for all instances that are not in it, so `A may not influence B except "
     "through outside` speaks of the ways within."},
    {0}};
const struct shape shape_composite = {
    .kind = SHAPE_OBJECT, .says = "a composite", .title = "Composite", .key = composite_key};

static const struct shape removed_instance = {.kind = SHAPE_TEXT, .says = "the name of an instance"};
static const struct shape removed_instances = {
    .kind = SHAPE_LIST, .says = "a list of instances", .of = &removed_instance};
static const struct shape removed_wire = {
    .kind = SHAPE_TEXT, .says = "a used port, such as shell.console", .pattern = "^" END "$"};
static const struct shape removed_wires = {
    .kind = SHAPE_LIST, .says = "a list of used ports", .of = &removed_wire};
static const struct key remove_key[] = {
    {"components", &removed_instances, false, "[]",
     "Instances that are left out, with their wires and their supervision."},
    {"connect", &removed_wires, false, "[]", "INSTANCE.PORT whose wire is left out."},
    {"supervise", &removed_instances, false, "[]", "Instances that are not supervised."},
    {"schedule", &removed_instances, false, "[]", "Instances whose CPU time has no limit and no deadline."},
    {0}};
static const struct shape remove = {
    .kind = SHAPE_OBJECT, .says = "what is left out", .title = "Remove", .key = remove_key};

static const struct key overlay_key[] = {
    {"overlay", &shape_identifier, true, NULL, "Its name, that of its file."},
    {"doc", &shape_doc, false, NULL, "What it is for."},
    {"boards", &board_list, false, "it is a variant",
     "Boards on which it is laid. Without them it is laid where `--variant` names it."},
    {"components", &shape_changed_instances, false, "{}",
     "Instances to change, key by key, or to add. `GROUP.NAME` is one inside a composite, `NAME_2` one of "
     "several. Who names another component gives it its own `with`."},
    {"connect", &wires, false, "[]", "Wires to add; one from a port that had a wire replaces that."},
    {"supervise", &supervise, false, "{}", "Supervision to change, key by key, or to add."},
    {"schedule", &shape_schedules, false, "{}", "Schedules to change, key by key, or to add."},
    {"assert", &statements, false, "[]",
     "Statements that must hold besides those of the system, where the overlay is laid."},
    {"remove", &remove, false, "{}", "What is left out."},
    {0}};
const struct shape shape_overlay = {
    .kind = SHAPE_OBJECT, .says = "an overlay", .title = "Overlay", .key = overlay_key};
