/* SPDX-License-Identifier: MIT
 * The parts of the printer of one instance's header and glue, and what they
 * share.
 *
 *   ctype     how a YAML type is written in C: members, parameters
 *   type      declared types
 *   wire      moving a value between a C object and a message; checked by wire_given and wire_check
 *   tail      the arguments of varying length, behind the fixed part
 *   client    stubs of the used ports
 *   beside    capabilities beside messages
 *   server    decoding, handlers, answering: the provided ports
 *   account   what each connection holds of its limits
 *   session   what restarts leave of a connection
 *   dispatch  from a call to its operation
 *   channels  channels and pools of all ports: their state, functions, and the loop's part
 *   device    registers, interrupts and memory of a driver's device, and the functions of the bus
 *   passes    pools that are passed on
 *   loop      signals, time-outs, the receive loop
 *   header    component.h
 *   ports     what component.h has for the ports
 *   given     parameters of the instance and of its connections
 */
#ifndef TENON_GENERATOR_GLUE_H
#define TENON_GENERATOR_GLUE_H

#include "numbers.h"
#include "text.h"

struct glue {
	const struct numbers *numbers;
	const struct numbered *own;
	const struct instance *instance;
	const struct component *component;
	struct text *out;
};

/* ---- ctype ---- */
/* "uint32_t values[24]", "enum log_level level". */
void c_member(struct text *out, const struct type *type, const char *name);
/* "counter_stock": what the C names of a declared type begin with. At most four results are valid at a time. */
const char *c_name(const struct type *type);
/* Parameters for a value that the callee reads, with ", " before each when `comma`. */
void c_given(struct text *out, const struct message *message, bool comma);
/* The same for a handler, which has a loan where its caller has memory; with ", " before each. */
void c_served(struct text *out, const struct message *message);
/* Parameters for a value that the callee writes. `capacity`: the room of a buffer or sequence is the caller's choice. */
void c_taken(struct text *out, const struct message *message, bool comma, bool capacity);
/* The names alone, as arguments. */
void c_names_given(struct text *out, const struct message *message, bool comma);
void c_names_taken(struct text *out, const struct message *message, bool comma);
/* "(void)name;" for each of them. */
void c_unused(struct text *out, const struct message *message, bool taken);
bool type_is_scalar(const struct type *type);
bool type_is_pointed(const struct type *type); /* an argument of it is a pointer to one object */

/* A value of a number's type as a constant. */
const char *c_number(const struct type *type, uint64_t value, char text[64]);

/* ---- type ---- */
struct printed {
	const struct interface **interface; /* room for all of the model */
	uint32_t count;
};
/* The types of an interface, those first that it takes from others; each interface's once in a header. */
void types_print(const struct glue *glue, const struct interface *interface, struct printed *printed);

/* ---- wire ---- */
struct face; /* channels.h */
struct wire {
	struct text *out;
	const struct interface *interface;
	const char *ipc;         /* "ipc" or "&ipc"; of an entry its words */
	const char *access;      /* "entry_": what moves is an entry of a channel; NULL: a message */
	const struct face *face; /* with `access`: how many buffers its pools have */
	const char *
	    refuse; /* the statement for a value that is not valid: "return CALC_MALFORMED;"; NULL: a CHECK */
	unsigned tabs;
};
/* `path` is the C expression of the object itself, not of its address. */
void wire_given(const struct wire *wire, const struct type *type, const char *path);
void wire_put(const struct wire *wire, const struct type *type, const char *path, uint32_t at);
void wire_check(const struct wire *wire, const struct type *type, uint32_t at);
void wire_get(const struct wire *wire, const struct type *type, const char *path, uint32_t at);
/* An argument of fixed size that is a parameter. */
void wire_given_argument(const struct wire *wire, const struct argument *argument);
void wire_put_given(const struct wire *wire, const struct argument *argument);
/* An option whose flag and value do not stand together in C. */
void wire_given_option(const struct wire *wire, const struct type *type, const char *present,
		       const char *value);
void wire_put_option(const struct wire *wire, const struct type *type, const char *present, const char *value,
		     uint32_t at);
void wire_get_option(const struct wire *wire, const struct type *type, const char *present, const char *value,
		     uint32_t at);
/* Does a value move whole in both directions, with nothing to check? */
bool wire_is_whole(const struct type *type);
/* Clears what the puts of a message leave out. */
void wire_clear(const struct wire *wire, const struct message *message);

/* ---- tail: what follows the fixed part ---- */
#define HELD_ROOM 640
/* How C calls the two parts of a variable argument: its bytes or elements, and their number ("": nobody wants it). */
struct held {
	char value[HELD_ROOM], number[HELD_ROOM];
};
struct holder {
	void (*hold)(const void *context, const struct argument *argument, struct held *held);
	const void *context;
};
extern const struct holder held_given,
    held_taken; /* parameters: "name" and "name_size", "name" and "*name_size" */

/*
 * Declares how long each variable argument is and where it starts, from the C side: length_of_NAME in bytes,
 * count_of_NAME of a sequence, start_of_NAME of all but the first. What is too long is refused, strings in elements
 * included.
 */
void tail_given(const struct wire *wire, const struct message *message, const struct holder *holder);
/* The same from a message, whose length is checked with it. `capacity`: the caller chose the room. */
void tail_got(const struct wire *wire, const struct message *message, bool capacity);
void tail_check(const struct wire *wire, const struct message *message);
void tail_put_number(const struct wire *wire, const struct argument *argument);
void tail_put(const struct wire *wire, const struct message *message, const struct holder *holder);
void tail_get(const struct wire *wire, const struct message *message, const struct holder *holder);
/* Prints the length of the whole message as an expression. */
void tail_end(const struct wire *wire, const struct message *message);

/* ---- account: what each connection holds ---- */
void account_head(const struct glue *glue, const struct port *port); /* what component.h has of it */
/* Of a limit, over all connections of a provided port. */
uint64_t account_total(const struct instance *server, uint32_t port, uint32_t limit);

/* ---- session: restarts of the other side ---- */
bool session_in_header(const struct glue *glue); /* does any port need <tenon/connection.h>? */
void session_closed_nothing(struct text *out, const struct port *port); /* a handler that drops nothing */
void session_served_head(const struct glue *glue, const struct port *port);
void session_used_head(const struct glue *glue, const struct port *port);
void session_used(const struct glue *glue, const struct port *port); /* what the stubs of a port keep */
void session_begin(const struct glue *glue); /* at the start: tells the servers that this client began anew */
void session_announce(const struct glue *glue); /* before the loop: tells the clients that this server did */
/* Of a used port, in the handler of signals: that its server has started anew. */
void session_heard(const struct glue *glue, const struct port *port, uint32_t server, const char *place);
/* Around a call in a stub: is it repeated, so that it stands in a loop? Opens and closes that loop. */
bool session_repeats(const struct port *port, const struct operation *operation);
void session_repeat_open(const struct glue *glue, const struct port *port, const struct operation *operation);
void session_repeat_close(const struct glue *glue, const struct port *port,
			  const struct operation *operation);
void session_keep(const struct glue *glue, const struct port *port, const struct operation *operation);

/* ---- channels ---- */
bool channels_in_header(const struct glue *glue); /* does any port have channels or pools? */
bool has_channels(const struct glue *glue); /* does any port have some, with somebody at the other end? */
bool glue_waits(const struct glue *glue);   /* may a handler wait for what comes through them? */
void channels_declare(const struct glue *glue, const struct port *port, bool provided); /* for component.h */
void channels_print(const struct glue *glue); /* state and functions, before the loop */
void channels_signal(const struct glue *glue, uint32_t notification); /* in the function for its signals */

/* ---- beside: capabilities ---- */
bool served_brings(const struct glue *glue); /* may a call bring one? */
void initial_print(
    const struct glue *glue); /* a file of its own: those that the instance has from the beginning */
void beside_room(const struct glue *glue); /* glue_room */
/* What becomes of the capabilities of an operation, as comments. */
void beside_doc(const struct glue *glue, const struct operation *operation, bool serves);
/* Before a call whose answer brings one. */
void beside_expect(const struct glue *glue, const struct port *port, const struct operation *operation);
/* Sends that of a message with it; its tag stands already. */
void beside_put(const struct wire *wire, const struct message *message);
/* Checks and keeps that which came with a message. `quota`: the statement for one too many. */
void beside_get(const struct glue *glue, const struct wire *wire, const struct message *message,
		const struct port *port, bool used, const char *quota);

/* ---- device ---- */
void device_include(const struct glue *glue);       /* headers that component.h needs for it */
void device_head(const struct glue *glue);          /* registers, interrupts, memory: for component.h */
void device_identity_head(const struct glue *glue); /* of a PCI function, behind the types of its bus */
void bus_head(const struct glue *glue);             /* of the bus: its tables */
void device_glue(const struct glue *glue);          /* the same for the glue, before the loop */
void device_begin(const struct glue *glue);         /* in the main function, before the component starts */
void device_start(const struct glue *glue);         /* calls component_start(), where it has its device */

/* ---- passes ---- */
void passes_head(const struct glue *glue); /* for component.h */
bool passes_come(const struct glue *glue); /* may pools of others come with its clients? */
void passes_glue(const struct glue *glue);
void passes_begin(const struct glue *glue); /* in the main function, once the device is attached */

/* ---- parts ---- */
void header_print(const struct glue *glue);

/* ---- given: parameters ---- */
void given_print(const struct glue *glue); /* of the instance */
/* Of the connections of a port. `peer`: "client" or "server", whose number is the index. */
void given_declare(const struct glue *glue, const struct port *port, const char *peer, uint32_t connections);
void given_define(const struct glue *glue);

void ports_print(const struct glue *glue);
bool stub_is_inline(const struct operation *operation);
/* "enum log_status log_write(…)", or with `until` the one with a deadline. */
void stub_head(const struct glue *glue, const struct port *port, const struct operation *operation,
	       bool until);
void stub_print(const struct glue *glue, const struct port *port, const struct operation *operation);
void contract_print(const struct glue *glue); /* what the ports were compiled with */
void client_print(const struct glue *glue);   /* the stubs that are not inline */
void server_print(const struct glue *glue);   /* returns with glue_serve() defined when own->replies != 0 */
void loop_current(const struct glue *glue);   /* glue_next_reply() */
bool dispatch_takes_sent(const struct glue *glue); /* does it serve an operation that is never answered? */
void loop_answers(const struct glue *glue);        /* glue_receive(), glue_reply_receive(), glue_answer() */
void loop_print(const struct glue *glue);

/* Interfaces of the provided and used ports, each once, provided first. Lives in the model's arena. */
const struct interface **glue_interfaces(const struct glue *glue, uint32_t *interfaces);
bool interface_is_used(const struct glue *glue, const struct interface *interface);
/* Number of `operation` of provided port `port` among those answered later, from 1; 0 is free. */
uint32_t kind_of(const struct glue *glue, const struct port *port, const struct operation *operation);

/* Does it provide an operation that may be answered later? */
bool later_is_any(const struct glue *glue);

#endif
