/* SPDX-License-Identifier: MIT
 * Included before every file of a component under test: its data stands together, so that it can be made anew (memory.c).
 */
#pragma clang section bss = "component_bss" data = "component_data"
