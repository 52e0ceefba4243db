/* SPDX-License-Identifier: MIT
 * The parts of the printer of a component test.
 *
 *   test        test.h and the tables that the host's kernel reads
 *   test_client typed clients of the provided ports
 *   test_mock   mocks of the used ports
 *   test_peers  tables of the addresses and slots that the peers' glue has
 *   test_channels  channels and pools as either peer sees them
 *   test_session  what restarts do
 *   test_value  moving values between parameters and the mocks' records, and saying them
 */
#ifndef TENON_GENERATOR_TESTING_H
#define TENON_GENERATOR_TESTING_H

#include "glue.h"

/* What the system of a test calls the peers of the component. */
#define TEST_SERVER  "mock_server"
#define TEST_CLIENT  "mock_client"
#define TEST_CLIENTS 3u

struct testing {
	const struct glue *glue;       /* of the component under test */
	const struct numbered *server; /* all its servers; NULL: there are none */
	const struct numbered *client; /* the first of its clients; NULL: there are none */
	uint32_t clients;
	struct text *header, *source;
};

/* ---- test_value ---- */
/* Members of a structure that holds the arguments of a message by value; a loan is a pointer. */
void value_members(struct text *out, const struct message *message);
/* Statements that fill "TO->…" from parameters as a handler or an answer is given them. */
void value_keep(struct text *out, const struct message *message, const char *to);
/* Statements that fill the results of a handler from "FROM->…". */
void value_give(struct text *out, const struct message *message, const char *from);
/* ", FROM->…" for each, as arguments that a finish function is given. */
void value_pass(struct text *out, const struct message *message, const char *from);
/* Statements that say the members of `call`. */
void value_say(struct text *out, const struct message *message);

/* ---- test_value: memory that both ends see, as the peer does ---- */
struct peer_of {
	const char *prefix, *what; /* "mock", "server" */
	bool numbered;             /* there may be several of it */
	enum shared_writer writes;
	const uint64_t *address; /* the component's, [peer * shareds + shared] */
	uint32_t count;
};
void test_shared_print(const struct testing *testing, const struct port *port, const struct shared *shared,
		       const struct peer_of *peer);

/* ---- test_peers ---- */
void test_peers_print(const struct testing *testing);
/* What a slot is that wakes a peer: of which port, and which connection. NULL: it is something else. */
const char *test_wake_slot(const struct numbered *own, const struct slot *slot, uint32_t *number,
			   uint32_t *port);

/* ---- test_channels ---- */
/* Before the functions of the first port. */
void test_channels_begin(struct text *out, const struct port *port, uint32_t ports);
/* What a test does with the channels of a port, as its client or as its server. */
void test_channels_print(const struct testing *testing, const struct port *port, bool is_server);
/* test_client_open(), test_client_attend(); test_server_attend(), test_server_renew(). */
void test_clients_attend(const struct testing *testing);
void test_servers_attend(const struct testing *testing);
bool test_has_channels(const struct port *port, uint32_t ports);
/* ---- test_session: into the sources of both, behind the glue ---- */
void test_session_clients(const struct testing *testing);
void test_session_mocks(const struct testing *testing);

/* ---- parts: into testing->header and testing->source ---- */
void test_clients_print(const struct testing *testing);
void test_mocks_print(const struct testing *testing);

#endif
