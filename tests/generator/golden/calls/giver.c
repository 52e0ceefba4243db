/* SPDX-License-Identifier: MIT
 * The handlers that glue asks for.
 */
#include "component.h"

void component_start(void)
{
}

enum kinds_status port_nothing(uint32_t client)
{
	(void)client;
	return KINDS_OK;
}

enum kinds_status port_scalars(uint32_t client, uint8_t a, int16_t b, bool sure, enum kinds_colour colour, uint64_t *c,
			       enum kinds_colour *other)
{
	(void)client;
	*c = (uint64_t)(a + b);
	*other = colour;
	return sure ? KINDS_OK : KINDS_BAD;
}

enum kinds_status port_structures(uint32_t client, const struct kinds_outer *one, const struct kinds_dense *two,
				  struct kinds_outer *same, struct kinds_dense *point)
{
	(void)client;
	*same = *one;
	*point = *two;
	return KINDS_OK;
}

enum kinds_status port_arrays(uint32_t client, const uint32_t numbers[20], const bool flags[3],
			      const struct kinds_outer shapes[2], int16_t grid[3][2])
{
	(void)client;
	grid[0][0] = (int16_t)(numbers[0] + flags[0] + (uint32_t)shapes[0].far);
	return KINDS_OK;
}

enum kinds_status port_texts(uint32_t client, const char *name, const void *data, uint32_t data_size, uint16_t last,
			     char *answer, void *rest, uint32_t *rest_size)
{
	(void)client;
	(void)data;
	(void)last;
	(void)rest;
	answer[0] = name[0];
	*rest_size = data_size < 9 ? 0 : 9;
	return KINDS_OK;
}
