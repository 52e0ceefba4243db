/* SPDX-License-Identifier: MIT
 * File systems that come, die and go for good, as their desks see it.
 */
#include "call.h"
#include "desk_state.h"
#include "reopen.h"

#define LOOK_NS UINT64_C(1000000000)

static bool is_looking;

/* A file system that is halted for good ends no session: what takes long is looked after. */
void desk_look_soon(void)
{
	if (!is_looking) {
		is_looking = true;
		look_after_at(clock_ns() + LOOK_NS);
	}
}

/* Whoever it died over asks again, once it has been opened again; what was done before is seen then. */
static void died(uint32_t server)
{
	struct desk *desk = &desks[server];

	if (desk->state == ASKED && desk->is_owned && desk->owner.call != NULL) {
		desk->owner.call->is_repeated = true;
		desk->owner.call->is_asking = false;
		call_wait_at_desk(desk->owner.call, &desk->waiting);
	}
	desk_drop(desk);
	desk->releases = 0;
	desk->is_opening = false;
	if (!system_died(server)) {
		calls_fail(&desk->waiting, FILES_IO);
	}
}

void desk_opened(uint32_t file_system)
{
	struct desk *desk = &desks[file_system];

	desk->is_opening = false;
	desk->has_chores = true;
	desk_changed();
}

void desk_go_on_opening(uint32_t file_system)
{
	if (desks[file_system].is_open && desks[file_system].is_opening && desks[file_system].state == IDLE) {
		desk_do_chores(file_system);
	}
}

/* Nobody is there any more, and nobody will be: whoever waits hears of it. */
static void gone(uint32_t server)
{
	struct desk *desk = &desks[server];

	log_error("%s is gone", file_systems_server_name(server));
	desk->is_gone = true;
	if (desk->is_open) {
		died(server);
	}
	desk->is_open = false;
	nodes_lose(server);
	calls_fail(&desk->waiting, FILES_IO);
	if (mount_of(server) != NULL) {
		calls_go_on(&mount_of(server)->waiting);
	}
}

/* Is its endpoint closed? Nobody waits for this call: one that is there and does nothing answers it, others never hear of it. */
static bool is_closed(uint32_t server)
{
	struct file_system said;

	return file_systems_describe_until(server, TENON_NOW, &said.root, &said.features, &said.block,
					   &said.longest, &said.largest) == FILESYSTEM_GONE;
}

static bool is_waited_for(const struct desk *desk)
{
	return !desk->is_gone && (desk->state == ASKED || desk->waiting != NO_CALL);
}

/* Whoever waits for calls alone, without a time-out, is woken faster. */
void desk_look_no_more(void)
{
	bool is_needed = false;

	for (uint32_t i = 0; i < FILE_SYSTEMS_COUNT; i++) {
		is_needed = is_needed || is_waited_for(&desks[i]);
	}
	if (is_looking && !is_needed) {
		is_looking = false;
		look_after_cancel();
	}
}

void look_after(void)
{
	is_looking = false;
	for (uint32_t i = 0; i < FILE_SYSTEMS_COUNT; i++) {
		struct desk *desk = &desks[i];
		const bool is_due =
		    !desk->is_open || (desk->state == ASKED && desk->looked_at == desk->number);

		if (!desk->is_gone && is_due && is_closed(i)) {
			gone(i);
		}
		desk->looked_at = desk->number;
		if (is_waited_for(desk)) {
			desk_look_soon();
		}
	}
	calls_run();
}

void file_systems_session(uint32_t server, bool open)
{
	struct desk *desk = &desks[server];

	if (desk->is_open) {
		died(server);
	}
	desk->is_open = open;
	if (open) {
		desk->is_opening = system_opens_again(server);
		if (desk->is_opening) {
			desk_do_chores(server);
		} else {
			desk_opened(server);
		}
	}
	calls_run();
}
