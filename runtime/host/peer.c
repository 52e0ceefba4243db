/* SPDX-License-Identifier: MIT
 * What the peers have besides calls: memory of their own, the other view of
 * the regions that they share with the component, and signals that wake either
 * side of a channel. The peers' glue and their copy of the runtime are linked
 * into two parts, the clients and the servers; the data of the clients is there
 * once and belongs to whichever client is present, so it is changed with them.
 *
 * State: the data of the clients that are absent, and as it was at the start.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tenon/areas.h>
#include <tenon/session.h>

#include "host.h"

#define PARTS 4u

/* Made by the linker from what client_sections.h and server_sections.h name. */
extern char __start_client_data[] __attribute__((weak)), __stop_client_data[] __attribute__((weak));
extern char __start_client_bss[] __attribute__((weak)), __stop_client_bss[] __attribute__((weak));
extern char __start_server_data[] __attribute__((weak)), __stop_server_data[] __attribute__((weak));
extern char __start_server_bss[] __attribute__((weak)), __stop_server_bss[] __attribute__((weak));

static struct part {
	char *start, *stop;
	char *pristine;
} part[PARTS];
static struct absent {
	char *data, *bss;
} *absent;
static uint32_t present;

/* ---- data ------------------------------------------------------------------------------------- */

static size_t bytes_of(const struct part *of)
{
	return of->start == NULL ? 0 : (size_t)(of->stop - of->start);
}

static char *memory_of(size_t bytes)
{
	char *memory = calloc(1, bytes + 1);

	if (memory == NULL)
		abort();
	return memory;
}

void peers_init(void)
{
	const struct part all[PARTS] = {{__start_client_data, __stop_client_data, NULL},
					{__start_client_bss, __stop_client_bss, NULL},
					{__start_server_data, __stop_server_data, NULL},
					{__start_server_bss, __stop_server_bss, NULL}};

	for (uint32_t i = 0; i < PARTS; i++) {
		part[i] = all[i];
		part[i].pristine = memory_of(bytes_of(&part[i]));
		memory_copy(part[i].pristine, part[i].start, bytes_of(&part[i]));
	}
	absent = calloc(test_component.clients + 1, sizeof *absent);
	if (absent == NULL)
		abort();
	for (uint32_t i = 0; i < test_component.clients; i++)
		absent[i] = (struct absent){memory_of(bytes_of(&part[0])), memory_of(bytes_of(&part[1]))};
}

/* The client that is present begins anew. */
static void renew(const struct part *data)
{
	for (uint32_t i = 0; i < 2; i++)
		memory_copy(data[i].start, data[i].pristine, bytes_of(&data[i]));
}

void test_client_enter(uint32_t client)
{
	if (client >= test_component.clients)
		test_fail("there is no client %u: they are 0 to %u", client, test_component.clients - 1);
	if (client == present)
		return;
	memory_copy(absent[present].data, part[0].start, bytes_of(&part[0]));
	memory_copy(absent[present].bss, part[1].start, bytes_of(&part[1]));
	memory_copy(part[0].start, absent[client].data, bytes_of(&part[0]));
	memory_copy(part[1].start, absent[client].bss, bytes_of(&part[1]));
	present = client;
}

void servers_renew(void)
{
	renew(&part[2]);
}

void clients_open(void)
{
	for (uint32_t i = 0; i < test_component.clients; i++) {
		test_client_enter(i);
		renew(part);
		capabilities_restarted(HOLDER_CLIENT + i);
		test_client_open();
	}
}

void test_client_restarts(uint32_t client)
{
	component_ensure();
	test_client_dies(client);
	test_client_enter(client);
	renew(part);
	capabilities_restarted(HOLDER_CLIENT + client);
	(void)test_call_end(test_call_begin(client, "its start", test_client_begins, NULL, 0));
	test_client_enter(client);
	test_client_open();
	settle();
}

/* Where no server keeps anything for a client there is nothing to say. */
__attribute__((weak)) uint32_t test_client_begins(const union test_argument *argument)
{
	(void)argument;
	return 0;
}

void test_as_client(uint32_t client)
{
	component_ensure();
	test_client_enter(client);
}

/* ---- regions ---------------------------------------------------------------------------------- */

/* Where the present client, or a server, has the memory that its glue calls `address`. */
static void *region_of(bool is_server, uint64_t address)
{
	for (uint32_t i = 0; i < test_component.peer_regions; i++) {
		const struct test_peer_region *region = &test_component.peer_region[i];

		if (region->is_server == is_server && address - region->address < region->size)
			return (void *)(uintptr_t)(region->component[is_server ? 0 : present] +
						   (address - region->address) + TENON_AREA_HOST_PEER);
	}
	fprintf(stderr, "a peer has no region at 0x%llx\n", (unsigned long long)address);
	abort();
}

void *test_client_region(uint64_t address)
{
	return region_of(false, address);
}

void *test_server_region(uint64_t address)
{
	return region_of(true, address);
}

/* ---- signals ---------------------------------------------------------------------------------- */

static bool wake(bool is_server, uint32_t slot)
{
	for (uint32_t i = 0; i < test_component.wakes; i++) {
		const struct test_wake *to = &test_component.wake[i];

		if (to->is_server == is_server && to->slot == slot) {
			signal_pend(to->bit[is_server ? 0 : present]);
			return true;
		}
	}
	return false;
}

bool peer_system_call(struct tenon_ipc *ipc, bool is_server)
{
	switch (operation_of(ipc)) {
	case TENON_OP_SIGNAL:
		ipc->status = wake(is_server, handle_of(ipc)) ? TENON_OK : TENON_BAD_HANDLE;
		return true;
	case TENON_OP_CLOCK_READ:
		*ipc = (struct tenon_ipc){.status = TENON_OK, .word = {test_now_ns()}};
		return true;
	default:
		return capability_call(is_server ? HOLDER_SERVER : HOLDER_CLIENT + present, ipc);
	}
}

void test_client_took(tenon_handle_t *handle)
{
	*handle = capability_keep(HOLDER_CLIENT + present, *handle);
}

static void (*at_once)(void); /* what servers do that are signalled */

void test_serve_at_once(void (*serve)(void))
{
	at_once = serve;
}

void peer_wake(const struct test_slot *slot)
{
	const uint32_t port = (uint32_t)slot->badge;

	if (slot->kind == TEST_SLOT_WAKE_SERVER) {
		if (!mock_is_up(port))
			return;
		test_server_attend(port, slot->number);
		if (at_once != NULL) {
			at_once();
			test_server_attend(port, slot->number); /* it sleeps when it has taken all */
		}
		return;
	}
	test_client_enter(slot->number);
	test_client_attend(port);
}

/* ---- what the generated functions of channels ask for ----------------------------------------- */

void test_peer_log(enum tenon_log_level level, const char *format, ...)
{
	char text[256];
	va_list list;

	(void)level;
	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	test_fail("a peer of %s says: %s", test_component.name, text);
}

/* Entries that wait, or for which there is room. */
uint32_t test_channel_count(const struct tenon_session *session, const struct tenon_channel_end *end)
{
	const uint32_t index = __atomic_load_n(&end->peer->index, __ATOMIC_ACQUIRE);

	if (!session->open)
		return 0;
	return end->sends ? end->mask + 1 - (end->position - index) : index - end->position;
}

static _Noreturn void no_session(const char *channel)
{
	test_fail("%s has no session with %s, which has not started anew since it ended", channel,
		  test_component.name);
}

void test_sent(bool good, const char *channel, const struct tenon_session *session)
{
	if (!good && session->open)
		test_fail("there is no room in %s for one more entry", channel);
	if (!good)
		no_session(channel);
}

void test_received(bool good, const char *channel, const struct tenon_session *session,
		   const struct tenon_channel_end *end)
{
	if (good)
		return;
	if (end->broken)
		test_fail("%s sent through %s what the interface does not allow", test_component.name,
			  channel);
	if (session->open)
		test_fail("there is no entry in %s: %s has sent nothing more", channel, test_component.name);
	no_session(channel);
}

/* An index that cannot be, as of a peer that is hostile or mad. */
void test_channel_break(const struct tenon_channel_end *end)
{
	__atomic_fetch_add(&end->own->index, 4 * (end->mask + 1), __ATOMIC_RELEASE);
}

void test_settle(void)
{
	settle();
}
