/* SPDX-License-Identifier: MIT
 * The slot behind a port, from which what stands there is taken while the machine runs (PCI Express Base 5.0, 6.7).
 *
 * Who wants to take it out presses the slot's attention button. The power indicator blinks for a while, in which a second press
 * takes the first one back (6.7.1.4); then whoever drives a function behind the port is to cease, and a moment later the slot loses
 * its power. What is torn out without a word is noticed when it is looked for the next time.
 *
 * Owner: pci.c, which looks every SLOT_LOOK_NS: so rarely is anything taken out that no interrupt is spent on it.
 */
#ifndef PCI_SLOT_H
#define PCI_SLOT_H

#include "function.h"

#define SLOT_LOOK_NS UINT64_C(100000000)

struct slot {
	enum { SLOT_STEADY, SLOT_BLINKS, SLOT_CEASES, SLOT_EMPTY } state;
	uint32_t port; /* requester */
	uint32_t at;   /* the port's capability */
	uint32_t abilities;
	uint64_t until_ns;         /* of this state */
	uint64_t command_until_ns; /* by then the port has done what it was told last */
};

enum slot_news {
	SLOT_NOTHING,
	SLOT_BUTTON,  /* it will be taken out, unless the button is pressed again */
	SLOT_STAYS,   /* it was */
	SLOT_LEAVES,  /* its functions are to be left alone from now on */
	SLOT_IS_GONE, /* that was seen too late to say so before */
	SLOT_IS_OFF   /* it has no power any more, and may be taken out */
};

/* False: behind this function is no slot that says when something leaves it. Of what happened in it before nothing is known. */
bool slot_init(struct slot *slot, const struct function *port);
/* What has happened since it was looked at last. `wait_ns`: how long a press of the button may be taken back. */
enum slot_news slot_look(struct slot *slot, uint64_t now_ns, uint64_t wait_ns);

#endif
