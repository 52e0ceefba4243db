/* SPDX-License-Identifier: MIT
 * A driver and the function that it was given: what the one may do with the
 * other, from claim to quiesce.
 */
#ifndef PCI_DRIVER_H
#define PCI_DRIVER_H

#include "component.h"
#include "function.h"
#include "reset.h"

#include <tenon/bus.h>

struct driver {
	const struct bus_function *wanted;
	const struct function *function; /* NULL: none fits */
	struct reset reset;
	bool is_clean; /* reset since it was claimed last, or on the way there */
	bool is_claimed;
	bool waits;   /* for the reset's end */
	bool is_gone; /* what was there has been taken out */
	struct bus_claim_token token;
	volatile uint32_t *table; /* of MSI-X, mapped while claimed */
};

/* Why the function is not to be given to a driver; NULL: it may be. */
const char *driver_obstacle(const struct driver *driver);
/* Begins a reset, unless one has begun since the last claim. */
void driver_reset(struct driver *driver, uint64_t now_ns);
/* After the reset: registers, memory and messages. False: a reason is on the log, and nothing of it is left. */
bool driver_attach(struct driver *driver, uint32_t index);
/* The opposite, whatever of it there is: nothing is read or written by the device any more. */
void driver_detach(struct driver *driver, uint32_t index);
/* The function is taken out: it reads and writes nothing any more, and its driver is told. Its registers stay mapped for as long as the
 * driver lives, which may be in the midst of them: they read as ones. Once for a driver. */
void driver_leave(struct driver *driver, uint32_t index);
/* What a claim answers. */
void driver_identify(const struct driver *driver, struct bus_identity *identity);
/* A line about the driver, with its place in the system's description. */
void driver_complain(const struct driver *driver, const char *what);

#endif
