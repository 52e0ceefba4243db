/* SPDX-License-Identifier: MIT
 * Resets of a function, in steps between which it is left alone.
 */
#ifndef PCI_RESET_H
#define PCI_RESET_H

#include "function.h"

struct reset {
	enum { RESET_DONE, RESET_WAITS, RESET_SLEEPS } step;
	uint64_t until_ns; /* nothing touches the function before */
};

/*
 * Begins: by a function level reset where it has one (PCI Express Base 6.6.2), else by way of D3hot where that resets (PCI Bus
 * Power Management 1.2, 5.4.1), else not at all: then a driver resets its device before it is let at memory, as it must
 * anyhow. `wait_ns`: the time that a function level reset takes.
 */
void reset_begin(struct reset *reset, const struct function *function, uint64_t now_ns, uint64_t wait_ns);
/* Goes on. True: it is over, and registers and command register are as found by enumeration, memory on. */
bool reset_continue(struct reset *reset, const struct function *function, uint64_t now_ns);

#endif
