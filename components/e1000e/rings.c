/* SPDX-License-Identifier: MIT
 * See rings.h. Places and frames are counted without end; a place's descriptor is at its number modulo the ring's length.
 */
#include "rings.h"

#include "done.h"
#include "registers.h"

#include <tenon/string.h>

#define IN     512u /* descriptors: more than there can be places */
#define OUT    512u
#define PIECES 3u /* descriptors of a frame at most: its sum, its head, its body */

_Static_assert(IN > DONE_IN && OUT > DONE_OUT * PIECES, "there is always room");
_Static_assert(IN * sizeof(struct receive_descriptor) + OUT * sizeof(union send_descriptor) <=
		   DEVICE_DMA_SIZE,
	       "memory that the card reaches");

static struct receive_descriptor *in;
static union send_descriptor *out;
static uint32_t in_first, in_next; /* the oldest place that the card has, and the next one */
static uint32_t out_next;          /* the next descriptor */
static uint32_t frames_first, frames_next;

struct place {
	uint32_t number;
	uint64_t address;
};
static struct place places[IN];
static struct {
	uint32_t number;
	uint32_t last; /* the descriptor that the card marks */
} frames[DONE_OUT];

static void set_ring(uint32_t ring, const volatile void *memory, uint32_t bytes)
{
	const uint64_t address = device_address(memory);

	device_write32(0, ring + RING_LOW, (uint32_t)address);
	device_write32(0, ring + RING_HIGH, (uint32_t)(address >> 32));
	device_write32(0, ring + RING_BYTES, bytes);
	device_write32(0, ring + RING_HEAD, 0);
	device_write32(0, ring + RING_TAIL, 0);
}

void rings_init(void)
{
	static struct place kept[DONE_IN];
	const uint32_t in_bytes = IN * (uint32_t)sizeof *in, out_bytes = OUT * (uint32_t)sizeof *out;
	const uint32_t count = rings_in_count();
	uint8_t *memory = device_dma();

	memset(memory, 0, in_bytes + out_bytes);
	in = (struct receive_descriptor *)(void *)memory;
	out = (union send_descriptor *)(void *)(memory + in_bytes);
	set_ring(RECEIVE_RING, in, in_bytes);
	set_ring(SEND_RING, out, out_bytes);
	out_next = 0;
	for (uint32_t i = 0; i < count; i++) {
		kept[i] = places[(in_first + i) % IN];
	}
	in_first = in_next = 0;
	for (uint32_t i = 0; i < count; i++) {
		rings_put_place(kept[i].number, kept[i].address);
	}
}

uint32_t rings_in_count(void)
{
	return in_next - in_first;
}

uint32_t rings_out_count(void)
{
	return frames_next - frames_first;
}

/* ---- what comes ------------------------------------------------------------------------------- */

void rings_put_place(uint32_t number, uint64_t address)
{
	const uint32_t at = in_next++ % IN;

	places[at] = (struct place){.number = number, .address = address};
	in[at] = (struct receive_descriptor){.address = address};
}

void rings_kick_in(void)
{
	tenon_device_order();
	device_write32(0, RECEIVE_RING + RING_TAIL, in_next % IN);
}

static enum network_check check_of(const struct receive_descriptor *done)
{
	const bool is_summed = (done->status & RECEIVED_UNSUMMED) == 0 && (done->status & RECEIVED_TCP) != 0;

	return is_summed && (done->errors & (RECEIVED_WRONG_TCP | RECEIVED_WRONG_IP)) == 0
		   ? NETWORK_CHECK_RIGHT
		   : NETWORK_CHECK_UNKNOWN;
}

bool rings_take_received(struct rings_received *received, bool *is_broken)
{
	const struct receive_descriptor *next = &in[in_first % IN];
	struct receive_descriptor done;

	if (in_first == in_next || (__atomic_load_n(&next->status, __ATOMIC_ACQUIRE) & RECEIVED_DONE) == 0) {
		return false;
	}
	done = *(const volatile struct receive_descriptor *)next;
	if (done.bytes > RECEIVE_BYTES) {
		*is_broken = true;
		return false;
	}
	/* One in several places is longer than the link's frames are. */
	*received = (struct rings_received){.number = places[in_first % IN].number,
					    .length = done.bytes,
					    .check = check_of(&done),
					    .is_good = (done.status & RECEIVED_LAST) != 0 &&
						       (done.errors & RECEIVED_SPOILT) == 0 &&
						       done.bytes >= CHECK_ETHERNET};
	in_first++;
	return true;
}

bool rings_drop_place(uint32_t *number)
{
	if (in_first == in_next) {
		return false;
	}
	*number = places[in_first++ % IN].number;
	return true;
}

/* ---- frames that are sent --------------------------------------------------------------------- */

static union send_descriptor *next_out(void)
{
	union send_descriptor *next = &out[out_next];

	out_next = (out_next + 1) % OUT;
	return next;
}

static void put_piece(uint64_t address, uint32_t bytes, uint32_t flags, uint8_t options)
{
	next_out()->data = (__typeof__(out->data)){
	    .address = address, .command = SEND_DATA | SEND_CRC | flags | bytes, .options = options};
}

bool rings_put_frame(const struct network_frame *frame, const struct check_places *where)
{
	const uint32_t sum_at = (uint32_t)frame->sum_from + frame->sum_at;
	const uint32_t end = SEND_LAST | SEND_REPORT;
	const uint8_t options = frame->checksum ? OPTION_TCP_SUM : 0;
	const uint32_t index = frames_next % DONE_OUT;

	if (frame->checksum) {
		if (sum_at > SEND_SUM_MOST) {
			return false;
		}
		next_out()->context = (__typeof__(out->context)){
		    .sum_from = (uint8_t)frame->sum_from, .sum_at = (uint8_t)sum_at, .command = SEND_CONTEXT};
	}
	put_piece(where->head, frame->head.length, frame->body.length == 0 ? end : 0, options);
	if (frame->body.length > 0) {
		put_piece(where->body, frame->body.length, end, options);
	}
	frames[index].number = frame->number;
	frames[index].last = (out_next + OUT - 1) % OUT;
	frames_next++;
	return true;
}

void rings_kick_out(void)
{
	tenon_device_order();
	device_write32(0, SEND_RING + RING_TAIL, out_next);
}

bool rings_take_sent(uint32_t *number)
{
	const uint32_t oldest = frames_first % DONE_OUT;

	if (frames_first == frames_next ||
	    (__atomic_load_n(&out[frames[oldest].last].data.status, __ATOMIC_ACQUIRE) & SENT) == 0) {
		return false;
	}
	return rings_drop_frame(number);
}

bool rings_drop_frame(uint32_t *number)
{
	if (frames_first == frames_next) {
		return false;
	}
	*number = frames[frames_first++ % DONE_OUT].number;
	return true;
}
