/* SPDX-License-Identifier: MIT
 * How often both sides yield. The right side does so a little longer, so that the left one always finds somebody.
 */
#ifndef ROUNDS_H
#define ROUNDS_H

#define TIMES       2000u
#define LEFT_YIELDS (TIMES + 32u)
#define RIGHT_MORE  4000u

#endif
