/* SPDX-License-Identifier: MIT
 * Answers.
 */
#include "component.h"

void component_start(void)
{
}

enum pair_status pair_words(uint32_t client, const uint64_t values[8], uint64_t same[8])
{
	(void)client;
	same[0] = values[0];
	return PAIR_OK;
}
