/* SPDX-License-Identifier: MIT
 * Mocks of what a component under test uses. They are the handlers of a real
 * server, whose glue decodes and encodes: each call is kept for the test, and
 * answered with what the test queued, or by a function of the test.
 */
#include <stdio.h>
#include <string.h>

#include "testing.h"

/* What names of one operation begin with. */
struct mocked {
	const struct testing *testing;
	const struct port *port; /* as the component uses it */
	const struct operation *operation;
	char prefix[300]; /* "mock_serial_write" */
};

/* Is there something to keep of a call? */
static bool has_call(const struct mocked *mocked)
{
	return mocked->operation->in.arguments != 0 || mocked->port->many;
}

static bool has_answer(const struct operation *operation)
{
	return operation->reply != REPLY_NEVER && operation->out.arguments != 0;
}

/* "enum serial_status (*function)(const struct mock_serial_read_call *call, struct mock_serial_read_answer *answer)" */
static void print_function(struct text *out, const struct mocked *mocked, const char *name)
{
	const struct operation *operation = mocked->operation;
	const bool in = has_call(mocked), answers = has_answer(operation);

	text_add(out, "enum %s_status (*%s)(", mocked->port->interface->name.text, name);
	if (in)
		text_add(out, "const struct %s_call *%s", mocked->prefix, name[0] ? "call" : "");
	if (answers)
		text_add(out, "%sstruct %s_answer *%s", in ? ", " : "", mocked->prefix,
			 name[0] ? "answer" : "");
	text_add(out, "%s)", in || answers ? "" : "void");
}

/* The three ways to queue an answer; number 0 is a success. */
static void print_queue(struct text *out, const struct mocked *mocked, unsigned which)
{
	const struct operation *operation = mocked->operation;

	text_add(out, "struct test_answer *%s_%s(", mocked->prefix,
		 (const char *const[]){"answers", "fails", "does"}[which]);
	if (which == 2)
		print_function(out, mocked, "function");
	else if (which == 1)
		text_add(out, "enum %s_status status", mocked->port->interface->name.text);
	else if (has_answer(operation))
		c_given(out, &operation->out, false);
	else
		text_add(out, "void");
	text_add(out, ")");
}

static void header_operation(const struct mocked *mocked)
{
	struct text *out = mocked->testing->header;
	const struct operation *operation = mocked->operation;

	text_add(out, "/* ");
	text_comment(out, operation->doc ? operation->doc : operation->name.text);
	text_add(out, " (%s) */\n", cite(mocked->testing->glue->numbers, operation->name.place));
	if (has_call(mocked)) {
		text_add(out, "struct %s_call {\n", mocked->prefix);
		if (mocked->port->many)
			text_add(out, "\tuint32_t server; /* which of the connections */\n");
		value_members(out, &operation->in);
		text_add(out, "};\nconst struct %s_call *%s_call(uint32_t number); /* from 0 */\n",
			 mocked->prefix, mocked->prefix);
	}
	text_add(out, "uint32_t %s_calls(void); /* how many came */\n", mocked->prefix);
	if (has_answer(operation)) {
		text_add(out, "struct %s_answer {\n", mocked->prefix);
		value_members(out, &operation->out);
		text_add(out, "};\n");
	}
	for (unsigned i = 0; i < 3; i++) {
		print_queue(out, mocked, i);
		text_add(out, ";\n");
	}
	text_add(out, "\n");
}

/* Everybody may log, and no test is about that unless it looks. */
static bool is_log_line(const struct mocked *mocked)
{
	return strcmp(mocked->port->interface->name.text, "log") == 0 &&
	       strcmp(mocked->operation->name.text, "write") == 0;
}

/* ---- mocks.c -------------------------------------------------------------------------------- */

static void source_record(const struct mocked *mocked)
{
	struct text *out = mocked->testing->source;
	const struct operation *operation = mocked->operation;
	const bool in = has_call(mocked);

	text_add(out, "/* Port %s, operation %s (%s). */\n", mocked->port->name.text, operation->name.text,
		 cite(mocked->testing->glue->numbers, operation->name.place));
	if (in) {
		text_add(
		    out,
		    "static void say_%s(const void *record)\n{\n\tconst struct %s_call *call = record;\n\n",
		    mocked->prefix, mocked->prefix);
		if (mocked->port->many)
			text_add(out, "\ttest_say(\"server %%u%s\", (unsigned)call->server);\n",
				 operation->in.arguments ? ", " : "");
		value_say(out, &operation->in);
		text_add(out, "}\n\n");
	}
	text_add(out, "static struct test_operation told_%s = {\n\t.name = \"%s.%s\",\n\t.port = %u,\n",
		 mocked->prefix, mocked->port->name.text, operation->name.text, mocked->port->index);
	if (in)
		text_add(out, "\t.call_size = sizeof(struct %s_call),\n\t.describe = say_%s,\n",
			 mocked->prefix, mocked->prefix);
	if (has_answer(operation))
		text_add(out, "\t.answer_size = sizeof(struct %s_answer),\n", mocked->prefix);
	if (is_log_line(mocked))
		text_add(out, "\t.relaxed = true,\n");
	text_add(out, "};\n\n");
	if (in)
		text_add(
		    out,
		    "const struct %s_call *%s_call(uint32_t number)\n{\n\treturn test_mock_record(&told_%s, "
		    "number);\n}\n\n",
		    mocked->prefix, mocked->prefix, mocked->prefix);
	text_add(out, "uint32_t %s_calls(void)\n{\n\treturn test_mock_calls(&told_%s);\n}\n\n",
		 mocked->prefix, mocked->prefix);
}

static void source_queues(const struct mocked *mocked)
{
	struct text *out = mocked->testing->source;
	const struct operation *operation = mocked->operation;
	const char *prefix = mocked->prefix;

	print_queue(out, mocked, 0);
	if (has_answer(operation)) {
		text_add(out,
			 "\n{\n\tstruct test_answer *queued = test_mock_answer(&told_%s, 0, NULL);\n"
			 "\tstruct %s_answer *answer = queued->values;\n\n",
			 prefix, prefix);
		value_keep(out, &operation->out, "answer");
		text_add(out, "\treturn queued;\n}\n\n");
	} else {
		text_add(out, "\n{\n\treturn test_mock_answer(&told_%s, 0, NULL);\n}\n\n", prefix);
	}
	print_queue(out, mocked, 1);
	text_add(out, "\n{\n\treturn test_mock_answer(&told_%s, (uint32_t)status, NULL);\n}\n\n", prefix);
	print_queue(out, mocked, 2);
	text_add(out, "\n{\n\treturn test_mock_answer(&told_%s, 0, (void (*)(void))function);\n}\n\n",
		 prefix);
}

/* `port`: what the server calls it. */
static void print_handler_head(const struct mocked *mocked, const char *port)
{
	struct text *out = mocked->testing->source;
	const struct operation *operation = mocked->operation;
	const char *interface = mocked->port->interface->name.text;

	if (operation->reply == REPLY_NOW)
		text_add(out, "enum %s_status ", interface);
	else
		text_add(out, "void ");
	text_add(out, "%s_%s(uint32_t client", port, operation->name.text);
	if (operation->reply == REPLY_LATER)
		text_add(out, ", struct %s_%s_token token", interface, operation->name.text);
	c_served(out, &operation->in);
	if (operation->reply == REPLY_NOW)
		c_taken(out, &operation->out, true, false);
	text_add(out, ")\n{\n");
}

static void source_handler(const struct mocked *mocked, uint32_t server)
{
	struct text *out = mocked->testing->source;
	const struct operation *operation = mocked->operation;
	const char *interface = mocked->port->interface->name.text, *prefix = mocked->prefix;
	const bool in = has_call(mocked), answers = has_answer(operation);
	char port[300];

	snprintf(port, sizeof port, mocked->port->many ? "%.250s_%u" : "%.250s", mocked->port->name.text,
		 server);
	print_handler_head(mocked, port);
	text_add(out, "\t%s%s%stest_mock_call(&told_%s);\n\tconst struct test_answer *chosen;\n",
		 in ? "struct " : "void ", in ? prefix : "", in ? "_call *call = " : "*call = ", prefix);
	if (answers)
		text_add(out, "\tstruct %s_answer *answer;\n", prefix);
	text_add(out, "\tenum %s_status status;\n\n\t(void)client;\n\t(void)call;\n", interface);
	if (mocked->port->many)
		text_add(out, "\tcall->server = %u;\n", server);
	value_keep(out, &operation->in, "call");
	text_add(out, "\tchosen = test_mock_choose(&told_%s);\n\tstatus = (enum %s_status)chosen->status;\n",
		 prefix, interface);
	if (answers)
		text_add(out, "\tanswer = chosen->values;\n");
	text_add(out, "\tif (chosen->function != NULL)\n\t\tstatus = ((");
	print_function(out, mocked, "");
	text_add(out, ")chosen->function)(%s%s%s);\n", in ? "call" : "", in && answers ? ", " : "",
		 answers ? "answer" : "");
	text_add(out, "\ttest_mock_status((uint32_t)status);\n");
	if (operation->reply == REPLY_LATER) {
		text_add(out, "\tCHECK(%s_%s_finish(token, status", interface, operation->name.text);
		value_pass(out, &operation->out, "answer");
		text_add(out,
			 ") == TENON_OK);\n}\n\nvoid %s_%s_cancelled(uint32_t client, struct %s_%s_token "
			 "token)\n{\n"
			 "\t(void)client;\n\t(void)token;\n}\n\n",
			 port, operation->name.text, interface, operation->name.text);
		return;
	}
	if (operation->reply == REPLY_NOW) {
		text_add(out, "\tif (status != 0)\n\t\treturn status;\n");
		value_give(out, &operation->out, "answer");
		text_add(out, "\treturn status;\n");
	}
	text_add(out, "}\n\n");
}

/* ---- a port --------------------------------------------------------------------------------- */

static void print_state(const struct testing *testing, const struct port *port)
{
	static const char *const state[][2] = {
	    {"down", "From now on calls wait for a server; those in its hands end with RESTARTED."},
	    {"up", "A new server is there, and takes the calls that wait."},
	    {"restart", "It dies and is there again at once."},
	    {"gone", "Nobody serves the port any more."}};

	for (unsigned i = 0; i < sizeof state / sizeof state[0]; i++) {
		text_add(testing->header, "/* %s */\nvoid mock_%s_server_%s(void);\n", state[i][1],
			 port->name.text, state[i][0]);
		text_add(testing->source, "void mock_%s_server_%s(void)\n{\n\ttest_mock_%s(%u);\n}\n\n",
			 port->name.text, state[i][0], state[i][0], port->index);
	}
}

static void print_events(const struct testing *testing, const struct port *port)
{
	for (uint32_t e = 0; e < port->interface->events; e++) {
		const struct event *event = &port->interface->event[e];

		text_add(testing->header, "/* ");
		text_comment(testing->header, event->doc ? event->doc : event->name.text);
		text_add(testing->header, " Signals it. (%s) */\nvoid mock_%s_signal_%s(%s);\n",
			 cite(testing->glue->numbers, event->name.place), port->name.text, event->name.text,
			 port->many ? "uint32_t server" : "void");
		text_add(testing->source, "void mock_%s_signal_%s(%s)\n{\n\ttest_mock_signal(%u%s",
			 port->name.text, event->name.text, port->many ? "uint32_t server" : "void",
			 testing->glue->own->event_bit[port->index] + e, port->many ? " + server * " : "");
		if (port->many)
			text_add(testing->source, "%u", port->interface->signals);
		text_add(testing->source, ");\n}\n\n");
	}
}

static void print_shared(const struct testing *testing, const struct port *port)
{
	for (uint32_t i = 0; i < port->interface->shareds; i++) {
		if (port->interface->shared[i].kind != SHARED_REGION)
			continue;
		test_shared_print(
		    testing, port, &port->interface->shared[i],
		    &(const struct peer_of){.prefix = "mock",
					    .what = "server",
					    .numbered = port->many,
					    .writes = SHARED_WRITE_SERVER,
					    .address = testing->glue->own->used_address[port->index],
					    .count = testing->glue->instance->used[port->index].servers});
	}
}

static void print_port(const struct testing *testing, const struct port *port)
{
	text_add(testing->header, "/* ---- Port %s: %s (%s). */\n\n", port->name.text,
		 port->interface->name.text, cite(testing->glue->numbers, port->name.place));
	print_state(testing, port);
	print_events(testing, port);
	print_shared(testing, port);
	test_channels_print(testing, port, true);
	for (uint32_t k = 0; k < port->interface->operations; k++) {
		struct mocked mocked = {
		    .testing = testing, .port = port, .operation = &port->interface->operation[k]};

		snprintf(mocked.prefix, sizeof mocked.prefix, "mock_%s_%s", port->name.text,
			 mocked.operation->name.text);
		header_operation(&mocked);
		source_record(&mocked);
		source_queues(&mocked);
		for (uint32_t i = 0; i < testing->glue->instance->used[port->index].servers; i++)
			source_handler(&mocked, i);
	}
}

void test_mocks_print(const struct testing *testing)
{
	const struct component *component = testing->glue->component;
	const char *server = testing->server->instance->name.text;

	text_add(testing->header,
		 "/* Generated by tenon-gen test; do not edit.\n * What stands in place of the servers of "
		 "%s. A call that no "
		 "answer was queued for fails the test.\n"
		 " *\n * mock_PORT_OPERATION_answers()  queues a success, with these results\n"
		 " * …_fails()                      an error of the interface; or RESTARTED, GONE, "
		 "TIMED_OUT, MALFORMED, QUOTA\n"
		 " * …_does()                       a function that looks at the call and answers it\n"
		 " * …_calls(), …_call()            what was called\n */\n#include <tenon/test.h>\n\n",
		 testing->glue->instance->name.text);
	text_add(
	    testing->source,
	    "/* Generated by tenon-gen test; do not edit.\n * The mocks of %s: the glue of a server, and its "
	    "handlers.\n"
	    " */\n#define tenon_trap        test_server_trap\n#define tenon_host_buffer test_server_buffer\n"
	    "#define tenon_host_region test_server_region\n"
	    "#define tenon_restarts    mock_restarts /* test_server_life() says for each port */\n"
	    "#include \"%s.glue.c\"\n#include <tenon/test_glue.h>\n#include <string.h>\n#include "
	    "\"mocks.h\"\n\n%s"
	    "void component_start(void)\n{\n}\n\n"
	    "void test_server_main(void)\n{\n\ttenon_component_main();\n}\n\n"
	    "void test_server_serve(struct tenon_ipc *ipc, bool is_sent)\n{\n"
	    "\tif (is_sent)\n\t\tglue_take(ipc);\n"
	    "\t/* Either times out when it receives anew. */\n"
	    "\t(void)(is_sent ? glue_receive(true, ipc) : glue_serve(ipc));\n}\n\n",
	    testing->glue->instance->name.text, server,
	    session_in_header(testing->glue) ? "uint64_t mock_restarts;\n\n" : "");
	test_channels_begin(testing->source, component->uses, component->used);
	for (uint32_t p = 0; p < testing->server->instance->component->provided; p++)
		session_closed_nothing(testing->source, &testing->server->instance->component->provides[p]);
	test_session_mocks(testing);
	for (uint32_t u = 0; u < component->used; u++) {
		if (testing->glue->instance->used[u].servers)
			print_port(testing, &component->uses[u]);
	}
	test_servers_attend(testing);
}
