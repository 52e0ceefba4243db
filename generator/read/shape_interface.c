/* SPDX-License-Identifier: MIT
 * interfaces/NAME.yaml.
 */
#include <stddef.h>
#include <tenon/abi.h>
#include "shape.h"

static const struct shape type;

static const struct shape length = {
    .kind = SHAPE_INTEGER, .says = "a number of bytes", .min = 1, .max = 4096};
static const struct shape count = {
    .kind = SHAPE_INTEGER, .says = "a number of elements", .min = 1, .max = 4096};

static const struct shape limit = {.kind = SHAPE_SCALAR, .says = "a number"};
static const struct shape unit = {.kind = SHAPE_TEXT, .says = "a unit, such as ms or sectors"};
static const struct shape number_name = {.kind = SHAPE_IDENTIFIER,
					 .says = "a type of number: u8, u16, u32, u64, i8, i16, i32 or i64"};

static const struct shape pool_name = {.kind = SHAPE_IDENTIFIER, .says = "the name of a pool"};

/* The object types of the kernel, in their order: TENON_TYPE_NONE is none that travels. */
static const char *const capability_choice[TENON_TYPE_COUNT] = {[TENON_TYPE_POOL - 1] = "pool",
								[TENON_TYPE_FRAME - 1] = "frame",
								[TENON_TYPE_SPACE - 1] = "space",
								[TENON_TYPE_TABLE - 1] = "table",
								[TENON_TYPE_THREAD - 1] = "thread",
								[TENON_TYPE_SCHEDULING - 1] = "scheduling",
								[TENON_TYPE_ENDPOINT - 1] = "endpoint",
								[TENON_TYPE_NOTIFICATION - 1] =
								    "notification",
								[TENON_TYPE_RECEIVE_SET - 1] = "receive_set",
								[TENON_TYPE_REPLY - 1] = "reply",
								[TENON_TYPE_INTERRUPT - 1] = "interrupt",
								[TENON_TYPE_PORTS - 1] = "ports",
								[TENON_TYPE_CLOCK - 1] = "clock",
								[TENON_TYPE_PLATFORM - 1] = "platform",
								[TENON_TYPE_INSPECTOR - 1] = "inspector"};
static const struct shape capability_kind = {
    .kind = SHAPE_CHOICE,
    .says = "a kind of object: pool, frame, space, table, thread, scheduling, endpoint, notification, "
	    "receive_set, reply, interrupt, ports, clock, platform or inspector",
    .choice = capability_choice};
static const struct shape served_interface = {.kind = SHAPE_IDENTIFIER, .says = "the name of an interface"};
static const struct key capability_key[] = {
    {"endpoint", &served_interface, true, NULL, "An endpoint at which this interface is served."}, {0}};
static const struct shape capability_object = {
    .kind = SHAPE_OBJECT, .says = "{endpoint: INTERFACE}", .title = "Capability", .key = capability_key};
static const struct shape capability = {.kind = SHAPE_EITHER,
					.says = "a kind of object, such as frame, or {endpoint: INTERFACE}",
					.scalar = &capability_kind,
					.map = &capability_object};
/* In the order of their bits in <tenon/abi.h>. */
static const char *const rights_choice[] = {"read",    "write", "execute", "invoke",
					    "receive", "grant", "manage",  NULL};
const struct shape shape_rights = {
    .kind = SHAPE_CHOICES,
    .says = "read, write, execute, invoke, receive, grant or manage, or a list of them",
    .choice = rights_choice};

static const struct key type_key[] = {
    {"array", &type, false, NULL, "Type of the elements of a fixed array."},
    {"count", &count, false, NULL, "How many elements the array has; with `array`."},
    {"string", &length, false, NULL,
     "A string of at most so many bytes, its final zero byte not counted. For a longer one a stub answers "
     "`malformed`."},
    {"bytes", &length, false, NULL, "A byte buffer of at most so many bytes; as an argument only."},
    {"sequence", &type, false, NULL, "Type of the elements of a sequence: none to `max` of them."},
    {"option", &type, false, NULL, "Type of a value that may be there or not."},
    {"buffer", &pool_name, false, NULL,
     "A buffer of that pool, handed over; as a field of a channel's entry only."},
    {"type", &number_name, false, NULL, "A number with `min`, `max` or `unit`."},
    {"min", &limit, false, NULL, "The least value; with `type`."},
    {"max", &limit, false, NULL, "With `type` the greatest value; with `sequence` the most elements."},
    {"unit", &unit, false, NULL, "What one of it is; with `type`. Part of what both ends agree on."},
    {"capability", &capability, false, NULL,
     "Kind of a capability that travels beside the message; as an argument only, one in each direction."},
    {"rights", &shape_rights, false, "those that the sender has",
     "Which rights of it travel; all of them are there when it arrives. With `capability`."},
    {0}};
static const struct shape type_object = {
    .kind = SHAPE_OBJECT,
    .says = "a type, such as {array: u32, count: 8}, {sequence: u32, max: 8}, {option: u32} or {string: 64}",
    .title = "Type",
    .key = type_key};
static const struct shape type_name = {.kind = SHAPE_IDENTIFIER, .says = "the name of a type"};
static const struct shape type = {
    .kind = SHAPE_EITHER,
    .says = "a type: u8, u16, u32, u64, i8, i16, i32, i64, bool, a name of `types`, {array: TYPE, count: N}, "
	    "{sequence: TYPE, max: N}, {option: TYPE}, {string: N}, {bytes: N}, {type: NUMBER, min: N, max: "
	    "N} or "
	    "{capability: KIND}",
    .scalar = &type_name,
    .map = &type_object};

static const struct shape field_map = {.kind = SHAPE_MAP,
				       .says = "a mapping of field names to types",
				       .of = &type,
				       .names = "a field",
				       .bare = true};
static const struct shape enumerators = {
    .kind = SHAPE_LIST, .says = "a list of names", .of = &shape_identifier};
static const struct shape home = {.kind = SHAPE_IDENTIFIER, .says = "the name of an interface"};
static const struct shape member_map = {.kind = SHAPE_MAP,
					.says = "a mapping of member names to types, or `nothing`",
					.of = &type,
					.names = "a member",
					.bare = true};
static const struct key named_type_key[] = {
    {"struct", &field_map, false, NULL, "Fields and their types, in order."},
    {"enum", &enumerators, false, NULL, "Names of the values, numbered from 0 in order."},
    {"bits", &enumerators, false, NULL, "Names of the bits of a set, from bit 0 in order; 64 at most."},
    {"union", &member_map, false, NULL,
     "One of these, and a tag that tells which. A member of type `nothing` has no value."},
    {"type", &number_name, false, NULL, "A number with `min`, `max` or `unit`."},
    {"min", &limit, false, NULL, "The least value; with `type`."},
    {"max", &limit, false, NULL, "The greatest value; with `type`."},
    {"unit", &unit, false, NULL, "What one of it is; with `type`. Part of what both ends agree on."},
    {"from", &home, false, NULL, "The interface that declares the type of this name: both share it."},
    {"doc", &shape_doc, false, NULL, "What it stands for."},
    {0}};
static const struct shape named_type = {.kind = SHAPE_OBJECT,
					.says =
					    "a declared type, such as {struct: …}, {enum: …} or {union: …}",
					.title = "Declared type",
					.key = named_type_key};
static const struct shape types = {
    .kind = SHAPE_MAP, .says = "a mapping of names to declared types", .of = &named_type, .names = "a type"};

static const struct shape errors = {.kind = SHAPE_MAP,
				    .says = "a mapping of errors to what they mean",
				    .of = &shape_doc,
				    .names = "an error"};
static const struct shape error_names = {
    .kind = SHAPE_LIST, .says = "a list of errors", .of = &shape_identifier};
static const struct shape arguments = {.kind = SHAPE_MAP,
				       .says = "a mapping of arguments to types",
				       .of = &type,
				       .names = "an argument",
				       .bare = true};

static const char *const reply_choice[] = {"now", "later", "never", NULL};
static const struct shape reply = {
    .kind = SHAPE_CHOICE, .says = "now, later or never", .choice = reply_choice};
static const char *const restart_choice[] = {"fail", "retry", NULL};
static const struct shape on_restart = {
    .kind = SHAPE_CHOICE, .says = "fail or retry", .choice = restart_choice};

static const struct shape loan_size = {
    .kind = SHAPE_SIZE, .says = "a size, such as 64 KiB", .min = 1, .max = UINT64_C(1) << 30};
static const struct key loan_key[] = {
    {"read", &type_name, false, NULL, "The server reads it: type of its elements."},
    {"write", &type_name, false, NULL, "The server writes it: type of its elements."},
    {"max", &loan_size, true, NULL, "The most that is lent."},
    {0}};
static const struct shape loan = {.kind = SHAPE_OBJECT,
				  .says = "a loan, such as {read: u8, max: 64 KiB}",
				  .title = "Loan",
				  .key = loan_key};
static const struct shape loans = {
    .kind = SHAPE_MAP, .says = "a mapping of names to loans", .of = &loan, .names = "a loan", .bare = true};

static const struct shape amount = {.kind = SHAPE_SCALAR, .says = "a count, or a size such as 64 KiB"};
static const struct key limit_key[] = {
    {"max", &amount, true, NULL, "The most that one connection may hold: a count, or a size."},
    {"doc", &shape_doc, false, NULL, "What it is that is held."},
    {0}};
static const struct shape limit_object = {.kind = SHAPE_OBJECT,
					  .says = "a limit, such as {max: 32, doc: Files that are open.}",
					  .title = "Limit",
					  .key = limit_key};
static const struct shape limit_either = {.kind = SHAPE_EITHER,
					  .says = "a count, a size such as 64 KiB, or {max: …, doc: …}",
					  .scalar = &amount,
					  .map = &limit_object};
static const struct shape limits = {
    .kind = SHAPE_MAP, .says = "a mapping of limits", .of = &limit_either, .names = "a limit"};
static const struct shape takings = {
    .kind = SHAPE_MAP, .says = "a mapping of limits to counts or sizes", .of = &amount, .names = "a limit"};

static const struct shape deadline = {.kind = SHAPE_TIME,
				      .says = "a time, such as 50 ms",
				      .min = UINT64_C(1000),
				      .max = UINT64_C(3600000000000)};

static const struct key operation_key[] = {
    {"doc", &shape_doc, false, NULL, "What it does; stands above its C functions."},
    {"in", &arguments, false, "{}", "Arguments that the client gives."},
    {"out", &arguments, false, "{}", "Results that the server gives; valid where the status is OK."},
    {"lend", &loans, false, "{}",
     "Memory of the client that the server may read or write for the length of the call; three at most."},
    {"errors", &error_names, false, "[]", "Errors of `errors` that it may answer."},
    {"reply", &reply, false, "now",
     "`now`: the handler returns the answer. `later`: the handler gets a token and answers when it can. "
     "`never`: "
     "the client goes on once the server has taken the message, and hears nothing more of it."},
    {"on_restart", &on_restart, false, "fail",
     "`retry`: it may be repeated, and the client's stub does so when the server restarted. `fail`: the "
     "client is told."},
    {"opens", &shape_boolean, false, "false",
     "It opens the session. With `session: reopened` the client's stub keeps its arguments, and repeats it "
     "where the server has started anew; before it, and for a client that has not called it, the other "
     "operations are refused."},
    {"deadline", &deadline, false, "without end",
     "How long a client waits for the answer, where it does not say itself: then it goes on with "
     "`timed_out`, and "
     "nothing is left of the call in the server's queue. Gives each client the clock."},
    {"takes", &takings, false, "{}",
     "What its success takes of the limits of the connection. Where that is not left the glue answers "
     "`quota`, and "
     "no handler runs."},
    {"gives_back", &takings, false, "{}",
     "What its success gives back to the limits of the connection. Where that was not taken the glue answers "
     "`malformed`."},
    {0}};
static const struct shape operation = {
    .kind = SHAPE_OBJECT, .says = "an operation", .title = "Operation", .key = operation_key};
static const struct shape operations = {
    .kind = SHAPE_MAP, .says = "a mapping of operations", .of = &operation, .names = "an operation"};

static const struct shape event_list = {
    .kind = SHAPE_LIST, .says = "a list of events", .of = &shape_identifier};
static const struct shape event_map = {.kind = SHAPE_MAP,
				       .says = "a mapping of events to what they mean",
				       .of = &shape_doc,
				       .names = "an event"};
static const struct shape events = {.kind = SHAPE_EITHER,
				    .says = "a list of events, or a mapping of events to what they mean",
				    .list = &event_list,
				    .map = &event_map};

static const struct shape region_size = {
    .kind = SHAPE_SIZE, .says = "a size, such as 4 KiB", .min = 1, .max = UINT64_C(1) << 30};
static const char *const writer_choice[] = {"server", "client", "both", NULL};
static const struct shape writer = {
    .kind = SHAPE_CHOICE, .says = "server, client or both", .choice = writer_choice};
static const struct key shared_key[] = {
    {"size", &region_size, true, NULL, "Size of the region; rounded up to whole pages."},
    {"write", &writer, true, NULL, "Who may write: `server`, `client` or `both`. Both may read."},
    {"doc", &shape_doc, false, NULL, "What lies in it."},
    {0}};
static const struct shape shared = {
    .kind = SHAPE_OBJECT, .says = "a shared region", .title = "Shared region", .key = shared_key};
static const struct shape shareds = {
    .kind = SHAPE_MAP, .says = "a mapping of shared regions", .of = &shared, .names = "a shared region"};

static const char *const receiver_choice[] = {"server", "client", NULL};
static const struct shape side = {
    .kind = SHAPE_CHOICE, .says = "server or client", .choice = receiver_choice};
static const struct shape entry_type = {.kind = SHAPE_IDENTIFIER, .says = "the name of a structure"};
const struct shape shape_entry_count = {
    .kind = SHAPE_INTEGER, .says = "a power of two", .min = 2, .max = 1 << 16};
static const struct key channel_key[] = {
    {"entry", &entry_type, true, NULL, "What it carries: a structure of `types`."},
    {"to", &side, true, NULL, "Who receives: `server` or `client`. The other one sends."},
    {"entries", &shape_entry_count, false, "64", "How many entries it holds, a power of two."},
    {"doc", &shape_doc, false, NULL, "What its entries are for."},
    {0}};
static const struct shape channel = {
    .kind = SHAPE_OBJECT, .says = "a channel", .title = "Channel", .key = channel_key};
static const struct shape channels = {
    .kind = SHAPE_MAP, .says = "a mapping of channels", .of = &channel, .names = "a channel"};

static const struct shape buffer_size = {
    .kind = SHAPE_SIZE, .says = "a size, such as 2 KiB", .min = 1, .max = UINT64_C(1) << 24};
const struct shape shape_buffer_count = {
    .kind = SHAPE_INTEGER, .says = "a number of buffers", .min = 1, .max = 1 << 16};
static const struct key buffers_key[] = {
    {"buffer", &buffer_size, true, NULL, "Size of a buffer; rounded up to whole cache lines of 64 bytes."},
    {"count", &shape_buffer_count, true, NULL, "How many buffers there are."},
    {"write", &writer, true, NULL, "Who may write: `server`, `client` or `both`. Both may read."},
    {"ledger", &side, false, "server",
     "Who keeps the books and allocates, `server` or `client`: the side that survives the other. It has back "
     "all buffers when the other side starts anew."},
    {"passed", &shape_boolean, false, "false",
     "`true`: the server also takes buffers of pools that the client passes on from its own clients. An "
     "entry "
     "then says which pool a buffer is of, 0 for this one, in a field of its own."},
    {"doc", &shape_doc, false, NULL, "What its buffers are for."},
    {0}};
static const struct shape buffers = {
    .kind = SHAPE_OBJECT, .says = "a pool of buffers", .title = "Pool", .key = buffers_key};
static const struct shape pools = {
    .kind = SHAPE_MAP, .says = "a mapping of pools", .of = &buffers, .names = "a pool"};

static const struct shape version = {
    .kind = SHAPE_VERSION, .says = "a version, such as 1.0", .min = 0, .max = UINT16_MAX};
static const char *const session_choice[] = {"stateless", "reopened", "lost", NULL};
static const struct shape session = {
    .kind = SHAPE_CHOICE, .says = "stateless, reopened or lost", .choice = session_choice};

static const struct key interface_key[] = {
    {"interface", &shape_identifier, true, NULL, "Its name, that of the file."},
    {"version", &version, false, "1.0",
     "MAJOR.MINOR: the minor number grows when something is added, the major when something changes."},
    {"doc", &shape_doc, true, NULL, "What it is for."},
    {"types", &types, false, "{}", "Types that its arguments use, or other interfaces take from it."},
    {"errors", &errors, false, "{}", "Errors that its operations may answer, and what they mean."},
    {"operations", &operations, false, "{}", "Calls from a client to the server."},
    {"events", &events, false, "[]",
     "Signals from the server to a client; several become one when nobody looks."},
    {"shared", &shareds, false, "{}", "Memory that both ends see, one region for each connection."},
    {"limits", &limits, false, "{}",
     "What one connection may hold in its server, by names of the interface's own. Beyond that it is "
     "answered `quota`. "
     "`in_flight` counts calls whose answer comes later, `capabilities` those that are left with who "
     "receives "
     "them, on either side; each is 1 where it is not given. A connection may be given others: see `connect` "
     "of "
     "a system."},
    {"channels", &channels, false, "{}",
     "Rings of entries in shared memory, one of each for each connection; who sends does not wait."},
    {"pools", &pools, false, "{}",
     "Buffers in shared memory, one pool of each for each connection, handed over in the entries of "
     "channels."},
    {"session", &session, false, "stateless",
     "What a restart of the server leaves of a connection: `stateless` nothing was kept, `reopened` the "
     "client's stub opens it again, `lost` the client is told."},
    {0}};
const struct shape shape_interface = {
    .kind = SHAPE_OBJECT, .says = "an interface", .title = "Interface", .key = interface_key};
