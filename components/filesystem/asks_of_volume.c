/* SPDX-License-Identifier: MIT
 * See asks.h: for file systems on a volume, on which they wait (wait.h), and which have no data themselves. The component has a
 * time-out `serve_later`.
 */
#include "asks.h"

/* Time-outs come from the loop alone, where no operation is under way; and so the stack is that of one. */
void asks_are_there(void)
{
	serve_later_at(0);
}

void serve_later(void)
{
	asks_serve();
}

enum filesystem_status asks_read(uint32_t client, uint64_t node, uint64_t offset, void *data, uint32_t bytes,
				 uint32_t *count)
{
	(void)client;
	(void)node;
	(void)offset;
	(void)data;
	(void)bytes;
	(void)count;
	return FILESYSTEM_UNSUPPORTED;
}

enum filesystem_status asks_write(uint32_t client, uint64_t node, uint64_t offset,
				  const struct filesystem_time *now, const void *data, uint32_t bytes)
{
	(void)client;
	(void)node;
	(void)offset;
	(void)now;
	(void)data;
	(void)bytes;
	return FILESYSTEM_UNSUPPORTED;
}
