/* SPDX-License-Identifier: MIT
 * The using side: sessions that are opened again or lost, over servers that
 * die with a call in their hands or between two calls; a client that starts
 * anew. The kernel between the two is client_trap().
 */
#define tenon_trap           client_trap
#define tenon_component      client_component
#define tenon_component_main client_main
#define component_start      client_start
#include "user.glue.c"

#include "sides.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint8_t tenon_host_buffer[TENON_MESSAGE_MAX_BYTES];
uint64_t tenon_restarts;
unsigned deaths, calls;
static unsigned wrong;
static jmp_buf ended;
static char name[101];
static const uint8_t salt[20] = {[19] = 20};

noreturn void tenon_panic(const char *file, unsigned line, const char *what)
{
	fprintf(stderr, "%s:%u: %s\n", file, line, what);
	abort();
}

static void expect(bool holds, const char *what)
{
	wrong += !holds;
	if (!holds)
		printf("wrong: %s\n", what);
}

void client_trap(struct tenon_ipc *ipc)
{
	const uint64_t operation = ipc->control & ((1u << TENON_OPERATION_BITS) - 1);
	const tenon_handle_t slot = ipc->control >> TENON_OPERATION_BITS;

	if (operation != TENON_OP_CALL && operation != TENON_OP_SEND)
		longjmp(ended, 1); /* the loop */
	ipc->badge = (slot == SLOT_STORE ? 1u : 2u) << 16;
	if (deaths != 0) {
		deaths--;
		server_restart();
		memset(tenon_host_buffer, 0xee, sizeof tenon_host_buffer);
		memset(ipc->word, 0xee, sizeof ipc->word);
		ipc->tag = 0;
		ipc->status = TENON_RESTARTED;
		return;
	}
	server_serve(ipc, operation == TENON_OP_SEND);
	ipc->status = TENON_OK;
}

void client_start(void)
{
}

/* The server of port number `port` has started anew. */
static void signal_from(unsigned port)
{
	const struct tenon_ipc signal = {.source = TENON_SOURCE_SIGNAL, .word = {1u << port}};

	glue_take(&signal);
}

/* ---- a session that is opened again ---- */

static void try_unopened(void)
{
	uint32_t value;

	expect(store_read(0, &value) == STORE_MALFORMED && calls == 1,
	       "nothing is read before a session is open");
	expect(store_hint(1) == STORE_OK && server_hinted() == 0, "nor is anything heard");
	expect(store_attach(5, "-", salt, 0) == STORE_NO_SUCH_NAME, "an opening call may fail");
	expect(store_read(0, &value) == STORE_MALFORMED, "and opens nothing then");
}

static void try_reopened(void)
{
	uint32_t value, count;

	memset(name, 'n', 100);
	expect(store_attach(1000, name, salt, 20) == STORE_OK, "a session is opened");
	expect(store_read(99, &value) == STORE_OK && value == 1000 + 'n', "and used");
	expect(store_hint(1) == STORE_OK && server_hinted() == 1, "also by what is not answered");
	calls = 0;
	server_restart();
	value = 0;
	expect(store_read(99, &value) == STORE_OK && value == 1000 + 'n' && calls == 3 &&
		   client_stores() == 0,
	       "over a restart between two calls it is opened again, as it was, and the call repeated");
	deaths = 1;
	expect(store_read(99, &value) == STORE_OK && value == 1000 + 'n',
	       "over one with the call in hand, too");
	signal_from(0);
	expect(client_stores() == 1, "of which the loop tells");
	deaths = 3;
	expect(store_read(98, &value) == STORE_OK && value == 1000 + 'n',
	       "also when the opening call dies twice");
	expect(store_append(3, &count) == STORE_OK && count == 3, "what may not be repeated is done");
	deaths = 1;
	expect(store_append(3, &count) == STORE_RESTARTED, "and told of a restart");
	expect(store_append(4, &count) == STORE_OK && count == 4, "with the session open again");
	server_restart();
	expect(store_append(3, &count) == STORE_RESTARTED && store_append(5, &count) == STORE_OK &&
		   count == 5,
	       "likewise between two calls");
	signal_from(0);
	expect(client_stores() == 1, "and not twice");
}

static void try_other_name(void)
{
	uint32_t value;

	expect(store_attach(1, "-", salt, 0) == STORE_NO_SUCH_NAME &&
		   store_attach(7, "abc", salt, 20) == STORE_OK &&
		   store_attach(1, "-", salt, 0) == STORE_NO_SUCH_NAME,
	       "the last one that succeeded counts");
	server_restart();
	expect(store_read(2, &value) == STORE_OK && value == 7 + 'c', "when it is opened again");
	deaths = 1;
	expect(store_attach(8, "abc", salt, 20) == STORE_RESTARTED,
	       "an opening call that is not repeated is told");
	expect(store_read(2, &value) == STORE_OK && value == 7 + 'c', "and leaves the one before");
	signal_from(0);
	expect(client_stores() == 1, "and its restart is known");
}

/* ---- a session that is lost ---- */

static void try_lost(void)
{
	uint32_t value = 9;

	expect(bell_set(0, 1) == BELL_OK, "there is something to lose");
	server_restart();
	expect(bell_get(0, &value) == BELL_OK && value == 0, "what needs no session is answered");
	expect(bell_set(0, 3) == BELL_RESTARTED, "the first that does is told");
	expect(bell_set(0, 3) == BELL_OK && bell_get(0, &value) == BELL_OK && value == 3, "once");
	deaths = 1;
	expect(bell_set(0, 4) == BELL_RESTARTED, "a restart with the call in hand");
	expect(bell_get(0, &value) == BELL_OK && value == 0, "whatever comes between,");
	expect(bell_set(0, 4) == BELL_OK, "is told once, too");
	deaths = 1;
	expect(bell_set(0, 4) == BELL_RESTARTED, "and when the server");
	server_restart();
	expect(bell_set(0, 5) == BELL_OK, "starts anew again before the next call");
	server_restart();
	expect(bell_set(0, 5) == BELL_RESTARTED, "the next one counts");
	deaths = 1;
	expect(bell_get(0, &value) == BELL_OK && value == 0,
	       "what may be repeated is, unless something was kept");
	expect(bell_set(0, 5) == BELL_RESTARTED && bell_set(0, 5) == BELL_OK && client_bells() == 0,
	       "and that is told");
}

/* ---- a client that calls nothing, and waits for signals ---- */

static void try_idle_reopened(void)
{
	const unsigned before = client_stores();
	uint32_t value;

	server_restart();
	calls = 0;
	signal_from(0);
	expect(client_stores() == before + 1 && calls == 2, "a signal has the session opened again");
	expect(store_read(2, &value) == STORE_OK && value == 7 + 'c' && calls == 3, "as it was");
	server_restart();
	expect(store_read(2, &value) == STORE_OK && client_stores() == before + 1, "where a stub was first");
	signal_from(0);
	expect(client_stores() == before + 2, "the component still hears of it");
	server_restart();
	expect(store_append(2, &value) == STORE_RESTARTED, "but not if a call has told");
	signal_from(0);
	expect(client_stores() == before + 2, "once,");
	server_restart();
	signal_from(0);
	expect(client_stores() == before + 3, "and the next time it does");
	deaths = 2;
	signal_from(0);
	expect(client_stores() == before + 4 && store_read(2, &value) == STORE_OK && value == 7 + 'c',
	       "over it the server may die, too");
}

static void try_idle_lost(void)
{
	const unsigned before = client_bells();

	expect(bell_set(0, 3) == BELL_OK, "there is something to lose");
	server_restart();
	signal_from(1);
	expect(client_bells() == before + 1, "a signal tells of it");
	expect(bell_set(0, 3) == BELL_OK && client_bells() == before + 1, "and no call does again");
	server_restart();
	expect(bell_set(0, 3) == BELL_RESTARTED && bell_set(0, 3) == BELL_OK, "where a stub was first");
	signal_from(1);
	expect(client_bells() == before + 1, "the signal says nothing more");
	deaths = 1;
	expect(bell_set(0, 3) == BELL_RESTARTED, "nor where a call died");
	signal_from(1);
	expect(client_bells() == before + 1 && bell_set(0, 3) == BELL_OK, "with it");
	deaths = 1;
	signal_from(1);
	signal_from(1);
	expect(client_bells() == before + 2 && bell_set(0, 3) == BELL_OK && client_bells() == before + 2,
	       "a server that dies over the question is a restart, too");
}

/* Who has nothing to lose hears nothing: neither at the first call, nor by a signal. */
static void try_nothing_lost(void)
{
	const unsigned before = client_bells();
	uint32_t value;

	memset(&glue_session_bell, 0, sizeof glue_session_bell);
	server_restart();
	calls = 0;
	signal_from(1);
	expect(calls == 0 && client_bells() == before, "a client that never called is not told");
	expect(bell_set(0, 3) == BELL_OK, "by its first call either");
	memset(&glue_session_bell, 0, sizeof glue_session_bell);
	expect(bell_get(0, &value) == BELL_OK, "what may be repeated may begin a session;");
	server_restart();
	expect(bell_set(0, 3) == BELL_RESTARTED && bell_set(0, 3) == BELL_OK, "then there is one to lose");
}

/* ---- a client that starts anew ---- */

static void try_client(void)
{
	uint32_t value;

	expect(store_open() == STORE_RESTARTED, "what is taken is told");
	expect(store_open() == STORE_OK && store_open() == STORE_OK && store_open() == STORE_QUOTA,
	       "an account is full");
	if (setjmp(ended) == 0)
		client_main();
	expect(server_closed() == 0 && store_open() == STORE_QUOTA, "the first start changes nothing");
	tenon_restarts = 1;
	memset(&glue_session_store, 0, sizeof glue_session_store);
	deaths = 1;
	if (setjmp(ended) == 0)
		client_main();
	expect(server_closed() == 2, "each server is told");
	expect(bell_set(0, 6) == BELL_OK, "who knows nothing of a session has lost none");
	expect(store_read(0, &value) == STORE_MALFORMED, "its session is closed");
	expect(store_attach(7, "abc", salt, 20) == STORE_OK && store_open() == STORE_OK &&
		   store_open() == STORE_OK && store_open() == STORE_QUOTA,
	       "and its account was empty");
	if (setjmp(ended) == 0)
		client_main();
	expect(store_attach(7, "abc", salt, 20) == STORE_OK && store_open() == STORE_OK,
	       "without a restart of the server");
}

int main(void)
{
	server_begin();
	try_unopened();
	try_reopened();
	try_other_name();
	try_idle_reopened();
	try_lost();
	try_idle_lost();
	try_nothing_lost();
	try_client();
	return wrong == 0 ? 0 : 1;
}
