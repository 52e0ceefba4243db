/* SPDX-License-Identifier: MIT
 * The bus: the instance that finds PCI functions and gives them to their drivers. Each driver of a function has a port
 * `bus`, made here, that leads to it through all composites: which function it may have is the board's and the system's to
 * say, and stands in a table of the bus, not in a wire.
 */
#include "build.h"

#include <string.h>

#define BUS_INTERFACE "bus"

static void find_bus(struct build *build)
{
	for (uint32_t i = 0; i < build->instances; i++) {
		const struct draft *draft = &build->draft[i];
		const struct instance *first = build->model->bus;

		if (draft->component == NULL || !draft->component->bus)
			continue;
		if (first == NULL)
			build->model->bus = draft->instance;
		else
			complaint_note(report_error(build->report, RULE_TWO_BUSES, draft->instance->place,
						    "\"%s\" is a second bus", draft->instance->name.text),
				       first->place, "the first one is here");
	}
}

static const struct port *find_port(const struct port *port, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (strcmp(port[i].interface->name.text, BUS_INTERFACE) == 0)
			return &port[i];
	return NULL;
}

/* What it must be to give functions to anybody. */
static void check_bus(struct build *build)
{
	const struct instance *bus = build->model->bus;
	const struct component *component = build->draft[bus->index].component;

	build->bus_port = find_port(component->provides, component->provided);
	if (build->bus_port == NULL)
		report_error(build->report, RULE_BUS_PORT, component->role_place,
			     "the bus \"%s\" does not provide the interface \"" BUS_INTERFACE "\"",
			     component->name.text);
	if (!component->device.present)
		complaint_help(report_error(build->report, RULE_BUS_BRIDGE, component->role_place,
					    "the bus \"%s\" drives no host bridge", component->name.text),
			       "add \"device: {compatible: [pci-host-ecam-generic]}\"");
	else if (bus->device != NULL && bus->device->bridges == 0)
		complaint_help(
		    report_error(build->report, RULE_BUS_BRIDGE, bus->place,
				 "the windows of the host bridge \"%s\" are not known", bus->device->path),
		    "its \"windows\" stand in the board file, or in \"ranges\" of the device tree");
}

static const struct draft *first_driver(const struct build *build)
{
	for (uint32_t i = 0; i < build->instances; i++) {
		const struct device *device = build->draft[i].instance->device;

		if (device != NULL && device->function)
			return &build->draft[i];
	}
	return NULL;
}

static void refuse_missing(struct build *build, const struct draft *driver)
{
	complaint_help(
	    report_error(build->report, RULE_BUS_MISSING, driver->instance->place,
			 "\"%s\" drives the PCI function \"%s\", and nobody in this system finds it",
			 driver->instance->name.text, driver->instance->device->path),
	    "add \"pci:\" to \"components\"");
}

static void add_port(struct build *build, struct component *component, const struct interface *interface)
{
	struct port *port;

	if (find_port(component->uses, component->used) != NULL)
		return; /* it names one itself */
	port = ARENA_ARRAY(build->arena, struct port, (size_t)component->used + 1);
	if (component->used != 0)
		memcpy(port, component->uses, component->used * sizeof(*port));
	port[component->used] = (struct port){.name = {BUS_INTERFACE, component->device.place},
					      .interface = interface,
					      .optional = true,
					      .to_bus = true,
					      .index = component->used};
	component->uses = port;
	component->used++;
}

static bool has_name(const struct port *port, uint32_t count, const struct port **found)
{
	for (uint32_t i = 0; i < count; i++) {
		if (strcmp(port[i].name.text, BUS_INTERFACE) != 0)
			continue;
		*found = &port[i];
		return strcmp(port[i].interface->name.text, BUS_INTERFACE) != 0;
	}
	return false;
}

/* The name of the port that is made. */
static bool check_name(struct build *build, const struct component *component)
{
	const struct port *other;

	if (!has_name(component->uses, component->used, &other) &&
	    !has_name(component->provides, component->provided, &other))
		return true;
	complaint_help(report_error(build->report, RULE_BUS_PORT, other->name.place,
				    "a driver of PCI functions has a port \"" BUS_INTERFACE
				    "\", which the generator makes"),
		       "give this one another name");
	return false;
}

void ports_add_bus(struct build *build)
{
	const struct draft *driver = first_driver(build);

	find_bus(build);
	if (build->model->bus != NULL)
		check_bus(build);
	else if (driver != NULL && !build->incomplete)
		refuse_missing(build, driver);
	for (uint32_t i = 0; build->bus_port != NULL && i < build->instances; i++) {
		struct draft *draft = &build->draft[i];

		if (draft->component != NULL && draft->instance->device != NULL &&
		    draft->instance->device->function && check_name(build, draft->component))
			add_port(build, draft->component, build->bus_port->interface);
	}
}

void bus_check(struct build *build)
{
	for (uint32_t i = 0; build->bus_port != NULL && i < build->connections; i++) {
		const struct connection *connection = &build->connection[i];
		const struct device *device = connection->client->device;

		if (connection->provides == build->bus_port && (device == NULL || !device->function))
			report_error(
			    build->report, RULE_BUS_PORT, connection->place,
			    "\"%s\" drives no PCI function: there is nothing that \"%s\" could give it",
			    connection->client->name.text, connection->server->name.text);
	}
}
