/* SPDX-License-Identifier: MIT
 * What a system becomes: layouts, connections, priorities, defaults.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define HEAD "system: tried\nboards: [box]\ncomponents:\n"

static const struct interface *interface_named(const struct model *model, const char *name)
{
	for (uint32_t i = 0; i < model->interfaces; i++)
		if (strcmp(model->interface[i]->name.text, name) == 0)
			return model->interface[i];
	fail_msg("no interface %s", name);
	return NULL;
}

struct c_sample { /* what C makes of the same fields */
	uint8_t tone;
	int16_t level;
	uint32_t tint;
	uint64_t offset;
	char name[6];
	uint16_t pair[3];
	uint8_t loud;
};

static void layout_is_that_of_c(void **state)
{
	struct composed it;
	const struct type *type;

	(void)state;
	compose_with(
	    "interfaces/every.yaml",
	    "interface: every\ndoc: All kinds.\ntypes:\n"
	    "  sample: {struct: {tone: u8, level: i16, tint: colour, offset: u64, name: {string: 5},"
	    " pair: {array: u16, count: 3}, loud: bool}}\n"
	    "  colour: {enum: [red, green]}\n"
	    "operations:\n"
	    "  act: {in: {a: u8, s: {string: 10}, b: u64, d: {bytes: 7}, x: sample}, out: {c: bool}}\n");
	compose_with("it.c", "");
	it = compose_text(HEAD "  it: {provides: {port: every}, sources: [it.c]}\n", NULL);
	assert_composed(&it);
	assert_string_equal(interface_named(it.model, "every")->type[0]->text,
			    "colour"); /* before its user */
	type = interface_named(it.model, "every")->type[1];
	assert_string_equal(type->text, "sample");
	assert_int_equal(type->size, sizeof(struct c_sample));
	assert_int_equal(type->align, _Alignof(struct c_sample));
	assert_int_equal(type->field[1].offset, offsetof(struct c_sample, level));
	assert_int_equal(type->field[2].offset, offsetof(struct c_sample, tint));
	assert_int_equal(type->field[3].offset, offsetof(struct c_sample, offset));
	assert_int_equal(type->field[4].offset, offsetof(struct c_sample, name));
	assert_int_equal(type->field[5].offset, offsetof(struct c_sample, pair));
	assert_int_equal(type->field[6].offset, offsetof(struct c_sample, loud));
	assert_false(type->plain);
	composed_destroy(&it);
}

static void messages(void **state)
{
	struct composed it;
	const struct message *in;

	(void)state;
	compose_with("interfaces/every.yaml", "interface: every\ndoc: All kinds.\noperations:\n"
					      "  act: {in: {a: u8, s: {string: 10}, b: u64, d: {bytes: 7}}, "
					      "on_restart: retry, reply: later}\n");
	compose_with("it.c", "");
	it = compose_text(HEAD "  it: {provides: {port: every}, sources: [it.c]}\n", NULL);
	assert_composed(&it);
	in = &interface_named(it.model, "every")->operation[0].in;
	assert_int_equal(in->argument[0].offset, 0);
	assert_int_equal(in->argument[1].offset, 4);
	assert_int_equal(in->argument[2].offset, 8);
	assert_int_equal(in->argument[3].offset, 16);
	assert_int_equal(in->fixed_size, 20);
	assert_int_equal(in->max_size, 37);
	assert_int_equal(in->variables, 2);
	assert_int_equal(interface_named(it.model, "every")->longest, 37);
	assert_true(interface_named(it.model, "every")->operation[0].retry);
	assert_int_equal(interface_named(it.model, "every")->operation[0].reply, REPLY_LATER);
	assert_true(interface_named(it.model, "every")->operation[0].code ==
		    0x2d4a458bu); /* FNV-1a of "act" */
	composed_destroy(&it);
}

static void largest_message(void **state)
{
	struct composed it;

	(void)state;
	compose_with("interfaces/large.yaml", "interface: large\ndoc: One message.\noperations:\n  act: {in: "
					      "{first: u8, data: {bytes: 4088}}}\n");
	compose_with("it.c", "");
	it = compose_text(HEAD "  it: {provides: {port: large}, sources: [it.c]}\n", NULL);
	assert_composed(&it); /* 4089 bytes are refused: reject/arguments_of_4097_bytes */
	assert_int_equal(interface_named(it.model, "large")->longest, MODEL_MESSAGE_MAX);
	composed_destroy(&it);
}

static void connections(void **state)
{
	struct composed it = compose_text(HEAD "  one: {component: server}\n"
					       "  two: {component: server}\n"
					       "  a: {component: client}\n"
					       "  b: {component: client}\n"
					       "  c: {component: client}\n"
					       "connect:\n"
					       "  - c.echo -> one.port\n"
					       "  - a.echo->one.port\n"
					       "  - b.echo -> two.port\n",
					  NULL);
	const struct instance *one, *c;

	(void)state;
	assert_composed(&it);
	one = instance_named(it.model, "one");
	c = instance_named(it.model, "c");
	assert_int_equal(it.model->connections, 3);
	assert_int_equal(one->provided[0].clients, 2);
	assert_string_equal(one->provided[0].client[0]->client->name.text,
			    "a"); /* instances' order, not the wires' */
	assert_ptr_equal(one->provided[0].client[1], c->used[0].server[0]);
	assert_int_equal(c->used[0].server[0]->client_index, 1);
	assert_int_equal(c->used[0].server[0]->place.line, 10);
	assert_false(c->used[0].server[0]->automatic);
	assert_ptr_equal(&it.model->connection[c->used[0].server[0]->index], c->used[0].server[0]);
	composed_destroy(&it);
}

static void priorities(void **state)
{
	struct composed it;

	(void)state;
	compose_with("it.c", "");
	it = compose_text(HEAD "  serial: {driver: serial, device: stdout}\n"
			       "  watch:\n"
			       "  bottom: {provides: {p: echo}, uses: {s: serial}, sources: [it.c]}\n"
			       "  middle: {provides: {p: echo}, uses: {q: echo}, sources: [it.c]}\n"
			       "  top: {uses: {q: echo}, sources: [it.c], priority: 150}\n"
			       "connect: [middle.q -> bottom.p, top.q -> middle.p]\n",
			  NULL);
	assert_composed(&it);
	assert_int_equal(instance_named(it.model, "top")->priority, 150);
	assert_int_equal(instance_named(it.model, "middle")->priority, 151);
	assert_int_equal(instance_named(it.model, "bottom")->priority, 152);
	assert_int_equal(instance_named(it.model, "serial")->priority, 180);
	assert_int_equal(instance_named(it.model, "watch")->priority, 255);
	composed_destroy(&it);
}

/* A server with a low priority pushes its callers below it. */
static void priorities_below(void **state)
{
	struct composed it = compose_text(HEAD "  server: {priority: 20}\n  client:\n", NULL);

	(void)state;
	assert_composed(&it);
	assert_int_equal(instance_named(it.model, "server")->priority, 20);
	assert_int_equal(instance_named(it.model, "client")->priority, 19);
	composed_destroy(&it);
}

/* Every component has a log, but for those that the log calls. */
static void implicit_log(void **state)
{
	struct composed it;

	(void)state;
	compose_with("it.c", "");
	it = compose_text(HEAD "  serial: {driver: serial, device: stdout}\n"
			       "  server:\n"
			       "  log: {provides: {log: log}, uses: {serial: serial}, sources: [it.c]}\n",
			  NULL);
	assert_composed(&it);
	assert_ptr_equal(it.model->log, instance_named(it.model, "log"));
	assert_int_equal(instance_named(it.model, "server")->used[0].servers, 1);
	assert_true(instance_named(it.model, "server")->used[0].server[0]->uses->implicit);
	assert_string_equal(instance_named(it.model, "serial")->component->uses[0].name.text, "log");
	assert_int_equal(instance_named(it.model, "serial")->used[0].servers, 0);
	assert_int_equal(it.model->log->component->used, 1);
	composed_destroy(&it);
}

static void devices(void **state)
{
	struct composed it = compose_text(HEAD "  serial: {driver: serial, device: stdout}\n", NULL);
	const struct instance *serial;

	(void)state;
	assert_composed(&it);
	serial = instance_named(it.model, "serial");
	assert_string_equal(serial->component->name.text, "uart");
	assert_string_equal(serial->device->path, "uart0");
	assert_true(serial->device->range[0].ports);
	assert_true(serial->device->range[0].base == 0x3f8 && serial->device->range[0].size == 8);
	assert_int_equal(serial->device->interrupt[0].number, 4);
	assert_int_equal(serial->device->interrupt[0].flags, INTERRUPT_EDGE);
	assert_ptr_equal(serial->device->holder, serial);
	composed_destroy(&it);
}

static void parameters(void **state)
{
	struct composed it =
	    compose_text(HEAD "  server: {with: {times: 0x9}, log: error, memory: {heap: 1 B}}\n", NULL);
	const struct instance *server;

	(void)state;
	assert_composed(&it);
	server = instance_named(it.model, "server");
	assert_string_equal(server->parameter[0].text, "hello");
	assert_true(server->parameter[1].number == 9);
	assert_int_equal(server->parameter[1].place.line, 4);
	assert_int_equal(server->log, LOG_ERROR);
	assert_true(server->heap == MODEL_PAGE);
	assert_true(server->stack == 2 * MODEL_PAGE);
	composed_destroy(&it);
}

static void supervision(void **state)
{
	struct composed it =
	    compose_text(HEAD "  server:\n  watch:\nsupervise:\n"
			      "  server: {restart: on_fault, at_most: 5 per 1 min, then: restart_machine}\n",
			 NULL);
	const struct supervision *rule;

	(void)state;
	assert_composed(&it);
	rule = instance_named(it.model, "server")->supervision;
	assert_non_null(rule);
	assert_int_equal(rule->restart, RESTART_ON_FAULT);
	assert_int_equal(rule->at_most, 5);
	assert_true(rule->window_ns == UINT64_C(60000000000));
	assert_int_equal(rule->then, THEN_RESTART_MACHINE);
	assert_ptr_equal(it.model->supervisor, instance_named(it.model, "watch"));
	composed_destroy(&it);
}

/* The same bytes, whatever the two ends know of documentation; another hash where they differ in substance. */
static uint64_t hash_of(const char *text)
{
	struct composed it;
	uint64_t hash;

	compose_with("interfaces/hashed.yaml", text);
	compose_with("it.c", "");
	it = compose_text(HEAD "  it: {provides: {port: hashed}, sources: [it.c]}\n", NULL);
	assert_composed(&it);
	hash = interface_named(it.model, "hashed")->hash;
	composed_destroy(&it);
	return hash;
}

static void hashes(void **state)
{
	uint64_t first = hash_of("interface: hashed\ndoc: One.\noperations:\n  act: {in: {a: u8}}\n");

	(void)state;
	assert_true(first ==
		    hash_of("interface: hashed\ndoc: Two.\noperations:\n  act: {doc: X, in: {a: u8}}\n"));
	assert_true(first != hash_of("interface: hashed\ndoc: One.\noperations:\n  act: {in: {a: u16}}\n"));
	assert_true(first != hash_of("interface: hashed\ndoc: One.\noperations:\n  act: {out: {a: u8}}\n"));
}

/* Several mistakes of different parts come out in one run. */
static void several_refusals(void **state)
{
	struct composed it = compose_text(HEAD "  server: {with: {times: 10}}\n"
					       "  client: {cpu: 9}\n"
					       "  keeper:\n"
					       "  serial: {driver: serial, device: nothing}\n",
					  NULL);

	(void)state;
	assert_null(it.model);
	assert_int_equal(report_errors(it.report), 4);
	composed_destroy(&it);
}

/* Work grows with the system, not with its square: a bound that only the square would break, even with sanitizers. */
static void large_system(void **state)
{
	char *text = malloc(200000);
	size_t length;
	struct composed it;
	clock_t start = clock();

	(void)state;
	assert_non_null(text);
	length = (size_t)sprintf(text, "system: large\nboards: [tree_box]\ncomponents:\n  server:\n");
	for (int i = 0; i < 1000; i++)
		length += (size_t)sprintf(text + length, "  c%d: {component: client}\n", i);
	compose_with("platforms/tree_box/board.yaml",
		     "board: tree_box\ndoc: Large.\narchitecture: aarch64\nmemory: {at_least: 1 GiB}\n"
		     "emulator: {program: none, machine: none, cpu: none, firmware: uboot}\n");
	it = compose_text(text, NULL);
	assert_composed(&it);
	assert_int_equal(it.model->connections, 1000);
	assert_int_equal(instance_named(it.model, "server")->provided[0].client[999]->client_index, 999);
	assert_true(clock() - start < 3 * CLOCKS_PER_SEC);
	composed_destroy(&it);
	free(text);
}

static void a_number_chooses_the_cpu(void **state)
{
	struct composed it;

	(void)state;
	it = compose_text(HEAD "  server: {count: 2, cpu: $number}\n", NULL);
	assert_composed(&it);
	assert_int_equal(instance_named(it.model, "server_0")->cpu, 0);
	assert_int_equal(instance_named(it.model, "server_1")->cpu, 1);
	composed_destroy(&it);
}

/* The shorter a deadline, the higher; a server above all its callers, a driver below both. */
static void deadlines_order_priorities(void **state)
{
	struct composed it;

	(void)state;
	it = compose_text(HEAD "  server: {wcet: 20 us}\n  slow: {component: client}\n  uart:\n"
			       "  fast: {component: client}\n  other: {component: client}\n"
			       "schedule:\n  slow: {period: 20 ms, budget: 1 ms}\n"
			       "  fast: {period: 20 ms, budget: 1 ms, deadline: 5 ms}\n",
			  NULL);
	assert_composed(&it);
	assert_true(instance_named(it.model, "server")->priority >
		    instance_named(it.model, "fast")->priority);
	assert_true(instance_named(it.model, "fast")->priority > instance_named(it.model, "slow")->priority);
	assert_true(instance_named(it.model, "slow")->priority > instance_named(it.model, "uart")->priority);
	assert_true(instance_named(it.model, "uart")->priority > instance_named(it.model, "other")->priority);
	composed_destroy(&it);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_number_chooses_the_cpu),
	    cmocka_unit_test(deadlines_order_priorities),
	    cmocka_unit_test(layout_is_that_of_c),
	    cmocka_unit_test(messages),
	    cmocka_unit_test(largest_message),
	    cmocka_unit_test(connections),
	    cmocka_unit_test(priorities),
	    cmocka_unit_test(priorities_below),
	    cmocka_unit_test(implicit_log),
	    cmocka_unit_test(devices),
	    cmocka_unit_test(parameters),
	    cmocka_unit_test(supervision),
	    cmocka_unit_test(hashes),
	    cmocka_unit_test(several_refusals),
	    cmocka_unit_test(large_system),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
