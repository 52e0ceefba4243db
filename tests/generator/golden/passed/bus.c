/* SPDX-License-Identifier: MIT
 * A bus that finds nothing.
 */
#include "component.h"

enum bus_status functions_claim(uint32_t client, struct bus_identity *identity)
{
	CHECK(client < BUS_FUNCTIONS && bus_function[client].windows <= 6);
	identity->vectors = 0;
	return bus_range[BUS_RANGES - 1].bytes == 0 ? BUS_OK : BUS_ABSENT;
}

enum bus_status functions_message(uint32_t client, uint16_t vector, uint32_t interrupt)
{
	return interrupt + vector < bus_function[client].interrupts ? BUS_OK : BUS_ABSENT;
}
