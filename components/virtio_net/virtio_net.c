/* SPDX-License-Identifier: MIT
 * A virtio network card (VIRTIO 1.2, 5.1), with one queue for each way, for the first connection.
 *
 * A frame to be sent comes through its client's channel (card_frames), is checked (check_frame) and put into a queue; what was sent is
 * told when the device interrupts. Places for frames that come go the same way through the other queue. The frames stay in the
 * client's pools: the device reads and writes there, and what stands beside each frame, the header, is in memory of this
 * component's own.
 *
 * A slot is a frame's or a place's that is with the device. What is done waits in order until the client's other channel has room
 * for it, and nothing more is received than there are slots, done ones counted: who is slow waits for himself only.
 *
 * When this component dies, the bus stops the device, the client gives its places anew, and what was on its way is lost, as frames may be.
 */
#include "check.h"
#include "done.h"

#include "queue.h"
#include "transport.h"
#include "virtio.h"

#include <tenon/string.h>

#define TYPE_NETWORK 1u
#define CLIENT       DONE_CLIENT
#define OUT          DONE_OUT
#define IN           DONE_IN
#define RECOVERIES   5u /* of a device that misbehaves */

/* Features (5.1.3) and the configuration (5.1.4). */
#define FEATURE_CHECKSUM       (UINT64_C(1) << 0)
#define FEATURE_CHECKED        (UINT64_C(1) << 1)
#define FEATURE_MTU            (UINT64_C(1) << 3)
#define FEATURE_ADDRESS        (UINT64_C(1) << 5)
#define FEATURE_SEGMENTATION_4 (UINT64_C(1) << 11)
#define FEATURE_SEGMENTATION_6 (UINT64_C(1) << 12)
#define FEATURE_STATUS         (UINT64_C(1) << 16)
#define FEATURE_SPEED          (UINT64_C(1) << 63)
#define FEATURES                                                                                             \
	(FEATURE_CHECKSUM | FEATURE_CHECKED | FEATURE_MTU | FEATURE_ADDRESS | FEATURE_SEGMENTATION_4 |       \
	 FEATURE_SEGMENTATION_6 | FEATURE_STATUS | FEATURE_SPEED)
enum { CONFIGURATION_STATUS = 6, CONFIGURATION_MTU = 10, CONFIGURATION_SPEED = 12 };
#define STATUS_UP     1u
#define SPEED_UNKNOWN UINT32_MAX

/* What stands before each frame (5.1.6). */
struct header {
	uint8_t flags, segmentation;
	uint16_t headers, segment;
	uint16_t sum_from, sum_at;
	uint16_t buffers;
};
enum { FLAG_SUM_IS_MISSING = 1, FLAG_IS_RIGHT = 2 };
static const uint8_t segmentations[] = {
    [NETWORK_SEGMENTATION_NONE] = 0, [NETWORK_SEGMENTATION_TCP4] = 1, [NETWORK_SEGMENTATION_TCP6] = 4};

static struct virtqueue queue_in, queue_out;
static struct header *headers_in, *headers_out; /* one for each slot */
static struct network_card card;
static bool works; /* the device: from its start until it is given up */
static bool has_begun;
static uint32_t recoveries;

static struct {
	uint32_t number;
	struct virtqueue_piece piece;
} slots_in[IN];
static uint32_t numbers_out[OUT];
static uint32_t free_in[IN], frees_in, free_out[OUT], frees_out;

/* ---- frames that are sent --------------------------------------------------------------------- */

static void put_frame(const struct network_frame *frame, const struct check_places *places)
{
	const uint32_t slot = free_out[frees_out - 1];
	struct header *header = &headers_out[slot];
	struct virtqueue_piece piece[3] = {{.address = device_address(header), .bytes = sizeof *header},
					   {.address = places->head, .bytes = frame->head.length},
					   {.address = places->body, .bytes = frame->body.length}};

	*header = (struct header){.segmentation = segmentations[frame->segmentation]};
	if (frame->checksum) {
		header->flags = FLAG_SUM_IS_MISSING;
		header->sum_from = frame->sum_from;
		header->sum_at = frame->sum_at;
	}
	if (frame->segmentation != NETWORK_SEGMENTATION_NONE) {
		header->headers = frame->headers;
		header->segment = frame->segment;
	}
	if (virtqueue_put(&queue_out, piece, frame->body.length > 0 ? 3 : 2, slot)) {
		frees_out--;
		numbers_out[slot] = frame->number;
	} else {
		done_out(frame->number, NETWORK_OUTCOME_ABSENT); /* only a device that shrank in a reset */
	}
}

void card_frames(uint32_t client)
{
	struct network_frame frame;
	struct check_places places;

	while (client == CLIENT && frees_out > done_out_count() &&
	       (!works || virtqueue_has_room(&queue_out)) && card_frames_receive(client, &frame)) {
		const enum network_outcome outcome = check_frame(&card, client, &frame, &places);

		if (outcome == NETWORK_OUTCOME_OK) {
			put_frame(&frame, &places);
		} else {
			done_out(frame.number, outcome);
		}
	}
	if (works) {
		virtqueue_kick(&queue_out);
	}
	done_tell_out();
}

void card_sents_room(uint32_t client)
{
	if (client == CLIENT) {
		done_tell_out();
		card_frames(client);
	}
}

/* ---- places for frames that come -------------------------------------------------------------- */

static bool put_place(uint32_t slot)
{
	const struct virtqueue_piece piece[2] = {
	    {.address = device_address(&headers_in[slot]), .bytes = sizeof *headers_in, .to_driver = true},
	    slots_in[slot].piece};

	return virtqueue_put(&queue_in, piece, 2, slot);
}

void card_places(uint32_t client)
{
	struct network_place place;
	uint64_t address;

	while (client == CLIENT && frees_in > done_in_count() && (!works || virtqueue_has_room(&queue_in)) &&
	       card_places_receive(client, &place)) {
		const enum network_outcome outcome = check_place(&card, client, &place, &address);
		const uint32_t slot = free_in[frees_in - 1];

		slots_in[slot].number = place.number;
		slots_in[slot].piece = (struct virtqueue_piece){
		    .address = address, .bytes = place.run.length, .to_driver = true};
		if (outcome == NETWORK_OUTCOME_OK && put_place(slot)) {
			frees_in--;
		} else {
			done_in(place.number, 0, NETWORK_CHECK_UNKNOWN,
				outcome == NETWORK_OUTCOME_OK ? NETWORK_OUTCOME_ABSENT : outcome);
		}
	}
	if (works) {
		virtqueue_kick(&queue_in);
	}
	done_tell_in();
}

void card_receiveds_room(uint32_t client)
{
	if (client == CLIENT) {
		done_tell_in();
		card_places(client);
	}
}

/* ---- the device ------------------------------------------------------------------------------- */

static bool read_card(uint64_t features)
{
	static const uint64_t same[][2] = {{FEATURE_CHECKSUM, NETWORK_FEATURES_CHECKSUM},
					   {FEATURE_CHECKED, NETWORK_FEATURES_CHECKED},
					   {FEATURE_SEGMENTATION_4, NETWORK_FEATURES_SEGMENTATION_4},
					   {FEATURE_SEGMENTATION_6, NETWORK_FEATURES_SEGMENTATION_6}};
	uint32_t mtu = 1500, speed = SPEED_UNKNOWN;

	if ((features & FEATURE_MTU) != 0) {
		mtu = (uint32_t)virtio_configuration(CONFIGURATION_MTU, 2);
	}
	if ((features & FEATURE_SPEED) != 0) {
		speed = (uint32_t)virtio_configuration(CONFIGURATION_SPEED, 4);
	}
	for (uint32_t i = 0; i < sizeof card.address; i++) {
		card.address[i] = (uint8_t)virtio_configuration(i, 1);
	}
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		card.features |= (features & same[i][0]) != 0 ? (uint32_t)same[i][1] : 0;
	}
	card.is_up = (features & FEATURE_STATUS) == 0 ||
		     (virtio_configuration(CONFIGURATION_STATUS, 2) & STATUS_UP) != 0;
	card.speed = speed == SPEED_UNKNOWN ? 0 : speed;
	if ((features & FEATURE_ADDRESS) == 0 || (card.address[0] & 1) != 0 || mtu < CHECK_MTU_LEAST ||
	    mtu > CHECK_MTU_MOST) {
		return false;
	}
	card.most = CHECK_ETHERNET + mtu;
	card.least = card.most;
	return true;
}

/* Interrupt 0 is for changes of the configuration, where there are enough of them. */
static bool make_queues(uint64_t features)
{
	const uint32_t has = transport_interrupts();

	return virtqueue_init(&queue_in, 0, features, IN, 2, has > 1 ? 1 : 0) &&
	       virtqueue_init(&queue_out, 1, features, OUT, 3, has > 2 ? 2 : has - 1) &&
	       transport_configuration_interrupt(0);
}

/* All slots are free, and nothing is known of the device. */
static void forget(void)
{
	frees_in = frees_out = 0;
	while (frees_in < IN) {
		free_in[frees_in] = frees_in;
		frees_in++;
	}
	while (frees_out < OUT) {
		free_out[frees_out] = frees_out;
		frees_out++;
	}
}

/* From reset to work; `card` says what became of it. */
static void start_device(void)
{
	uint64_t features;

	card = (struct network_card){.most = 0};
	works = false;
	if (!virtio_begin(TYPE_NETWORK, FEATURES, &features)) {
		return;
	}
	headers_in = virtio_memory(IN * (uint32_t)sizeof *headers_in, sizeof(uint64_t));
	headers_out = virtio_memory(OUT * (uint32_t)sizeof *headers_out, sizeof(uint64_t));
	if (headers_in == NULL || headers_out == NULL || !make_queues(features) || !read_card(features)) {
		virtio_give_up("the card cannot be driven");
		card = (struct network_card){.most = 0};
		return;
	}
	works = true;
	virtio_go();
}

static void announce(void)
{
	(void)card_cards_send(CLIENT, &card); /* where there is no room, card_cards_room() says when */
}

void card_cards_room(uint32_t client)
{
	if (client == CLIENT) {
		announce();
	}
}

/* The slots that are with the device. `is_free`: as many as there are slots. */
static void list_busy(const uint32_t *free, uint32_t frees, bool *is_free)
{
	for (uint32_t i = 0; i < frees; i++) {
		is_free[free[i]] = true;
	}
}

/* The device was reset or given up: what was to be sent is lost, and the places that it had are put anew, or come back. */
static void go_on(void)
{
	bool is_free_in[IN] = {false}, is_free_out[OUT] = {false};

	list_busy(free_in, frees_in, is_free_in);
	list_busy(free_out, frees_out, is_free_out);
	announce();
	for (uint32_t slot = 0; slot < OUT; slot++) {
		if (!is_free_out[slot]) {
			free_out[frees_out++] = slot;
			done_out(numbers_out[slot], NETWORK_OUTCOME_OK);
		}
	}
	for (uint32_t slot = 0; slot < IN; slot++) {
		if (!is_free_in[slot] && !(works && put_place(slot))) {
			free_in[frees_in++] = slot;
			done_in(slots_in[slot].number, 0, NETWORK_CHECK_UNKNOWN, NETWORK_OUTCOME_ABSENT);
		}
	}
	card_frames(CLIENT);
	card_places(CLIENT);
}

/* The client is told, and gets its places back. Where the device was not there at the start nothing was ever put. */
void virtio_gone(void)
{
	if (!has_begun) {
		forget();
	}
	card = (struct network_card){.most = 0};
	works = false;
	go_on();
}

/* It misbehaved. That may pass, but not for ever. */
static void recover(const char *why)
{
	if (recoveries++ < RECOVERIES) {
		log_warning("%s: the device begins anew", why);
		start_device();
	} else {
		virtio_give_up(why);
		card = (struct network_card){.most = 0};
		works = false;
	}
	go_on();
}

static enum network_check check_of(const struct header *header)
{
	const uint8_t flags = *(const volatile uint8_t *)&header->flags;

	return (flags & FLAG_SUM_IS_MISSING) != 0 ? NETWORK_CHECK_PARTIAL
	       : (flags & FLAG_IS_RIGHT) != 0     ? NETWORK_CHECK_RIGHT
						  : NETWORK_CHECK_UNKNOWN;
}

static void take_received(void)
{
	uint32_t slot, written;

	do {
		while (virtqueue_take(&queue_in, &slot, &written)) {
			const bool is_whole = written >= sizeof *headers_in + CHECK_ETHERNET;

			free_in[frees_in++] = slot;
			done_in(slots_in[slot].number, is_whole ? written - (uint32_t)sizeof *headers_in : 0,
				check_of(&headers_in[slot]), NETWORK_OUTCOME_OK);
		}
	} while (!queue_in.is_broken && !virtqueue_wait(&queue_in));
	done_tell_in();
}

static void take_sent(void)
{
	uint32_t slot, written;

	do {
		while (virtqueue_take(&queue_out, &slot, &written)) {
			free_out[frees_out++] = slot;
			done_out(numbers_out[slot], NETWORK_OUTCOME_OK);
		}
	} while (!queue_out.is_broken && !virtqueue_wait(&queue_out));
	done_tell_out();
}

static void configuration_changed(void)
{
	const bool was_up = card.is_up;

	if (virtio_needs_reset()) {
		recover("the device asks for a reset");
		return;
	}
	card.is_up = (virtio_configuration(CONFIGURATION_STATUS, 2) & STATUS_UP) != 0;
	if (card.is_up != was_up) {
		log_info("the cable is %s", card.is_up ? "in" : "out");
		announce();
	}
}

void device_interrupt(uint32_t index)
{
	const struct transport_event event = transport_interrupt();

	tenon_batch_begin();
	if (event.queues && works) {
		take_received();
		take_sent();
	}
	tenon_batch_end();
	if (works && (queue_in.is_broken || queue_out.is_broken)) {
		recover("the device answers what it was not asked");
	} else if (index == 0 && event.configuration && works) {
		configuration_changed();
	}
	card_places(CLIENT);
	card_frames(CLIENT);
}

/* ---- start, and clients that come and go ------------------------------------------------------ */

/* A client that starts anew has all its memory: the device must not write there any more for the one before. */
void card_session(uint32_t client, bool open)
{
	static const struct network_card none;

	if (client != CLIENT) {
		if (open) {
			(void)card_cards_send(client, &none); /* a new session has room */
		}
		return;
	}
	done_forget();
	if (frees_in < IN || frees_out < OUT) {
		forget();
		start_device();
	}
	if (open) {
		announce();
	}
}

void component_start(void)
{
	forget();
	has_begun = true;
	start_device();
	if (works) {
		log_info("%02x:%02x:%02x:%02x:%02x:%02x, the cable is %s", card.address[0], card.address[1],
			 card.address[2], card.address[3], card.address[4], card.address[5],
			 card.is_up ? "in" : "out");
	}
}
