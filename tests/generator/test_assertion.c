/* SPDX-License-Identifier: MIT
 * Assertions: the default system's own hold; in each changed version of it exactly one does not, and the way that is printed
 * is the one that the change opened. The graph has an edge for each slot that leads from one instance to another.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check/influence.h"
#include "emit/numbers.h"
#include "read/arena.h"
#include <tenon/abi.h>

/* ---- The default system and its mutants ---- */

#define EDITS 4

struct edit {
	const char *from, *to; /* in system.yaml, once; from NULL: none */
};

struct mutant {
	const char *what;
	struct edit edit[EDITS];
	const char *rule;    /* NULL: all holds */
	const char *line[4]; /* the message and its notes, in this order, and no other note */
};

static const char *const courier =
    "uses: {greeter: greeter, log: {interface: log, optional: true}, serial: serial}";

static const struct mutant mutant[] = {
    {.what = "as it is"},
    {.what = "a wire to the serial line",
     .edit = {{"  visitor:\n", "  visitor: {component: courier}\n"}},
     .rule = "assertion-influence",
     .line = {"\"visitor\" may influence \"serial\"", "\"visitor\" calls \"serial\" through \"serial\""}},
    {.what = "a way through a new instance",
     .edit = {{"  greeter:\n", "  greeter: {component: host}\n"}},
     .rule = "assertion-influence",
     .line = {"\"visitor\" may influence \"serial\"", "\"visitor\" calls \"greeter\" through \"greeter\"",
	      "\"greeter\" calls \"serial\" through \"serial\""}},
    {.what = "shared memory in the middle",
     .edit = {{"  visitor:\n", "  visitor: {component: scribe}\n  archive:\n"}},
     .rule = "assertion-influence",
     .line = {"\"visitor\" may influence \"serial\"",
	      "\"visitor\" writes the memory \"rows\" of \"archive.port\", which \"archive\" has too",
	      "\"archive\" calls \"serial\" through \"serial\""}},
    {.what = "a device that may do DMA",
     .edit = {{"  visitor:\n", "  visitor: {component: watch, device: hpet}\n"}},
     .rule = "assertion-influence",
     .line = {"\"visitor\" may influence \"serial\"", "\"visitor\" drives the device \"hpet\"",
	      "the device \"hpet\" may write all memory, that of \"serial\" too"}},
    {.what = "another driver of the console",
     .edit = {{"  serial: {driver: serial, device: stdout}\n",
	       "  serial: {component: splitter}\n  line: {component: ns16550, device: stdout}\n"},
	      {"connect:\n", "connect:\n  - serial.line -> line.port\n  - log.serial -> serial.port\n"
			     "  - console.serial -> serial.port\n  - supervisor.serial -> serial.port\n"}},
     .rule = "assertion-hold",
     .line = {"\"line\" may hold device stdout", "\"line\" drives the device \"com1\""}},
    {.what = "memory that the crasher writes and the log has",
     .edit = {{"  crasher:\n", "  crasher: {component: spy}\n"},
	      {"  log:\n", "  log: {component: ledger}\n"}},
     .rule = "assertion-write",
     .line = {"\"crasher\" can write to \"log\"",
	      "\"crasher\" writes the memory \"rows\" of \"crasher.sheet\", which \"log\" has too"}},
    {.what = "the shell gets the platform",
     .edit = {{"  shell:\n", "  shell: {component: owner}\n"}},
     .rule = "assertion-both",
     .line = {"\"shell\" holds both platform and inspector",
	      "\"shell\" holds it: ends or restarts the machine",
	      "\"shell\" holds it: reads what the kernel holds"}},
};

static char *read_whole(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = calloc(1, 16384);

	assert_non_null(file);
	assert_non_null(text);
	assert_true(fread(text, 1, 16383, file) > 0);
	assert_int_equal(fclose(file), 0);
	return text;
}

static char *replace_once(char *text, const char *from, const char *to)
{
	char *at = strstr(text, from), *result;

	assert_non_null(at);
	assert_null(strstr(at + 1, from));
	result = calloc(1, strlen(text) + strlen(to) + 1);
	assert_non_null(result);
	memcpy(result, text, (size_t)(at - text));
	strcat(result, to);
	strcat(result, at + strlen(from));
	free(text);
	return result;
}

/* What the mutants are made with, beside the system. */
static void add_components(void)
{
	static char text[2048];

	(void)snprintf(text, sizeof(text), "component: courier\ndoc: x\n%s\nsources: [../../it.c]\n",
		       courier);
	compose_with("it.c", "");
	compose_with("interfaces/table.yaml", "interface: table\ndoc: Numbers.\nshared:\n"
					      "  rows: {size: 4 KiB, write: client, doc: The numbers.}\n");
	compose_with("interfaces/board.yaml", "interface: board\ndoc: Numbers.\nshared:\n"
					      "  rows: {size: 4 KiB, write: server, doc: The numbers.}\n");
	compose_with("components/courier/component.yaml", text);
	compose_with("components/host/component.yaml", "component: host\ndoc: x\nprovides: {port: greeter}\n"
						       "uses: {serial: serial}\nsources: [../../it.c]\n");
	compose_with(
	    "components/scribe/component.yaml",
	    "component: scribe\ndoc: x\nuses: {sheet: table, greeter: greeter}\nsources: [../../it.c]\n");
	compose_with("components/archive/component.yaml",
		     "component: archive\ndoc: x\nprovides: {port: table}\nuses: {serial: serial}\n"
		     "sources: [../../it.c]\n");
	compose_with("components/watch/component.yaml",
		     "component: watch\ndoc: x\nuses: {greeter: greeter}\nsources: [../../it.c]\n"
		     "device: {compatible: [\"intel,hpet\"]}\n");
	compose_with("components/splitter/component.yaml",
		     "component: splitter\ndoc: x\nprovides: {port: serial}\nuses: {line: serial}\n"
		     "sources: [../../it.c]\n");
	compose_with("components/spy/component.yaml",
		     "component: spy\ndoc: x\nprovides: {port: crasher, sheet: board}\nheartbeat: true\n"
		     "sources: [../../it.c]\n");
	compose_with("components/ledger/component.yaml",
		     "component: ledger\ndoc: x\nprovides: {log: log}\nuses: {serial: serial, sheet: board}\n"
		     "sources: [../../it.c]\n");
	compose_with("components/owner/component.yaml",
		     "component: owner\ndoc: x\nuses: {console: console}\nneeds: [platform, inspector]\n"
		     "sources: [../../it.c]\n");
}

/* The assertions stand at its end. */
static struct composed compose_default(const struct mutant *of, bool asserted)
{
	char path[512];
	struct composed composed;
	char *text;

	(void)snprintf(path, sizeof(path), "%s/../../system.yaml", getenv("TENON_TESTS"));
	text = read_whole(path);
	text = replace_once(text, "supervise:\n", "connect:\nsupervise:\n");
	for (size_t i = 0; i < EDITS && of->edit[i].from != NULL; i++)
		text = replace_once(text, of->edit[i].from, of->edit[i].to);
	if (strstr(text, "connect:\nsupervise:") != NULL)
		text = replace_once(text, "connect:\nsupervise:", "supervise:");
	assert_non_null(strstr(text, "assert:\n"));
	if (!asserted)
		*strstr(text, "assert:\n") = '\0';
	add_components();
	composed = compose_in_tree(text, "qemu_x86_64");
	free(text);
	return composed;
}

static void try_mutant(const struct mutant *of)
{
	struct composed it = compose_default(of, true);
	char *text = report_text(it.report), *at = text;
	size_t notes = 0, wanted = 0;

	if (of->rule == NULL) {
		assert_composed(&it);
	} else {
		assert_null(it.model);
		if (report_errors(it.report) != 1 || strstr(text, of->rule) == NULL)
			fail_msg("%s: not one error %s:\n%s", of->what, of->rule, text);
		for (; wanted < 4 && of->line[wanted] != NULL; wanted++) {
			at = strstr(at, of->line[wanted]);
			if (at == NULL)
				fail_msg("%s: no \"%s\" in its place:\n%s", of->what, of->line[wanted], text);
		}
		for (at = text; (at = strstr(at, ": note: ")) != NULL; at++)
			notes++;
		if (notes != wanted - 1)
			fail_msg("%s: %zu notes:\n%s", of->what, notes, text);
	}
	free(text);
	composed_destroy(&it);
}

static void mutants(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(mutant) / sizeof(mutant[0]); i++)
		try_mutant(&mutant[i]);
}

/* ---- Edges and slots ---- */

static bool has_step(const struct influence *graph, uint32_t from, uint32_t to)
{
	if (from == to || graph->reaches_all[from])
		return true;
	for (uint32_t i = graph->first[from]; i != UINT32_MAX; i = graph->step[i].next)
		if (graph->step[i].to == to)
			return true;
	return false;
}

static bool is_watcher(const struct influence *graph, uint32_t node)
{
	for (uint32_t i = 0; i < graph->watchers; i++)
		if (graph->sees_all[i] == node)
			return true;
	return false;
}

static uint32_t owner_of(const struct numbers *numbers, const struct slot *slot)
{
	for (uint32_t i = 0; i < numbers->model->instances; i++) {
		const struct numbered *own = &numbers->instance[i];

		if (slot->type == TENON_TYPE_ENDPOINT && own->endpoint == slot->object)
			return i;
		if (slot->type == TENON_TYPE_NOTIFICATION &&
		    slot->object - own->notification < own->notifications)
			return i;
		if (slot->type == TENON_TYPE_REPLY && slot->object - own->reply < own->replies)
			return i;
		if (slot->type == TENON_TYPE_POOL &&
		    (own->pool == slot->object || slot->object - own->register_pool < own->register_pools))
			return i;
		if ((slot->type == TENON_TYPE_THREAD || slot->type == TENON_TYPE_SPACE ||
		     slot->type == TENON_TYPE_TABLE || slot->type == TENON_TYPE_RECEIVE_SET) &&
		    slot->object == i)
			return i;
	}
	fail_msg("a slot \"%s\" of nobody's object", slot->what);
	return 0;
}

static void check_slot(const struct influence *graph, const struct numbers *numbers, uint32_t holder,
		       const struct slot *slot)
{
	uint32_t owner;

	switch (slot->type) {
	case TENON_TYPE_CLOCK:
		return; /* says the same to all */
	case TENON_TYPE_PLATFORM:
		assert_true(graph->reaches_all[holder]);
		return;
	case TENON_TYPE_INSPECTOR:
		assert_true(is_watcher(graph, holder));
		return;
	case TENON_TYPE_INTERRUPT:
	case TENON_TYPE_PORTS:
		assert_true(
		    has_step(graph, holder, influence_device(graph, graph->model->instance[holder].device)));
		return;
	default:
		break;
	}
	owner = owner_of(numbers, slot);
	if (!has_step(graph, holder, owner))
		fail_msg("no way for the slot \"%s\" of %s", slot->what,
			 graph->model->instance[holder].name.text);
	if (slot->type == TENON_TYPE_ENDPOINT && (slot->rights & TENON_RIGHT_INVOKE) != 0)
		assert_true(has_step(graph, owner, holder)); /* the answer */
	if (slot->type == TENON_TYPE_POOL)
		assert_int_equal(owner, holder);               /* pools are not shared */
	assert_int_equal(slot->rights & TENON_RIGHT_GRANT, 0); /* no interface of it hands anything on */
}

static void slots_have_ways(void **state)
{
	(void)state;
	for (size_t m = 0; m < sizeof(mutant) / sizeof(mutant[0]); m++) {
		struct composed it = compose_default(&mutant[m], false);
		struct arena *arena = arena_create();
		const struct influence *graph;
		const struct numbers *numbers;

		assert_composed(&it);
		graph = influence_make(it.model, arena);
		numbers = numbers_make(it.model);
		for (uint32_t i = 0; i < it.model->instances; i++)
			for (uint32_t s = 0; s < numbers->instance[i].slots; s++)
				check_slot(graph, numbers, i, &numbers->instance[i].slot[s]);
		arena_destroy(arena);
		composed_destroy(&it);
	}
}

/* ---- Capabilities that are handed on ---- */

/*
 * giver calls vault and taker; taker is handed what giver sends. lender hands to its client borrower. Nobody else hands on
 * anything, so giver comes to hold nothing of taker's.
 */
static const char *const passing_system =
    "system: passing\nboards: [box]\ncomponents:\n"
    "  vault: {provides: {door: door}, sources: [it.c]}\n"
    "  giver: {uses: {door: door, gift: gift}, sources: [it.c]}\n"
    "  taker: {provides: {gift: gift}, sources: [it.c]}\n"
    "  lender: {provides: {loan: loan}, uses: {door: door}, sources: [it.c], memory: {pool: 64 KiB}}\n"
    "  borrower: {uses: {loan: loan}, sources: [it.c]}\n"
    "  plain: {uses: {door: door}, sources: [it.c]}\n"
    "assert:\n  - ";

static const struct {
	const char *sentence, *message, *note; /* message NULL: it holds */
} passed[] = {
    {"taker may not influence vault except through giver", "\"taker\" may influence \"vault\"",
     "\"taker\" may reach \"vault\" by what is handed on: calls"},
    {"vault may not influence taker except through giver", "\"vault\" may influence \"taker\"", "calls"},
    {"only [giver, lender, borrower, plain] may hold port vault.door", "\"taker\" may hold port vault.door",
     "\"taker\" may hold it, with calls that carry capabilities, from \"giver\""},
    {"only [giver, taker, lender, plain] may hold port vault.door", "\"borrower\" may hold port vault.door",
     "\"borrower\" may hold it, with answers to calls that carry capabilities, from \"lender\""},
    {"only [giver, taker, lender, borrower, plain] may hold port vault.door", NULL, NULL},
    {"only [giver, lender, plain] holds port vault.door", NULL, NULL},
    {"giver may not hold port lender.loan", NULL, NULL},
    {"lender may not hold port taker.gift", NULL, NULL},
    {"borrower cannot write to lender", "\"borrower\" can write to \"lender\"", "objects of a pool"},
    {"plain may not influence taker except through [vault, giver]", NULL, NULL},
    {"plain cannot write to [taker, borrower, lender]", NULL, NULL},
};

static void add_interfaces(void)
{
	compose_with("it.c", "");
	compose_with("interfaces/door.yaml", "interface: door\ndoc: x\noperations:\n  knock: {}\n");
	compose_with("interfaces/gift.yaml", "interface: gift\ndoc: x\noperations:\n"
					     "  give: {in: {thing: {capability: {endpoint: door}}}}\n");
	compose_with("interfaces/loan.yaml", "interface: loan\ndoc: x\noperations:\n"
					     "  take: {out: {page: {capability: frame, rights: read}}}\n");
}

static void capabilities_are_handed_on(void **state)
{
	char text[2048];

	(void)state;
	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++) {
		struct composed it;
		char *said;

		(void)snprintf(text, sizeof(text), "%s%s\n", passing_system, passed[i].sentence);
		add_interfaces();
		it = compose_text(text, NULL);
		said = report_text(it.report);
		if (passed[i].message == NULL) {
			if (it.model == NULL)
				fail_msg("%s: %s", passed[i].sentence, said);
		} else if (it.model != NULL || strstr(said, passed[i].message) == NULL ||
			   strstr(said, passed[i].note) == NULL) {
			fail_msg("%s: %s", passed[i].sentence, said);
		}
		free(said);
		composed_destroy(&it);
	}
}

/* A thousand clients of one server, 300 sentences with long lists: a bound that only the square of them would break. */
static void large_system(void **state)
{
	char *text = malloc(1000000);
	size_t length;
	struct composed it;
	clock_t start = clock();

	(void)state;
	assert_non_null(text);
	length = (size_t)sprintf(text, "system: large\nboards: [box]\ncomponents:\n  server:\n");
	for (int i = 0; i < 1000; i++)
		length += (size_t)sprintf(text + length, "  c%d: {component: client}\n", i);
	length += (size_t)sprintf(text + length, "assert:\n");
	for (int i = 0; i < 290; i++) {
		length += (size_t)sprintf(text + length, "  - c%d may not influence [c999", i);
		for (int k = 1; k < 100; k++)
			length += (size_t)sprintf(text + length, ", c%d", 999 - k);
		length += (size_t)sprintf(text + length, "] except through server\n");
	}
	for (int i = 0; i < 10; i++)
		length +=
		    (size_t)sprintf(text + length, "  - only component client may hold port server.port\n");
	compose_with("platforms/box/board.yaml",
		     "board: box\ndoc: Large.\narchitecture: x86_64\nmemory: {at_least: 1 GiB}\n"
		     "emulator: {program: none, machine: none, cpu: none, firmware: ovmf}\n");
	it = compose_text(text, NULL);
	assert_composed(&it);
	assert_true(clock() - start < 3 * CLOCKS_PER_SEC);
	composed_destroy(&it);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(mutants),
	    cmocka_unit_test(slots_have_ways),
	    cmocka_unit_test(capabilities_are_handed_on),
	    cmocka_unit_test(large_system),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
