/* SPDX-License-Identifier: MIT
 * The client's part for capabilities.
 */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>

/* Calls `expect` for each thing that must hold. */
void guest_try_all(void (*expect)(bool holds, const char *what));

#endif
