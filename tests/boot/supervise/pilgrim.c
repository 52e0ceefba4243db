/* SPDX-License-Identifier: MIT
 * Looks into the vault all the time while others fell it, and sees no error; when it comes to rest it hears of it.
 */
#include "component.h"

void vault_restarted(void)
{
	log_info("told by the loop");
}

void component_start(void)
{
	uint32_t key, length, lives = 0, wrong = vault_unlock(8, "pilgrim") != VAULT_OK;
	uint64_t restarts = 0, before = 0;

	while (lives <= 3) {
		key = length = 0;
		wrong += vault_look(&key, &length, &restarts) != VAULT_OK || key != 8 || length != 7;
		lives += lives == 0 || restarts != before;
		before = restarts;
	}
	log_info("%u lives of the keeper, %u wrong", lives, wrong);
}
