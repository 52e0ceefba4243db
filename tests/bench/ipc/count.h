/* SPDX-License-Identifier: MIT
 * A loop whose instructions are known.
 */
#ifndef COUNT_H
#define COUNT_H

#include <stdint.h>

/* Takes 2 * turns instructions, and less than 10 more. turns > 0. */
void count_down(uint64_t turns);

#endif
