/* SPDX-License-Identifier: MIT
 * Order matters on the way out: first the function is no bus master any more,
 * then it loses its memory, and last the driver its registers.
 */
#include "driver.h"

#include "configuration.h"
#include "frames.h"
#include "messages.h"

/* Where the table of the driver of this number is mapped here. */
#define TABLE_WINDOW UINT64_C(0x10000)

void driver_complain(const struct driver *driver, const char *what)
{
	const uint32_t requester = driver->function != NULL ? driver->function->requester : 0;

	log_error("%s: %s: function %02x:%02x.%x (\"%s\"): %s", driver->wanted->place,
		  driver->wanted->instance, requester >> 8, requester >> 3 & 0x1fu, requester & 7u,
		  driver->wanted->device, what);
}

static uint32_t count_ranges(const struct function *function)
{
	uint32_t ranges = 0;

	for (uint32_t bar = 0; bar < FUNCTION_BARS; bar++) {
		ranges += function->bar[bar].bytes != 0 && function_bar_is_mappable(function, bar);
	}
	return ranges;
}

const char *driver_obstacle(const struct driver *driver)
{
	const struct function *function = driver->function;

	if (function->is_broken) {
		return "its configuration space contradicts itself";
	}
	for (uint32_t bar = 0; bar < FUNCTION_BARS; bar++) {
		if (function->bar[bar].bytes != 0 && function->bar[bar].address == 0) {
			return "there is no room on the bus for its registers";
		}
	}
	if (count_ranges(function) < driver->wanted->windows) {
		return "it has fewer ranges of registers than the driver needs, apart from pages of its "
		       "MSI-X table";
	}
	if (driver->wanted->interrupts != 0 && function->messages.vectors == 0) {
		return "it has neither MSI-X nor MSI";
	}
	return NULL;
}

void driver_reset(struct driver *driver, uint64_t now_ns)
{
	if (!driver->is_clean) {
		reset_begin(&driver->reset, driver->function, now_ns, PARAMETER_RESET_WAIT);
		driver->is_clean = true;
	}
}

/* Pages of one base address register but those of messages, as many as fit into the window. */
static bool map_pages(const struct driver *driver, uint32_t index, uint32_t bar,
		      const struct bus_window *window)
{
	const struct function_bar *registers = &driver->function->bar[bar];
	const uint64_t whole = registers->bytes > FUNCTION_PAGE ? registers->bytes : FUNCTION_PAGE;
	const uint64_t bytes = whole < window->bytes ? whole : window->bytes;
	uint64_t first = 0;

	for (uint64_t page = 0; page <= bytes; page += FUNCTION_PAGE) {
		if (page + FUNCTION_PAGE <= bytes &&
		    !function_page_is_messages(driver->function, bar, page)) {
			continue;
		}
		if (page > first && !frames_map(index, registers->address + first, page - first,
						driver->wanted->space, window->address + first)) {
			return false;
		}
		first = page + FUNCTION_PAGE;
	}
	return true;
}

static bool map_registers(const struct driver *driver, uint32_t index)
{
	uint32_t window = 0;

	for (uint32_t bar = 0; bar < FUNCTION_BARS && window < driver->wanted->windows; bar++) {
		if (driver->function->bar[bar].bytes == 0 ||
		    !function_bar_is_mappable(driver->function, bar)) {
			continue;
		}
		if (!map_pages(driver, index, bar, &driver->wanted->window[window])) {
			return false;
		}
		window++;
	}
	return true;
}

static bool open_messages(struct driver *driver, uint32_t index)
{
	const struct function_messages *messages = &driver->function->messages;
	const uint64_t address = TENON_AREA_OWN + TABLE_WINDOW * index;
	const uint64_t before = messages->table & (FUNCTION_PAGE - 1);
	const uint64_t bytes =
	    (before + 16 * (uint64_t)messages->vectors + FUNCTION_PAGE - 1) & ~(FUNCTION_PAGE - 1);

	if (messages->is_table) {
		const uint64_t from =
		    driver->function->bar[messages->table_bar].address + messages->table - before;

		if (!frames_map(index, from, bytes, SLOT_SPACE, address)) {
			return false;
		}
		driver->table = (volatile uint32_t *)(uintptr_t)(address + before);
	}
	messages_open(driver->function, driver->table);
	return true;
}

static bool attach_memory(const struct driver *driver)
{
	bool translated = false;

	if (driver->wanted->io_space == 0) {
		return true;
	}
	if (tenon_device_attach(driver->wanted->io_space, driver->function->requester, &translated) !=
	    TENON_OK) {
		return false;
	}
	if (!translated) {
		log_warning("%s: %s: no IOMMU stands before its device", driver->wanted->place,
			    driver->wanted->instance);
	}
	return true;
}

bool driver_attach(struct driver *driver, uint32_t index)
{
	if (map_registers(driver, index) && open_messages(driver, index) && attach_memory(driver)) {
		driver->is_claimed = true;
		driver->is_clean = false;
		return true;
	}
	driver_complain(driver, "its registers or its memory cannot be mapped");
	driver_detach(driver, index);
	return false;
}

static void stop(const struct driver *driver)
{
	function_command(driver->function, PCI_COMMAND_MASTER, 0);
	messages_close(driver->function);
	if (driver->wanted->io_space != 0) {
		CHECK(tenon_device_detach(driver->wanted->io_space, driver->function->requester) == TENON_OK);
	}
}

void driver_leave(struct driver *driver, uint32_t index)
{
	stop(driver);
	driver->is_claimed = false;
	driver->is_gone = true;
	bus_signal_gone(index);
}

void driver_detach(struct driver *driver, uint32_t index)
{
	stop(driver);
	frames_unmap(index);
	driver->table = NULL;
	driver->is_claimed = false;
}

void driver_identify(const struct driver *driver, struct bus_identity *identity)
{
	const struct function *function = driver->function;
	uint32_t range = 0;

	*identity = (struct bus_identity){.vendor = (uint16_t)function->id,
					  .device = (uint16_t)(function->id >> 16),
					  .subsystem_vendor = (uint16_t)(function->id >> 32),
					  .subsystem = (uint16_t)(function->id >> 48),
					  .class = function->class,
					  .requester = function->requester,
					  .revision = (uint8_t)function->revision,
					  .vectors = (uint16_t)function->messages.vectors};
	for (uint32_t bar = 0; bar < FUNCTION_BARS && range < driver->wanted->windows; bar++) {
		const uint64_t bytes = function->bar[bar].bytes;
		const uint64_t window = driver->wanted->window[range].bytes;

		if (bytes != 0 && function_bar_is_mappable(function, bar)) {
			identity->ranges[range++] = (struct bus_registers){
			    .bar = (uint8_t)bar, .bytes = bytes < window ? bytes : window};
		}
	}
}
