/* SPDX-License-Identifier: MIT
 * The part of the program that has the network.
 */
#ifndef NETWORK_H
#define NETWORK_H

/* An address, and ports; then a line that says so. */
void network_begin(void);
/* Follows the orders of tests/bench/network/host.py, and returns when that has no more. */
void network_serve(void);

#define NETWORK_MARKS 8u /* that the host may name; those of others stand behind them */

#endif
