/* SPDX-License-Identifier: MIT
 * Every rule of the generator: its name, as it stands in brackets behind a
 * message, and what it asks for. tests/generator/reject holds at least one
 * input for each, and docs/reference/rules.md is printed from this list.
 */
#ifndef TENON_GENERATOR_RULES_H
#define TENON_GENERATOR_RULES_H

/* clang-format off */
#define RULES(rule) \
	/* the form of a file */ \
	rule(MISSING_FILE, "missing-file", "A file that is named exists and can be read.") \
	rule(SYNTAX, "syntax", "A description is one YAML 1.2 document without anchors, aliases and tags.") \
	rule(EMPTY_FILE, "empty-file", "A description says something.") \
	rule(DUPLICATE_KEY, "duplicate-key", "A key or a name stands once in its mapping.") \
	rule(UNKNOWN_KEY, "unknown-key", "Only the keys of the reference are written.") \
	rule(MISSING_KEY, "missing-key", "A required key is there.") \
	rule(WRONG_TYPE, "wrong-type", "A value has the form that its key asks for.") \
	rule(BAD_NUMBER, "bad-number", "A number is decimal without leading zeros, or hexadecimal with 0x.") \
	rule(OUT_OF_RANGE, "out-of-range", "A number lies in the range of its key.") \
	rule(BAD_SIZE, "bad-size", "A size is a number and a unit: B, KiB, MiB or GiB.") \
	rule(BAD_TIME, "bad-time", "A time is a number and a unit: ns, us, ms, s, min or h.") \
	rule(BAD_RATE, "bad-rate", "A limit of restarts is a count per time.") \
	rule(BAD_CHOICE, "bad-choice", "A value is one of those that its key lists.") \
	rule(BAD_IDENTIFIER, "bad-identifier", "A name is a C identifier: letters, digits, underscores, at most 63.") \
	rule(KEYWORD, "keyword", "A name is not a keyword of C.") \
	rule(BAD_VERSION, "bad-version", "A version is MAJOR.MINOR.") \
	rule(BAD_WIRE, "bad-wire", "A connection is written instance.port -> instance.port.") \
	rule(WRONG_NAME, "wrong-name", "A description is named as its file or folder.") \
	/* interfaces */ \
	rule(UNKNOWN_INTERFACE, "unknown-interface", "A port names an interface that exists.") \
	rule(UNKNOWN_TYPE, "unknown-type", "A field or argument has a built-in type or one that `types` declares.") \
	rule(UNKNOWN_ERROR, "unknown-error", "An operation lists errors that its interface declares.") \
	rule(TYPE_NAME_TAKEN, "type-name-taken", "A type does not have the name of a built-in type.") \
	rule(RECURSIVE_TYPE, "recursive-type", "A structure does not contain itself.") \
	rule(EMPTY_TYPE, "empty-type", "An enum or a bit set has a value, a structure or a union a field.") \
	rule(TOO_MANY_BITS, "too-many-bits", "A bit set has at most 64 bits.") \
	rule(ELEMENT_FORM, "element-form", "An option or a sequence is an argument or a field, not an element.") \
	rule(NUMBER_RANGE, "number-range", "The range of a number is one of its type.") \
	rule(LOAN_FORM, "loan-form", "A loan is read or written, of a type that needs no check; an operation has three at most.") \
	rule(CAPABILITY_FORM, "capability-form", "A capability is an argument by itself; a message carries one.") \
	rule(SESSION_OPENING, "session-opening", "A session that is reopened has one operation that opens it, of arguments that can be kept.") \
	rule(ONE_WAY, "one-way", "An operation that is never answered has no results, errors and loans.") \
	rule(BYTES_PLACE, "bytes-place", "A byte buffer is an argument, not part of a structure or an array.") \
	rule(OPERATION_CODE, "operation-code", "No two operations of an interface have the same code.") \
	rule(MESSAGE_TOO_LONG, "message-too-long", "The arguments of an operation fit into one message of 4096 bytes.") \
	rule(SECOND_DEFINITION, "second-definition", "A name means one thing in its file.") \
	rule(RESERVED_NAME, "reserved-name", "A name is not one that the glue itself uses.") \
	rule(NAME_CLASH, "name-clash", "No two things have the same name in the generated C.") \
	rule(CHANNEL_ENTRY, "channel-entry", "The entry of a channel is a structure that its interface declares or takes.") \
	rule(CHANNEL_SIZE, "channel-size", "The number of entries of a channel is a power of two.") \
	rule(UNKNOWN_CHANNEL, "unknown-channel", "A wire gives numbers to channels and pools that its interface has.") \
	rule(UNKNOWN_POOL, "unknown-pool", "A buffer is one of a pool of its interface.") \
	rule(BUFFER_PLACE, "buffer-place", "A buffer of a pool is a field of a channel's entry itself.") \
	rule(EMPTY_INTERFACE, "empty-interface", "An interface has an operation, an event, a channel or shared memory.") \
	rule(TOO_MANY_EVENTS, "too-many-events", "An interface has at most 64 events.") \
	rule(LIMIT_FORM, "limit-form", "A limit is a count or a size, and so is what is taken of it.") \
	rule(UNKNOWN_LIMIT, "unknown-limit", "What is taken or set is a limit that the interface has.") \
	/* components */ \
	rule(TWO_COMPONENTS, "two-components", "An instance names a component or describes one, not both.") \
	rule(PORT_TWICE, "port-twice", "A component's ports have different names.") \
	rule(PORT_LIMITS, "port-limits", "The limits of an array of used ports are a range.") \
	rule(NO_SOURCES, "no-sources", "Each pattern of `sources` finds a file.") \
	rule(MISSING_FOLDER, "missing-folder", "Each folder of `include` is there.") \
		rule(PARAMETER_TYPE, "parameter-type", "A parameter has one of the parameter types.") \
	rule(PARAMETER_RANGE, "parameter-range", "The range of a parameter holds its default, and is one.") \
	rule(TOO_MANY_TIMEOUTS, "too-many-timeouts", "A component has at most 32 time-outs.") \
	/* boards */ \
	rule(UNKNOWN_BOARD, "unknown-board", "A board is one of platforms/.") \
	rule(BOARD_NOT_LISTED, "board-not-listed", "A system is composed for one of its boards.") \
	rule(BAD_DEVICE_TREE, "bad-device-tree", "The device tree of a board can be read.") \
	rule(UNKNOWN_CONSOLE, "unknown-console", "The console of a board is one of its devices.") \
	rule(DEVICE_RESOURCES, "device-resources", "A device has registers or ports.") \
	rule(PCI_NAME, "pci-name", "A PCI function is named as the PCI bus binding of IEEE 1275 names it.") \
	rule(PCI_PLACE, "pci-place", "The place of a PCI function is BUS:DEVICE.FUNCTION, and another function is not there.") \
	rule(PCI_KEY, "pci-key", "A board says of a PCI function what is true of one, and of other devices what is not.") \
	/* systems */ \
	rule(UNKNOWN_COMPONENT, "unknown-component", "An instance is of a component that exists.") \
	rule(COMPOSITE_KEY, "composite-key", "An instance of a composite is given `with` and `count` only.") \
	rule(RECURSIVE_COMPOSITE, "recursive-composite", "A composite does not contain itself.") \
	rule(UNKNOWN_ARGUMENT, "unknown-argument", "`$NAME` stands for a parameter of the composite around it.") \
	rule(COUNT_MISMATCH, "count-mismatch", "A wire to several instances leads from as many, or names one.") \
	rule(UNKNOWN_OVERLAY, "unknown-overlay", "Each of `overlays` is a file overlays/NAME.yaml beside the system.") \
	rule(OVERLAY_BOARD, "overlay-board", "An overlay is for boards of its system.") \
	rule(UNKNOWN_VARIANT, "unknown-variant", "`--variant` names one of the system's overlays.") \
	rule(UNKNOWN_WIRE, "unknown-wire", "An overlay removes wires that there are.") \
	rule(COMPONENT_OR_DRIVER, "component-or-driver", "An instance names a component or a driver's interface, not both.") \
	rule(UNKNOWN_INSTANCE, "unknown-instance", "A wire or a supervision names an instance of the system.") \
	rule(UNKNOWN_PORT, "unknown-port", "A wire names a port that the component has.") \
	rule(WRONG_DIRECTION, "wrong-direction", "A wire leads from a port that is used to one that is provided.") \
	rule(INTERFACE_MISMATCH, "interface-mismatch", "Both ends of a wire have the same interface.") \
	rule(CONNECTED_TWICE, "connected-twice", "A used port is connected once, an array of them never twice in the same way with one server.") \
	rule(PORT_COUNT, "port-count", "An array of used ports has as many connections as its component works with.") \
	rule(ARRAY_OF_PORTS, "array-of-ports", "Only an array of used ports is connected with an array.") \
	rule(UNCONNECTED_PORT, "unconnected-port", "A used port that is not optional is connected.") \
	rule(AMBIGUOUS_PROVIDER, "ambiguous-provider", "Where several provide an interface, a wire chooses.") \
	rule(SELF_CONNECTION, "self-connection", "An instance does not call itself.") \
	rule(TOO_MANY_INSTANCES, "too-many-instances", "A system has at most 1000000 instances.") \
	rule(TOO_MANY_CLIENTS, "too-many-clients", "A provided port has at most 4096 clients.") \
	rule(LOG_PORT, "log-port", "A port named `log` has the interface `log`.") \
	rule(CALL_CYCLE, "call-cycle", "Calls do not lead back to their caller.") \
	rule(PRIORITY_INVERSION, "priority-inversion", "A server has a higher priority than its callers.") \
	rule(TOO_DEEP, "too-deep", "There is a priority for every step of the longest chain of calls.") \
	rule(UNKNOWN_DEVICE, "unknown-device", "A device is there on the board.") \
	rule(DEVICE_TWICE, "device-twice", "A device has one driver.") \
	rule(NO_DRIVER, "no-driver", "A driver for the device exists.") \
	rule(AMBIGUOUS_DRIVER, "ambiguous-driver", "Where several drivers fit a device, `component:` chooses.") \
	rule(AMBIGUOUS_DEVICE, "ambiguous-device", "Where several devices fit a driver, `device:` chooses.") \
	rule(DEVICE_MISMATCH, "device-mismatch", "A driver's `compatible` fits its device.") \
	rule(NOT_A_DRIVER, "not-a-driver", "Only a component with `device:` is given a device.") \
	rule(BUS_MISSING, "bus-missing", "A system that drives PCI functions has a component with `role: bus`.") \
	rule(TWO_BUSES, "two-buses", "A system has at most one component with `role: bus`.") \
	rule(BUS_PORT, "bus-port", "The bus provides the interface `bus`, to drivers of PCI functions and to nobody else.") \
	rule(BUS_BRIDGE, "bus-bridge", "The bus drives a host bridge, of which the windows are known.") \
	rule(PASSED_POOL, "passed-pool", "A component passes a pool of a provided port on to a used port that takes buffers of others.") \
	rule(DMA_MEMORY, "dma-memory", "Memory for DMA is given to a driver whose device reads or writes memory.") \
	rule(TOO_FEW_RESOURCES, "too-few-resources", "A device has the registers and interrupts that its driver expects.") \
	rule(UNKNOWN_PARAMETER, "unknown-parameter", "`with` names parameters that the component has.") \
	rule(MISSING_PARAMETER, "missing-parameter", "A parameter without a default is given.") \
	rule(UNIQUE_PARAMETER, "unique-parameter", "Connections of one port have different values of a parameter that is unique.") \
	rule(PARAMETER_VALUE, "parameter-value", "A parameter's value has its type.") \
	rule(PARAMETER_LIMIT, "parameter-limit", "A parameter's value lies in its range.") \
	rule(CPU_MISSING, "cpu-missing", "An instance runs on a CPU that the board has.") \
	rule(SCHEDULE_FORM, "schedule-form", "A budget has a period, and a deadline has a budget.") \
	rule(BUDGET, "budget", "A budget fits its deadline, and that its period.") \
	rule(SCHEDULE_POOL, "schedule-pool", "An instance with a budget has no pool to make other threads from.") \
	rule(CALL_TOO_LONG, "call-too-long", "A budget lasts for one call of each server on its CPU.") \
	rule(DEADLINE_ORDER, "deadline-order", "Given priorities do not put a longer deadline above a shorter one.") \
	rule(CPU_OVERLOADED, "cpu-overloaded", "What instances with a deadline may use of a CPU is at most all of it.") \
	rule(TIME_UNLIMITED, "time-unlimited", "Whatever stands above an instance with a deadline has a budget.") \
	rule(TIME_UNKNOWN, "time-unknown", "What an instance with a deadline may have to wait for takes a known time.") \
	rule(DEADLINE, "deadline", "An instance with a deadline is done by then in every case.") \
	rule(RESERVE, "reserve", "The budget of a server lasts for what its callers leave to it.") \
	rule(STACK_TOO_SMALL, "stack-too-small", "A stack has at least 4 KiB.") \
	rule(POOL_TOO_SMALL, "pool-too-small", "A pool has at least 64 KiB.") \
	rule(NODE_MISSING, "node-missing", "A pool lies in a NUMA node that the board may have.") \
	rule(STALE_GLUE, "stale-glue", "Headers and glue are those of the description that is laid out.") \
	rule(PROGRAM_MISSING, "program-missing", "Each instance has a program.") \
	rule(PROGRAM_FORM, "program-form", "A program is an ELF executable for the board, linked at its place.") \
	rule(STACK_TOO_DEEP, "stack-too-deep", "A stack is as large as its component's code can need.") \
	rule(STACK_UNBOUNDED, "stack-unbounded", "How much stack a component's code can need is known.") \
	rule(MEMORY, "memory", "The memory that the system declares fits the board.") \
	rule(CAPABILITY_ROOM, "capability-room", "An instance has room for the capabilities that its connections may bring.") \
	rule(BAD_ASSERTION, "bad-assertion", "An assertion is one of the sentences that the reference lists, and says something.") \
	rule(UNKNOWN_MEMORY, "unknown-memory", "An assertion names a pool or shared memory that there is.") \
	rule(ASSERTION_INFLUENCE, "assertion-influence", "Nothing influences what an assertion keeps it from.") \
	rule(ASSERTION_WRITE, "assertion-write", "Nobody can write to what an assertion keeps them from.") \
	rule(ASSERTION_HOLD, "assertion-hold", "Nobody holds what an assertion keeps from them.") \
	rule(ASSERTION_BOTH, "assertion-both", "Nobody holds two things that an assertion keeps apart.") \
	rule(SUPERVISOR_MISSING, "supervisor-missing", "A system that supervises has a component with `role: supervisor`.") \
	rule(TWO_SUPERVISORS, "two-supervisors", "A system has at most one supervisor.") \
	rule(SUPERVISED_SUPERVISOR, "supervised-supervisor", "The supervisor does not supervise itself.") \
	rule(HEARTBEAT_MISSING, "heartbeat-missing", "`on_hang` is asked for a component with a heartbeat, and says `within`.")
/* clang-format on */

enum rule {
#define RULE_ENUMERATOR(id, name, text) RULE_##id,
	RULES(RULE_ENUMERATOR)
#undef RULE_ENUMERATOR
	    RULE_COUNT
};

const char *rule_name(enum rule rule);
const char *rule_text(enum rule rule);

#endif
