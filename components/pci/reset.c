/* SPDX-License-Identifier: MIT */
#include "reset.h"

#include "configuration.h"

#define EXPRESS_ABILITIES    0x04u /* offset from the capability */
#define EXPRESS_CONTROL      0x08u
#define EXPRESS_CAN_RESET    0x10000000u
#define EXPRESS_RESET        0x00008000u
#define EXPRESS_CONTROL_MASK 0x0000ffffu /* above is the status, whose bits are cleared by ones */
#define POWER_CONTROL        0x04u
#define POWER_STATE          0x0003u
#define POWER_KEEPS          0x0008u /* D3hot does not reset it */
#define POWER_CONTROL_MASK   0x7fffu /* without the event, which is cleared by a one */
#define POWER_TRANSITION_NS  UINT64_C(10000000)

static bool can_reset(const struct function *function)
{
	return function->express != 0 &&
	       (configuration_read(function->requester, function->express + EXPRESS_ABILITIES) &
		EXPRESS_CAN_RESET) != 0;
}

static bool can_sleep(const struct function *function)
{
	return function->power != 0 &&
	       (configuration_read(function->requester, function->power + POWER_CONTROL) & POWER_KEEPS) == 0;
}

static void set_power(const struct function *function, uint32_t state)
{
	const uint32_t at = function->power + POWER_CONTROL;
	const uint32_t power =
	    configuration_read(function->requester, at) & POWER_CONTROL_MASK & ~POWER_STATE;

	configuration_write(function->requester, at, power | state);
}

void reset_begin(struct reset *reset, const struct function *function, uint64_t now_ns, uint64_t wait_ns)
{
	const uint32_t at = function->express + EXPRESS_CONTROL;

	*reset = (struct reset){.step = RESET_WAITS, .until_ns = now_ns};
	if (can_reset(function)) {
		const uint32_t value = configuration_read(function->requester, at) & EXPRESS_CONTROL_MASK;

		configuration_write(function->requester, at, value | EXPRESS_RESET);
		reset->until_ns = now_ns + wait_ns;
	} else if (can_sleep(function)) {
		set_power(function, POWER_STATE);
		*reset = (struct reset){.step = RESET_SLEEPS, .until_ns = now_ns + POWER_TRANSITION_NS};
	}
}

/* A reset forgets where the registers are. */
static void restore(const struct function *function)
{
	for (uint32_t index = 0; index < FUNCTION_BARS; index++) {
		if (function->bar[index].bytes != 0) {
			function_set_bar(function, index);
		}
	}
	function_command(function, PCI_COMMAND_IO | PCI_COMMAND_MASTER,
			 PCI_COMMAND_NO_LINE | PCI_COMMAND_MEMORY);
}

bool reset_continue(struct reset *reset, const struct function *function, uint64_t now_ns)
{
	if (reset->step == RESET_DONE) {
		return true;
	}
	if (now_ns < reset->until_ns) {
		return false;
	}
	if (reset->step == RESET_SLEEPS) {
		set_power(function, 0);
		*reset = (struct reset){.step = RESET_WAITS, .until_ns = now_ns + POWER_TRANSITION_NS};
		return false;
	}
	restore(function);
	reset->step = RESET_DONE;
	return true;
}
