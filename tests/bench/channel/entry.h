/* SPDX-License-Identifier: MIT
 * What both ends know.
 */
#ifndef ENTRY_H
#define ENTRY_H

#include <tenon/channel.h>

#define ENTRIES  64u
#define IN_A_ROW 20000u
#define ALONE    200u

struct entry {
	uint64_t number;
	uint64_t sent_ns; /* before it was sent */
	uint64_t word[6];
};

#endif
