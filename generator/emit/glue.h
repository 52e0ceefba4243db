/* SPDX-License-Identifier: MIT
 * The parts of the printer of one instance's header and glue, and what they
 * share.
 *
 *   ctype   how a YAML type is written in C: members, parameters
 *   wire    moving a value between a C object and a message
 *   client  stubs of the used ports
 *   server  decoding, handlers, answering: the provided ports
 *   loop    signals, time-outs, the receive loop
 *   header  component.h
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
void c_member(struct text *out, const struct interface *interface, const struct type *type, const char *name);
/* Parameters for a value that the callee reads, with ", " before each when `comma`. */
void c_given(struct text *out, const struct interface *interface, const struct message *message, bool comma);
/* Parameters for a value that the callee writes. `capacity`: a byte buffer's size is the caller's choice. */
void c_taken(struct text *out, const struct interface *interface, const struct message *message, bool comma,
	     bool capacity);
/* The names alone, as arguments. */
void c_names_given(struct text *out, const struct message *message, bool comma);
void c_names_taken(struct text *out, const struct message *message, bool comma);
bool type_is_scalar(const struct type *type);

/* ---- wire ---- */
struct wire {
	struct text *out;
	const struct interface *interface;
	const char *ipc;    /* "ipc" or "&ipc" */
	const char *refuse; /* the statement for a value that is not valid: "return CALC_MALFORMED;" */
	unsigned tabs;
};
/* `path` is the C expression of the object itself, not of its address. */
void wire_put(const struct wire *wire, const struct type *type, const char *path, uint32_t at);
void wire_check(const struct wire *wire, const struct type *type, uint32_t at);
void wire_get(const struct wire *wire, const struct type *type, const char *path, uint32_t at);
/* Does a value move whole in both directions, with nothing to check? */
bool wire_is_whole(const struct type *type);
/* Clears what the puts of a message leave out. */
void wire_clear(const struct wire *wire, const struct message *message);

/* ---- parts ---- */
void header_print(const struct glue *glue);
bool stub_is_inline(const struct operation *operation);
void stub_print(const struct glue *glue, const struct port *port, const struct operation *operation);
void client_print(const struct glue *glue); /* the stubs that are not inline */
void server_print(const struct glue *glue); /* returns with glue_serve() defined when own->replies != 0 */
void loop_current(const struct glue *glue); /* glue_next_reply() */
void loop_answers(const struct glue *glue); /* glue_receive(), glue_reply_receive(), glue_answer() */
void loop_print(const struct glue *glue);

/* Interfaces of the provided and used ports, each once, provided first. Returns how many; at most `room`. */
uint32_t glue_interfaces(const struct glue *glue, const struct interface **list, uint32_t room);
bool interface_is_used(const struct glue *glue, const struct interface *interface);
/* Number of `operation` of provided port `port` among those answered later, from 1; 0 is free. */
uint32_t kind_of(const struct glue *glue, const struct port *port, const struct operation *operation);

#endif
