/* SPDX-License-Identifier: MIT
 * See slot.h. Registers are those of PCI Express Base 5.0, 7.5.3; control and status of the slot share a word, and bits of the status
 * are cleared by ones.
 */
#include "slot.h"

#include "configuration.h"

#define EXPRESS_SLOT   0x01000000u /* of the capability's first word: a slot is behind the port */
#define SLOT_ABILITIES 0x14u       /* offsets from the capability */
#define SLOT_CONTROL   0x18u

#define HAS_BUTTON    0x00000001u
#define HAS_POWER     0x00000002u
#define HAS_INDICATOR 0x00000010u
#define CAN_REMOVE    0x00000040u /* hot-plug capable */
#define IS_SILENT     0x00040000u /* commands are done at once, and nothing says so */

#define CONTROL_INDICATOR       0x00000300u
#define CONTROL_INDICATOR_ON    0x00000100u
#define CONTROL_INDICATOR_BLINK 0x00000200u
#define CONTROL_INDICATOR_OFF   0x00000300u
#define CONTROL_POWER_OFF       0x00000400u
#define CONTROL_MASK            0x0000ffffu

#define STATUS_BUTTON   0x00010000u
#define STATUS_COMMAND  0x00100000u /* completed */
#define STATUS_PRESENCE 0x00400000u
#define STATUS_CHANGES  0x011f0000u /* what is cleared by ones */

#define COMMAND_NS UINT64_C(1000000000) /* 6.7.3.2: a command takes no longer */
#define CEASE_NS   SLOT_LOOK_NS         /* for drivers to leave it alone */

static uint32_t read_status(const struct slot *slot)
{
	return configuration_read(slot->port, slot->at + SLOT_CONTROL);
}

bool slot_init(struct slot *slot, const struct function *port)
{
	uint32_t status;

	*slot = (struct slot){.port = port->requester, .at = port->express};
	if (!port->is_bridge || port->express == 0 ||
	    (configuration_read(slot->port, slot->at) & EXPRESS_SLOT) == 0) {
		return false;
	}
	slot->abilities = configuration_read(slot->port, slot->at + SLOT_ABILITIES);
	status = read_status(slot);
	if ((slot->abilities & CAN_REMOVE) == 0 || (status & STATUS_PRESENCE) == 0) {
		return false;
	}
	configuration_write(slot->port, slot->at + SLOT_CONTROL,
			    (status & CONTROL_MASK) | (status & STATUS_CHANGES));
	return true;
}

/* Tells the port; what it cannot do it is not told. Changes of its status that are cleared are those of `status`. */
static void command(struct slot *slot, uint32_t status, uint32_t indicator, bool off, uint64_t now_ns)
{
	uint32_t control = status & CONTROL_MASK;

	if ((slot->abilities & HAS_INDICATOR) != 0) {
		control = (control & ~CONTROL_INDICATOR) | indicator;
	}
	if (off && (slot->abilities & HAS_POWER) != 0) {
		control |= CONTROL_POWER_OFF;
	}
	slot->command_until_ns = (slot->abilities & IS_SILENT) != 0 ? now_ns : now_ns + COMMAND_NS;
	configuration_write(slot->port, slot->at + SLOT_CONTROL, control);
}

static enum slot_news go_on(struct slot *slot, uint32_t status, bool is_pressed, uint64_t now_ns,
			    uint64_t wait_ns)
{
	const bool is_over = now_ns >= slot->until_ns;

	switch (slot->state) {
	case SLOT_STEADY:
		if (!is_pressed) {
			return SLOT_NOTHING;
		}
		slot->state = SLOT_BLINKS;
		slot->until_ns = now_ns + wait_ns;
		command(slot, status, CONTROL_INDICATOR_BLINK, false, now_ns);
		return SLOT_BUTTON;
	case SLOT_BLINKS:
		if (is_pressed) {
			slot->state = SLOT_STEADY;
			command(slot, status, CONTROL_INDICATOR_ON, false, now_ns);
			return SLOT_STAYS;
		}
		if (!is_over) {
			return SLOT_NOTHING;
		}
		slot->state = SLOT_CEASES;
		slot->until_ns = now_ns + CEASE_NS;
		return SLOT_LEAVES;
	case SLOT_CEASES:
		if (!is_over) {
			return SLOT_NOTHING;
		}
		slot->state = SLOT_EMPTY;
		command(slot, status, CONTROL_INDICATOR_OFF, true, now_ns);
		return SLOT_IS_OFF;
	default:
		return SLOT_NOTHING;
	}
}

enum slot_news slot_look(struct slot *slot, uint64_t now_ns, uint64_t wait_ns)
{
	const uint32_t status = read_status(slot);
	const bool was_present = slot->state != SLOT_EMPTY && slot->state != SLOT_CEASES;
	const bool is_pressed = (slot->abilities & HAS_BUTTON) != 0 && (status & STATUS_BUTTON) != 0;

	if (was_present &&
	    ((status & STATUS_PRESENCE) == 0 || status == UINT32_MAX)) { /* the port itself is gone, too */
		slot->state = SLOT_EMPTY;
		command(slot, status, CONTROL_INDICATOR_OFF, true, now_ns);
		return SLOT_IS_GONE;
	}
	if ((status & STATUS_COMMAND) != 0) {
		slot->command_until_ns = now_ns;
	} else if (now_ns < slot->command_until_ns) {
		return SLOT_NOTHING; /* the next command has to wait, and what leads to one does, too */
	}
	if ((status & STATUS_CHANGES) != 0) {
		configuration_write(slot->port, slot->at + SLOT_CONTROL,
				    (status & CONTROL_MASK) | (status & STATUS_CHANGES));
	}
	return go_on(slot, status, is_pressed, now_ns, wait_ns);
}
