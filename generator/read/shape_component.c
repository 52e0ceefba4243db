/* SPDX-License-Identifier: MIT
 * components/NAME/component.yaml and the instances of system.yaml: a component
 * of one system may be described in place, with the same keys.
 */
#include <stddef.h>
#include "shape.h"

static const struct shape interface_name = {.kind = SHAPE_IDENTIFIER, .says = "the name of an interface"};
const struct shape shape_ports = {
    .kind = SHAPE_MAP, .says = "a mapping of ports to interfaces", .of = &interface_name, .names = "a port"};

static const struct shape port_parameters;
#define PORT_WITH                                                                                            \
	"Values that a system sets in the `with` of each wire of the port: what the component is told of "   \
	"that "                                                                                              \
	"connection alone."
static const struct key provided_key[] = {
    {"interface", &interface_name, true, NULL, "The interface that the port offers."},
    {"with", &port_parameters, false, "{}", PORT_WITH},
    {0}};
static const struct shape provided_object = {
    .kind = SHAPE_OBJECT, .says = "a provided port", .title = "Provided port", .key = provided_key};
static const struct shape provided = {.kind = SHAPE_EITHER,
				      .says = "the name of an interface, or {interface: NAME, with: {…}}",
				      .scalar = &interface_name,
				      .map = &provided_object};
const struct shape shape_provides = {
    .kind = SHAPE_MAP, .says = "a mapping of ports to interfaces", .of = &provided, .names = "a port"};

static const struct shape at_least = {
    .kind = SHAPE_INTEGER, .says = "a number of connections", .min = 0, .max = 256};
static const struct shape at_most = {
    .kind = SHAPE_INTEGER, .says = "a number of connections", .min = 1, .max = 256};
static const struct key use_key[] = {
    {"interface", &interface_name, true, NULL, "The interface that the port needs."},
    {"optional", &shape_boolean, false, "false",
     "`true`: the component also works while the port is not connected."},
    {"many", &shape_boolean, false, "false",
     "`true`: an array of ports, each connected by a wire of its own. Its functions take the number of the "
     "connection, in the order of the wires; `PORT_COUNT` says how many there are."},
    {"at_least", &at_least, false, "1, or 0 where it is optional",
     "With `many`: the fewest connections that the component works with."},
    {"at_most", &at_most, false, "256", "With `many`: the most connections."},
    {"with", &port_parameters, false, "{}", PORT_WITH},
    {0}};
static const struct shape use_object = {
    .kind = SHAPE_OBJECT, .says = "a used port", .title = "Used port", .key = use_key};
static const struct shape use = {
    .kind = SHAPE_EITHER,
    .says = "the name of an interface, or {interface: NAME, optional: true} or {interface: NAME, many: true}",
    .scalar = &interface_name,
    .map = &use_object};
const struct shape shape_uses = {
    .kind = SHAPE_MAP, .says = "a mapping of ports to interfaces", .of = &use, .names = "a port"};

static const struct shape text_list = {.kind = SHAPE_LIST, .says = "a list", .of = &shape_text};
static const struct shape patterns = {
    .kind = SHAPE_LIST, .says = "a list of files", .of = &shape_text, .min = 1};

static const char *const libc_choice[] = {"none", "musl", NULL};
static const struct shape libc = {.kind = SHAPE_CHOICE, .says = "none or musl", .choice = libc_choice};
static const char *const build_choice[] = {"tenon", "meson", NULL};
static const struct shape build = {.kind = SHAPE_CHOICE, .says = "tenon or meson", .choice = build_choice};

static const struct shape compatibles = {
    .kind = SHAPE_LIST, .says = "a list of `compatible` strings", .of = &shape_text, .min = 1};
static const struct shape register_count = {.kind = SHAPE_INTEGER, .says = "a number", .min = 0, .max = 8};
static const struct shape window_size = {
    .kind = SHAPE_SIZE, .says = "a size, such as 16 MiB", .min = 4096, .max = UINT64_C(1) << 32};
static const struct shape window_sizes = {
    .kind = SHAPE_LIST, .says = "a list of sizes", .of = &window_size, .min = 1, .max = 6};
static const struct shape registers = {.kind = SHAPE_EITHER,
				       .says = "a number, or of a PCI function a list of sizes",
				       .scalar = &register_count,
				       .list = &window_sizes};
static const struct shape interrupts = {.kind = SHAPE_INTEGER, .says = "a number", .min = 0, .max = 16};
static const char *const dma_choice[] = {"any", "none", NULL};
static const struct shape dma = {.kind = SHAPE_CHOICE, .says = "any or none", .choice = dma_choice};
static const struct key device_key[] = {
    {"compatible", &compatibles, true, NULL,
     "Devices that it drives, as the device tree names them; PCI functions too: `pciVVVV,DDDD` by vendor and "
     "device, `pciVVVV,DDDD.SSSS.ssss` by the subsystem's as well, `pciclass,CCSSPP` or `pciclass,CCSS` by "
     "class."},
    {"registers", &registers, false, "1",
     "Register ranges that it uses: memory, or I/O ports on x86. Of a PCI function those that its base "
     "address "
     "registers lead to, in their order, with room for 1 MiB each; a list says how much room each needs."},
    {"interrupts", &interrupts, false, "0", "Interrupts that it uses; of a PCI function messages."},
    {"dma", &dma, false, "any",
     "`none`: the device cannot read or write memory by itself. Assertions take `any` for a way to "
     "everything, "
     "as long as no IOMMU holds the device back."},
    {0}};
static const struct shape device = {
    .kind = SHAPE_OBJECT, .says = "a device", .title = "Device", .key = device_key};

static const struct shape heap_size = {
    .kind = SHAPE_SIZE, .says = "a size, such as 64 KiB", .min = 0, .max = UINT64_C(1) << 36};
static const struct shape stack_size = {
    .kind = SHAPE_SIZE, .says = "a size, such as 8 KiB", .min = 0, .max = UINT64_C(1) << 30};
static const struct shape pool_size = {
    .kind = SHAPE_SIZE, .says = "a size, such as 4 MiB", .min = 0, .max = UINT64_C(1) << 38};
static const struct shape pool_node = {
    .kind = SHAPE_INTEGER, .says = "the number of a NUMA node", .min = 0, .max = 63};
static const char *const pool_kind_choice[] = {"ram", "slow", NULL};
static const struct shape pool_kind = {
    .kind = SHAPE_CHOICE, .says = "ram or slow", .choice = pool_kind_choice};
static const struct key pool_key[] = {
    {"size", &pool_size, true, NULL, "Its size, at least 64 KiB; rounded up to whole pages."},
    {"node", &pool_node, false, "near the instance's CPU",
     "The NUMA node whose memory it is. A machine without it refuses to start."},
    {"kind", &pool_kind, false, "`ram`, or `slow` where no other is left",
     "`ram`: memory of a node with CPUs. `slow`: of a node without. A machine without it refuses to start."},
    {0}};
static const struct shape pool_object = {
    .kind = SHAPE_OBJECT, .says = "a pool", .title = "Pool", .key = pool_key};
static const struct shape pool = {.kind = SHAPE_EITHER,
				  .says = "a size, such as 4 MiB, or {size: SIZE, node: NODE, kind: KIND}",
				  .scalar = &pool_size,
				  .map = &pool_object};
static const struct shape capability_count = {
    .kind = SHAPE_INTEGER, .says = "a number of slots", .min = 0, .max = 1 << 16};
static const struct key memory_key[] = {
    {"stack", &stack_size, false, "8 KiB", "Stack, at least 4 KiB; rounded up to whole pages."},
    {"heap", &heap_size, false, "0 B", "Heap; rounded up to whole pages."},
    {"tagged", &shape_boolean, false, "false",
     "The heap checks its pointers with memory tags where the architecture has them (AArch64, whose board "
     "must "
     "then have MTE)."},
    {"pool", &pool, false, "0 B",
     "Pool from which it makes objects at run time, at least 64 KiB; rounded up to whole pages. With a pool "
     "it "
     "also holds capabilities to manage its own space, table, thread and receive set, and a driver its "
     "device's registers, as pools of kind DEVICE."},
    {"dma", &heap_size, false, "0 B",
     "Memory that a driver and its device share; rounded up to whole pages. The device sees this, the pools "
     "of "
     "the driver's ports, and nothing else, where an IOMMU stands before it."},
    {"capabilities", &capability_count, false, "64 with a pool, else 0",
     "Free slots of its capability table, for what it makes or is given at run time."},
    {0}};
static const struct shape memory = {
    .kind = SHAPE_OBJECT, .says = "a memory quota", .title = "Memory", .key = memory_key};

static const struct shape string_length = {
    .kind = SHAPE_INTEGER, .says = "a number of bytes", .min = 1, .max = 4096};
static const struct shape words = {
    .kind = SHAPE_LIST, .says = "a list of names", .of = &shape_identifier, .min = 1};
static const struct key parameter_type_key[] = {
    {"string", &string_length, false, NULL, "A text of at most so many bytes."},
    {"choice", &words, false, NULL, "One of these names; an enum in C."},
    {0}};
static const struct shape parameter_type_object = {.kind = SHAPE_OBJECT,
						   .says =
						       "a parameter type, {string: N} or {choice: [a, b]}",
						   .title = "Parameter type",
						   .key = parameter_type_key};
static const struct shape parameter_type_name = {.kind = SHAPE_IDENTIFIER, .says = "the name of a type"};
static const struct shape parameter_type = {.kind = SHAPE_EITHER,
					    .says = "a parameter type: u8, u16, u32, u64, i8, i16, i32, i64, "
						    "bool, size, time, {string: N} or {choice: [a, b]}",
					    .scalar = &parameter_type_name,
					    .map = &parameter_type_object};
static const struct shape any = {.kind = SHAPE_SCALAR, .says = "a value"};
#define PARAMETER_KEYS                                                                                       \
	{"type", &parameter_type, true, NULL, "Its type; `size` and `time` are written with units."},        \
	    {"default", &any, false, NULL,                                                                   \
	     "Its value where a system gives none; without one every system must."},                         \
	    {"min", &any, false, NULL, "The least value, for numbers, sizes and times."},                    \
	    {"max", &any, false, NULL, "The greatest value, for numbers, sizes and times."},                 \
	    {"doc", &shape_doc, true, NULL, "What it changes."}
static const struct key parameter_key[] = {PARAMETER_KEYS, {0}};
static const struct shape parameter = {
    .kind = SHAPE_OBJECT, .says = "a parameter", .title = "Parameter", .key = parameter_key};
const struct shape shape_parameters = {
    .kind = SHAPE_MAP, .says = "a mapping of parameters", .of = &parameter, .names = "a parameter"};

static const struct key port_parameter_key[] = {
    PARAMETER_KEYS,
    {"unique", &shape_boolean, false, "false",
     "`true`: no two connections of the port have the same value, as two mounts cannot be on one path."},
    {0}};
static const struct shape port_parameter = {.kind = SHAPE_OBJECT,
					    .says = "a parameter of each connection",
					    .title = "Parameter of a connection",
					    .key = port_parameter_key};
static const struct shape port_parameters = {
    .kind = SHAPE_MAP, .says = "a mapping of parameters", .of = &port_parameter, .names = "a parameter"};

static const struct shape timeout = {.kind = SHAPE_IDENTIFIER, .says = "a name", .bare = true};
static const struct shape timeouts = {.kind = SHAPE_LIST, .says = "a list of names", .of = &timeout};
static const char *const needs_choice[] = {"clock", "platform", "inspector", NULL};
static const struct shape needs = {
    .kind = SHAPE_CHOICES, .says = "clock, platform or inspector, or a list of them", .choice = needs_choice};
static const char *const role_choice[] = {"server", "supervisor", "bus", NULL};
static const struct shape role = {
    .kind = SHAPE_CHOICE, .says = "server, supervisor or bus", .choice = role_choice};
static const struct shape priority = {
    .kind = SHAPE_INTEGER, .says = "a number from 0 to 255", .min = 0, .max = 255};

#define INITIAL_DOC                                                                                          \
	"Files of the host that are part of the image, as <tenon/files.h> has them; the component `bootfs` " \
	"shows them as a file "                                                                              \
	"system. A file stands in the root under its name, and so does what is in a folder, with all below " \
	"it but hidden files. "                                                                              \
	"Relative to the file in which this stands. "

/* Keys that both have. */
#define BODY_KEYS                                                                                            \
	{"provides", &shape_provides, false, "{}", "Ports that others may use, each with its interface."},   \
	    {"uses", &shape_uses, false, "{}", "Ports that it calls, each with its interface."},             \
	    {"passes", &text_list, false, "[]",                                                              \
	     "`PORT.POOL -> PORT`: buffers of that pool of a provided port go on to the servers of a used "  \
	     "port, or to their devices, without a copy. They reach them as this component may."},           \
	    {"reads", &text_list, false, "[]",                                                               \
	     "Ports whose pools `passes` passes on: what comes with their connections goes on, too, and "    \
	     "this component may read "                                                                      \
	     "it. Otherwise only those behind it reach that."},                                              \
	    {"include", &text_list, false, "[]", "Folders of private headers. Relative to its folder."},     \
	    {"libraries", &text_list, false, "[]", "Meson dependencies that it is linked with."},            \
	    {"libc", &libc, false, "none", "`musl`: it is linked with the C library."},                      \
	    {"build", &build, false, "tenon", "`meson`: it brings a meson.build of its own."},               \
	    {"parameters", &shape_parameters, false, "{}", "Values that a system sets in `with`."},          \
	    {"timeouts", &timeouts, false, "[]", "Named time-outs; each calls the function of its name."},   \
	    {"heartbeat", &shape_boolean, false, "false",                                                    \
	     "`true`: its loop answers the supervisor, which sees when it hangs."},                          \
	    {"needs", &needs, false, "[]",                                                                   \
	     "Objects of the kernel: `clock` reads the time, `platform` powers off, `inspector` looks at "   \
	     "all others."},                                                                                 \
	    {"role", &role, false, "server",                                                                 \
	     "`supervisor`: it receives the faults of all others. `bus`: it finds PCI functions behind its " \
	     "device, a host bridge, and gives them to their drivers, each of which is connected with its "  \
	     "port of the interface `bus`."}

#define WCET_DOC                                                                                             \
	"CPU time that one of its handlers takes for one call at most, with what servers on its CPU take "   \
	"for it. "                                                                                           \
	"Nothing enforces it; response times of instances with a deadline are computed from it."

#define SOURCES_DOC "C and assembly files; `*` and `?` are expanded. Relative to its folder."

static const struct key component_key[] = {
    {"component", &shape_identifier, true, NULL, "Its name, that of its folder."},
    {"doc", &shape_doc, true, NULL, "What it does."},
    {"sources", &patterns, true, NULL, SOURCES_DOC},
    BODY_KEYS,
    {"device", &device, false, NULL, "It is a driver, of these devices."},
    {"files", &text_list, false, "[]", INITIAL_DOC},
    {"memory", &memory, false, "{}", "What it may take."},
    {"priority", &priority, false, "computed", "Its priority where a system gives none."},
    {"wcet", &shape_wcet, false, NULL, WCET_DOC},
    {0}};
const struct shape shape_component = {
    .kind = SHAPE_OBJECT, .says = "a component", .title = "Component", .key = component_key};

/* ---- Instances ---- */

static const struct shape with = {
    .kind = SHAPE_MAP, .says = "a mapping of parameters to values", .of = &any, .names = "a parameter"};
static const char *const log_choice[] = {"debug", "info", "warning", "error", NULL};
static const struct shape log_level = {
    .kind = SHAPE_CHOICE, .says = "debug, info, warning or error", .choice = log_choice};
static const struct shape cpu = {
    .kind = SHAPE_INTEGER, .says = "the number of a CPU", .argument = true, .min = 0, .max = 63};
static const struct shape which_device = {.kind = SHAPE_EITHER,
					  .says =
					      "the name of a device, or what a driver in place expects of it",
					  .scalar = &shape_text,
					  .map = &device};

static const struct shape count = {
    .kind = SHAPE_INTEGER, .says = "a number of instances", .min = 1, .max = 1000000};

static const struct key instance_key[] = {
    {"component", &shape_identifier, false, "the instance's name",
     "The component or composite that it is an instance of."},
    {"count", &count, false, "one, without a number",
     "So many instances, NAME_0, NAME_1 and so on. A wire from NAME is one from each."},
    {"driver", &shape_identifier, false, NULL,
     "Instead of `component`: an interface. The component that provides it and fits the device is taken."},
    {"device", &which_device, false, "the only one that fits",
     "The device it drives: `stdout` for the board's console, a path or an alias of the device tree, or a "
     "name of the "
     "board file."},
    {"with", &with, false, "{}",
     "Values of the component's parameters. `$number` is the instance's number where there is a `count`, and "
     "in a "
     "composite `$NAME` is the value of its parameter; in quotation marks both are text."},
    {"log", &log_level, false, "info", "The least level of its messages that the log keeps."},
    {"priority", &priority, false, "computed",
     "Its priority, 255 the most urgent. Where none is given, servers stand above their callers."},
    {"cpu", &cpu, false, "0",
     "The CPU that it runs on. `$number` gives counted instances one each, `$NAME` is a composite's "
     "parameter."},
    {"wcet", &shape_wcet, false, "the component's", WCET_DOC},
    {"counters", &shape_boolean, false, "false",
     "`true`: it may read the CPU's time and cycle counters itself, which tell much about what else runs."},
    {"memory", &memory, false, "the component's", "What it may take, instead of what its component says."},
    {"files", &text_list, false, "[]", INITIAL_DOC "Besides those of its component."},
    {"doc", &shape_doc, false, NULL, "What it is for."},
    {"sources", &patterns, false, NULL,
     "This and the following keys describe a component in place, for this instance alone. " SOURCES_DOC},
    BODY_KEYS,
    {0}};
static const struct shape instance = {
    .kind = SHAPE_OBJECT, .says = "an instance", .title = "Instance", .key = instance_key};
const struct shape shape_instances = {
    .kind = SHAPE_MAP, .says = "a mapping of instances", .min = 1, .of = &instance, .names = "an instance"};
const struct shape shape_changed_instances = {.kind = SHAPE_MAP,
					      .says = "a mapping of instances",
					      .of = &instance,
					      .names = "an instance",
					      .dotted = true};
