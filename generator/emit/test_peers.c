/* SPDX-License-Identifier: MIT
 * A component test: tables by which the host's kernel knows the peers. Their
 * glue has addresses and slots of its own, for the system of the test numbers
 * them like any other; here stands what these are on the component's side.
 */
#include "testing.h"

/* Values for each client, or one for the server: "{1, 2, 3}". */
struct values {
	uint64_t value[TEST_CLIENTS];
	uint32_t count;
};

static void print_values(struct text *out, const struct values *values)
{
	text_add(out, "{");
	for (uint32_t i = 0; i < values->count; i++)
		text_add(out, "%s0x%llx", i != 0 ? ", " : "", (unsigned long long)values->value[i]);
	text_add(out, "}");
}

/* Which of the component's connections of a port is that of client `client`. */
static uint32_t connection_of(const struct testing *testing, uint32_t port, uint32_t client)
{
	const struct provided *provided = &testing->glue->instance->provided[port];

	for (uint32_t c = 0; c < provided->clients; c++) {
		if (provided->client[c]->client == testing->client[client].instance)
			return c;
	}
	return 0;
}

/* The port of the server that stands for connection `server` of the component's port. */
static uint32_t port_of(const struct testing *testing, uint32_t port, uint32_t server)
{
	return testing->glue->instance->used[port].server[server]->provides->index;
}

/* ---- regions ---------------------------------------------------------------------------------- */

static void print_region(const struct testing *testing, const struct shared *shared, bool is_server,
			 uint64_t address, const struct values *component)
{
	text_add(testing->source, "\t{.is_server = %s, .address = 0x%llx, .size = %llu, .component = ",
		 is_server ? "true" : "false", (unsigned long long)address, (unsigned long long)shared->size);
	print_values(testing->source, component);
	text_add(testing->source, "},\n");
}

static void print_client_regions(const struct testing *testing, const struct port *port)
{
	const uint32_t shareds = port->interface->shareds;

	for (uint32_t i = 0; i < shareds; i++) {
		struct values component = {.count = testing->clients};

		for (uint32_t c = 0; c < testing->clients; c++)
			component.value[c] =
			    testing->glue->own
				->served_address[port->index]
						[connection_of(testing, port->index, c) * shareds + i];
		print_region(testing, &port->interface->shared[i], false,
			     testing->client->used_address[port->index][i], &component);
	}
}

static void print_server_regions(const struct testing *testing, const struct port *port)
{
	const uint32_t shareds = port->interface->shareds;

	for (uint32_t k = 0; k < testing->glue->instance->used[port->index].servers; k++) {
		for (uint32_t i = 0; i < shareds; i++) {
			const struct values component = {
			    .value = {testing->glue->own->used_address[port->index][k * shareds + i]},
			    .count = 1};

			print_region(testing, &port->interface->shared[i], true,
				     testing->server->served_address[port_of(testing, port->index, k)][i],
				     &component);
		}
	}
}

/* ---- wake-ups --------------------------------------------------------------------------------- */

static void print_wake(const struct testing *testing, bool is_server, uint32_t slot,
		       const struct values *bits)
{
	text_add(testing->source, "\t{.is_server = %s, .slot = %u, .bit = ", is_server ? "true" : "false",
		 slot);
	print_values(testing->source, bits);
	text_add(testing->source, "},\n");
}

static void print_wakes(const struct testing *testing)
{
	const struct component *component = testing->glue->component;
	const struct numbered *own = testing->glue->own;

	for (uint32_t p = 0; testing->clients != 0 && p < component->provided; p++) {
		struct values bits = {.count = testing->clients};

		if (component->provides[p].interface->channels == 0)
			continue;
		for (uint32_t c = 0; c < testing->clients; c++)
			bits.value[c] = own->served_wake_bit[p] + connection_of(testing, p, c);
		print_wake(testing, false, testing->client->used_wake_slot[p], &bits);
	}
	for (uint32_t u = 0; u < component->used; u++) {
		if (component->uses[u].interface->channels == 0)
			continue;
		for (uint32_t k = 0; k < testing->glue->instance->used[u].servers; k++) {
			const struct values bits = {.value = {own->used_wake_bit[u] + k}, .count = 1};

			print_wake(testing, true, testing->server->served_wake_slot[port_of(testing, u, k)],
				   &bits);
		}
	}
}

void test_peers_print(const struct testing *testing)
{
	const struct component *component = testing->glue->component;

	text_add(testing->source, "static const struct test_peer_region peer_region[] = {\n");
	for (uint32_t p = 0; testing->clients != 0 && p < component->provided; p++)
		print_client_regions(testing, &component->provides[p]);
	for (uint32_t u = 0; u < component->used; u++)
		print_server_regions(testing, &component->uses[u]);
	text_add(testing->source, "\t{.size = 0},\n};\n\nstatic const struct test_wake wake[] = {\n");
	print_wakes(testing);
	text_add(testing->source, "\t{.slot = 0},\n};\n\n");
}

const char *test_wake_slot(const struct numbered *own, const struct slot *slot, uint32_t *number,
			   uint32_t *port)
{
	const struct instance *instance = own->instance;

	for (uint32_t p = 0; p < instance->component->provided; p++) {
		if (instance->component->provides[p].interface->channels != 0 &&
		    slot->index - own->served_wake_slot[p] < instance->provided[p].clients) {
			*number = slot->index - own->served_wake_slot[p];
			*port = p;
			return "WAKE_CLIENT";
		}
	}
	for (uint32_t u = 0; u < instance->component->used; u++) {
		if (instance->component->uses[u].interface->channels != 0 &&
		    slot->index - own->used_wake_slot[u] < instance->used[u].servers) {
			*number = slot->index - own->used_wake_slot[u];
			*port = u;
			return "WAKE_SERVER";
		}
	}
	return NULL;
}
