/* SPDX-License-Identifier: MIT
 * The pools that the tables describe: memory that instances make objects from at run time.
 */
#include <boot.h>

void *boot_pool_find(uint32_t index)
{
	if (index >= core.tables->pools)
		return NULL;
	boot_refuse("pool", index, "this kernel makes no pools yet");
}
