/* SPDX-License-Identifier: MIT
 * The supervisor's areas for a host test: its directory is an array of the test.
 */
#ifndef TENON_AREAS_H
#define TENON_AREAS_H

#include <stdint.h>

extern uint64_t test_windows[];
#define TENON_AREA_WINDOWS ((uintptr_t)test_windows)
#define TENON_AREA_BUFFER  0
#define TENON_AREA_HEAP    0
#define TENON_AREA_END     0x4000000000

#endif
