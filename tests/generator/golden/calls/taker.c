/* SPDX-License-Identifier: MIT
 * Uses what the header offers.
 */
#include "component.h"

void component_start(void)
{
	uint64_t sum;
	enum kinds_colour other;

	if (kinds_nothing() != KINDS_OK || spare_connected())
		return;
	(void)kinds_scalars_until(clock_ns() + PARAMETER_DEPTH, 1, PARAMETER_OFFSET, PARAMETER_LOUD, KINDS_COLOUR_GREEN,
				  &sum, &other);
}
