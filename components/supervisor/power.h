/* SPDX-License-Identifier: MIT
 * The end of the run.
 */
#ifndef POWER_H
#define POWER_H

#include <stdnoreturn.h>

/* Stops everybody, prints all that was written, restarts the machine. */
noreturn void power_restart_machine(void);

#endif
