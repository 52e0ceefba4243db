/* SPDX-License-Identifier: MIT
 * See runs.h.
 */
#include "runs.h"

#include "sockets.h"

static bool in_own_pool(const uint8_t *at, uint64_t *offset)
{
	const struct tenon_buffer first = {.length = CARD_OUT_SIZE};
	const uint8_t *pool = card_out_read(&first);

	*offset = (uint64_t)(at - pool);
	return at >= pool && *offset < (uint64_t)CARD_OUT_COUNT * CARD_OUT_SIZE;
}

static bool find_run(const uint8_t *at, uint32_t length, struct network_run *run)
{
	run->length = length;
	run->pool = 0;
	return in_own_pool(at, &run->offset) || sockets_find(at, &run->offset, &run->pool);
}

bool runs_describe(const struct pbuf *pbuf, struct network_frame *frame)
{
	const struct pbuf *next = pbuf->next;

	if (!find_run(pbuf->payload, pbuf->len, &frame->head)) {
		return false;
	}
	if (next == NULL) {
		return true;
	}
	for (const struct pbuf *part = next; part->next != NULL; part = part->next) {
		if ((const uint8_t *)part->payload + part->len != part->next->payload) {
			return false;
		}
	}
	return find_run(next->payload, (uint32_t)(pbuf->tot_len - pbuf->len), &frame->body);
}

void *runs_gather(const struct pbuf *pbuf, struct network_frame *frame)
{
	uint8_t *memory = lwip_allocate(pbuf->tot_len);

	if (memory != NULL) {
		(void)pbuf_copy_partial(pbuf, memory, pbuf->tot_len, 0);
		(void)in_own_pool(memory, &frame->head.offset);
		frame->head.length = pbuf->tot_len;
		frame->head.pool = 0;
		frame->body = (struct network_run){0};
	}
	return memory;
}
