/* SPDX-License-Identifier: MIT
 * Included before every file of the mocks of a component under test: their data stands together (peer.c).
 */
#pragma clang section bss = "server_bss" data = "server_data"
