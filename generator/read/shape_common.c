/* SPDX-License-Identifier: MIT
 * Shapes that several descriptions share, and the list of descriptions.
 */
#include "shape.h"

const struct shape shape_text = {.kind = SHAPE_TEXT, .says = "text"};
const struct shape shape_doc = {.kind = SHAPE_TEXT, .says = "a sentence or more"};
const struct shape shape_identifier = {.kind = SHAPE_IDENTIFIER, .says = "a name"};
const struct shape shape_boolean = {.kind = SHAPE_BOOLEAN, .says = "true or false"};
const struct shape shape_size = {
    .kind = SHAPE_SIZE, .says = "a size, such as 8 KiB", .min = 0, .max = UINT64_C(1) << 40};
const struct shape shape_time = {.kind = SHAPE_TIME,
				 .says = "a time, such as 500 ms",
				 .min = 0,
				 .max = UINT64_C(366) * 86400 * 1000000000};

const struct description description[DESCRIPTIONS] = {
    {"interface", &shape_interface, "interfaces/NAME.yaml",
     "An interface says what one component offers to others: operations, events and shared memory, all "
     "typed. "
     "Both ends of a connection are generated from it.",
     "interface: counter\n"
     "version: 1.0\n"
     "doc: A number that only grows.\n"
     "types:\n"
     "  kind: {enum: [apples, pears]}\n"
     "  stock: {struct: {kind: kind, count: u32}}\n"
     "errors:\n"
     "  overflow: The sum would not fit into 32 bits; it is unchanged.\n"
     "operations:\n"
     "  add:\n"
     "    doc: Adds to the number and gives its new value.\n"
     "    in: {amount: u32, reason: {string: 32}}\n"
     "    out: {total: u32}\n"
     "    errors: [overflow]\n"
     "  read_all:\n"
     "    doc: What there is of each kind.\n"
     "    out: {stocks: {array: stock, count: 2}}\n"
     "    on_restart: retry\n"
     "  wait:\n"
     "    doc: Answers when the number has reached `value`.\n"
     "    in: {value: u32}\n"
     "    reply: later\n"
     "events:\n"
     "  changed: The number has changed since the last call.\n"
     "shared:\n"
     "  table: {size: 4 KiB, write: server, doc: The last numbers.}\n"},
    {"component", &shape_component, "components/NAME/component.yaml",
     "A component is code that runs in an address space of its own, with what it offers, uses and may cost.",
     "component: store\n"
     "doc: Counts what goes in and out.\n"
     "provides: {port: counter}\n"
     "uses:\n"
     "  disk: block\n"
     "  log: {interface: log, optional: true}\n"
     "sources: [\"*.c\"]\n"
     "include: [private]\n"
     "needs: [clock]\n"
     "timeouts: [flush]\n"
     "heartbeat: true\n"
     "memory: {stack: 8 KiB, heap: 64 KiB}\n"
     "parameters:\n"
     "  delay: {type: time, default: 2 s, max: 1 min, doc: How long a change may wait.}\n"
     "  label: {type: {string: 16}, doc: What it is called.}\n"},
    {"system", &shape_system, "system.yaml",
     "A system names the instances of components that make up one image, and how they are connected.",
     "system: warehouse\n"
     "boards: [qemu_aarch64, qemu_x86_64]\n"
     "components:\n"
     "  serial: {driver: serial, device: stdout}\n"
     "  log:\n"
     "  supervisor:\n"
     "  north: {component: store, with: {label: north, delay: 500 ms}}\n"
     "  south: {component: store, with: {label: south}, log: debug}\n"
     "  counting: {uses: {counter: counter}, sources: [counting.c]}   # described in place\n"
     "connect:\n"
     "  - counting.counter -> north.port\n"
     "supervise:\n"
     "  north: {restart: [on_fault, on_hang], within: 500 ms, at_most: 5 per 1 min, then: "
     "halt_dependents}\n"},
    {"composite", &shape_composite, "components/NAME/composite.yaml",
     "A composite is a group of instances with ports of its own. It is used as a component is; who uses it "
     "sees its ports alone.",
     "composite: counted_store\n"
     "doc: A store, and who counts what goes in.\n"
     "provides: {port: counter}\n"
     "uses: {disk: block}\n"
     "parameters:\n"
     "  label: {type: {string: 16}, doc: What the store is called.}\n"
     "components:\n"
     "  store: {with: {label: $label}}\n"
     "  counting:\n"
     "connect:\n"
     "  - port -> counting.port\n"
     "  - counting.counter -> store.port\n"
     "  - store.disk -> disk\n"},
    {"overlay", &shape_overlay, "overlays/NAME.yaml",
     "An overlay changes a system for some boards, or as a variant. `tenon flatten` prints the result and "
     "where "
     "each value came from.",
     "overlay: small_box\n"
     "boards: [small_box]\n"
     "components:\n"
     "  north: {with: {delay: 2 s}}\n"
     "  west: {component: store, with: {label: west}}\n"
     "connect:\n"
     "  - counting.counter -> west.port\n"
     "remove: {components: [south]}\n"},
    {"board", &shape_board, "platforms/NAME/board.yaml",
     "A board is a machine that an image is built for. What its device tree says is not repeated here.",
     "board: small_box\n"
     "doc: A machine without a device tree.\n"
     "architecture: x86_64\n"
     "memory: {at_least: 256 MiB}\n"
     "cpus: 2\n"
     "emulator: {program: qemu-system-x86_64, machine: q35, cpu: max, firmware: ovmf}\n"
     "devices:\n"
     "  com1: {compatible: ns16550a, ports: [0x3f8, 8], interrupt: 4}\n"
     "console: com1\n"},
};
