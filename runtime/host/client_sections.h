/* SPDX-License-Identifier: MIT
 * Included before every file of the clients of a component under test: their data stands together (peer.c).
 */
#pragma clang section bss = "client_bss" data = "client_data"
