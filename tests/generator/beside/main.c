/* SPDX-License-Identifier: MIT
 * The kernel between client and server, as far as capabilities go: tables, CAP_ACCEPT, CAP_COPY, CAP_DELETE, CAP_READ, and
 * what a message brings.
 */
#include "beside.h"

#include <stdio.h>
#include <stdlib.h>
#include <tenon/component.h>

uint8_t tenon_host_buffer[TENON_MESSAGE_MAX_BYTES];
struct table table[SIDES];
struct setting setting;
uint32_t calling;

noreturn void tenon_panic(const char *file, unsigned line, const char *what)
{
	fprintf(stderr, "%s:%u: %s\n", file, line, what);
	abort();
}

static struct place *find(enum side side, tenon_handle_t handle)
{
	const uint32_t slot = tenon_handle_index(handle);
	struct place *place = slot < SLOTS ? &table[side].place[slot] : NULL;

	if (place == NULL || place->type == TENON_TYPE_NONE ||
	    place->generation != tenon_handle_generation(handle))
		return NULL;
	return place;
}

tenon_handle_t kernel_give(enum side side, uint32_t slot, enum tenon_type type, uint32_t rights)
{
	struct place *place = &table[side].place[slot];

	if (slot == 0 || slot >= SLOTS || place->type != TENON_TYPE_NONE)
		return 0;
	place->type = (uint32_t)type;
	place->rights = rights;
	place->generation++;
	return tenon_handle(slot, place->generation);
}

void kernel_take(enum side side, tenon_handle_t handle)
{
	struct place *place = find(side, handle);

	if (place != NULL)
		place->type = TENON_TYPE_NONE;
}

unsigned kernel_used(enum side side)
{
	unsigned used = 0;

	for (unsigned i = 0; i < SLOTS; i++)
		used += table[side].place[i].type != TENON_TYPE_NONE;
	return used;
}

void kernel_trap(enum side side, struct tenon_ipc *ipc)
{
	const uint64_t operation = ipc->control & ((1u << TENON_OPERATION_BITS) - 1);
	const tenon_handle_t handle = ipc->control >> TENON_OPERATION_BITS;
	struct place *place = find(side, handle);

	ipc->status = TENON_BAD_HANDLE;
	if (operation == TENON_OP_CAP_ACCEPT) {
		CHECK(ipc->word[0] < SLOTS);
		if (table[side].place[ipc->word[0]].type == TENON_TYPE_NONE)
			table[side].accept = (uint32_t)ipc->word[0];
		ipc->status = table[side].accept == ipc->word[0] ? TENON_OK : TENON_OCCUPIED;
	} else if (operation == TENON_OP_CAP_READ && place != NULL) {
		ipc->word[0] = place->type;
		ipc->word[1] = place->rights;
		ipc->status = TENON_OK;
	} else if (operation == TENON_OP_CAP_DELETE && place != NULL) {
		place->type = TENON_TYPE_NONE;
		ipc->status = TENON_OK;
	} else if (operation == TENON_OP_CAP_COPY && place != NULL) {
		ipc->word[0] = kernel_give(side, (uint32_t)ipc->word[0], (enum tenon_type)place->type,
					   place->rights & (uint32_t)ipc->word[1]);
		ipc->status = ipc->word[0] == 0 ? TENON_OCCUPIED : TENON_OK;
	}
}

/* What the message brings; without a place for it, the tag says that it brings nothing. */
static uint64_t transfer(enum side from, enum side to, uint64_t tag)
{
	const tenon_handle_t handle = tenon_extras()->capability;
	struct place *place = find(from, handle);
	tenon_handle_t arrived;

	if ((tag & TENON_TAG_CAPABILITY) == 0 || table[to].accept == 0 || place == NULL)
		return tag & ~TENON_TAG_CAPABILITY;
	arrived = kernel_give(to, table[to].accept, (enum tenon_type)place->type, place->rights);
	if (arrived == 0)
		return tag & ~TENON_TAG_CAPABILITY;
	table[to].accept = 0;
	if ((tag & TENON_TAG_MOVE) != 0)
		place->type = TENON_TYPE_NONE;
	tenon_extras()->capability = arrived;
	return tag;
}

void client_trap(struct tenon_ipc *ipc)
{
	const uint64_t operation = ipc->control & ((1u << TENON_OPERATION_BITS) - 1);

	if (operation != TENON_OP_CALL && operation != TENON_OP_SEND) {
		kernel_trap(CLIENT, ipc);
		return;
	}
	ipc->tag = transfer(CLIENT, SERVER, ipc->tag);
	server_serve(ipc, operation == TENON_OP_SEND);
	if (setting.stray) {
		tenon_extras()->capability = setting.gives;
		ipc->tag |= TENON_TAG_COPY;
	}
	ipc->tag = transfer(SERVER, CLIENT, ipc->tag);
	ipc->status = TENON_OK;
}

int main(void)
{
	server_begin();
	const unsigned wrong = client_try_all();

	printf("%u wrong after %u calls of handlers\n", wrong, server_calls());
	return wrong != 0;
}
