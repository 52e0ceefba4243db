/* SPDX-License-Identifier: MIT
 * What the kernel says of instances, for clients that are to see this much of it and no more: no capability, no address, no register.
 */
#include "component.h"

#include <tenon/string.h>

#define PEERS     64u
#define RIGHTS    TENON_RIGHT_INVOKE
#define NAME_MOST 63u

static bool inspect(enum tenon_inspect what, uint64_t index, uint64_t second, struct tenon_ipc *answer)
{
	*answer = tenon_operate(TENON_OP_INSPECT, SLOT_INSPECTOR, (uint64_t)what, index, second, 0);
	return answer->status == TENON_OK;
}

enum inspection_status inspection_machine(uint32_t client, uint64_t *now_ns, uint64_t *ram, uint64_t *free)
{
	struct tenon_ipc memory = {0};

	(void)client;
	(void)inspect(TENON_INSPECT_MEMORY, 0, 0, &memory); /* there is always one */
	*now_ns = clock_ns();
	*ram = memory.word[0];
	*free = memory.word[1];
	return INSPECTION_OK;
}

static enum inspection_state state_of(uint64_t state)
{
	switch (state) {
	case TENON_THREAD_READY:
		return INSPECTION_STATE_READY;
	case TENON_THREAD_RUNNING:
		return INSPECTION_STATE_RUNNING;
	case TENON_THREAD_CALLING:
	case TENON_THREAD_AWAITING_REPLY:
		return INSPECTION_STATE_CALLING;
	case TENON_THREAD_RECEIVING:
		return INSPECTION_STATE_WAITING;
	case TENON_THREAD_FAULTED:
		return INSPECTION_STATE_FAULTED;
	default:
		return INSPECTION_STATE_STOPPED;
	}
}

enum inspection_status inspection_instance(uint32_t client, uint32_t place, char name[NAME_MOST + 1],
					   enum inspection_state *state, uint32_t *priority, uint32_t *cpu,
					   uint32_t *restarts, uint64_t *time_ns, uint64_t *memory)
{
	struct tenon_ipc thread, space, text;

	(void)client;
	if (!inspect(TENON_INSPECT_THREAD, place, 0, &thread) ||
	    !inspect(TENON_INSPECT_THREAD_NAME, place, 0, &text)) {
		return INSPECTION_NO_MORE;
	}
	memcpy(name, text.word, NAME_MOST);
	name[NAME_MOST] = '\0';
	*state = state_of(thread.word[0]);
	*priority = (uint32_t)thread.word[1];
	*cpu = (uint32_t)thread.word[2];
	*time_ns = thread.word[3];
	*restarts = (uint32_t)thread.word[5];
	*memory = inspect(TENON_INSPECT_SPACE, thread.word[4], 0, &space) ? space.word[0] : 0;
	return INSPECTION_OK;
}

static bool is_among(const uint32_t *peers, uint32_t count, uint64_t peer)
{
	for (uint32_t i = 0; i < count; i++) {
		if (peers[i] == peer) {
			return true;
		}
	}
	return false;
}

enum inspection_status inspection_peers(uint32_t client, uint32_t place, uint32_t peers[PEERS],
					uint32_t *peers_count)
{
	struct tenon_ipc thread, table, slot;

	(void)client;
	if (!inspect(TENON_INSPECT_THREAD, place, 0, &thread) ||
	    !inspect(TENON_INSPECT_TABLE, thread.word[7], 0, &table)) {
		return INSPECTION_NO_MORE;
	}
	*peers_count = 0;
	for (uint64_t i = 0; i < table.word[0] && *peers_count < PEERS; i++) {
		if (inspect(TENON_INSPECT_SLOT, thread.word[7], i, &slot) &&
		    (slot.word[0] == TENON_TYPE_ENDPOINT || slot.word[0] == TENON_TYPE_NOTIFICATION) &&
		    (slot.word[1] & RIGHTS) != 0 && slot.word[5] < UINT32_MAX && slot.word[5] != place &&
		    !is_among(peers, *peers_count, slot.word[5])) {
			peers[(*peers_count)++] = (uint32_t)slot.word[5];
		}
	}
	return INSPECTION_OK;
}
