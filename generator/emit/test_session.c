/* SPDX-License-Identifier: MIT
 * What restarts do in a component test: a client that starts anew says so, and
 * a mock that does has lost what it kept.
 */
#include <stdio.h>

#include "testing.h"

void test_session_clients(const struct testing *testing)
{
	const struct component *component = testing->glue->component;
	bool any = false;

	for (uint32_t p = 0; p < component->provided; p++)
		any = any || component->provides[p].interface->is_held;
	if (!any)
		return;
	text_add(testing->source,
		 "/* As at the beginning of tenon_component_main(). */\n"
		 "uint32_t test_client_begins(const union test_argument *argument)\n{\n\t(void)argument;\n");
	for (uint32_t p = 0; p < component->provided; p++)
		if (component->provides[p].interface->is_held)
			text_add(testing->source, "\ttenon_connection_begin(SLOT_%s);\n",
				 upper(component->provides[p].name.text));
	text_add(testing->source, "\treturn 0;\n}\n\n");
}

/* ---- mocks ------------------------------------------------------------------------------------ */

/* Of one connection: what the glue of the server knows, and the signal to the component. */
static void print_life(const struct testing *testing, const struct port *port, uint32_t server)
{
	struct text *out = testing->source;
	const struct interface *interface = port->interface;
	char number[16] = "";

	if (port->many)
		snprintf(number, sizeof number, "_%u", server);
	if (interface->operations != 0)
		text_add(out, "\t\tglue_%s_%s%s[0] = %s;\n",
			 interface->session == SESSION_REOPENED ? "open" : "told", port->name.text, number,
			 interface->session == SESSION_REOPENED ? "false" : "is_first");
	text_add(out, "\t\tif (!is_first)\n\t\t\ttest_mock_pend(%u);\n",
		 testing->glue->own->event_bit[port->index] + server * interface->signals +
		     interface->events);
}

void test_session_mocks(const struct testing *testing)
{
	const struct component *component = testing->glue->component;
	struct text *out = testing->source;
	bool any = false;

	for (uint32_t u = 0; u < component->used; u++)
		any = any || component->uses[u].interface->session != SESSION_STATELESS;
	if (!any)
		return;
	text_add(out, "/* A server of that port begins to serve. */\n"
		      "void test_server_life(uint32_t port, bool is_first)\n{\n\tmock_restarts = 1; /* what "
		      "else is asked for is said below */\n\tswitch (port) {\n");
	for (uint32_t u = 0; u < component->used; u++) {
		const struct port *port = &component->uses[u];

		if (port->interface->session == SESSION_STATELESS)
			continue;
		text_add(out, "\tcase %u: /* %s */\n", u, port->name.text);
		for (uint32_t i = 0; i < testing->glue->instance->used[u].servers; i++)
			print_life(testing, port, i);
		text_add(out, "\t\tbreak;\n");
	}
	text_add(out, "\tdefault:\n\t\tbreak;\n\t}\n}\n\n");
}
