/* SPDX-License-Identifier: MIT
 * The other end of all channels in a harness: it starts anew, joins, sends and
 * takes as it should, and writes any word anywhere where it may. State: its
 * ends, and the memory of the regions; both live on from input to input.
 */
#include <stdlib.h>
#include <string.h>
#include <tenon/harness.h>
#include <tenon/log.h>
#include <tenon/session.h>

#define REGIONS_MAX  256u
#define CHANNELS_MAX 256u

static uint8_t *memory[REGIONS_MAX];
static struct peer {
	struct tenon_channel_sender sender;
	struct tenon_channel_receiver receiver;
} peer[CHANNELS_MAX];

/* What the runtime has to say is not of interest here. */
void tenon_log(enum tenon_log_level level, const char *format, ...)
{
	(void)level;
	(void)format;
}

void *tenon_host_region(uint64_t address)
{
	for (uint32_t i = 0; i < harness.regions; i++) {
		const struct harness_region *region = &harness.region[i];

		if (address < region->address || address - region->address >= region->size)
			continue;
		if (memory[i] == NULL)
			memory[i] = aligned_alloc(4096, region->size);
		return memory[i] + (address - region->address);
	}
	tenon_panic(__FILE__, __LINE__, "an address that is no region's");
}

static void start_peer(uint32_t i)
{
	const struct harness_channel *channel = &harness.channel[i];
	const struct tenon_channel_memory parts = {
	    tenon_host_region(channel->sender),
	    tenon_channel_sender_bytes(channel->entry_bytes, channel->entries),
	    tenon_host_region(channel->receiver), sizeof(struct tenon_channel_side)};

	if (channel->to_component)
		tenon_channel_sender_init(&peer[i].sender, &parts, channel->entry_bytes, channel->entries, 0);
	else
		tenon_channel_receiver_init(&peer[i].receiver, &parts, channel->entry_bytes, channel->entries,
					    0);
}

static struct tenon_channel_end *end_of(uint32_t i)
{
	return harness.channel[i].to_component ? &peer[i].sender.end : &peer[i].receiver.end;
}

/* Does something with all ends of that connection. */
static void start_or_join(uint32_t connection, bool start)
{
	for (uint32_t i = 0; start && i < harness.channels; i++)
		if (harness.channel[i].connection == connection)
			start_peer(i);
	for (uint32_t i = 0; i < harness.channels; i++)
		if (harness.channel[i].connection == connection)
			(void)tenon_channel_join(end_of(i));
}

static void send_or_receive(uint32_t i)
{
	const struct harness_channel *channel = &harness.channel[i];
	uint64_t entry[TENON_CHANNEL_ENTRY_MAX / 8] = {0};
	uint8_t *bytes = (uint8_t *)entry;
	const uint8_t mask = harness_byte() < 32 ? 0xff : 0x01;

	/* Any bytes; or small words, most of which a type allows, and one byte that is any. */
	for (uint32_t k = 0; channel->to_component && k < channel->entry_bytes; k++)
		bytes[k] = mask == 0xff || k % 4 == 0 ? harness_byte() & mask : 0;
	if (channel->to_component && harness_byte() < 128)
		bytes[harness_byte() % channel->entry_bytes] = harness_byte();
	if (channel->to_component)
		(void)tenon_channel_try_send(&peer[i].sender, entry, channel->entry_bytes);
	else
		(void)tenon_channel_try_receive(&peer[i].receiver, entry, channel->entry_bytes);
}

/* Any word anywhere that the other side may write. */
static void corrupt(void)
{
	const uint32_t i = harness_byte() % harness.regions;
	const struct harness_region *region = &harness.region[i];
	const uint64_t word =
	    harness_byte() & 1 ? harness_byte() : (uint64_t)harness_word() << 32 | harness_word();
	const uint64_t room = harness_byte() & 1 ? region->size : region->size < 1024 ? region->size : 1024;
	const uint64_t at = harness_word() % (room / 8) * 8;

	if (region->peer_writes)
		memcpy((uint8_t *)tenon_host_region(region->address) + at, &word, sizeof word);
}

void harness_act_as_peer(void)
{
	const uint32_t i = harness_byte() % harness.channels;
	const struct harness_channel *channel = &harness.channel[i];
	struct tenon_ipc ipc = {.source = TENON_SOURCE_SIGNAL,
				.badge = channel->notification,
				.word = {UINT64_C(1) << channel->bit}};

	if (harness_byte() < 96) { /* starts anew, and joins what the component answers */
		start_or_join(channel->connection, true);
		harness.take(&ipc);
		start_or_join(channel->connection, false);
		harness.take(&ipc);
	}
	switch (harness_byte() % 8) {
	case 0:
		start_or_join(channel->connection, false);
		break;
	case 1:
		(void)tenon_channel_prepare_to_sleep(end_of(i));
		break;
	case 2:
		corrupt();
		break;
	default:
		send_or_receive(i);
	}
	harness.take(&ipc);
}

void harness_peers_clear(void)
{
	for (uint32_t i = 0; i < harness.regions; i++) /* as the kernel has it at the start */
		memset(tenon_host_region(harness.region[i].address), 0, harness.region[i].size);
}

void harness_peers_start(void)
{
	for (uint32_t i = 0; i < harness.channels; i++)
		start_peer(i);
}
