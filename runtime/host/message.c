/* SPDX-License-Identifier: MIT
 * Messages between the component and the others, and what is lent with them. No state.
 */
#include <string.h>

#include "host.h"

void message_take(struct host_message *message, const struct tenon_ipc *ipc, const uint8_t *buffer)
{
	message->tag = ipc->tag;
	memcpy(message->bytes, buffer, sizeof message->bytes);
	memcpy(message->bytes, ipc->word, sizeof ipc->word);
	memcpy(&message->extras, buffer, sizeof message->extras);
}

void message_give(const struct host_message *message, struct tenon_ipc *ipc, uint8_t *buffer)
{
	const uint32_t length = tenon_tag_length(message->tag);
	uint8_t words[sizeof ipc->word] = {0};

	memset(buffer, 0xee, TENON_MESSAGE_MAX_BYTES);
	memcpy(buffer, message->bytes, length);
	memcpy(words, message->bytes, length < sizeof words ? length : sizeof words);
	memcpy(ipc->word, words, sizeof words);
	ipc->tag = message->tag & ~TENON_TAG_LOANS_MASK;
	if ((message->tag & (TENON_TAG_COPY | TENON_TAG_MOVE)) != 0)
		((struct tenon_extras *)(void *)buffer)->capability = message->extras.capability;
}

uint32_t loans_of(const struct host_message *message)
{
	return (uint32_t)((message->tag & TENON_TAG_LOANS_MASK) >> TENON_TAG_LOANS_SHIFT);
}

void loan_copy(struct tenon_ipc *ipc, const struct host_message *message, bool writes)
{
	const uint64_t index = ipc->word[0], offset = ipc->word[1], bytes = ipc->word[3];
	const bool is_lent = index < loans_of(message);
	const uint64_t lent = is_lent ? message->extras.loan[index].bytes : 0;
	const uint64_t room = lent & TENON_LOAN_BYTES_MASK, rights = lent >> TENON_LOAN_RIGHTS_SHIFT;
	void *own = (void *)(uintptr_t)ipc->word[2];
	uint8_t *memory;

	ipc->status = TENON_BAD_LOAN;
	ipc->word[4] = 0;
	if ((rights & (writes ? TENON_RIGHT_WRITE : TENON_RIGHT_READ)) == 0 || offset > room ||
	    bytes > room - offset)
		return;
	memory = (uint8_t *)(uintptr_t)message->extras.loan[index].address + offset;
	memcpy(writes ? memory : own, writes ? own : memory, bytes);
	ipc->status = TENON_OK;
	ipc->word[4] = bytes;
}
