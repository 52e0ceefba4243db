/* SPDX-License-Identifier: MIT
 * A component test: test.h, which a test file includes, and component.c, which
 * tells the host's kernel (runtime/host) what the slots, ports and memory of
 * the component are.
 */
#include <stdio.h>
#include <string.h>
#include <tenon/abi.h>

#include "../read/arena.h"
#include "testing.h"

/* ---- tables for the kernel -------------------------------------------------------------------- */

static const char *kind_of_slot(const struct numbered *own, const struct slot *slot, uint32_t *number)
{
	for (uint32_t u = 0; u < own->instance->component->used; u++) {
		*number = u;
		if (own->use_slot[u] != 0 && slot->index - own->use_slot[u] < own->instance->used[u].servers)
			return "MOCK";
	}
	*number = 0;
	if (own->heartbeat_slot != 0 && own->heartbeat_slot == slot->index)
		return "HEARTBEAT";
	if (slot->type == TENON_TYPE_INTERRUPT) {
		*number = slot->index - own->interrupt_slot;
		return "INTERRUPT";
	}
	return slot->type == TENON_TYPE_NOTIFICATION ? "EVENT"
	       : slot->type == TENON_TYPE_REPLY      ? "REPLY"
						     : "OWN";
}

static void print_slots(const struct testing *testing)
{
	const struct numbered *own = testing->glue->own;
	struct text *out = testing->source;

	text_add(out, "static const struct test_slot slot[] = {\n");
	for (uint32_t i = 0; i < own->slots; i++) {
		const struct slot *slot = &own->slot[i];
		uint32_t number, port;
		const char *wake = test_wake_slot(own, slot, &number, &port);
		const char *kind = wake != NULL ? wake : kind_of_slot(own, slot, &number);

		text_add(
		    out,
		    "\t[%u] = {.name = \"%s\", .kind = TEST_SLOT_%s, .number = %u, .badge = 0x%llx, .type = "
		    "(enum tenon_type)%u, .rights = %u},\n",
		    slot->index, slot->name, kind, number,
		    wake != NULL ? (unsigned long long)port : (unsigned long long)slot->badge, slot->type,
		    slot->rights);
	}
	text_add(out, "};\n\n");
}

/* The badge of a client's calls: connections of a port are numbered in the order of the system. */
static uint64_t badge_of(const struct testing *testing, uint32_t client, uint32_t port)
{
	const struct provided *provided = &testing->glue->instance->provided[port];

	for (uint32_t c = 0; c < provided->clients; c++) {
		if (provided->client[c]->client == testing->client[client].instance)
			return (uint64_t)(port + 1) << 16 | c;
	}
	return 0;
}

static void print_ports(const struct testing *testing)
{
	const struct component *component = testing->glue->component;
	struct text *out = testing->source;

	text_add(out, "static const struct test_port port[] = {\n");
	for (uint32_t p = 0; testing->clients && p < component->provided; p++)
		text_add(out, "\t{.name = \"%s\", .client_slot = %u},\n", component->provides[p].name.text,
			 testing->client->use_slot[p]);
	text_add(out, "\t{.name = \"\"},\n};\n\nstatic const uint64_t client_badge[] = {\n");
	for (uint32_t c = 0; c < testing->clients; c++) {
		for (uint32_t p = 0; p < component->provided; p++)
			text_add(out, "\t0x%llx,\n", (unsigned long long)badge_of(testing, c, p));
	}
	text_add(out, "\t0,\n};\n\nstatic const char *const mock[] = {\n");
	for (uint32_t u = 0; u < component->used; u++)
		text_add(out, "\t\"%s\",\n", component->uses[u].name.text);
	text_add(out, "\t\"\",\n};\n\n");
}

static void print_shared(struct text *out, const struct port *port, const struct shared *shared,
			 uint64_t address, bool serves)
{
	const unsigned own = serves ? SHARED_WRITE_SERVER : SHARED_WRITE_CLIENT;

	text_add(
	    out,
	    "\t{.name = \"%s.%s\", .address = 0x%llx, .size = %llu, .writable = %s, .peer_writable = %s},\n",
	    port->name.text, shared->name.text, (unsigned long long)address, (unsigned long long)shared->size,
	    shared->write & own ? "true" : "false",
	    shared->write & (own ^ SHARED_WRITE_BOTH) ? "true" : "false");
}

static void print_regions(const struct testing *testing)
{
	const struct component *component = testing->glue->component;
	const struct instance *instance = testing->glue->instance;
	const struct numbered *own = testing->glue->own;
	struct text *out = testing->source;

	text_add(out, "static const struct test_region region[] = {\n");
	for (uint32_t i = 0; instance->device && i < component->device.registers; i++)
		text_add(out,
			 "\t{.name = \"registers %u\", .address = 0x%llx, .size = %llu, .writable = true, "
			 ".is_device = true},\n",
			 i, (unsigned long long)own->range_address[i],
			 (unsigned long long)instance->device->range[i].size);
	for (uint32_t p = 0; p < component->provided; p++) {
		const struct port *port = &component->provides[p];
		const uint32_t shareds = port->interface->shareds;

		for (uint32_t i = 0; i < instance->provided[p].clients * shareds; i++)
			print_shared(out, port,
				     &instance->provided[p].client[i / shareds]->shared[i % shareds],
				     own->served_address[p][i], true);
	}
	for (uint32_t u = 0; u < component->used; u++) {
		const struct port *port = &component->uses[u];
		const uint32_t shareds = port->interface->shareds;

		for (uint32_t i = 0; i < instance->used[u].servers * shareds; i++)
			print_shared(out, port, &instance->used[u].server[i / shareds]->shared[i % shareds],
				     own->used_address[u][i], false);
	}
	text_add(out, "\t{.name = \"\"},\n};\n\n");
}

/* Of a supervisor: what each member says that it lives with. */
static void print_beats(const struct testing *testing)
{
	const struct numbers *numbers = testing->glue->numbers;
	const bool supervises = testing->glue->instance == numbers->model->supervisor;

	text_add(testing->source, "static const uint32_t beat_bit[] = {");
	for (uint32_t i = 0; supervises && i < numbers->members; i++)
		text_add(testing->source, "%uu, ", testing->glue->own->beat_bit[i]);
	text_add(testing->source, "0};\n\n");
}

static void print_component(const struct testing *testing)
{
	const struct glue *glue = testing->glue;
	struct text *out = testing->source;

	text_add(out,
		 "/* Generated by tenon-gen test; do not edit.\n * What the host's kernel has to know of "
		 "%s.\n */\n"
		 "#include <tenon/component.h>\n#include <tenon/test_glue.h>\n\n",
		 glue->instance->name.text);
	if (glue->component->libc == LIBC_MUSL) /* the host's is there already */
		text_add(out, "noreturn void tenon_component_loop(void);\n\n");
	print_slots(testing);
	print_ports(testing);
	print_regions(testing);
	test_peers_print(testing);
	print_beats(testing);
	text_add(
	    out,
	    "const struct test_component test_component = {\n\t.name = \"%s\",\n\t.slot = slot,\n"
	    "\t.slots = sizeof slot / sizeof slot[0],\n\t.port = port,\n\t.ports = %u,\n"
	    "\t.client_badge = client_badge,\n\t.clients = %u,\n\t.mock = mock,\n\t.mocks = %u,\n"
	    "\t.region = region,\n\t.regions = sizeof region / sizeof region[0] - 1,\n"
	    "\t.peer_region = peer_region,\n\t.peer_regions = sizeof peer_region / sizeof peer_region[0] - "
	    "1,\n\t.wake = wake,\n\t.wakes = sizeof wake / sizeof wake[0] - 1,\n"
	    "\t.heartbeat_bit = %uu,\n\t.interrupts = %u,\n\t.fault_badge = 0x%llx,\n"
	    "\t.beat_bit = beat_bit,\n\t.members = sizeof beat_bit / sizeof beat_bit[0] - 1,\n"
	    "\t.start = tenon_component_%s,\n};\n",
	    glue->instance->name.text, testing->clients ? glue->component->provided : 0, testing->clients,
	    glue->component->used, glue->own->heartbeat_bit,
	    glue->instance->device ? glue->component->device.interrupts : 0,
	    (unsigned long long)NUMBERS_FAULT_PORT << 16,
	    glue->component->libc == LIBC_MUSL ? "loop" : "main");
	if (testing->server == NULL)
		text_add(
		    out,
		    "\n/* It uses nothing. */\nvoid test_server_main(void)\n{\n}\n\n"
		    "void test_server_serve(struct tenon_ipc *ipc, bool "
		    "is_sent)\n{\n\t(void)ipc;\n\t(void)is_sent;\n}\n\n"
		    "void test_server_attend(uint32_t port, uint32_t server)\n{\n\t(void)port;\n"
		    "\t(void)server;\n}\n\nvoid test_server_renew(uint32_t port)\n{\n\t(void)port;\n}\n");
	if (testing->clients == 0)
		text_add(out, "\n/* Nobody uses it. */\nvoid test_client_open(void)\n{\n}\n\n"
			      "void test_client_attend(uint32_t port)\n{\n\t(void)port;\n}\n");
}

/* ---- files ------------------------------------------------------------------------------------ */

static void print_test_header(const struct testing *testing, struct text *out)
{
	text_add(out,
		 "/* Generated by tenon-gen test; do not edit.\n * What a test of %s includes.\n */\n"
		 "#ifndef TEST_%s_H\n#define TEST_%s_H\n\n#include <setjmp.h>\n#include <stdarg.h>\n"
		 "#include <stddef.h>\n#include <stdint.h>\n#include <string.h>\n#include <cmocka.h>\n"
		 "#include <tenon/test.h>\n#include \"component.h\"\n",
		 testing->glue->instance->name.text, upper(testing->glue->component->name.text),
		 upper(testing->glue->component->name.text));
	if (testing->clients)
		text_add(out, "#include \"clients.h\"\n");
	if (testing->server)
		text_add(out, "#include \"mocks.h\"\n");
	text_add(out, "\n#endif\n");
}

static const struct numbered *find(const struct numbers *numbers, const char *name)
{
	for (uint32_t i = 0; i < numbers->model->instances; i++) {
		if (strcmp(numbers->model->instance[i].name.text, name) == 0)
			return &numbers->instance[i];
	}
	return NULL;
}

static bool write_pair(const struct testing *testing, void (*print)(const struct testing *testing),
		       const char *folder, const char *name)
{
	char file[64];
	bool good;

	print(testing);
	snprintf(file, sizeof file, "%s.h", name);
	good = testing->header->length == 0 || text_write(testing->header, folder, file, EMIT_WRITE);
	snprintf(file, sizeof file, "%s.c", name);
	good = good && text_write(testing->source, folder, file, EMIT_WRITE);
	text_fini(testing->header);
	text_fini(testing->source);
	return good;
}

bool emit_test(const struct model *model, const char *name, const char *folder)
{
	const struct numbers *numbers = numbers_make(model);
	const struct numbered *own = find(numbers, name);
	struct text header = {0}, source = {0}, out = {0};
	const struct glue glue = {.numbers = numbers,
				  .own = own,
				  .instance = own->instance,
				  .component = own->instance->component,
				  .out = &out};
	struct testing testing = {
	    .glue = &glue, .server = find(numbers, TEST_SERVER), .header = &header, .source = &source};
	char inside[4096];
	bool good;

	testing.client = find(numbers, TEST_CLIENT "_0");
	testing.clients = testing.client ? TEST_CLIENTS : 0;
	snprintf(inside, sizeof inside, "%s/%s", folder, name);
	print_test_header(&testing, &out);
	good = text_write(&out, inside, "test.h", EMIT_WRITE);
	text_fini(&out);
	good = good && write_pair(&testing, print_component, inside, "component");
	if (testing.clients)
		good = good && write_pair(&testing, test_clients_print, inside, "clients");
	if (testing.server)
		good = good && write_pair(&testing, test_mocks_print, inside, "mocks");
	return good;
}
