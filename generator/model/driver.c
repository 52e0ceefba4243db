/* SPDX-License-Identifier: MIT
 * Drivers and devices: `driver: INTERFACE` finds the component that provides
 * the interface and is compatible with the device; a driver without `device:`
 * takes the only device that fits.
 */
#include "build.h"

#include <string.h>

#define NO_MATCH UINT32_MAX

/* ---- Candidates ---- */

static void read_candidate(struct build *build, const char *name)
{
	struct report *quiet =
	    report_create(); /* a broken component that nobody uses is no error of this system */
	struct candidate *candidate = &build->candidate[build->candidates];
	const char *path = build_find(build, "components", name, "/component.yaml");
	const struct source *source;
	const struct value *value = build_read(build, path, &shape_component, quiet, &source);
	const struct value *device = value == NULL ? NULL : value_get(value, "device");

	report_destroy(quiet);
	if (value == NULL)
		return;
	candidate->name = name;
	candidate->provides = value_get(value, "provides");
	candidate->compatible = device == NULL ? NULL : value_get(device, "compatible");
	build->candidates++;
}

void candidates_read(struct build *build)
{
	const char **names;
	uint32_t count = 0;

	if (build->candidates_read)
		return;
	build->candidates_read = true;
	names = build_list(build, "components", "/component.yaml");
	while (names[count] != NULL)
		count++;
	build->candidate = ARENA_ARRAY(build->arena, struct candidate, count);
	for (uint32_t i = 0; i < count; i++)
		read_candidate(build, names[i]);
}

const char *provided_interface(const struct value *port)
{
	return port->shape->kind == SHAPE_OBJECT ? value_get(port, "interface")->text : port->text;
}

static bool provides(const struct candidate *candidate, const char *interface)
{
	for (uint32_t i = 0; candidate->provides != NULL && i < candidate->provides->entries; i++)
		if (strcmp(provided_interface(candidate->provides->entry[i].value), interface) == 0)
			return true;
	return false;
}

/* ---- Matching ---- */

/* Position in the device's list of the first string that is `compatible`; the first is the most exact. */
static uint32_t position(const struct device *device, const char *compatible)
{
	if (device->function)
		return pci_position(device, compatible);
	for (uint32_t i = 0; i < device->compatibles; i++)
		if (strcmp(device->compatible[i], compatible) == 0)
			return i;
	return NO_MATCH;
}

static uint32_t match_component(const struct device *device, const struct component *component)
{
	uint32_t best = NO_MATCH;

	for (uint32_t i = 0; i < component->device.compatibles; i++) {
		uint32_t at = position(device, component->device.compatible[i].text);

		best = at < best ? at : best;
	}
	return best;
}

static uint32_t match_candidate(const struct device *device, const struct candidate *candidate)
{
	uint32_t best = NO_MATCH;

	for (uint32_t i = 0; candidate->compatible != NULL && i < candidate->compatible->entries; i++) {
		uint32_t at = position(device, candidate->compatible->entry[i].value->text);

		best = at < best ? at : best;
	}
	return best;
}

static const char *list_compatible(struct build *build, const struct device *device)
{
	const char *text = "";

	for (uint32_t i = 0; i < device->compatibles; i++)
		text =
		    arena_format(build->arena, "%s%s\"%s\"", text, i == 0 ? "" : ", ", device->compatible[i]);
	return text;
}

/* ---- A driver for a named device ---- */

static const struct candidate *best_candidate(struct build *build, const struct device *device,
					      const char *interface, const struct candidate **second)
{
	const struct candidate *best = NULL;
	uint32_t rank = NO_MATCH;

	*second = NULL;
	for (uint32_t i = 0; i < build->candidates; i++) {
		const struct candidate *candidate = &build->candidate[i];
		uint32_t at = provides(candidate, interface) ? match_candidate(device, candidate) : NO_MATCH;

		if (at == NO_MATCH || at > rank)
			continue;
		*second = at == rank ? best : NULL;
		best = candidate;
		rank = at;
	}
	return best;
}

static const char *list_drivers(struct build *build, const char *interface)
{
	const char *text = "";

	for (uint32_t i = 0; i < build->candidates; i++)
		if (build->candidate[i].compatible != NULL && provides(&build->candidate[i], interface))
			text = arena_format(build->arena, "%s%s%s", text, text[0] == '\0' ? "" : ", ",
					    build->candidate[i].name);
	return text;
}

static void refuse_driver(struct build *build, const struct device *device, const struct value *driver)
{
	const char *drivers = list_drivers(build, driver->text);
	struct complaint *complaint =
	    report_error(build->report, RULE_NO_DRIVER, driver->place,
			 "no driver of the interface \"%s\" fits the device \"%s\" of the board \"%s\"",
			 driver->text, device->path, build->board->name.text);

	complaint_help(complaint, "the device is compatible with %s", list_compatible(build, device));
	if (drivers[0] != '\0')
		complaint_help(complaint, "drivers of this interface: %s", drivers);
}

static void find_driver(struct build *build, struct draft *draft, const struct device *device)
{
	const struct value *driver = value_get(draft->entry, "driver");
	const struct candidate *second, *best = best_candidate(build, device, driver->text, &second);

	if (best == NULL)
		refuse_driver(build, device, driver);
	else if (second != NULL)
		complaint_help(
		    report_error(build->report, RULE_AMBIGUOUS_DRIVER, driver->place,
				 "several drivers of the interface \"%s\" fit the device \"%s\": %s, %s",
				 driver->text, device->path, second->name, best->name),
		    "choose one with \"component: %s\" instead of \"driver\"", best->name);
	else
		draft->component = build_component(build, (struct name){best->name, driver->place});
}

/* ---- A device for a driver ---- */

struct choice {
	struct device *device;
	uint32_t count;
	const char *all; /* names of those that fit */
};

static void offer(struct build *build, struct choice *choice, struct device *device)
{
	choice->all =
	    arena_format(build->arena, "%s%s%s", choice->all, choice->count == 0 ? "" : ", ", device->path);
	choice->device = device;
	choice->count++;
}

static void refuse_choice(struct build *build, struct place place, const char *who,
			  const struct choice *choice)
{
	if (choice->count == 0)
		report_error(build->report, RULE_UNKNOWN_DEVICE, place,
			     "the board \"%s\" has no device that %s fits", build->board->name.text, who);
	else
		complaint_allowed(
		    report_error(build->report, RULE_AMBIGUOUS_DEVICE, place,
				 "the board \"%s\" has %u devices that %s fits; \"device\" must name one",
				 build->board->name.text, choice->count, who),
		    "%s", choice->all);
}

/* The devices that the instance's component fits, or a driver of the interface that it asks for. */
static struct choice choose_device(struct build *build, const struct draft *draft)
{
	const struct value *driver = value_get(draft->entry, "driver");
	struct choice choice = {.all = ""};

	for (uint32_t i = 0; i < build->board->devices; i++) {
		struct device *device = &build->board->device[i];
		const struct candidate *second;

		if (draft->component != NULL ? match_component(device, draft->component) != NO_MATCH
					     : best_candidate(build, device, driver->text, &second) != NULL)
			offer(build, &choice, device);
	}
	return choice;
}

static struct device *only_device(struct build *build, struct draft *draft)
{
	const struct value *driver = value_get(draft->entry, "driver");
	const struct choice choice = choose_device(build, draft);

	if (choice.count == 1)
		return choice.device;
	if (draft->component != NULL)
		refuse_choice(build, draft->instance->place,
			      arena_format(build->arena, "the driver \"%s\"", draft->component->name.text),
			      &choice);
	else
		refuse_choice(build, driver->place,
			      arena_format(build->arena, "a driver of the interface \"%s\"", driver->text),
			      &choice);
	return NULL;
}

/* ---- The device that is named ---- */

static void refuse_device(struct build *build, const struct draft *draft, const struct value *name)
{
	struct nearest nearest = nearest_start(name->text);
	const char *console = build->board->console == NULL ? "" : "stdout, ";
	struct choice choice;
	struct complaint *complaint;

	if (strcmp(name->text, "stdout") == 0) {
		report_error(build->report, RULE_UNKNOWN_DEVICE, name->place,
			     "the board \"%s\" has no console", build->board->name.text);
		return;
	}
	complaint =
	    report_error(build->report, RULE_UNKNOWN_DEVICE, name->place,
			 "the board \"%s\" has no device \"%s\"", build->board->name.text, name->text);
	choice = choose_device(build, draft);
	if (choice.count > 0)
		complaint_allowed(complaint, "%s%s", console, choice.all);
	nearest_try(&nearest, "stdout");
	for (uint32_t i = 0; i < build->board->devices; i++)
		nearest_try(&nearest, build->board->device[i].path);
	complaint_nearest(complaint, &nearest);
}

static struct device *named_device(struct build *build, const struct draft *draft, const struct value *name)
{
	struct device *device;

	if (strcmp(name->text, "stdout") == 0 && build->board->console != NULL)
		device = &build->board->device[build->board->console - build->board->device];
	else
		device = board_find(build, build->board, name->text);
	if (device == NULL)
		refuse_device(build, draft, name);
	return device;
}

/* ---- Holding it ---- */

static void check_resources(struct build *build, const struct draft *draft, const struct device *device)
{
	const struct device_class *class = &draft->component->device;
	const bool registers = device->ranges < class->registers;
	const uint32_t have = registers ? device->ranges : device->interrupts;

	if (!registers && device->interrupts >= class->interrupts)
		return;
	complaint_note(report_error(build->report, RULE_TOO_FEW_RESOURCES, draft->instance->place,
				    "the device \"%s\" has %u %s, but its driver \"%s\" wants %u",
				    device->path, have, registers ? "register ranges" : "interrupts",
				    draft->component->name.text,
				    registers ? class->registers : class->interrupts),
		       class->place, "the driver says so here");
}

static void hold(struct build *build, struct draft *draft, struct device *device)
{
	const struct value *name = value_get(draft->entry, "device");
	const struct place place = name == NULL ? draft->instance->place : name->place;

	if (match_component(device, draft->component) == NO_MATCH) {
		complaint_help(report_error(build->report, RULE_DEVICE_MISMATCH, place,
					    "the driver \"%s\" does not fit the device \"%s\"",
					    draft->component->name.text, device->path),
			       "the device is compatible with %s", list_compatible(build, device));
		return;
	}
	if (device->holder != NULL) {
		complaint_note(report_error(build->report, RULE_DEVICE_TWICE, place,
					    "the device \"%s\" is driven by \"%s\" and by \"%s\"",
					    device->path, device->holder->name.text,
					    draft->instance->name.text),
			       device->holder->place, "the other driver is here");
		return;
	}
	if (device->function)
		pci_hold(build, device, &draft->component->device);
	else
		check_resources(build, draft, device);
	device->holder = draft->instance;
	draft->instance->device = device;
}

static bool has_devices(struct build *build, struct place place)
{
	if (!build->board->has_device_tree || build->tree != NULL)
		return true;
	if (!build->tree_refused)
		complaint_help(
		    report_error(
			build->report, RULE_MISSING_FILE, place,
			"the devices of the board \"%s\" stand in its device tree, and none was given",
			build->board->name.text),
		    "give it with --dtb FILE");
	build->tree_refused = true;
	return false;
}

static void resolve_driver(struct build *build, struct draft *draft)
{
	const struct value *name = value_get(draft->entry, "device");
	bool named = name != NULL && name->shape->kind != SHAPE_OBJECT;
	struct device *device;

	if (draft->component != NULL && !draft->component->device.present) {
		if (named)
			report_error(build->report, RULE_NOT_A_DRIVER, name->place,
				     "the component \"%s\" is no driver: it has no \"device\"",
				     draft->component->name.text);
		return;
	}
	if (draft->component == NULL && draft->driver == NULL)
		return; /* refused already */
	if (!has_devices(build, named ? name->place : draft->instance->place))
		return;
	if (draft->driver != NULL)
		candidates_read(build);
	device = named ? named_device(build, draft, name) : only_device(build, draft);
	if (device == NULL)
		return;
	if (draft->driver != NULL)
		find_driver(build, draft, device);
	if (draft->component != NULL)
		hold(build, draft, device);
}

void drivers_resolve(struct build *build)
{
	for (uint32_t i = 0; i < build->instances; i++)
		resolve_driver(build, &build->draft[i]);
}
