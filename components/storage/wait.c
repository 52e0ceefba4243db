/* SPDX-License-Identifier: MIT
 * See wait.h. A transfer is cut into pieces, each of one request; as many as there are places are under way at a time. A piece
 * waits, or is sent; when the session ends, what was sent waits again.
 */
#include "wait.h"

#include <tenon/string.h>

#define PLACES 16u

struct piece {
	enum { FREE, WAITING, SENT } state;
	uint64_t number; /* of its request: never used twice */
	uint64_t first;
	uint32_t count;
	uint64_t at; /* bytes from the begin of the transfer's memory */
	struct tenon_buffer buffer;
};

static struct {
	enum storage_kind kind;
	uint64_t first, count; /* sectors that are in no piece yet */
	bool is_cut;           /* into pieces, all of it */
	uint64_t at;
	uint8_t *to;         /* of a read */
	const uint8_t *from; /* of a write; NULL: zeroes */
	enum storage_outcome outcome;
} transfer;

static struct piece pieces[PLACES];
static struct storage_geometry geometry;
static bool is_open, is_known;
static uint64_t next_number;

/* ---- what the other side sends ---------------------------------------------------------------- */

void volume_session(bool open)
{
	is_open = open;
	is_known = false; /* it is said anew */
	for (uint32_t i = 0; i < PLACES; i++) {
		if (pieces[i].state == SENT) {
			pieces[i].state = WAITING; /* its buffer is among the free ones again */
		}
	}
}

static bool is_good(const struct storage_geometry *said)
{
	const uint32_t size = said->sector_size;

	return size >= 512 && size <= 4096 && (size & (size - 1)) == 0 && said->most != 0;
}

void volume_geometries(void)
{
	struct storage_geometry said;

	while (volume_geometries_receive(&said)) {
		if (said.sectors != 0 && !is_good(&said)) {
			log_error("the volume says of itself what cannot be");
			said = (struct storage_geometry){0};
		}
		if (said.sectors == 0) {
			said.sector_size = 512;
		}
		if (said.most > VOLUME_DATA_SIZE / said.sector_size) {
			said.most = VOLUME_DATA_SIZE / said.sector_size;
		}
		geometry = said;
		is_known = true;
	}
}

void volume_requests_room(void)
{
	/* transfer_run() tries again after each signal */
}

static void piece_end(struct piece *piece, const struct storage_completion *completion)
{
	enum storage_outcome outcome = completion->outcome;

	if (completion->data.index != piece->buffer.index) {
		log_error("a request came back with another buffer");
		outcome = STORAGE_OUTCOME_FAILED;
	} else if (outcome == STORAGE_OUTCOME_OK && transfer.kind == STORAGE_KIND_READ) {
		memcpy(transfer.to + piece->at, volume_data_read(&piece->buffer), piece->buffer.length);
	}
	if (outcome != STORAGE_OUTCOME_OK && transfer.outcome == STORAGE_OUTCOME_OK) {
		transfer.outcome = outcome;
	}
	piece->state = FREE;
}

void volume_completions(void)
{
	struct storage_completion completion;

	while (volume_completions_receive(&completion)) {
		for (uint32_t i = 0; i < PLACES; i++) {
			if (pieces[i].state == SENT && pieces[i].number == completion.number) {
				piece_end(&pieces[i], &completion);
				break;
			}
		}
		if (completion.data.index != TENON_BUFFER_NONE) {
			volume_data_release(&completion.data);
		}
	}
}

/* ---- a transfer ------------------------------------------------------------------------------- */

static bool moves_data(void)
{
	return transfer.kind == STORAGE_KIND_READ || transfer.kind == STORAGE_KIND_WRITE;
}

static void cut_piece(struct piece *piece)
{
	const uint32_t most = moves_data() ? geometry.most : geometry.most_discard;
	const uint32_t count = transfer.count < most ? (uint32_t)transfer.count : most;

	*piece = (struct piece){.state = WAITING,
				.number = ++next_number,
				.first = transfer.first,
				.count = count,
				.at = transfer.at};
	transfer.first += count;
	transfer.count -= count;
	transfer.at += (uint64_t)count * geometry.sector_size;
	transfer.is_cut = transfer.count == 0;
}

/* False: there is no room now, or no buffer. */
static bool piece_send(struct piece *piece)
{
	piece->buffer = (struct tenon_buffer){.index = TENON_BUFFER_NONE};
	if (moves_data()) {
		uint8_t *data;

		if (!volume_data_allocate(&piece->buffer)) {
			return false;
		}
		piece->buffer.length = piece->count * geometry.sector_size;
		data = volume_data_write(&piece->buffer);
		if (transfer.kind == STORAGE_KIND_WRITE && transfer.from != NULL) {
			memcpy(data, transfer.from + piece->at, piece->buffer.length);
		} else if (transfer.kind == STORAGE_KIND_WRITE) {
			memset(data, 0, piece->buffer.length);
		}
	}
	if (volume_requests_send(&(struct storage_request){.number = piece->number,
							   .first = piece->first,
							   .count = piece->count,
							   .kind = transfer.kind,
							   .data = piece->buffer})) {
		piece->state = SENT;
		return true;
	}
	if (moves_data()) {
		volume_data_release(&piece->buffer);
	}
	return false;
}

/* Makes pieces and sends them, as far as there is room. True: some are not completed. */
static bool go_on(void)
{
	bool is_busy = false, has_room = is_open && is_known; /* before it is, nothing is done */

	for (uint32_t i = 0; i < PLACES; i++) {
		struct piece *piece = &pieces[i];

		if (piece->state == FREE && !transfer.is_cut && transfer.outcome == STORAGE_OUTCOME_OK) {
			cut_piece(piece);
		}
		if (piece->state == WAITING && transfer.outcome != STORAGE_OUTCOME_OK) {
			piece->state = FREE;
		}
		if (piece->state == WAITING && has_room) {
			has_room = piece_send(piece);
		}
		is_busy = is_busy || piece->state != FREE;
	}
	return is_busy;
}

static enum storage_outcome transfer_run(enum storage_kind kind, uint64_t first, uint64_t count)
{
	transfer.kind = kind;
	transfer.first = first;
	transfer.count = count;
	transfer.is_cut = false;
	transfer.at = 0;
	transfer.outcome = STORAGE_OUTCOME_OK;
	while (go_on()) {
		wait_for_signal_until(TENON_NEVER);
	}
	return transfer.outcome;
}

const struct storage_geometry *storage_geometry(void)
{
	while (!is_known) {
		wait_for_signal_until(TENON_NEVER);
	}
	return &geometry;
}

/* Is there anything to do at all, and does it lie on the volume? */
static enum storage_outcome check(uint64_t first, uint64_t count)
{
	(void)storage_geometry();
	if (geometry.sectors == 0) {
		return STORAGE_OUTCOME_ABSENT;
	}
	return first <= geometry.sectors && count <= geometry.sectors - first ? STORAGE_OUTCOME_OK
									      : STORAGE_OUTCOME_OUT_OF_RANGE;
}

enum storage_outcome storage_read(uint64_t first, uint64_t count, void *data)
{
	const enum storage_outcome outcome = check(first, count);

	transfer.to = data;
	return outcome != STORAGE_OUTCOME_OK || count == 0 ? outcome
							   : transfer_run(STORAGE_KIND_READ, first, count);
}

enum storage_outcome storage_write(uint64_t first, uint64_t count, const void *data)
{
	const enum storage_outcome outcome = check(first, count);

	transfer.from = data;
	return outcome != STORAGE_OUTCOME_OK || count == 0 ? outcome
							   : transfer_run(STORAGE_KIND_WRITE, first, count);
}

static bool can(uint32_t feature)
{
	return (geometry.features & feature) != 0 && geometry.most_discard != 0;
}

enum storage_outcome storage_zero(uint64_t first, uint64_t count)
{
	const enum storage_outcome outcome = check(first, count);

	if (outcome != STORAGE_OUTCOME_OK || count == 0) {
		return outcome;
	}
	if (can(STORAGE_FEATURES_WRITE_ZEROES)) {
		return transfer_run(STORAGE_KIND_WRITE_ZEROES, first, count);
	}
	return storage_write(first, count, NULL);
}

enum storage_outcome storage_discard(uint64_t first, uint64_t count)
{
	const enum storage_outcome outcome = check(first, count);

	return outcome != STORAGE_OUTCOME_OK || count == 0 || !can(STORAGE_FEATURES_DISCARD)
		   ? outcome
		   : transfer_run(STORAGE_KIND_DISCARD, first, count);
}

enum storage_outcome storage_flush(void)
{
	const enum storage_outcome outcome = check(0, 0);

	return outcome != STORAGE_OUTCOME_OK || (geometry.features & STORAGE_FEATURES_FLUSH) == 0
		   ? outcome
		   : transfer_run(STORAGE_KIND_FLUSH, 0, 0);
}
