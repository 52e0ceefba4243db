/* SPDX-License-Identifier: MIT
 * The bus: at start it finds and places all functions, gives each connection
 * the one that the description means, and resets those. Then it serves their
 * drivers, and the supervisor when one of them has died.
 *
 * Owner of all state: this component's thread. A client's number is the index
 * of its driver.
 */
#include "configuration.h"
#include "driver.h"
#include "frames.h"
#include "messages.h"
#include "slot.h"
#include "tree.h"

#include <tenon/object.h>
#include <tenon/string.h>

static struct tree tree;
static struct driver drivers[BUS_FUNCTIONS + 1]; /* none where nobody is connected */
static bool is_taken[TREE_FUNCTIONS];
static struct slot slots[BUS_FUNCTIONS + 1]; /* behind which a driver's function stands */
static uint32_t slot_count;

uint32_t configuration_read(uint32_t requester, uint32_t offset)
{
	return device_read32(0, requester * CONFIGURATION_BYTES + offset);
}

void configuration_write(uint32_t requester, uint32_t offset, uint32_t value)
{
	device_write32(0, requester * CONFIGURATION_BYTES + offset, value);
}

/* ---- start ---- */

static bool fits(const struct function *function, const struct bus_function *wanted)
{
	return (function->id & wanted->match.id_mask) == wanted->match.id &&
	       (function->class & wanted->match.class_mask) == wanted->match.class &&
	       (wanted->at == BUS_ANYWHERE || wanted->at == function->requester) && !function->is_bridge;
}

/* Those that say where theirs is are served first; what is left is for the others, in order. */
static void choose(bool anywhere)
{
	for (uint32_t index = 0; index < BUS_FUNCTIONS; index++) {
		const struct bus_function *wanted = &bus_function[index];

		drivers[index].wanted = wanted;
		for (uint32_t i = 0; i < tree.functions && (wanted->at == BUS_ANYWHERE) == anywhere; i++) {
			if (!is_taken[i] && fits(&tree.function[i], wanted)) {
				is_taken[i] = true;
				drivers[index].function = &tree.function[i];
				break;
			}
		}
	}
}

/* Answers whose reset is over, and looks again when the next one is. */
void ready(void)
{
	const uint64_t now = clock_ns();
	uint64_t next = UINT64_MAX;

	for (uint32_t index = 0; index < BUS_FUNCTIONS; index++) {
		struct driver *driver = &drivers[index];
		struct bus_identity identity = {0};
		bool attached;

		if (driver->function == NULL || driver->is_gone) {
			continue;
		}
		if (!reset_continue(&driver->reset, driver->function, now)) {
			next = driver->reset.until_ns < next ? driver->reset.until_ns : next;
			continue;
		}
		if (driver->waits) {
			driver->waits = false;
			attached = driver_attach(driver, index);
			driver_identify(driver, &identity);
			/* A driver that has gone meanwhile is quiesced by the supervisor. */
			(void)bus_claim_finish(driver->token, attached ? BUS_OK : BUS_UNUSABLE, &identity);
		}
	}
	if (next != UINT64_MAX) {
		ready_at(next);
	}
}

static void prepare(struct driver *driver)
{
	const char *obstacle;

	if (driver->function == NULL) {
		log_error("%s: %s: there is no function \"%s\"", driver->wanted->place,
			  driver->wanted->instance, driver->wanted->device);
		return;
	}
	obstacle = driver_obstacle(driver);
	if (obstacle != NULL) {
		driver_complain(driver, obstacle);
		return;
	}
	driver_reset(driver, clock_ns());
}

/* ---- what is taken out ---- */

static bool is_behind(const struct function *function, uint32_t port)
{
	uint32_t parent = function->parent;

	while (parent != FUNCTION_NONE && tree.function[parent].requester != port) {
		parent = tree.function[parent].parent;
	}
	return parent != FUNCTION_NONE;
}

static void complain_of_all(uint32_t port, const char *what)
{
	for (uint32_t index = 0; index < BUS_FUNCTIONS; index++) {
		const struct driver *driver = &drivers[index];

		if (driver->function != NULL && is_behind(driver->function, port)) {
			driver_complain(driver, what);
		}
	}
}

static void leave_all(uint32_t port)
{
	const struct bus_identity nothing = {0};

	for (uint32_t index = 0; index < BUS_FUNCTIONS; index++) {
		struct driver *driver = &drivers[index];

		if (driver->function == NULL || driver->is_gone || !is_behind(driver->function, port)) {
			continue;
		}
		driver_leave(driver, index);
		if (driver->waits) {
			driver->waits = false;
			(void)bus_claim_finish(driver->token, BUS_ABSENT,
					       &nothing); /* who asked may be gone, too */
		}
	}
}

void look(void)
{
	const uint64_t now = clock_ns();

	for (uint32_t i = 0; i < slot_count; i++) {
		const uint32_t port = slots[i].port;

		switch (slot_look(&slots[i], now, PARAMETER_REMOVAL_WAIT)) {
		case SLOT_BUTTON:
			complain_of_all(port, "it is going to be taken out");
			break;
		case SLOT_STAYS:
			complain_of_all(port, "it stays");
			break;
		case SLOT_LEAVES:
			complain_of_all(port, "it is taken out");
			leave_all(port);
			break;
		case SLOT_IS_GONE:
			complain_of_all(port, "it was torn out");
			leave_all(port);
			break;
		case SLOT_IS_OFF:
			complain_of_all(port, "its slot is without power");
			break;
		default:
			break;
		}
	}
	look_at(now + SLOT_LOOK_NS);
}

/* The slots before each driver's function that can be emptied, each once. */
static void find_slots(void)
{
	for (uint32_t i = 0; i < tree.functions && slot_count < BUS_FUNCTIONS; i++) {
		const struct function *port = &tree.function[i];
		bool is_used = false;

		for (uint32_t index = 0; index < BUS_FUNCTIONS; index++) {
			is_used = is_used || (drivers[index].function != NULL &&
					      is_behind(drivers[index].function, port->requester));
		}
		slot_count += is_used && slot_init(&slots[slot_count], port) ? 1 : 0;
	}
	if (slot_count > 0) {
		look();
	}
}

void component_start(void)
{
	struct tree_range range[FUNCTION_RANGES] = {{0}};

	for (uint32_t i = 0; i < BUS_RANGES; i++) {
		const enum function_range r =
		    bus_range[i].kind == BUS_MEMORY_64 ? FUNCTION_HIGH : FUNCTION_LOW;

		if (bus_range[i].kind != BUS_PORTS && range[r].bytes == 0) {
			range[r] =
			    (struct tree_range){.base = bus_range[i].base, .bytes = bus_range[i].bytes};
		}
	}
	tree_enumerate(&tree, BUS_LAST);
	tree_place(&tree, range);
	if (tree.is_cut) {
		log_warning("there are more functions or buses than can be looked at");
	}
	log_info("%u functions", tree.functions);
	choose(false);
	choose(true);
	for (uint32_t index = 0; index < BUS_FUNCTIONS; index++) {
		prepare(&drivers[index]);
	}
	ready();
	find_slots();
}

/* ---- drivers ---- */

void bus_claim(uint32_t client, struct bus_claim_token token)
{
	struct driver *driver = &drivers[client];
	const struct bus_identity nothing = {0};

	if (driver->function == NULL || driver->is_gone || driver_obstacle(driver) != NULL) {
		(void)bus_claim_finish(
		    token, driver->function == NULL || driver->is_gone ? BUS_ABSENT : BUS_UNUSABLE, &nothing);
		return;
	}
	driver_detach(driver, client);
	driver_reset(driver, clock_ns());
	driver->waits = true;
	driver->token = token;
	ready();
}

void bus_claim_cancelled(uint32_t client, struct bus_claim_token token)
{
	(void)token;
	drivers[client].waits = false;
}

/* The function was quiesced before its driver was started again, and its next claim begins with a reset. */
void bus_closed(uint32_t client)
{
	(void)client;
}

enum bus_status bus_master(uint32_t client, bool on)
{
	const struct driver *driver = &drivers[client];

	if (!driver->is_claimed) {
		return BUS_UNCLAIMED;
	}
	function_command(driver->function, on ? 0 : PCI_COMMAND_MASTER, on ? PCI_COMMAND_MASTER : 0);
	return BUS_OK;
}

enum bus_status bus_message(uint32_t client, uint16_t vector, uint32_t interrupt)
{
	const struct driver *driver = &drivers[client];
	uint64_t address;
	uint32_t data;

	if (!driver->is_claimed) {
		return BUS_UNCLAIMED;
	}
	if (vector >= driver->function->messages.vectors) {
		return BUS_BAD_VECTOR;
	}
	if (interrupt >= driver->wanted->interrupts ||
	    tenon_interrupt_message(driver->wanted->interrupt + interrupt, driver->function->requester,
				    &address, &data) != TENON_OK ||
	    !messages_set(driver->function, driver->table, vector, address, data)) {
		return BUS_BAD_INTERRUPT;
	}
	return BUS_OK;
}

enum bus_status bus_read(uint32_t client, uint32_t offset, uint32_t *value)
{
	const struct driver *driver = &drivers[client];

	if (!driver->is_claimed) {
		return BUS_UNCLAIMED;
	}
	if (offset > CONFIGURATION_BYTES - sizeof *value || offset % sizeof *value != 0) {
		return BUS_BAD_OFFSET;
	}
	*value = configuration_read(driver->function->requester, offset);
	return BUS_OK;
}

/* ---- the supervisor ---- */

enum bus_control_status control_quiesce(uint32_t client, const char *instance)
{
	(void)client;
	for (uint32_t index = 0; index < BUS_FUNCTIONS; index++) {
		struct driver *driver = &drivers[index];

		if (strcmp(driver->wanted->instance, instance) == 0 && driver->is_claimed) {
			driver_detach(driver, index);
			driver_reset(driver, clock_ns());
			ready();
		} else if (strcmp(driver->wanted->instance, instance) == 0 && driver->is_gone) {
			frames_unmap(index);
		}
	}
	return BUS_CONTROL_OK;
}
