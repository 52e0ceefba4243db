/* SPDX-License-Identifier: MIT
 * Virtqueues against a device of our own, which reads and writes rings as
 * VIRTIO 1.2 says (2.7, 2.8), in each form that can be agreed upon; and against
 * one that writes anything anywhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "component.h"
#include <queue.h>
#include <transport.h>
#include <virtio.h>

#define REQUESTS 16u
#define PIECES   3u
#define STEPS    40000u

static _Alignas(4096) uint8_t memory[DEVICE_DMA_SIZE];
static struct transport_queue parts;
static uint32_t notified, queue_most, offered_low, offered_high, status, status_stays;
static struct virtqueue queue;

void *device_dma(void)
{
	return memory;
}

/* Not where we see it, as without an IOMMU. */
#define ELSEWHERE UINT64_C(0x100000000000)
uint64_t device_address(const volatile void *at)
{
	return (uint64_t)(uintptr_t)at + ELSEWHERE;
}

static void *here(uint64_t address)
{
	return (void *)(uintptr_t)(address - ELSEWHERE);
}

/* ---- transport ---- */

bool transport_init(uint32_t type)
{
	return type == 2;
}

uint32_t transport_status(void)
{
	return status;
}

void transport_set_status(uint32_t value)
{
	status = value | status_stays;
}

uint32_t transport_features(uint32_t half)
{
	return half == 0 ? offered_low : offered_high;
}

static uint64_t accepted;
void transport_accept(uint32_t half, uint32_t features)
{
	accepted = half == 0 ? features : accepted | (uint64_t)features << 32;
}

uint32_t transport_queue_most(uint32_t index)
{
	return index == 0 ? queue_most : 0;
}

bool transport_queue_enable(uint32_t index, const struct transport_queue *given, uint32_t interrupt)
{
	parts = *given;
	return index == 0 && interrupt == 0;
}

void transport_notify(uint32_t index)
{
	assert_int_equal(index, 0);
	notified++;
}

uint32_t transport_configuration(uint32_t offset, uint32_t bytes)
{
	(void)bytes;
	return offset;
}

static uint32_t generation_reads;
uint32_t transport_generation(void)
{
	return generation_reads < 2 ? generation_reads++ : 2;
}

void transport_let(bool on)
{
	(void)on;
}

/* ---- the device ---- */

struct done {
	uint16_t number;
	uint32_t descriptors, pieces, writable;
	uint64_t tag; /* address of its first piece */
};

static struct {
	uint64_t agreed;
	uint16_t seen;     /* split: of the available ring; packed: place */
	uint16_t answered; /* split: of the used ring; packed: place */
	bool seen_wrap, answered_wrap;
	struct done held[VIRTQUEUE_SIZE];
	uint32_t count;
} device;

static uint32_t random_state = 99;

static uint32_t draw(void)
{
	random_state = random_state * 1664525 + 1013904223;
	return random_state >> 8 | random_state << 24;
}

static bool has(uint64_t feature)
{
	return (device.agreed & feature) != 0;
}

static void hold_piece(struct done *done, uint64_t address, uint32_t bytes, uint32_t flags)
{
	done->tag = done->pieces++ == 0 ? address : done->tag;
	done->writable += flags & DESCRIPTOR_WRITE ? bytes : 0;
}

static void hold_table(struct done *done, uint64_t address, uint32_t bytes)
{
	const struct virtqueue_descriptor *table = here(address);

	for (uint32_t i = 0; i < bytes / sizeof *table; i++) {
		hold_piece(done, table[i].address, table[i].bytes, table[i].flags);
		assert_int_equal((table[i].flags & DESCRIPTOR_NEXT) != 0, i + 1 < bytes / sizeof *table);
	}
}

static void see_split(void)
{
	const struct virtqueue_descriptor *table = here(parts.descriptors);
	const uint16_t *available = here(parts.driver);

	while (device.seen != available[1]) {
		struct done done = {.number = available[2 + device.seen++ % parts.size]};
		uint16_t at = done.number;

		for (;;) {
			assert_true(at < parts.size);
			if (table[at].flags & DESCRIPTOR_INDIRECT) {
				hold_table(&done, table[at].address, table[at].bytes);
			} else {
				hold_piece(&done, table[at].address, table[at].bytes, table[at].flags);
			}
			if ((table[at].flags & DESCRIPTOR_NEXT) == 0) {
				break;
			}
			at = table[at].next;
		}
		device.held[device.count++] = done;
	}
}

static void see_packed(void)
{
	const struct virtqueue_entry *ring = here(parts.descriptors);

	for (;;) {
		struct done done = {0};
		uint16_t flags;

		do {
			const struct virtqueue_entry *entry = &ring[device.seen];

			flags = entry->flags;
			if (((flags >> 7 & 1) == (flags >> 15)) || (flags >> 7 & 1) != device.seen_wrap) {
				assert_int_equal(done.descriptors, 0); /* a chain comes whole */
				return;
			}
			if (flags & DESCRIPTOR_INDIRECT) {
				hold_table(&done, entry->address, entry->bytes);
			} else {
				hold_piece(&done, entry->address, entry->bytes, flags);
			}
			done.number = entry->number;
			done.descriptors++;
			if (++device.seen == parts.size) {
				device.seen = 0;
				device.seen_wrap = !device.seen_wrap;
			}
		} while (flags & DESCRIPTOR_NEXT);
		device.held[device.count++] = done;
	}
}

static void see(void)
{
	if (has(VIRTIO_PACKED)) {
		see_packed();
	} else {
		see_split();
	}
}

/* Does the device interrupt for the answer that it is about to give? */
static bool answer_packed(const struct done *done, uint32_t written)
{
	struct virtqueue_entry *ring = here(parts.descriptors);
	const uint16_t *event = here(parts.driver);
	struct virtqueue_entry *entry = &ring[device.answered];
	const uint16_t before = device.answered;
	const uint16_t lap = device.answered_wrap ? 0x8080 : 0;
	uint16_t place = event[0] & 0x7fff;

	entry->number = done->number;
	entry->bytes = written;
	entry->flags = lap | (done->writable != 0 ? DESCRIPTOR_WRITE : 0);
	device.answered += done->descriptors;
	if (device.answered >= parts.size) {
		device.answered -= parts.size;
		device.answered_wrap = !device.answered_wrap;
	}
	if (!has(VIRTIO_EVENT_INDEX) || event[1] != 2) {
		return event[1] == 0;
	}
	if ((event[0] >> 15) != device.answered_wrap) {
		place -= parts.size;
	}
	return virtqueue_passed(place, device.answered,
				before >= device.answered && before != device.answered ? before - parts.size
										       : before);
}

static bool answer_split(const struct done *done, uint32_t written)
{
	uint16_t *used = here(parts.device);
	const uint16_t *available = here(parts.driver);
	uint32_t *entry = (uint32_t *)(void *)&used[2 + 4 * (device.answered % parts.size)];

	entry[0] = done->number;
	entry[1] = written;
	used[1] = ++device.answered;
	return has(VIRTIO_EVENT_INDEX)
		   ? virtqueue_passed(available[2 + parts.size], device.answered, device.answered - 1)
		   : (available[0] & 1) == 0;
}

static uint32_t expected[VIRTQUEUE_SIZE * 4]; /* bytes written, by cookie */

/* Answers any of those that it holds. */
static bool answer(void)
{
	const uint32_t which = draw() % device.count;
	const struct done done = device.held[which];
	const uint32_t written = done.writable == 0 ? 0 : draw() % (done.writable + 1);

	device.held[which] = device.held[--device.count];
	expected[(done.tag >> 8) % (VIRTQUEUE_SIZE * 4)] = written;
	return has(VIRTIO_PACKED) ? answer_packed(&done, written) : answer_split(&done, written);
}

static void begin(uint64_t agreed, uint32_t most)
{
	uint64_t got;

	memset(memory, 0xee, sizeof memory);
	memset(&device, 0, sizeof device);
	device.agreed = agreed;
	device.seen_wrap = device.answered_wrap = true;
	queue_most = most;
	notified = 0;
	offered_low = (uint32_t)agreed;
	offered_high = (uint32_t)(agreed >> 32) | 1;
	assert_true(virtio_begin(2, 0, &got));
	assert_int_equal(got, agreed | VIRTIO_VERSION_1);
	assert_true(virtqueue_init(&queue, 0, agreed, REQUESTS, PIECES, 0));
}

static const uint64_t forms[] = {
    0,
    VIRTIO_INDIRECT,
    VIRTIO_EVENT_INDEX,
    VIRTIO_INDIRECT | VIRTIO_EVENT_INDEX,
    VIRTIO_PACKED,
    VIRTIO_PACKED | VIRTIO_INDIRECT,
    VIRTIO_PACKED | VIRTIO_EVENT_INDEX,
    VIRTIO_PACKED | VIRTIO_INDIRECT | VIRTIO_EVENT_INDEX,
};
#define FORMS (sizeof forms / sizeof *forms)

/* Cookies in use; each request's first piece says which it is. */
static bool used_cookie[VIRTQUEUE_SIZE * 4];

static bool put_one(uint32_t cookie)
{
	struct virtqueue_piece piece[PIECES];
	const uint32_t pieces = 1 + draw() % PIECES;

	for (uint32_t i = 0; i < pieces; i++) {
		piece[i] = (struct virtqueue_piece){.address = ((uint64_t)cookie << 8) + i,
						    .bytes = 1 + draw() % 64,
						    .to_driver = i + 1 == pieces && draw() % 4 != 0};
	}
	if (!virtqueue_put(&queue, piece, pieces, cookie)) {
		return false;
	}
	used_cookie[cookie] = true;
	return true;
}

static void put_some(void)
{
	for (uint32_t tries = draw() % 6; tries > 0; tries--) {
		const uint32_t cookie = draw() % (VIRTQUEUE_SIZE * 4);
		const bool has_room = virtqueue_has_room(&queue);

		if (!used_cookie[cookie]) {
			assert_true(put_one(cookie) || !has_room);
		}
	}
	virtqueue_kick(&queue);
}

static uint32_t take_all(void)
{
	uint32_t cookie, written, taken = 0;

	while (virtqueue_take(&queue, &cookie, &written)) {
		assert_true(cookie < VIRTQUEUE_SIZE * 4 && used_cookie[cookie]);
		assert_int_equal(written, expected[cookie]);
		used_cookie[cookie] = false;
		taken++;
	}
	return taken;
}

/* Everything comes back, once, with its length, and a driver that waits is interrupted. */
static void works_in_each_form(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < FORMS; i++) {
		bool interrupted = false, waits = false;
		uint32_t total = 0;

		begin(forms[i], i % 2 == 0 ? 64 : 16);
		memset(used_cookie, 0, sizeof used_cookie);
		for (uint32_t step = 0; step < STEPS; step++) {
			put_some();
			see();
			for (uint32_t n = draw() % 4; n > 0 && device.count > 0; n--) {
				interrupted = answer() || interrupted;
				assert_true(!waits || interrupted);
			}
			if (!waits || interrupted) {
				do {
					total += take_all();
				} while (!virtqueue_wait(&queue));
				waits = true;
				interrupted = false;
			}
			assert_false(queue.is_broken);
		}
		while (device.count > 0) {
			(void)answer();
		}
		total += take_all();
		assert_int_equal(queue.in_flight, 0);
		assert_int_equal(queue.free, queue.size);
		assert_true(total > STEPS / 2);
		assert_true(notified > 0);
	}
}

/* The device need be told only where it asks for that. */
static void tells_only_who_asks(void **state)
{
	const uint64_t form[] = {VIRTIO_EVENT_INDEX, VIRTIO_EVENT_INDEX | VIRTIO_PACKED};

	(void)state;
	for (uint32_t i = 0; i < 2; i++) {
		uint16_t *event;

		begin(form[i], 64);
		event = i == 0 ? (uint16_t *)here(parts.device) + 2 + 4 * parts.size : here(parts.device);
		event[0] = i == 0 ? 2 : 6 | 0x8000; /* the third request; or its entries */
		if (i == 1) {
			event[1] = 2;
		}
		memset(used_cookie, 0, sizeof used_cookie);
		for (uint32_t cookie = 0; cookie < 5; cookie++) {
			const struct virtqueue_piece piece[PIECES] = {
			    {.bytes = 1}, {.bytes = 1}, {.bytes = 1}};

			assert_true(virtqueue_put(&queue, piece, PIECES, cookie));
			virtqueue_kick(&queue);
			assert_int_equal(notified, cookie >= 2);
		}
	}
}

/* A device that writes anything anywhere at any time: what is taken was in flight, and no longer than it may be. */
static void survives_a_device_that_lies(void **state)
{
	(void)state;
	for (uint32_t round = 0; round < 4000; round++) {
		uint32_t cookie, written;

		begin(forms[round % FORMS], 16);
		memset(used_cookie, 0, sizeof used_cookie);
		for (uint32_t step = 0; step < 40; step++) {
			put_some();
			for (uint32_t n = draw() % 8; n > 0; n--) {
				const uint32_t at = draw() % 4096;

				memory[at] = draw() % 2 ? (uint8_t)draw() : (uint8_t)(draw() % 18);
			}
			while (virtqueue_take(&queue, &cookie, &written)) {
				assert_true(cookie < VIRTQUEUE_SIZE * 4 && used_cookie[cookie]);
				assert_true(written <= 64);
				used_cookie[cookie] = false;
			}
			(void)virtqueue_wait(&queue);
			assert_true(queue.in_flight <= queue.size && queue.free <= queue.size);
		}
	}
}

static void refuses_what_cannot_be_driven(void **state)
{
	uint64_t agreed;

	(void)state;
	status_stays = 0x40;
	assert_false(virtio_begin(2, 0, &agreed)); /* never reset */
	status_stays = 0;
	offered_low = UINT32_MAX;
	offered_high = 0;
	assert_false(virtio_begin(2, 0, &agreed)); /* a legacy device */
	assert_int_equal(status, 128);
	assert_false(virtio_begin(4, 0, &agreed)); /* another type */
	offered_high = 1;
	offered_low = 0x30000003;
	assert_true(virtio_begin(2, 2, &agreed));
	assert_int_equal(agreed, UINT64_C(0x130000002));
	assert_int_equal(accepted, agreed);
	queue_most = 0;
	assert_false(virtqueue_init(&queue, 0, 0, REQUESTS, PIECES, 0));
	queue_most = 2;
	assert_false(virtqueue_init(&queue, 0, 0, REQUESTS, PIECES, 0)); /* no room for a chain */
	queue_most = 256;
	assert_false(virtqueue_init(&queue, 0, 0, REQUESTS, PIECES, 1)); /* no such interrupt */
	assert_null(virtio_memory(DEVICE_DMA_SIZE, 1));
	assert_null(virtio_memory(UINT32_MAX, 4096));
}

static void reads_no_torn_configuration(void **state)
{
	(void)state;
	generation_reads = 0;
	assert_int_equal(virtio_configuration(8, 8), UINT64_C(0xc00000008));
	assert_int_equal(generation_reads, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(works_in_each_form),          cmocka_unit_test(tells_only_who_asks),
	    cmocka_unit_test(survives_a_device_that_lies), cmocka_unit_test(refuses_what_cannot_be_driven),
	    cmocka_unit_test(reads_no_torn_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
