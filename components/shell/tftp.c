/* SPDX-License-Identifier: MIT
 * tftp: files by TFTP (RFC 1350), with the options `blksize` and `tsize` (RFC 2347 to 2349), which the server may leave out. Each side sends
 * again what was not answered in time; a packet that was answered already is not answered with data once more, so none of them goes round for
 * ever (RFC 1123, 4.2.3.1).
 */
#include "download.h"
#include "files.h"
#include "net.h"
#include "say.h"

#include <tenon/print.h>
#include <tenon/string.h>

#define PORT      69u
#define BLOCK     512u  /* where nothing else is agreed */
#define BLOCK_OUR 1428u /* so that it fits into a frame */
#define HEADER    4u
#define WAIT_NS   UINT64_C(1000000000)
#define TRIES     5u

enum opcode { READ = 1, WRITE, DATA, ACKNOWLEDGED, ERROR, OPTIONS };
enum reply { GOES_ON, DONE, FAILED };

static struct transfer {
	struct socket_address server, to; /* whom the first packet goes to, and who answered it */
	bool is_bound;                    /* somebody did */
	uint32_t block;                   /* bytes in one */
	uint16_t number;                  /* of the block that is waited for, or was sent */
	bool has_size;
	uint64_t size, offset;
	uint32_t file;
	uint8_t packet[HEADER + BLOCK_OUR]; /* the last that was sent */
	uint32_t length;
	bool is_last, gets;
} transfer;

/* ---- packets -------------------------------------------------------------------------------------- */

static uint32_t get16(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

static void put_header(uint32_t opcode, uint32_t number)
{
	transfer.packet[0] = 0;
	transfer.packet[1] = (uint8_t)opcode;
	transfer.packet[2] = (uint8_t)(number >> 8);
	transfer.packet[3] = (uint8_t)number;
	transfer.length = HEADER;
}

static bool put_text(const char *text)
{
	const size_t size = strlen(text) + 1;

	if (size > sizeof transfer.packet - transfer.length) {
		return false;
	}
	memcpy(transfer.packet + transfer.length, text, size);
	transfer.length += (uint32_t)size;
	return true;
}

static bool put_request(enum opcode opcode, const char *name)
{
	char block[16], size[24];

	put_header(opcode, 0);
	transfer.length = 2;
	(void)tenon_print(block, sizeof block, "%u", BLOCK_OUR);
	(void)tenon_print(size, sizeof size, "%llu", (unsigned long long)transfer.size);
	return put_text(name) && put_text("octet") && put_text("blksize") && put_text(block) &&
	       put_text("tsize") && put_text(size);
}

static bool send(void)
{
	return net_send(transfer.packet, transfer.length,
			transfer.is_bound ? &transfer.to : &transfer.server);
}

static void send_error(const struct socket_address *to, uint32_t code, const char *text)
{
	uint8_t packet[64] = {0, ERROR, (uint8_t)(code >> 8), (uint8_t)code};
	const size_t length = strlen(text);

	memcpy(packet + HEADER, text, length + 1);
	(void)net_send(packet, (uint32_t)(HEADER + length + 1), to);
}

static void give_up(uint32_t code, const char *text)
{
	say("tftp: %s\n", text);
	if (transfer.is_bound) {
		send_error(&transfer.to, code, text);
	}
}

/* ---- options -------------------------------------------------------------------------------------- */

/* The text at `*at`, and the number behind it. False: the packet ends before. */
static bool take_option(const uint8_t *data, uint32_t size, uint32_t *at, const char **name, uint64_t *value)
{
	const uint8_t *end = memchr(data + *at, 0, size - *at), *digit;

	if (end == NULL) {
		return false;
	}
	*name = (const char *)data + *at;
	digit = end + 1;
	end = memchr(digit, 0, size - (uint32_t)(digit - data));
	if (end == NULL || end == digit) {
		return false;
	}
	for (*value = 0; digit < end; digit++) {
		if (*digit < '0' || *digit > '9' || *value > (UINT64_MAX - 9) / 10) {
			return false;
		}
		*value = *value * 10 + (uint64_t)(*digit - '0');
	}
	*at = (uint32_t)(end - data) + 1;
	return true;
}

static bool is_option_named(const char *name, const char *wanted)
{
	for (; *wanted != '\0'; name++, wanted++) {
		if ((*name >= 'A' && *name <= 'Z' ? *name | 0x20 : *name) != *wanted) {
			return false;
		}
	}
	return *name == '\0';
}

/* What the server agrees to. Nothing that was not asked for may be among it. */
static bool take_options(const uint8_t *data, uint32_t size)
{
	uint32_t at = 2;
	const char *name;
	uint64_t value;

	while (at < size) {
		if (!take_option(data, size, &at, &name, &value)) {
			return false;
		}
		if (is_option_named(name, "blksize") && value >= 8 && value <= BLOCK_OUR) {
			transfer.block = (uint32_t)value;
		} else if (is_option_named(name, "tsize")) {
			transfer.has_size = true;
			transfer.size = value;
		} else {
			return false;
		}
	}
	return true;
}

/* ---- the other side ------------------------------------------------------------------------------- */

static void say_error(const uint8_t *data, uint32_t size)
{
	char text[80];
	uint32_t length = 0;

	while (HEADER + length < size && length + 1 < sizeof text && data[HEADER + length] >= ' ' &&
	       data[HEADER + length] < 0x7f) {
		text[length] = (char)data[HEADER + length];
		length++;
	}
	text[length] = '\0';
	say("tftp: the server says %u: %s\n", get16(data + 2), text);
}

/* Of the server's port alone, once it is known: others are told that they are strangers (RFC 1350, 4). */
static bool is_of_server(const struct socket_event *event)
{
	if (memcmp(event->address.bytes, transfer.server.bytes, INET_BYTES) != 0) {
		return false;
	}
	if (!transfer.is_bound) {
		transfer.to = event->address;
		transfer.is_bound = true;
	}
	if (event->address.port != transfer.to.port) {
		send_error(&event->address, 5, "another transfer");
		return false;
	}
	return true;
}

/* ---- get ------------------------------------------------------------------------------------------ */

static enum reply take_block(const uint8_t *data, uint32_t size)
{
	const uint32_t count = size - HEADER;

	if (count > transfer.block || (transfer.has_size && count > transfer.size - download_size())) {
		give_up(4, "more comes than was agreed");
		return FAILED;
	}
	if (!download_add(data + HEADER, count)) {
		give_up(3, "it cannot be written");
		return FAILED;
	}
	put_header(ACKNOWLEDGED, transfer.number++);
	if (count == transfer.block) {
		return GOES_ON;
	}
	(void)send(); /* nobody answers it, and who missed it asks again in vain */
	if (transfer.has_size && download_size() != transfer.size) {
		say("tftp: it ended before all was there\n");
		return FAILED;
	}
	return DONE;
}

static enum reply take_for_get(const uint8_t *data, uint32_t size, bool *moved)
{
	const uint32_t opcode = get16(data);

	if (opcode == OPTIONS && transfer.number == 1 && download_size() == 0) {
		if (!take_options(data, size)) {
			give_up(8, "options that cannot be");
			return FAILED;
		}
		put_header(ACKNOWLEDGED, 0);
		*moved = true;
	} else if (opcode == DATA && get16(data + 2) == transfer.number) {
		*moved = true;
		return take_block(data, size);
	}
	return GOES_ON;
}

/* ---- put ------------------------------------------------------------------------------------------ */

static bool put_block(void)
{
	uint32_t count = 0;

	put_header(DATA, ++transfer.number);
	if (!succeeds("tftp", files_read(transfer.file, transfer.offset, transfer.packet + HEADER,
					 transfer.block, &count))) {
		give_up(0, "it cannot be read");
		return false;
	}
	transfer.length += count;
	transfer.offset += count;
	transfer.is_last = count < transfer.block;
	return true;
}

static enum reply take_for_put(const uint8_t *data, uint32_t size, bool *moved)
{
	const uint32_t opcode = get16(data);
	const uint64_t length = transfer.size;
	const bool is_begun = transfer.number > 0 || transfer.offset > 0;

	if (opcode == OPTIONS && !is_begun) {
		if (!take_options(data, size)) {
			give_up(8, "options that cannot be");
			return FAILED;
		}
		transfer.size = length;
	} else if (opcode != ACKNOWLEDGED || get16(data + 2) != transfer.number) {
		return GOES_ON;
	}
	if (is_begun && transfer.is_last) {
		return DONE;
	}
	*moved = true;
	return put_block() ? GOES_ON : FAILED;
}

/* ---- the exchange --------------------------------------------------------------------------------- */

/* Sends what stands in `packet`, again where nothing comes, and looks at what comes. */
static bool exchange(void)
{
	struct socket_event event;
	enum reply reply = GOES_ON;
	bool moved = true;

	for (uint32_t tries = 0; tries < TRIES; tries++) {
		const uint64_t deadline = clock_ns() + WAIT_NS;

		if (!send()) {
			return false;
		}
		for (moved = false; !moved && reply == GOES_ON && net_wait(&event, deadline);) {
			if (event.kind == SOCKET_KIND_RECEIVED && event.given.length >= HEADER &&
			    is_of_server(&event)) {
				const uint8_t *data = net_in_read(&event.given);

				if (get16(data) == ERROR) {
					say_error(data, event.given.length);
					reply = FAILED;
				} else {
					reply = transfer.gets
						    ? take_for_get(data, event.given.length, &moved)
						    : take_for_put(data, event.given.length, &moved);
				}
			}
			net_give_back(&event.given);
		}
		if (reply != GOES_ON || net_is_lost()) {
			return reply == DONE;
		}
		tries = moved ? UINT32_MAX : tries; /* from 0 on again */
	}
	give_up(0, "the other side is silent");
	return false;
}

static void get(const char *name, const char *word)
{
	transfer.number = 1;
	if (!put_request(READ, name)) {
		say("tftp: the name is too long\n");
	} else if (download_begin(word, path_last(name))) {
		if (!exchange()) {
			download_drop();
		} else if (download_finish()) {
			say("%llu bytes\n", (unsigned long long)download_size());
		}
	}
}

static void put(const char *word, const char *name)
{
	static char path[PATH_BYTES];
	struct filesystem_attributes attributes;

	if (!path_make(path, word) ||
	    !succeeds(path, files_open(path, FILES_ACCESS_READ, 0, &transfer.file, &attributes))) {
		return;
	}
	transfer.size = attributes.size;
	if (!put_request(WRITE, name)) {
		say("tftp: the name is too long\n");
	} else if (exchange()) {
		say("%llu bytes\n", (unsigned long long)transfer.offset);
	}
	(void)files_close(transfer.file);
}

void command_tftp(const struct words *words)
{
	const bool gets = strcmp(words->word[1], "get") == 0;
	const char *from = words->word[3], *to = words->count > 4 ? words->word[4] : path_last(from);

	if (!gets && strcmp(words->word[1], "put") != 0) {
		say("usage: tftp get|put HOST FROM [TO]\n");
		return;
	}
	transfer = (struct transfer){.block = BLOCK, .gets = gets};
	if (!net_ready()) {
		return;
	}
	if (net_find(words->word[2], 0, &transfer.server) && net_open(SOCKET_ACTION_OPEN, NULL)) {
		transfer.server.port = PORT;
		if (gets) {
			get(from, to);
		} else {
			put(from, to);
		}
	}
	net_end();
}
