/* SPDX-License-Identifier: MIT
 * What each port of a component was compiled with: a text in a section of its
 * ELF that is not loaded. layout compares both ends of each connection by it.
 *
 *   provides port serial 1.0 0123456789abcdef interfaces/serial.yaml:2
 *    operation write fedcba9876543210
 */
#include <inttypes.h>

#include "glue.h"

static void print_line(struct text *out, const char *line)
{
	text_add(out, "\n\t\"");
	text_quoted(out, line);
	text_add(out, "\\n\"");
}

static void print_port(const struct glue *glue, const struct port *port, bool provided)
{
	const struct interface *interface = port->interface;
	struct text line = {0};

	text_add(&line, "%s %s %s %u.%u %016" PRIx64 " %s", provided ? "provides" : "uses", port->name.text,
		 interface->name.text, interface->major, interface->minor, interface->hash,
		 cite(glue->numbers, interface->name.place));
	print_line(glue->out, line.data);
	text_fini(&line);
	for (uint32_t i = 0; i < interface->parts; i++) {
		text_add(&line, " %s %s %016" PRIx64, interface->part[i].noun, interface->part[i].name,
			 interface->part[i].hash);
		print_line(glue->out, line.data);
		text_fini(&line);
	}
}

void contract_print(const struct glue *glue)
{
	const struct component *component = glue->component;

	if (component->provided + component->used == 0)
		return;
	text_add(glue->out,
		 "/* What the ports were compiled with: for layout, in no memory of the machine. */\n"
		 "static const char glue_contract[] __attribute__((section(\".tenon.contract\"), used)) =");
	for (uint32_t i = 0; i < component->provided; i++)
		print_port(glue, &component->provides[i], true);
	for (uint32_t i = 0; i < component->used; i++)
		print_port(glue, &component->uses[i], false);
	text_add(glue->out, ";\n\n");
}
