/* SPDX-License-Identifier: MIT
 * What a driver's component.h and glue have for its device: registers, interrupts, memory that both reach; of a PCI function
 * also the claim, before the component starts.
 */
#include "glue.h"

#include <stdio.h>
#include <string.h>

#define BUS_SHIFT 20 /* of bytes of configuration space: a bus has 1 MiB */

static void print_access(const struct glue *glue, unsigned bits)
{
	struct text *out = glue->out;
	const struct device_class *class = &glue->component->device;
	const struct device *device = glue->instance->device;

	text_add(out,
		 "static inline uint%u_t device_read%u(uint32_t reg, uint32_t offset)\n{\n\tswitch (reg) {\n",
		 bits, bits);
	for (uint32_t i = 0; i < class->registers; i++) {
		if (glue->numbers->model->host)
			text_add(out, "\tcase %u:\n\t\treturn (uint%u_t)tenon_host_read(%u, offset, %u);\n",
				 i, bits, i, bits / 8);
		else if (device->range[i].ports)
			text_add(
			    out,
			    "\tcase %u:\n\t\treturn (uint%u_t)tenon_port_read(SLOT_PORTS_%u, offset, %u);\n",
			    i, bits, i, bits / 8);
		else
			text_add(out,
				 "\tcase %u:\n\t\treturn *(volatile uint%u_t *)(uintptr_t)(0x%llx + "
				 "(uint64_t)offset);\n",
				 i, bits, (unsigned long long)glue->own->range_address[i]);
	}
	text_add(out,
		 "\tdefault:\n\t\ttenon_panic(__FILE__, __LINE__, \"no such register range\");\n\t}\n}\n\n");
	text_add(out,
		 "static inline void device_write%u(uint32_t reg, uint32_t offset, uint%u_t "
		 "value)\n{\n\tswitch (reg) {\n",
		 bits, bits);
	for (uint32_t i = 0; i < class->registers; i++) {
		if (glue->numbers->model->host)
			text_add(out,
				 "\tcase %u:\n\t\ttenon_host_write(%u, offset, %u, value);\n\t\treturn;\n", i,
				 i, bits / 8);
		else if (device->range[i].ports)
			text_add(
			    out,
			    "\tcase %u:\n\t\tCHECK(tenon_port_write(SLOT_PORTS_%u, offset, %u, value) == "
			    "TENON_OK);\n\t\treturn;\n",
			    i, i, bits / 8);
		else
			text_add(
			    out,
			    "\tcase %u:\n\t\t*(volatile uint%u_t *)(uintptr_t)(0x%llx + (uint64_t)offset) = "
			    "value;\n\t\treturn;\n",
			    i, bits, (unsigned long long)glue->own->range_address[i]);
	}
	text_add(out,
		 "\tdefault:\n\t\ttenon_panic(__FILE__, __LINE__, \"no such register range\");\n\t}\n}\n\n");
}

/* ---- memory that the device reaches ----------------------------------------------------------- */

static bool reaches_memory(const struct glue *glue)
{
	return glue->own->io_space != NUMBERS_NONE;
}

static void memory_head(const struct glue *glue)
{
	struct text *out = glue->out;

	if (glue->instance->dma != 0)
		text_add(
		    out,
		    "/* Memory that it shares with its device (%s). */\n#define DEVICE_DMA_SIZE %lluu\n"
		    "static inline void *device_dma(void)\n{\n\treturn (void *)(uintptr_t)0x%llx;\n}\n\n",
		    cite(glue->numbers, glue->instance->memory_place),
		    (unsigned long long)glue->instance->dma, (unsigned long long)glue->own->dma_address);
	if (reaches_memory(glue))
		text_add(out,
			 "/* What the device must be told where it is to find `memory`, which lies in %s a "
			 "pool of a port: no\n * other memory does it reach, and of any other this panics. "
			 "Contiguous as far as the region or the pool is. */\n"
			 "uint64_t device_address(const volatile void *memory);\n\n",
			 glue->instance->dma != 0 ? "device_dma() or in" : "");
}

static void print_reached(const struct glue *glue, const char *what, struct place place, uint64_t address,
			  uint64_t bytes)
{
	text_add(glue->out, "\t{0x%llx, 0x%llx, 0}, /* %s (%s) */\n", (unsigned long long)address,
		 (unsigned long long)bytes, what, cite(glue->numbers, place));
}

static uint32_t print_pools(const struct glue *glue, const struct interface *interface,
			    const struct connection *const *connection, uint32_t count,
			    const uint64_t *address)
{
	uint32_t pools = 0;

	for (uint32_t i = 0; i < count * interface->shareds; i++) {
		const struct shared *shared =
		    &connection[i / interface->shareds]->shared[i % interface->shareds];

		if (shared->kind != SHARED_POOL)
			continue;
		print_reached(glue, shared->name.text, connection[i / interface->shareds]->place, address[i],
			      shared->size);
		pools++;
	}
	return pools;
}

static void memory_glue(const struct glue *glue)
{
	const struct component *component = glue->component;
	struct text *out = glue->out;
	uint32_t count = glue->instance->dma != 0 ? 1 : 0;

	text_add(out,
		 "/* What its device reaches: address, bytes, and what the device's address is more. */\n"
		 "static struct tenon_device_memory glue_device_memory[] = {\n");
	if (count != 0)
		print_reached(glue, "dma", glue->instance->memory_place, glue->own->dma_address,
			      glue->instance->dma);
	for (uint32_t i = 0; i < component->provided; i++)
		count +=
		    print_pools(glue, component->provides[i].interface, glue->instance->provided[i].client,
				glue->instance->provided[i].clients, glue->own->served_address[i]);
	for (uint32_t i = 0; i < component->used; i++)
		count += print_pools(glue, component->uses[i].interface, glue->instance->used[i].server,
				     glue->instance->used[i].servers, glue->own->used_address[i]);
	if (count == 0)
		text_add(out, "\t{0, 0, 0}, /* nothing */\n");
	text_add(out,
		 "};\n\nuint64_t device_address(const volatile void *memory)\n{\n"
		 "\treturn tenon_device_find(glue_device_memory, %u, (uintptr_t)memory);\n}\n\n",
		 count);
	text_add(out,
		 "/* Once the device is attached. */\nstatic void glue_device_memory_init(void)\n{\n"
		 "\ttenon_device_memory_init(SLOT_IO_SPACE, glue_device_memory, %u);\n}\n\n",
		 count);
}

/* ---- a PCI function --------------------------------------------------------------------------- */

void device_identity_head(const struct glue *glue)
{
	if (glue->own->function)
		text_add(glue->out, "/* What its bus found, and which base address register each range of "
				    "registers is. */\n"
				    "const struct bus_identity *device_identity(void);\n\n");
}

static bool bus_tells_of_leaving(const struct component *component)
{
	for (uint32_t u = 0; u < component->used; u++) {
		const struct interface *interface = component->uses[u].interface;

		for (uint32_t i = 0;
		     strcmp(component->uses[u].name.text, "bus") == 0 && i < interface->events; i++)
			if (strcmp(interface->event[i].name.text, "gone") == 0)
				return true;
	}
	return false;
}

/* Vector i signals interrupt i; a driver that wants it otherwise asks its bus. */
static void claim_glue(const struct glue *glue)
{
	struct text *out = glue->out;
	const struct device *device = glue->instance->device;
	const char *driver = cite(glue->numbers, glue->instance->place);

	text_add(out,
		 "/* ---- Its function: %s (%s). */\n\nstatic struct bus_identity glue_identity;\n\n"
		 "const struct bus_identity *device_identity(void)\n{\n\treturn &glue_identity;\n}\n\n",
		 device->path, cite(glue->numbers, device->place));
	text_add(out, "static enum bus_status glue_claim(void)\n{\n"
		      "\tenum bus_status status = bus_claim(&glue_identity);\n\n");
	if (glue->component->device.interrupts != 0)
		text_add(
		    out,
		    "\tfor (uint16_t i = 0; status == BUS_OK && i < %u && i < glue_identity.vectors; i++)\n"
		    "\t\tstatus = bus_message(i, i);\n",
		    glue->component->device.interrupts);
	text_add(out, "\treturn status;\n}\n\n");
	text_add(out,
		 "static void glue_say_what_is_missing(enum bus_status status)\n{\n"
		 "\ttenon_log(TENON_LOG_ERROR, \"%%s (%s): its device %s (%s) is not there: %%s\", "
		 "COMPONENT_NAME,\n\t\t  bus_status_name(status));\n}\n\n",
		 driver, device->path, cite(glue->numbers, device->place));
	text_add(out, "/* Nobody is served without the device: clients are answered `gone`. */\n"
		      "static noreturn void glue_without_device(void)\n{\n\tstruct tenon_ipc ipc;\n\n");
	if (glue->own->endpoint_own_slot != 0)
		text_add(
		    out,
		    "\tCHECK(tenon_endpoint_state(SLOT_ENDPOINT, TENON_ENDPOINT_CLOSED) == TENON_OK);\n");
	text_add(out, "\tfor (;;) {\n"
		      "\t\tCHECK(tenon_receive(SLOT_RECEIVE_SET, 0, TENON_NEVER, &ipc) == TENON_OK);\n");
	if (glue->own->heartbeat_bit != NUMBERS_NONE)
		text_add(out,
			 "\t\tif (ipc.source == TENON_SOURCE_SIGNAL && ipc.badge == %u &&\n"
			 "\t\t    (ipc.word[0] & UINT64_C(0x%llx)) != 0)\n"
			 "\t\t\tCHECK(tenon_signal(SLOT_HEARTBEAT) == TENON_OK);\n",
			 glue->own->heartbeat_bit / NUMBERS_BITS,
			 1ULL << glue->own->heartbeat_bit % NUMBERS_BITS);
	text_add(out, "\t}\n}\n\n");
	if (bus_tells_of_leaving(glue->component))
		text_add(
		    out,
		    "/* Unless the driver says what it does when its function is taken out, or was not "
		    "there: its own\n"
		    " * returns. */\n"
		    "#pragma clang diagnostic push\n#pragma clang diagnostic ignored \"-Wmissing-noreturn\"\n"
		    "__attribute__((weak)) void bus_gone(void)\n{\n\tglue_without_device();\n}\n"
		    "#pragma clang diagnostic pop\n\n");
}

/* ---- the bus ---------------------------------------------------------------------------------- */

static bool is_bus(const struct glue *glue)
{
	return glue->instance == glue->numbers->model->bus && bus_clients(glue->numbers->model) != NULL;
}

void bus_head(const struct glue *glue)
{
	const struct device *device = glue->instance->device;

	if (!is_bus(glue))
		return;
	text_add(
	    glue->out,
	    "/* ---- Functions to find, by the client's number, and the windows of the bridge %s. */\n\n"
	    "#define BUS_FUNCTIONS %uu\n#define BUS_RANGES    %uu\n#define BUS_LAST      %lluu /* that the "
	    "configuration space describes */\n"
	    "extern const struct bus_function bus_function[];\nextern const struct bus_range "
	    "bus_range[];\n\n",
	    device->path, bus_clients(glue->numbers->model)->clients, device->bridges,
	    (unsigned long long)(device->range[0].size >> BUS_SHIFT) - 1);
}

static void print_windows(const struct glue *glue, const struct instance *driver, uint32_t client)
{
	const struct numbered *own = numbers_of(glue->numbers, driver);

	if (driver->component->device.registers == 0)
		return;
	text_add(glue->out, "static const struct bus_window glue_window_%u[] = {\n", client);
	for (uint32_t i = 0; i < driver->component->device.registers; i++)
		text_add(glue->out, "\t{.address = 0x%llx, .bytes = 0x%llx}, /* %s */\n",
			 (unsigned long long)own->range_address[i],
			 (unsigned long long)driver->device->range[i].size,
			 cite(glue->numbers, driver->component->device.place));
	text_add(glue->out, "};\n\n");
}

static void print_function(const struct glue *glue, const struct instance *driver, uint32_t client)
{
	struct text *out = glue->out;
	const struct device_class *class = &driver->component->device;
	const struct pci_name *name = &driver->device->identity;
	const struct numbered *own = glue->own;
	char at[32] = "BUS_ANYWHERE";

	if (driver->device->at != DEVICE_ANYWHERE)
		snprintf(at, sizeof at, "0x%x", driver->device->at);
	text_add(out,
		 "\t{/* %s */\n\t\t.instance = \"%s\", .place = \"%s\", .device = \"%s\", .at = %s,\n"
		 "\t\t.match = {.id = 0x%llx, .id_mask = 0x%llx, .class = 0x%x, .class_mask = 0x%x},\n",
		 cite(glue->numbers, driver->device->place), driver->name.text,
		 cite(glue->numbers, driver->place), driver->device->path, at, (unsigned long long)name->id,
		 (unsigned long long)name->id_mask, name->class, name->class_mask);
	if (class->registers != 0)
		text_add(out, "\t\t.windows = %u, .window = glue_window_%u,\n", class->registers, client);
	text_add(out, "\t\t.space = SLOT_SPACE_%u,", client);
	if (own->client_io_slot[client] != 0)
		text_add(out, " .io_space = SLOT_IO_SPACE_%u,", client);
	if (class->interrupts != 0)
		text_add(out, " .interrupts = %u, .interrupt = SLOT_INTERRUPT_%u_0,", class->interrupts,
			 client);
	text_add(out, "},\n");
}

static void print_ranges(const struct glue *glue)
{
	static const char *const kind[] = {"BUS_PORTS", "BUS_MEMORY", "BUS_MEMORY_64"};
	const struct device *device = glue->instance->device;
	struct text *out = glue->out;

	text_add(out, "const struct bus_range bus_range[] = {\n");
	for (uint32_t i = 0; i < device->bridges; i++) {
		const struct bridge_range *range = &device->bridge[i];

		text_add(out, "\t{.kind = %s, .prefetchable = %s, .base = 0x%llx, .bytes = 0x%llx",
			 kind[range->kind], range->prefetchable ? "true" : "false",
			 (unsigned long long)range->bus, (unsigned long long)range->size);
		if (glue->own->bridge_slot[i] != 0)
			text_add(out, ", .pool = SLOT_RANGE_%u", i);
		text_add(out, "},\n");
	}
	text_add(out, "};\n\n");
}

static void bus_glue(const struct glue *glue)
{
	const struct provided *clients = bus_clients(glue->numbers->model);

	text_add(glue->out, "/* ---- Functions and windows (%s). */\n\n",
		 cite(glue->numbers, glue->component->device.place));
	for (uint32_t i = 0; i < clients->clients; i++)
		print_windows(glue, clients->client[i]->client, i);
	text_add(glue->out, "const struct bus_function bus_function[] = {\n");
	for (uint32_t i = 0; i < clients->clients; i++)
		print_function(glue, clients->client[i]->client, i);
	if (clients->clients == 0)
		text_add(glue->out, "\t{.at = 0}, /* nobody drives one */\n");
	text_add(glue->out, "};\n\n");
	print_ranges(glue);
}

/* ---- all -------------------------------------------------------------------------------------- */

void device_include(const struct glue *glue)
{
	if (reaches_memory(glue) || passes_come(glue))
		text_add(glue->out, "#include <tenon/device.h>\n");
	if (is_bus(glue))
		text_add(glue->out, "#include <tenon/bus.h>\n");
}

void device_glue(const struct glue *glue)
{
	if (reaches_memory(glue))
		memory_glue(glue);
	if (glue->own->function)
		claim_glue(glue);
	if (is_bus(glue))
		bus_glue(glue);
	passes_glue(glue);
}

void device_begin(const struct glue *glue)
{
	struct text *out = glue->out;

	for (uint32_t i = 0;
	     glue->instance->device && !glue->own->function && i < glue->component->device.interrupts; i++)
		text_add(out,
			 "\t/* A predecessor may have died before it acknowledged. */\n"
			 "\tCHECK(tenon_interrupt_ack(SLOT_INTERRUPT_%u) == TENON_OK);\n",
			 i);
	if (glue->own->function)
		text_add(out,
			 "\tconst enum bus_status claimed = glue_claim();\n\n\tif (claimed != BUS_OK)%s"
			 "\t\tglue_say_what_is_missing(claimed);\n%s",
			 bus_tells_of_leaving(glue->component) ? "\n" : " {\n",
			 bus_tells_of_leaving(glue->component) ? "" : "\t\tglue_without_device();\n\t}\n");
	if (reaches_memory(glue))
		text_add(out, "\tglue_device_memory_init();\n");
	passes_begin(glue);
}

void device_start(const struct glue *glue)
{
	if (glue->own->function && bus_tells_of_leaving(glue->component))
		text_add(glue->out,
			 "\tif (claimed == BUS_OK)\n\t\tcomponent_start();\n\telse\n\t\tbus_gone();\n");
	else
		text_add(glue->out, "\tcomponent_start();\n");
}

void device_head(const struct glue *glue)
{
	struct text *out = glue->out;
	const struct device_class *class = &glue->component->device;
	const struct device *device = glue->instance->device;

	if (!device)
		return;
	text_add(out, "/* ---- Device %s (%s). ", device->path, cite(glue->numbers, class->place));
	text_add(out, "Register range `reg`, offset in bytes; I/O ports or memory, as the board\n"
		      " * has it. */\n\n");
	if (class->interrupts)
		text_add(out,
			 "/* Interrupt `index` came. Defined by the component%s. */\n"
			 "void device_interrupt(uint32_t index);\n#define DEVICE_INTERRUPTS %uu\n\n",
			 glue->own->function ? "" : "; the loop acknowledges afterwards", class->interrupts);
	memory_head(glue);
	for (uint32_t i = 0; i < class->registers; i++) {
		if (!device->range[i].ports)
			text_add(out, "#define DEVICE_%u_SIZE %lluu\n", i,
				 (unsigned long long)device->range[i].size);
	}
	if (glue->numbers->model->host)
		text_add(out, "/* The test's device. */\n"
			      "uint64_t tenon_host_read(uint32_t range, uint32_t offset, uint32_t bytes);\n"
			      "void tenon_host_write(uint32_t range, uint32_t offset, uint32_t bytes, "
			      "uint64_t value);\n\n");
	text_add(out, "/* Address of a range of memory registers; NULL for I/O ports. */\n"
		      "static inline volatile void *device_registers(uint32_t reg)\n{\n\tswitch (reg) {\n");
	for (uint32_t i = 0; i < class->registers; i++) {
		if (!device->range[i].ports)
			text_add(out, "\tcase %u:\n\t\treturn (volatile void *)(uintptr_t)0x%llx;\n", i,
				 (unsigned long long)glue->own->range_address[i]);
	}
	text_add(out, "\tdefault:\n\t\treturn NULL;\n\t}\n}\n\n");
	for (unsigned bits = 8; class->registers != 0 && bits <= 32; bits *= 2)
		print_access(glue, bits);
}
