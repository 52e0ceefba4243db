/* SPDX-License-Identifier: MIT
 * Signals to the component and from it: events of mocks, heartbeats and
 * interrupts come as bits of its notifications; what it signals is counted.
 *
 * State: the pending bits, how often each slot was signalled, which interrupts
 * are masked until they are acknowledged.
 */
#include <string.h>

#include "host.h"

#define NOTIFICATIONS_MAX 64u
#define SLOTS_MAX         65536u
#define INTERRUPTS_MAX    64u

static uint64_t pending[NOTIFICATIONS_MAX];
static uint32_t signalled[SLOTS_MAX], beats;
static bool masked[INTERRUPTS_MAX], raised[INTERRUPTS_MAX];

void signals_reset(void)
{
	memset(pending, 0, sizeof pending);
	memset(signalled, 0, sizeof signalled);
	memset(masked, 0, sizeof masked);
	memset(raised, 0, sizeof raised);
	beats = 0;
}

void signal_pend(uint32_t bit)
{
	pending[bit / 64] |= UINT64_C(1) << bit % 64;
}

void test_mock_pend(uint32_t bit)
{
	signal_pend(bit);
}

void test_mock_signal(uint32_t bit)
{
	component_ensure();
	signal_pend(bit);
	settle();
}

uint32_t test_signals(uint32_t slot)
{
	uint32_t count;

	component_ensure();
	count = signalled[slot];
	signalled[slot] = 0;
	return count;
}

bool test_heartbeat(void)
{
	const uint32_t before = beats;

	component_ensure();
	if (test_component.heartbeat_bit == UINT32_MAX)
		return false;
	signal_pend(test_component.heartbeat_bit);
	settle();
	return beats != before;
}

void test_beat(uint32_t member)
{
	if (member >= test_component.members || test_component.beat_bit[member] == UINT32_MAX)
		test_fail("%s watches no member %u", test_component.name, member);
	test_mock_signal(test_component.beat_bit[member]);
}

static void raise(uint32_t index)
{
	raised[index] = true;
	if (masked[index])
		return;
	raised[index] = false;
	masked[index] = true;
	signal_pend(index);
}

void test_interrupt(uint32_t index)
{
	if (index >= test_component.interrupts)
		test_fail("%s has no interrupt %u", test_component.name, index);
	component_ensure();
	raise(index);
	settle();
}

void signal_acknowledge(uint32_t index)
{
	masked[index] = false;
	if (raised[index])
		raise(index);
}

enum tenon_status signal_send(tenon_handle_t handle)
{
	const uint32_t number = tenon_handle_index(handle);
	const struct test_slot *slot = slot_of(number);

	if (slot->kind == TEST_SLOT_HEARTBEAT)
		beats++;
	else if (slot->kind == TEST_SLOT_EVENT)
		signalled[number]++;
	else if (slot->kind == TEST_SLOT_WAKE_CLIENT || slot->kind == TEST_SLOT_WAKE_SERVER)
		peer_wake(slot);
	else if (!capability_signal(handle))
		return TENON_BAD_HANDLE;
	return TENON_OK;
}

bool signal_take(struct tenon_ipc *ipc)
{
	for (uint32_t n = 0; n < NOTIFICATIONS_MAX; n++) {
		if (pending[n] == 0)
			continue;
		*ipc = (struct tenon_ipc){
		    .status = TENON_OK, .badge = n, .source = TENON_SOURCE_SIGNAL, .word = {pending[n]}};
		pending[n] = 0;
		return true;
	}
	return false;
}
