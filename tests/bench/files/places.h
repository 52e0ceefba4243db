/* SPDX-License-Identifier: MIT
 * Which page of the large file comes next. No page comes twice before all have come, and none follows its neighbour: each
 * is one that no cache has, which is smaller than the file.
 */
#ifndef PLACES_H
#define PLACES_H

#include <stdint.h>

#define PAGE   4096u
#define PAGES  6144u /* as disk.py makes the file */
#define STRIDE 2503u /* without a common factor */
#define WARM   256u  /* pages at the beginning that rows of cached pages read before */

static inline uint64_t place_of(uint32_t number)
{
	return (uint64_t)number % PAGES * STRIDE % PAGES * PAGE;
}

static inline uint64_t warm_place_of(uint32_t number)
{
	return (uint64_t)number * 83 % WARM * PAGE;
}

#endif
