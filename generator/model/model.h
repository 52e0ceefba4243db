/* SPDX-License-Identifier: MIT
 * The model: a system, resolved and checked. Names have become pointers,
 * defaults are filled in, types are laid out, connections are made, devices
 * found, priorities computed. Who prints from it decides nothing any more.
 *
 * Owner: everything hangs in the arena of `struct model` and lives until
 * model_destroy. A model that model_compose returned is only read.
 *
 * Order: arrays stand in the order of the user's files, which makes every
 * output deterministic. `index` fields are positions in those arrays.
 * Units: bytes and nanoseconds, always.
 */
#ifndef TENON_GENERATOR_MODEL_H
#define TENON_GENERATOR_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "../read/disk.h"

#define MODEL_MESSAGE_MAX       4096u /* bytes; the same as TENON_MESSAGE_MAX_BYTES */
#define MODEL_MESSAGE_REGISTERS 64u   /* bytes of a message that travel in registers */
#define MODEL_OPENING_MAX       256u  /* bytes of an opening call; the same as TENON_OPENING_MAX */
#define MODEL_CODE_OF_GLUE      0u    /* no operation's: the label of TENON_GLUE_BEGIN and TENON_GLUE_ASK */
#define MODEL_LOANS_MAX         3u    /* lent with one call; the same as TENON_MESSAGE_LOANS */
#define MODEL_PAGE              4096u
#define MODEL_POOL_MIN          (64u * 1024) /* bytes: below that there is room for hardly one process */
#define MODEL_CAPABILITIES      64u          /* free slots of an instance that has a pool */
#define MODEL_CLIENTS_MAX       4096u        /* connections of one provided port */
#define MODEL_SERVERS_MAX       256u         /* connections of one array of used ports */
#define MODEL_EVENTS_MAX        64u          /* events of one interface: bits of one notification word */
#define MODEL_CHANNEL_SIDE      128u         /* bytes of struct tenon_channel_side; the glue asserts it */
#define MODEL_CHANNEL_ENTRIES   64u          /* where a channel says nothing */
#define MODEL_CACHE_LINE        64u
#define MODEL_TIMEOUTS_MAX      32u  /* of one component */
#define MODEL_REGISTERS_MAX     8u   /* register ranges of one device */
#define MODEL_INTERRUPTS_MAX    16u  /* interrupts of one device */
#ifndef MODEL_INSTANCES_MAX          /* the fuzzer has less, or would speak of its memory */
#define MODEL_INSTANCES_MAX 1000000u /* of a system, those of composites included */
#endif
#define MODEL_PATH_MAX 200u /* letters of an instance's whole name: files are named by it */

struct source; /* read/source.h: a file that was read */
struct value;  /* read/value.h: what was written */
struct arena;
struct use;

/* Where something was written. file NULL: nowhere (a default). Line and column count from 1. */
struct place {
	const struct source *file;
	uint32_t line, column;
	uint32_t width;        /* characters to underline, at least 1 */
	const struct use *use; /* of the composite that the file describes; NULL: the file is none */
};

/* One use of a composite: the places inside it lead here. */
struct use {
	const char *instance;  /* its whole name, "front.store" */
	const char *composite; /* what it is */
	struct place place;    /* where it is written; `use` is that of the composite around it */
};

/* "folder/file.yaml:12" as the user named the file; for reports and comments. */
const char *place_text(struct arena *arena, struct place place);

/* A name as written, and where. */
struct name {
	const char *text;
	struct place place;
};

/* ---- Interfaces ------------------------------------------------------------------------------- */

enum type_kind {
	TYPE_U8,
	TYPE_U16,
	TYPE_U32,
	TYPE_U64,
	TYPE_I8,
	TYPE_I16,
	TYPE_I32,
	TYPE_I64,
	TYPE_BOOL,
	TYPE_ENUM,   /* 32 bits on the wire, a C enum */
	TYPE_BITS,   /* 32 or 64 bits, of which `values` have a name */
	TYPE_BUFFER, /* struct tenon_buffer, of `pool`; a field of a channel's entry only */
	TYPE_LOAN,   /* the caller's memory, at most `count` elements; 64 bits, its bytes; of `lend` only */
	TYPE_CAPABILITY, /* travels beside the message, of which it has no byte; as an argument only */
	TYPE_STRUCT,
	TYPE_UNION,  /* a u32 that tells which of `field`, then that one; all at the same offset */
	TYPE_OPTION, /* a bool that tells whether, then `element` */
	TYPE_ARRAY,
	TYPE_SEQUENCE, /* a u32 that tells how many, then room for `count` elements */
	TYPE_STRING,   /* at most `count` bytes, zero byte not counted */
	TYPE_BYTES     /* at most `count` bytes; as an argument only */
};

struct field {
	struct name name;
	const struct type *type;
	const char *doc;
	uint32_t offset; /* from the start of the structure; of a union, that of its value */
};

/*
 * `size` and `align` describe the type in place: inside a structure, an array
 * or the fixed part of a message. It is the layout that C gives the same
 * declaration on all three machines (little-endian, natural alignment), so a
 * structure may be copied as a whole. A string in place is char[count + 1]. An
 * option in place is struct {bool present; T value;}, a sequence struct
 * {uint32_t count; T item[N];}.
 */
struct type {
	enum type_kind kind;
	const char *text; /* "u32", "Colour", "array of 8 u32" */
	struct name name; /* declared ones; text NULL otherwise */
	const char *doc;
	const struct interface *home; /* declared ones: where, which their names in C begin with */
	const struct type *element;   /* ARRAY, SEQUENCE, OPTION, LOAN */
	uint32_t count;               /* ARRAY, SEQUENCE: (most) elements; STRING, BYTES: most bytes */
	const struct field *field;    /* STRUCT, UNION; the type of a UNION's may be NULL: no value */
	uint32_t fields;
	const struct name *value; /* ENUM: value i has the number i; BITS: it is the bit i */
	uint32_t values;
	const struct buffers *pool; /* BUFFER */
	bool buffers;               /* a BUFFER is somewhere inside */
	bool writable;              /* LOAN: the server writes it, else it reads it */
	uint32_t object,
	    rights; /* CAPABILITY: TENON_TYPE_…; TENON_RIGHT_… that travel and must, 0: what there is */
	const char *handed;        /* CAPABILITY: the interface that is served at an endpoint, or NULL */
	const char *unit;          /* numbers: what one is of, or NULL */
	bool has_min, has_max;     /* numbers */
	uint64_t minimum, maximum; /* a signed one's in two's complement */
	uint32_t size, align;
	bool plain; /* every bit pattern is valid: nothing to check anywhere inside */
	bool loose; /* a value may leave bytes of its C object alone: unions, options, sequences inside */
};

/* Endings of the C parameters that stand beside that of an argument: "size", "count", … Returns how many. */
uint32_t type_companions(const struct type *type, bool taken, const char *companion[2]);

/*
 * An argument in a message. The fixed part holds every argument in order,
 * naturally aligned; a string or byte buffer has a u32 there, its length in
 * bytes (a string without its zero byte), a sequence its number of elements.
 * The bytes or elements follow the fixed part, in argument order, one after the
 * other; only elements that have an alignment are brought to it.
 */
struct argument {
	struct name name;
	const struct type *type;
	const char *doc;
	uint32_t offset; /* in the fixed part */
	bool variable;   /* string, bytes or sequence */
};

struct message {
	const struct argument *argument;
	uint32_t arguments;
	uint32_t fixed_size; /* bytes */
	uint32_t max_size;   /* fixed part and all variable parts at their longest; <= MODEL_MESSAGE_MAX */
	uint32_t variables;  /* how many arguments are variable */
	uint32_t loans;      /* how many are lent; they are the last ones */
	const struct argument *capability; /* the one that is a capability, or NULL */
};

struct error {
	struct name name;
	const char *doc;
	uint32_t code; /* 1.. in the order of the file */
};

/* What one connection may hold in its server. */
struct limit {
	struct name name; /* place of nowhere: `in_flight` and `capabilities` where nothing is said of them */
	const char *doc;
	bool is_size;   /* bytes; otherwise a count */
	bool is_taken;  /* by an operation, so that its account is the glue's own */
	uint32_t value; /* where the connection says nothing else */
};

/* Is limit `limit` counted by the glue alone, so that the component has no functions for it? */
bool limit_counts_itself(const struct interface *interface, uint32_t limit);

/* A value of a limit as one would write it: "32", "4 KiB". */
const char *limit_text(struct arena *arena, const struct limit *limit, uint64_t value);

/* What an operation that succeeds takes of a limit, or gives back. */
struct taking {
	uint32_t limit; /* in interface.limit */
	uint32_t amount;
};

enum reply_kind { REPLY_NOW, REPLY_LATER, REPLY_NEVER };

struct operation {
	struct name name;
	const char *doc;
	uint32_t index;
	uint32_t code; /* 32-bit FNV-1a of the name; unique in the interface, never 0 */
	struct message in, out;
	const struct error *const *error; /* those that it may answer */
	uint32_t errors;
	enum reply_kind reply;
	bool retry;           /* on_restart: retry */
	uint64_t deadline_ns; /* from the call on, where the client says nothing else; 0: none */
	const struct taking *take, *give;
	uint32_t takes, gives;
	bool opens;      /* it opens the session that the client's stub opens again */
	bool in_session; /* its interface is not stateless */
	bool watched;    /* an answer of its port may bring a capability, be it asked for or not */
};

struct event {
	struct name name;
	const char *doc;
	uint32_t bit; /* in the notification word of a client's connection, = index */
};

enum shared_writer { SHARED_WRITE_SERVER = 1, SHARED_WRITE_CLIENT = 2, SHARED_WRITE_BOTH = 3 };

enum shared_kind {
	SHARED_REGION, /* of `shared` */
	SHARED_SERVER, /* of the channels: what the server writes, the client reads */
	SHARED_CLIENT, /* what the client writes */
	SHARED_POOL    /* the buffers of a pool */
};

/* One region for each connection. Those of channels and pools stand behind those that the interface lists. */
struct shared {
	enum shared_kind kind;
	struct name name;
	const char *doc;
	uint64_t size;  /* bytes, page multiple */
	uint64_t asked; /* bytes as written */
	enum shared_writer write;
};

/* A ring of entries in one direction, for each connection. */
struct channel {
	struct name name;
	const char *doc;
	const struct type *entry; /* a structure */
	uint32_t entry_bytes;     /* in the ring: its size, rounded up to 8 */
	uint32_t entries;         /* a power of two */
	bool to_server;
	uint32_t server_offset, client_offset; /* of its sides, in the regions SERVER and CLIENT */
};

/* Buffers that entries of channels hand over, for each connection. */
struct buffers {
	struct name name;
	const char *doc;
	uint32_t buffer_bytes; /* a multiple of MODEL_CACHE_LINE */
	uint32_t count;
	enum shared_writer write;
	bool client_keeps; /* the ledger: who allocates, and survives the other */
	bool passed;       /* buffers that the client passes on from others may stand for its own */
	uint32_t shared;   /* its region among those of the interface */
};

/* Something in an interface that both ends of a connection must have the same way. */
struct interface_part {
	const char *noun, *name; /* "operation", "read" */
	uint64_t hash;
};

enum session_kind { SESSION_STATELESS, SESSION_REOPENED, SESSION_LOST };

struct interface {
	struct name name;
	const struct source *source;
	const char *doc;
	uint32_t major, minor;
	enum session_kind session;
	const struct operation *opening; /* of a session that is reopened; in `operation` */
	uint32_t
	    signals;  /* of one connection: its events; and one more, where a restart of the server matters */
	bool is_held; /* its server keeps something for a client, and is told when that starts anew */
	const struct type *const *type; /* declared types, each after those that it uses; `home` says whose */
	uint32_t types;
	const struct error *error;
	uint32_t errors;
	const struct operation *operation;
	uint32_t operations;
	const struct event *event;
	uint32_t events;
	const struct shared *shared;
	uint32_t shareds;
	const struct channel *channel;
	uint32_t channels;
	uint32_t server_part, client_part; /* with channels: the regions SERVER and CLIENT, in `shared` */
	const struct buffers *pool;
	uint32_t pools;
	const struct limit *limit;
	uint32_t limits;
	uint32_t in_flight;       /* in `limit`; `limits` where no operation is answered later */
	bool sends_in, sends_out; /* some operation has a capability in `in`, in `out` */
	uint32_t
	    left; /* in `limit`: what a connection may leave with its receiver of those; `limits` without */
	uint32_t longest; /* bytes of its longest message in either direction */
	const struct interface_part
	    *part; /* everything that both ends must agree on, in the order of the file */
	uint32_t parts;
	uint64_t hash; /* 64-bit FNV-1a over the name and all parts */
	uint32_t index;
};

/* The name of a signal from server to client: that of an event, or, behind them, "restarted". */
static inline const char *signal_name(const struct interface *interface, uint32_t signal)
{
	return signal < interface->events ? interface->event[signal].name.text : "restarted";
}

/* ---- Components ------------------------------------------------------------------------------- */

struct parameter;
struct port {
	struct name name;
	const struct interface *interface;
	bool optional; /* uses only */
	bool many;     /* uses only: an array, of at_least to at_most connections */
	uint32_t at_least, at_most;
	bool implicit; /* uses only: the `log` port that every component has which does not name one */
	bool to_bus;   /* uses only: of a driver of PCI functions, which the generator connects */
	const struct parameter *parameter; /* of each connection */
	uint32_t parameters;
	uint32_t index; /* in component.provides or component.uses */
};

enum parameter_kind {
	PARAMETER_UNSIGNED, /* u8..u64: value.number */
	PARAMETER_SIGNED,   /* i8..i64: value.number, two's complement */
	PARAMETER_BOOL,     /* value.number 0 or 1 */
	PARAMETER_SIZE,     /* a u64 in bytes: value.number */
	PARAMETER_TIME,     /* a u64 in ns: value.number */
	PARAMETER_STRING,   /* value.text */
	PARAMETER_CHOICE    /* value.number: index in `choice` */
};

struct parameter_value {
	struct place place;
	uint64_t number;
	const char *text; /* STRING: the text; all others: as written, for comments */
};

struct parameter {
	struct name name;
	const char *doc;
	enum parameter_kind kind;
	uint32_t bits; /* UNSIGNED, SIGNED: 8, 16, 32, 64; SIZE and TIME: 64 */
	bool has_default;
	bool unique; /* of connections: those of one port have different values */
	struct parameter_value fallback;
	uint64_t min, max; /* numbers, in the kind's own representation; STRING: max bytes */
	const struct name *choice;
	uint32_t choices;
};

enum libc_kind { LIBC_NONE, LIBC_MUSL };

#define NEEDS_CLOCK     1u
#define NEEDS_PLATFORM  2u
#define NEEDS_INSPECTOR 4u

/* Names of a PCI function: what they say of its identity. */
struct pci_name {
	uint64_t id, id_mask;       /* vendor, device << 16, subsystem vendor << 32, subsystem << 48 */
	uint32_t class, class_mask; /* base class << 16, subclass << 8, programming interface */
};

/* What a driver expects of its device. */
struct device_class {
	bool present;
	struct place place;
	const struct name *compatible;
	uint32_t compatibles;
	uint32_t registers;                   /* ranges, memory or I/O ports */
	uint64_t window[MODEL_REGISTERS_MAX]; /* of a PCI function: bytes that each may have */
	uint32_t interrupts;
	bool no_dma; /* `dma: none`: it neither reads nor writes memory by itself */
};

/* Memory that objects are made from. */
struct pool {
	uint64_t size; /* bytes, page multiple; 0: there is none */
	int32_t node;  /* NUMA node; -1: near its CPU */
	enum pool_kind { POOL_ANY, POOL_RAM, POOL_SLOW } kind;
};

/* The pool `shared` of a provided port goes on to the servers of a used one. */
struct pass {
	uint32_t provides, shared, uses;
	bool reads; /* what comes with connections of the provided port it has itself, too */
	struct place place;
};

/* A file, folder or symbolic link of an instance's tree: <tenon/files.h>. */
struct initial_file {
	const char *name; /* "" of the root */
	const char *path; /* the host's */
	uint32_t parent;
	uint32_t first, count; /* of a folder: its entries */
	struct disk_look disk;
	struct place place; /* where it is named, or the folder that it is in */
};

struct component {
	struct name name;
	const struct source *source;
	const char *folder; /* that its files are relative to */
	bool in_place;      /* described in the system file, by its only instance */
	const char *doc;
	const struct port *provides;
	uint32_t provided;
	const struct port *uses;
	uint32_t used;
	const char *const *file; /* C and assembly files, globs expanded, sorted per glob; usable paths */
	uint32_t files;
	const char *const *include; /* include folders, usable paths */
	uint32_t includes;
	const char *const *library; /* Meson dependencies */
	uint32_t libraries;
	const struct value *initial; /* files that its instances have from the beginning; NULL: none */
	enum libc_kind libc;
	bool own_build; /* build: meson */
	const struct pass *pass;
	uint32_t passes;
	struct device_class device;
	uint64_t stack, heap;     /* bytes, page multiples */
	struct place stack_place; /* where the stack is given; without a file: it is the default */
	uint64_t dma;             /* bytes, page multiple: shared with its device */
	struct place dma_place;
	struct pool pool;
	bool tagged;          /* the heap is */
	int32_t capabilities; /* free slots of its table; -1: not given */
	struct place capabilities_place;
	const struct parameter *parameter;
	uint32_t parameters;
	const struct name *timeout;
	uint32_t timeouts;
	bool heartbeat;
	bool supervisor; /* role: supervisor */
	bool bus;        /* role: bus */
	struct place role_place;
	uint32_t needs;   /* NEEDS_… */
	uint64_t wcet_ns; /* of a handler, for one call; 0: not given */
	int32_t priority; /* -1: not given */
	struct place priority_place;
	uint32_t index;
};

/* ---- Boards ----------------------------------------------------------------------------------- */

enum architecture { ARCHITECTURE_X86_64, ARCHITECTURE_AARCH64, ARCHITECTURE_RISCV64 };

struct register_range {
	bool ports;          /* x86 I/O ports: base and size count ports */
	bool firmware;       /* configuration space of PCI, where the firmware says; base is 0 */
	bool window;         /* of a PCI function: the bus maps it; base is 0, size the room for it */
	uint64_t base, size; /* physical, bytes */
};

enum bridge_kind { BRIDGE_PORTS, BRIDGE_MEMORY, BRIDGE_MEMORY_64 }; /* as enum bus_range_kind */

/* Addresses that a host bridge passes on to the functions behind it. */
struct bridge_range {
	enum bridge_kind kind;
	bool prefetchable;
	uint64_t bus;  /* address there */
	uint64_t base; /* physical */
	uint64_t size;
};

#define INTERRUPT_EDGE    1u /* the values of TENON_INTERRUPT_EDGE, _LOW and _MESSAGE */
#define INTERRUPT_LOW     2u
#define INTERRUPT_MESSAGE 4u

#define DEVICE_ANYWHERE UINT32_MAX

struct interrupt {
	uint32_t number; /* GIC INTID, APLIC/PLIC source, ISA interrupt or GSI: as tables.h says */
	uint32_t flags;
};

/* A device of the board: a node of its device tree, or an entry of `devices` in the board file. */
struct device {
	const char *path;   /* "/soc/serial@10000000", or the name in the board file */
	struct place place; /* board file; file NULL for a node of the device tree */
	const char *const *compatible;
	uint32_t compatibles;
	const struct register_range *range;
	uint32_t ranges;
	const struct interrupt *interrupt;
	uint32_t interrupts;
	const struct instance *holder; /* who drives it, or NULL */
	/* Of a host bridge. */
	const struct bridge_range *bridge;
	uint32_t bridges;
	bool iommu; /* one decides what the functions behind it reach */
	/* Of a PCI function. */
	bool function;
	struct pci_name identity; /* all that the board says of it */
	uint32_t at;              /* bus << 8, device << 3, function; DEVICE_ANYWHERE */
	uint32_t slot;            /* place of the emulator's port before it; DEVICE_ANYWHERE: it has none */
	const char *emulator;     /* -device that adds it, or NULL */
	uint64_t disk;            /* bytes of its medium where none is given; 0: it has none */
	bool network;             /* it has a cable */
};

/* A further name of a device, from the device tree. */
struct alias {
	const char *name, *path;
};

struct emulator {
	const char *program, *machine, *cpu;
	uint64_t memory; /* bytes */
	uint32_t cpus;
	const char *const *device; /* further arguments of -device */
	uint32_t devices;
	const char *firmware; /* "ovmf", "uboot", "opensbi_uboot" */
};

struct board {
	struct name name;
	const struct source *source;
	const char *folder;
	const char *doc;
	enum architecture architecture;
	uint64_t memory_at_least; /* bytes */
	uint32_t nodes;           /* NUMA nodes that it may have */
	struct place memory_place;
	uint32_t cpus;
	struct emulator emulator;
	bool has_device_tree;  /* false: `devices` of the board file stand for it */
	struct device *device; /* only those that have a compatible */
	uint32_t devices;
	const struct alias *alias;
	uint32_t aliases;
	const struct device *console; /* stdout-path or `console:`; NULL: none */
	const struct device *bridge;  /* its host bridge, or NULL */
};

/* ---- The system ------------------------------------------------------------------------------- */

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

/* Do pools that come with connections of a provided port go on behind the component, which has none of them itself? */
bool port_passes_on(const struct component *component, uint32_t provided);

/* A pool that comes with a connection: that of another one, which has memory for it. */
struct passed {
	const struct connection *owner;
	uint32_t shared;    /* of its interface */
	struct place place; /* who passes it on says so here */
};

/* One client's use of one server's port. */
struct connection {
	const struct instance *client;
	const struct port *uses; /* client->component->uses[…] */
	const struct instance *server;
	const struct port *provides; /* server->component->provides[…] */
	const struct interface *interface;
	uint32_t client_index; /* 0.. among the connections of the server's port */
	uint32_t
	    server_index; /* 0.. among the connections of the client's port: other than 0 in an array only */
	uint32_t index;   /* in model.connection */
	bool automatic;   /* by itself: the only provider */
	const uint32_t *limit;               /* one for each interface->limit: what it may hold */
	const struct value *limited;         /* what its wire says of that, or NULL */
	const struct value *with;            /* what its wire says of the parameters of its ports, or NULL */
	const struct value *pooled, *queued; /* what its wire says of its pools and channels, or NULL */
	/* Those of the interface, with this connection's numbers: its own arrays where the wire says some. */
	const struct shared *shared;
	const struct channel *channel;
	const struct buffers *pool;
	const struct parameter_value *client_parameter; /* one for each uses->parameter */
	const struct parameter_value *server_parameter; /* one for each provides->parameter */
	const struct passed *passed; /* pools of others that come with it: number i + 1 is passed[i] */
	uint32_t passeds;
	struct place place; /* `connect:` entry, or the port in the client's component.yaml */
};

#define RESTART_ON_FAULT 1u
#define RESTART_ON_HANG  2u

enum supervise_then { THEN_HALT, THEN_HALT_DEPENDENTS, THEN_RESTART_MACHINE };

struct supervision {
	const struct instance *instance;
	struct place place;
	const struct value *described; /* the entry of `supervise` */
	uint32_t restart;              /* RESTART_… */
	uint64_t within_ns;            /* on_hang: heartbeat */
	uint32_t at_most;              /* restarts per window; 0: without limit */
	uint64_t window_ns;
	uint64_t back_off_ns;
	enum supervise_then then;
};

#define MODEL_CALLS_UNKNOWN UINT32_MAX

/* An entry of `schedule`: CPU time. */
struct schedule {
	const struct instance *instance;
	struct place place;            /* the name of the entry */
	const struct value *described; /* the entry */
	uint64_t budget_ns, period_ns; /* 0: without limit */
	uint64_t deadline_ns;          /* 0: nothing is promised */
	bool time_sharing;
	const uint32_t *calls; /* to servers on other CPUs in one period; one for each component->uses */
	/* computed by check/response.c where there is a deadline */
	uint64_t response_ns; /* at most so long after it became ready */
	uint64_t blocked_ns;  /* of that: by less urgent ones that have a server in their hands */
	uint64_t away_ns;     /* of that: it waits for servers on other CPUs */
};

/* Connections of one provided port of one instance, by client_index. */
struct provided {
	const struct connection *const *client;
	uint32_t clients;
};

/* Connections of one used port of one instance, by server_index: none where it is open, several in an array. */
struct used {
	const struct connection *const *server;
	uint32_t servers;
};

struct instance {
	struct name name;
	uint32_t index;
	struct place place;            /* its entry in the system */
	const struct value *described; /* that entry, with the overlays */
	const struct component *component;
	const struct provided *provided;     /* one for each component->provides */
	const struct used *used;             /* one for each component->uses */
	const struct connection *connection; /* those of all its used ports */
	uint32_t connections;
	const struct parameter_value *parameter; /* one for each component->parameter, defaults filled in */
	struct device *device;                   /* NULL: not a driver */
	const struct initial_file *initial;      /* files that it has from the beginning, the root first */
	uint32_t initials;                       /* 0: none */
	enum log_level log;
	uint32_t priority; /* 0..255; above that of all its callers */
	bool priority_given;
	struct place priority_place; /* of the given one; that of the instance otherwise */
	uint32_t cpu;
	bool counters;            /* it may read the CPU's */
	uint64_t stack, heap;     /* bytes, page multiples */
	struct place stack_place; /* where the stack is given, or the instance's */
	uint64_t dma;             /* bytes, page multiple: shared with its device */
	struct pool pool;
	bool tagged; /* the heap is, and the machine can */
	uint32_t
	    capabilities; /* free slots of its table that it may count on; `room` of them are the glue's */
	uint32_t room;    /* slots for what messages bring, and one where it narrows what it sends */
	bool capabilities_given; /* they are written, and not the default */
	struct place capabilities_place;
	bool narrows; /* it sends a capability with fewer rights than it may have */
	struct place memory_place;
	const struct supervision *supervision; /* NULL: not supervised */
	const struct schedule *schedule;       /* NULL: its CPU time has no limit and no deadline */
	uint64_t wcet_ns;                      /* of a handler, for one call; 0: not known */
	bool long_messages; /* some message it sends or receives is longer than 64 bytes: needs a buffer */
};

struct model {
	struct arena *arena;
	struct name system;
	const char *doc;
	const struct source *source;
	const struct board *board;
	const struct interface *const *interface; /* those in use, in the order of first use */
	uint32_t interfaces;
	const struct component *const *component; /* those in use */
	uint32_t components;
	const struct instance *instance;
	uint32_t instances;
	const struct connection *connection;
	uint32_t connections;
	const struct supervision *supervision;
	uint32_t supervisions;
	const struct schedule *schedule;
	uint32_t schedules;
	const struct value *labelled; /* the mapping `labels` as written, or NULL */
	/* What `assert` lists, of the system, its overlays and composites, or NULL; check/statement.h reads it. */
	const struct value *asserted;
	const struct instance *supervisor; /* NULL: none */
	const struct instance *bus;        /* role: bus; NULL: none */
	bool host;                         /* as in struct request */
	const struct instance *log;        /* the only provider of interface `log`, or NULL */
	const char *const *input;          /* every file read, for `watch` lines of the plan; usable paths */
	uint32_t inputs;
};

/* ---- Making one ------------------------------------------------------------------------------- */

struct report; /* read/report.h: collects the refusals */

struct request {
	const char *system;         /* path of the system file */
	const char *board;          /* NULL: the first one of the system's `boards` */
	const char *root;           /* the tree: components/, interfaces/, platforms/ */
	const char *dtb;            /* the board's device tree; NULL where it has none */
	const char *const *variant; /* overlays that are laid on it besides those of the board */
	uint32_t variants;
	const char *beside; /* a further folder like the system's, looked through after it; NULL: none */
	bool host;          /* the glue is for a host program that tests a component */
};

/*
 * Reads, resolves and checks everything. Returns NULL when anything was
 * refused; then `report` holds at least one error. The caller destroys the
 * model.
 */
__attribute__((warn_unused_result)) struct model *model_compose(const struct request *request,
								struct report *report);
void model_destroy(struct model *model);

/*
 * A component by itself, found beside `system` (a path whose folder is looked through) or in the tree. NULL where it was
 * refused. It lives in the arena.
 */
__attribute__((warn_unused_result)) const struct component *component_alone(struct arena *arena,
									    const char *name,
									    const struct request *request,
									    struct report *report);

#endif
